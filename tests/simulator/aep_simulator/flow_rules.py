"""What the Flow Service refuses about a flow, each with its code (api-facts.md 9.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jsonschema

from aep_simulator.documents import whole_number
from aep_simulator.errors import FlowError
from aep_simulator.flow_specs import SCHEDULE, TRANSFORMATIONS
from aep_simulator.settings import Settings
from aep_simulator.store import Item

_LATEST = 10**12  # seconds since the epoch; an assumption, as are all limits of numbers
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_NUMBERS = ("startTime", "interval")
_DATE_FORMAT = "yyyy-MM-dd HH:mm:ss"
_SCHEDULE = jsonschema.Draft7Validator(SCHEDULE)
_TRANSFORMATIONS = {name: jsonschema.Draft7Validator(schema) for name, schema in TRANSFORMATIONS.items()}
ONCE = "once"


@dataclass(frozen=True)
class Schedule:
    """When a flow runs: ``start`` in seconds since the epoch, ``period`` in seconds, 0 for a flow that runs once."""

    start: int
    period: int
    backfill: bool


def as_numbers(given: Item) -> Item:
    """Return schedule parameters with numbers and truth values in place of the texts that stand for them."""
    found = dict(given)
    for name in _NUMBERS:
        if isinstance(given.get(name), str):
            found[name] = whole_number(given[name]) if whole_number(given[name]) is not None else given[name]
    if given.get("backfill") in ("true", "false"):
        found["backfill"] = given["backfill"] == "true"
    return found


def as_texts(given: Item) -> Item:
    """Return schedule parameters with texts in place of numbers and truth values."""
    shown = {name: str(given[name]).lower() for name in (*_NUMBERS, "backfill") if name in given}
    return given | shown


def schedule_of(given: Item) -> Schedule:
    """Return what the schedule parameters of a flow mean, once they are found to be in order."""
    read = as_numbers(given)
    period = 0 if read["frequency"] == ONCE else int(read["interval"]) * _SECONDS[read["frequency"]]
    return Schedule(int(read["startTime"]), period, bool(read.get("backfill", True)))


def check_schedule(given: Any, settings: Settings) -> Schedule:
    """Check schedule parameters against the published schema; a violation has the code that Adobe printed for it."""
    if not isinstance(given, dict):
        raise FlowError("1304-400", field="scheduleParams")
    for name in (*_NUMBERS, "backfill"):
        _check_spelling(name, given.get(name), settings)
    read = as_numbers(given)
    for error in _SCHEDULE.iter_errors(read):
        raise _violation(error, read)
    for name in _NUMBERS:
        if not 0 <= read.get(name, 0) <= _LATEST:
            raise FlowError("1312-400", field=f"scheduleParams.{name}", value=read[name])
    return schedule_of(given)


def _check_spelling(name: str, value: Any, settings: Settings) -> None:
    refused: dict[str, tuple[type, ...]] = {"number": (str,), "text": (int, float)}
    if isinstance(value, refused.get(settings.schedule_numbers, ())):
        raise FlowError("1312-400", field=f"scheduleParams.{name}", value=value)


def _violation(error: jsonschema.ValidationError, given: Item) -> FlowError:
    if error.validator == "not":
        return FlowError("1361-400" if error.validator_value == {"required": ["interval"]} else "1364-400")
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in given)
        return FlowError("1304-400", field=f"scheduleParams.{missing}")
    if error.validator == "minimum":
        return FlowError("1362-400", least=error.validator_value)
    return FlowError("1312-400", field=".".join(["scheduleParams", *map(str, error.path)]), value=error.instance)


def check_start(schedule: Schedule, now: float) -> None:
    """Check that a start is still to come."""
    if schedule.start < int(now):
        raise FlowError("1360-400")


def check_transformations(given: Any, settings: Settings) -> dict[str, Item]:
    """Check transformations against the published schemas, and return the parameters of each by its name."""
    if not isinstance(given, list):
        raise FlowError("1312-400", field="transformations", value=given)
    found: dict[str, Item] = {}
    for one in given:
        if not isinstance(one, dict) or str(one.get("name")) not in _TRANSFORMATIONS or not isinstance(one.get("params"), dict):
            raise FlowError("1312-400", field="transformations", value=one)
        params = one["params"]
        if isinstance(params.get("mappingVersion"), int):
            params = params | {"mappingVersion": str(params["mappingVersion"])}
        for error in _TRANSFORMATIONS[one["name"]].iter_errors(params):
            field = ".".join(["transformations", one["name"], *map(str, error.path)])
            raise FlowError("1312-400", field=field, value=error.instance)
        found.setdefault(one["name"], params)  # of several the first holds, as in of_transformation
    _check_delta_column(found.get("Copy", {}).get("deltaColumn", {}), settings)
    return found


def _check_delta_column(column: Item, settings: Settings) -> None:
    if column.get("timezone", "UTC") != "UTC":
        raise FlowError("1312-400", field="deltaColumn.timezone", value=column["timezone"])
    if settings.check_date_format and column.get("dateFormat", _DATE_FORMAT) != _DATE_FORMAT:
        raise FlowError("1312-400", field="deltaColumn.dateFormat", value=column["dateFormat"])


def check_delta_rule(transformations: dict[str, Item], *, once: bool) -> None:
    """Check that a flow has a delta column exactly if it runs more than once."""
    if once and "Copy" in transformations:
        raise FlowError("1369-400")
    if not once and "Copy" not in transformations:
        raise FlowError("1367-400")


def of_transformation(flow: Item, name: str) -> Item:
    """Return the parameters of a flow's transformation, empty if it has none of that name."""
    return next((one["params"] for one in flow.get("transformations", []) if one["name"] == name), {})
