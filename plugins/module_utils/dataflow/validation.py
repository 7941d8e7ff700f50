# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""From a dataflow's options to what is desired, or one sentence about what is wrong with them. Nothing was sent before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Desired
from ansible_collections.aep.sources.plugins.module_utils.dataflow.terms import rules_of, schedule_problem, seconds
from ansible_collections.aep.sources.plugins.module_utils.flow import NO_SCHEDULE, ONCE, Schedule
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import (
    Given,
    InputError,
    Rules,
    check,
    first,
    given_of,
    has_controls,
    quoted,
    text_rules,
)

_LABELS = ("name", "flow_id")
_TEXTS = ("connection", "connection_id", "table", "dataset", "delta_column")
_PROPERTIES = (*_LABELS, "state", "description", "connection", "connection_id", "table", "dataset", "delta_column", "replace")


def _strange(given: Given) -> str | None:
    """Return the first column that is named but not read: in the mapping, or as the delta column."""
    return next((quoted(one) for one in _used(given) if one not in given["columns"]), None) if "columns" in given else None


def _used(given: Given) -> Iterator[str]:
    yield from [given["delta_column"]] if "delta_column" in given else []
    yield from (one.source for one in sorted(given.get("mapping", ())) if not one.is_expression)


def _frequency(given: Given) -> str | None:
    return given["schedule"].frequency if "schedule" in given else None


# When options cannot be used, and the sentence about what was found then. Of several the first is told.
_RULES: Rules = (
    *text_rules(_LABELS, "the dataflow's"),
    (
        first(["name"], lambda name: "[aep.sources" in name),
        "{} must not hold '[aep.sources', which begins the mark of this collection: leave that part out.",
    ),
    (first(_TEXTS, lambda text: not text.strip()), "{} is empty: give its value, or leave the option out."),
    (first([*_TEXTS], has_controls), "{} holds a control character: leave it out."),
    (
        lambda given: {"connection", "connection_id"} <= set(given),
        "connection and connection_id cannot be given both: leave one of them out.",
    ),
    (first(["table"], lambda table: "." not in table.strip(".")), "{} must name its schema: write it as schema.table."),
    (first(["columns"], lambda columns: not columns), "{} is empty: leave it out to take all columns of the table."),
    (first(["columns"], lambda columns: not all(map(str.strip, columns))), "{} has an empty name: leave it out."),
    (_strange, "columns lacks {}, which mapping or delta_column names: add it."),
)
_SCHEDULE: Rules = (
    (
        lambda given: "schedule" in given and schedule_problem(given["schedule"]),
        "schedule.{}.",
    ),
    (
        lambda given: _frequency(given) == ONCE and given.get("delta_column"),
        "delta_column does not go with schedule.frequency: once, which reads everything: leave it out.",
    ),
    (
        lambda given: "table" in given and _frequency(given) not in (None, ONCE) and "delta_column" not in given,
        "delta_column is missing: name the column by whose time new rows are found, as a repeated schedule needs it.",
    ),
)


def desired_dataflow(options: Given) -> Desired:
    """Return what a dataflow's options ask for.

    Parameters:
        options: the options of aep_postgres_dataflow by name; one that is missing or None was not given.

    Raises:
        InputError: an option's value cannot be used.
    """
    given = given_of(options)
    if "mapping" in given:
        rules = rules_of(given["mapping"])
        if isinstance(rules, str):
            raise InputError(rules)
        given["mapping"] = rules
    if "schedule" in given:
        given["schedule"] = _schedule(given_of(given["schedule"]))
    check(given, _RULES if given.get("state") == "absent" else _RULES + _SCHEDULE)
    properties = {"name": None, **{option: given[option] for option in _PROPERTIES if option in given}}
    columns = frozenset(given["columns"]) if "columns" in given else None
    return Desired(**properties, columns=columns, mapping=given.get("mapping"), schedule=given.get("schedule", NO_SCHEDULE))


def desired_dataflows(items: Sequence[Given], defaults: Given) -> list[Desired]:
    """Return what several dataflows' options ask for, each of which starts from the defaults.

    Raises:
        InputError: an option's value cannot be used, or two dataflows are the same one.
    """
    wanted = []
    for position, item in enumerate(items, 1):
        options = given_of(defaults) | given_of(item)
        if {"connection", "connection_id"} & set(given_of(item)):  # either takes the place of either
            options = {key: one for key, one in options.items() if key in given_of(item) or not key.startswith("connection")}
        try:
            wanted.append(desired_dataflow(options))
        except InputError as error:
            label = options.get("name") or options.get("flow_id") or f"number {position}"
            raise InputError(f"dataflows, {quoted(label)}: {error}") from None
    for what in _LABELS:
        values = [getattr(desired, what) for desired in wanted if getattr(desired, what)]
        for value in values:
            if values.count(value) > 1:
                raise InputError(f"dataflows: {what} {quoted(value)} is there more than once: give each dataflow its own.")
    return wanted


def _schedule(given: Given) -> Schedule:
    start = given.get("start")
    found = None if start is None else seconds(start)
    if start is not None and found is None:
        raise InputError(
            f"schedule.start {quoted(start)} is no time with its time zone: write it as '2026-09-01T06:00:00Z', in quotes."
        )
    return Schedule(given.get("frequency"), given.get("interval"), found, given.get("backfill"))
