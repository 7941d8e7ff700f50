"""A flow as the service shows it now: its state and last operation, its schedule, its last run (api-facts.md 9.5 to 9.8)."""

from __future__ import annotations

from aep_simulator.flow_rules import as_numbers, as_texts
from aep_simulator.settings import Settings
from aep_simulator.store import Item, Record
from aep_simulator.world import World

_MEANWHILE = {"create": "initializing", "update": "updating", "enable": "enabling", "disable": "disabling"}


def _left(record: Record, settings: Settings) -> float:
    """Return for how many seconds the last operation of a flow still goes on."""
    operation = record.item.get("lastOperation")
    return operation["started"] / 1000 + settings.operation_seconds - record.clock.now() if operation else 0.0


def state(record: Record, settings: Settings) -> str:
    """Return the state of a flow now."""
    if record.state == record.item["state"] and _left(record, settings) > 0 and settings.operation_states == "transition":
        return _MEANWHILE[record.item["lastOperation"]["operation"]]
    return record.state


def shown(record: Record, world: World, sandbox: str) -> Item:
    """Return a flow as GET shows it."""
    settings, item = world.settings, record.as_item()
    item["state"] = state(record, settings)
    if (left := _left(record, settings)) > 0:
        percent = round(100 - 100 * left / settings.operation_seconds, 1)
        item["lastOperation"] = item["lastOperation"] | {
            "updated": 0,
            "percentCompleted": percent,
            "status": {"value": "inProgress", "errors": []},
        }
    identifier = record.item["id"]
    if identifier in world.store.progress:
        item["scheduleParams"] = _schedule(item["scheduleParams"], settings)
        item["transformations"] = [_transformation(one, world, sandbox) for one in item["transformations"]]
    if item.get("lastRunDetails", {}).get("completedAtUTC", 0) > record.clock.now() * 1000:
        details = item["lastRunDetails"] | {"state": "inProgress"}
        item["lastRunDetails"] = {key: value for key, value in details.items() if key != "completedAtUTC"}
    item["runs"] = f"/flows/{identifier}/runs" if settings.runs_link == "flow" else f"/runs?property=flowId=={identifier}"
    return item


def _schedule(given: Item, settings: Settings) -> Item:
    if settings.schedule_defaults and given["frequency"] != "once":
        given = {"backfill": True} | given
    if settings.schedule_view == "as_sent":
        return given
    return as_numbers(given) if settings.schedule_view == "number" else as_texts(given)


def _transformation(given: Item, world: World, sandbox: str) -> Item:
    """Return a transformation; a mapping's version is a text, whatever was sent (9.6)."""
    params = given["params"]
    if "mappingVersion" in params:
        params = params | {"mappingVersion": str(params["mappingVersion"])}
    versions = world.store.mapping_sets.get(sandbox, {}).get(params.get("mappingId", ""), [])
    if world.settings.mapping_follows and versions:
        params = params | {"mappingVersion": str(versions[-1]["version"])}
    return {**given, "params": params}
