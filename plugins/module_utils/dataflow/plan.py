# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What has to be done about one dataflow, decided without any input or output.

Check mode shows the plan, diff mode renders it, and a real run executes it: so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ansible_collections.aep.sources.plugins.module_utils.dataflow.case import Case, shown
from ansible_collections.aep.sources.plugins.module_utils.dataflow.creation import (
    Ingredients,
    check_rules,
    check_start,
    ingredients,
)
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Desired
from ansible_collections.aep.sources.plugins.module_utils.dataflow.difference import (
    Difference,
    View,
    as_shown,
    stored_view,
    wanted_view,
)
from ansible_collections.aep.sources.plugins.module_utils.dataflow.parts import (
    flow_mark,
    read_flow,
    strangers,
)
from ansible_collections.aep.sources.plugins.module_utils.dataflow.terms import schedule_problem
from ansible_collections.aep.sources.plugins.module_utils.flow import ONCE, Flow, Rule, Schedule, Source
from ansible_collections.aep.sources.plugins.module_utils.mark import read_mark, with_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import PlanError

Action = Literal["create", "update", "replace", "delete", "none"]
_PATHS = {
    "name": "/name",
    "frequency": "/scheduleParams/frequency",
    "interval": "/scheduleParams/interval",
    "start": "/scheduleParams/startTime",
}
_LEFT_BEHIND = "an interrupted run, or one at the same time, left something of it behind"
_TURNS = {"enabled": "enable", "disabled": "disable"}
_AGAIN = "A new dataflow in its place ingests again what was ingested: set replace to true if that is meant."


@dataclass(frozen=True)
class Plan:
    """One dataflow's plan.

    ``target`` is the dataflow that there is, ``new`` what one is made of that is created, ``operations`` the JSON Patch of an
    update, ``rules`` what its mapping becomes for the schema ``schema_id``, ``turn`` whether it is enabled or disabled in the
    end, ``leftovers`` are the dataflows that are removed. ``left_alone`` is what differs and stays so, ``notes`` what else was
    seen. A new dataflow is enabled, and what it replaces is there still: what follows is planned when it can be seen.
    """

    action: Action
    reasons: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    target: Flow | None = None
    identity: str = ""
    new: Ingredients | None = None
    operations: tuple[dict[str, Any], ...] = ()
    rules: frozenset[Rule] | None = None
    schema_id: str = ""
    turn: str | None = None
    leftovers: tuple[Flow, ...] = ()
    before: View = field(default_factory=dict)
    after: View = field(default_factory=dict)


def plan(case: Case) -> Plan:
    """Decide what to do about one dataflow.

    Raises:
        PlanError: what is wanted cannot be done, or would ingest again what was ingested.
    """
    if case.desired.state == "absent":
        return _delete(case)
    if case.target is None:
        return _make(case, case.desired, Plan("create", ("it does not exist",)))
    cannot = case.fixed(case.target)
    if cannot and not case.desired.replace:
        said = "; ".join(f"{one}, but {why}" for one, why in cannot.items())
        raise PlanError(f"Dataflow '{case.target.name}' cannot be changed in this: {said}. {_AGAIN}")
    leftovers = _leftovers(case, case.target, matches=not cannot)  # those that are replaced are removed after that
    if cannot:  # it gets the mark and the name of the new one first, so that it is found again until it is removed
        is_found = read_flow(case.place, case.target).is_true and case.desired.name in (None, case.target.name)
        operations = [] if is_found else _described(case, case.target)[1]
        operations += _written(case.differences(case.target), "name")
        made = Plan("replace", tuple(map(str, cannot)), target=case.target, operations=tuple(operations), before=case.before)
        return _make(case, _completed(case, case.target), made)
    return replace(_update(case, case.target, leftovers), left_alone=_left_alone(case, case.target))


def _delete(case: Case) -> Plan:
    flows = (case.target, *case.others) if case.target else ()
    if not flows and not case.has_halves:
        return Plan("none")
    reason = case.desired.reason if flows or case.desired.identity else _LEFT_BEHIND
    stay = [one for flow in flows for one in strangers(case.place, case.seen, flow)]
    notes = (f"connections that this collection did not make stay: {', '.join(stay)}",) if stay else ()
    made = Plan("delete", (reason,), notes=notes, target=case.target, identity=case.identity)
    return replace(made, leftovers=flows, before=case.before)


def _make(case: Case, desired: Desired, made: Plan) -> Plan:
    """Complete the plan of one that creates a dataflow."""
    _check_missing(desired)
    new = ingredients(desired, case.facts, case.place, case.identity, case.now)
    after = shown(None, {**wanted_view(desired, case.facts), "columns": new.column_names}, desired.state)
    after |= {"start": after.get("start") or "five minutes after its creation", "description": new.description}
    return replace(made, identity=case.identity, new=new, after={**after, "mark": str(new.mark)})


def _check_missing(desired: Desired) -> None:
    needed = {
        "connection": desired.connection or desired.connection_id,
        "schedule.frequency": desired.schedule.frequency,
        **{name: getattr(desired, name) for name in ("name", "table", "dataset", "mapping")},
        "delta_column": desired.delta_column or desired.schedule.frequency in (None, ONCE),
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        is_are, it = ("are", "them") if missing[1:] else ("is", "it")
        raise PlanError(
            f"Dataflow '{desired.label}' has to be created, for which {', '.join(missing)} {is_are} missing: give {it}."
        )


def _completed(case: Case, target: Flow) -> Desired:
    """Return a desired state in which what was not given is as it is now: a dataflow that replaces another keeps it."""
    desired, facts, times, kept = case.desired, case.facts, case.desired.schedule, target.schedule
    frequency = times.frequency or kept.frequency
    if frequency != ONCE:
        interval = kept.interval if times.interval is None else times.interval
        backfill = kept.backfill if times.backfill is None else times.backfill
        times = Schedule(frequency, interval, times.start, backfill)
    times = replace(times, frequency=frequency)
    stored = stored_view(target, case.seen, facts)
    return replace(
        desired,
        name=desired.name or target.name,
        description=read_mark(target.description)[0] if desired.description is None else desired.description,
        connection_id=facts.base_id,
        table=desired.table or stored.get("table"),
        dataset=facts.dataset.id if facts.dataset else None,
        mapping=desired.mapping or stored.get("mapping"),
        schedule=times,
        delta_column=None if times.frequency == ONCE else desired.delta_column or target.delta_column,
    )


def _leftovers(case: Case, target: Flow, *, matches: bool) -> tuple[Flow, ...]:
    """Return the others, which are as good as the target and younger, or were replaced by it.

    Raises:
        PlanError: another one is neither, as another controller may want it.
    """
    for one in case.others:
        is_twin = matches and not replace(case, facts=replace(case.facts, mapping=None)).fixed(one)
        if one.state != "disabled" and not is_twin:
            ids = ", ".join(sorted(each.id for each in (target, *case.others)))
            raise PlanError(
                f"{1 + len(case.others)} dataflows are named '{target.name}' in this sandbox ({ids}): nothing was changed. "
                "Run again if another run is at work; else give the flow_id of the one that is meant, or delete the others."
            )
    return case.others


def _update(case: Case, target: Flow, leftovers: tuple[Flow, ...]) -> Plan:
    found = case.differences(target)
    merged = {one.key: one.wanted for one in found if one.key in ("frequency", "interval")}
    if merged and (problem := schedule_problem(replace(target.schedule, backfill=None, **merged))):
        raise PlanError(f"schedule.{problem}.")
    check_start(next((one.wanted for one in found if one.key == "start"), None), case.now)
    rules = next((one.wanted for one in found if one.key == "mapping"), None)
    source = case.seen.source_of(target) or Source("")
    schema_id = case.schema_id(target)
    if rules is not None and not schema_id:
        raise PlanError(f"The schema of dataflow '{target.name}' cannot be seen, so its mapping cannot be changed.")
    check_rules(rules or frozenset(), source.table, source.columns, case.facts.schema)
    described, operations, why = _described(case, target)
    reasons = [*map(str, found), *why]
    operations += _written(found, *_PATHS)
    turn = _TURNS[case.desired.state] if _is_to_be_turned(case, target) else None
    reasons += [f"state differs: {target.state} → {case.desired.state}"] if turn else []
    reasons += [_LEFT_BEHIND] if leftovers or case.has_halves else []
    made = Plan("none", target=target, identity=case.identity, before=case.before, after=case.before)
    if not reasons:
        return made
    after = {**case.before, **as_shown({one.key: one.wanted for one in found}), **described}
    after |= {"state": case.desired.state if turn else target.state}
    made = replace(made, action="update", reasons=tuple(reasons), after=after, operations=tuple(operations))
    return replace(made, rules=rules, schema_id=schema_id, turn=turn, leftovers=leftovers)


def _written(found: Iterable[Difference], *keys: str) -> list[dict[str, Any]]:
    """Return the operations that write what differs, for some of it."""
    return [{"op": "replace", "path": _PATHS[one.key], "value": one.wanted} for one in found if one.key in keys]


def _described(case: Case, target: Flow) -> tuple[View, list[dict[str, Any]], list[str]]:
    """Return the description and its mark as a diff shows them, the operations that write them, and why they are others."""
    held, desired = read_flow(case.place, target), case.desired
    text = held.text if desired.description is None else desired.description
    owner = held.mark.owner if held.mark and held.is_true else None
    mark = flow_mark(case.place, desired.name or target.name, case.identity, case.place.owner or owner)
    why = ["description differs"] if text != held.text else []
    if not held.is_true:
        why.append("it carries no mark of this collection and key, so it is adopted")
    elif mark.owner != owner:
        why.append(f"owner differs: {owner or 'none'} → {mark.owner}")
    operation = {"op": "replace" if target.description else "add", "path": "/description", "value": with_mark(text, mark)}
    return {"description": text, "mark": str(mark)}, [operation] if operation["value"] != target.description else [], why


def _is_to_be_turned(case: Case, target: Flow) -> bool:
    """Return whether it has to be enabled or disabled; one that runs once has nothing more to do after its start."""
    if target.state not in _TURNS or target.state == case.desired.state:
        return False
    return case.desired.state == "disabled" or not _is_over(target, case.now)


def _is_over(target: Flow, now: float) -> bool:
    return target.schedule.frequency == ONCE and (target.schedule.start or 0) <= now


def _left_alone(case: Case, target: Flow) -> tuple[str, ...]:
    """Return what differs and cannot be seen or is not for a run to change: columns that the table gained or lost, a state."""
    source, columns = case.seen.source_of(target), case.facts.columns
    said = [case.facts.problem] if case.facts.problem else []
    if case.desired.columns is None and columns is not None and source and source.columns is not None:
        there = {str(one["name"]) for one in columns}
        gained, lost = sorted(there - source.columns), sorted(source.columns - there)
        said += [f"the table has columns that it does not read: {', '.join(gained)}"] if gained else []
        said += [f"the table has no columns any more that it reads: {', '.join(lost)}"] if lost else []
    if case.desired.mapping and not case.facts.mapping:
        said.append("its mapping cannot be seen")
    if target.state not in (*_TURNS, None) and not target.is_busy:
        said.append(f"its state is {target.state}")
    if (case.desired.state, target.state) == ("enabled", "disabled") and _is_over(target, case.now) and not target.last_run:
        said.append("it is disabled and shows no run, and its only start has passed")
    return tuple(said)
