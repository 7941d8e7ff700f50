"""Whatever is wanted and whatever is there: an applied plan leaves nothing to do, and touches nothing of anybody else."""

from __future__ import annotations

import dataclasses

from ansible_collections.aep.sources.plugins.module_utils.dataflow.case import Case
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Desired, Facts, Seen
from ansible_collections.aep.sources.plugins.module_utils.dataflow.find import find
from ansible_collections.aep.sources.plugins.module_utils.dataflow.parts import (
    SOURCE,
    TARGET,
    flow_mark,
    halves,
    identity_of,
    marked,
    of_flow,
    without,
)
from ansible_collections.aep.sources.plugins.module_utils.dataflow.plan import Plan, plan
from ansible_collections.aep.sources.plugins.module_utils.flow import (
    ONCE,
    Dataset,
    Flow,
    MappingSet,
    Rule,
    Schedule,
    Source,
    Target,
)
from ansible_collections.aep.sources.plugins.module_utils.mark import Place, with_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import PlanError
from hypothesis import given, note
from hypothesis import strategies as st

PLACE = Place("dev", b"0123456789abcdef", "TESTORG@AdobeOrg", "team-a")
NOW = 1000.0
NAMES = ("Orders", "Other")
COLUMNS = ({"name": "id"}, {"name": "placed"}, {"name": "total"})
RULES = (frozenset({Rule("_id", "id")}), frozenset({Rule("_id", "id"), Rule("_acme.total", "total")}))
KEPT = ("base_id", "table", "columns", "dataset_id")

schedules = st.one_of(
    st.builds(Schedule, st.just(ONCE), st.none(), st.sampled_from([None, 500, 2000])),
    st.builds(Schedule, st.sampled_from(["hour", "day"]), st.sampled_from([1, 2]), st.sampled_from([None, 500, 2000, 3000])),
)
owners = st.sampled_from([None, "team-a", "team-b"])


@st.composite
def flows(draw: st.DrawFn, number: int) -> tuple[Flow, Source, Target]:
    """Return a dataflow with its parts, ours or not."""
    name, owner, is_ours = draw(st.sampled_from(NAMES)), draw(owners), draw(st.booleans())
    identity = identity_of(PLACE, name)
    text = draw(st.sampled_from(["", "text"]))
    schedule = draw(schedules)
    described = with_mark(text, flow_mark(PLACE, name, identity, owner)) if is_ours else text
    flow = Flow(
        f"flow-{number}",
        name,
        described,
        '"e"',
        draw(st.sampled_from(["enabled", "disabled"])),
        number,
        (f"source-{number}",),
        (f"target-{number}",),
        "base-1",
        dataclasses.replace(schedule, start=schedule.start or 2000),
        None if schedule.frequency == ONCE else "placed",
        f"set-{number}",
        0,
        0 if schedule.frequency == ONCE else 1,
    )
    columns = draw(st.sampled_from([frozenset({"id", "placed"}), frozenset({"id", "placed", "total"})]))
    table = draw(st.sampled_from(["a.b", "a.c"]))
    told = {"name": name, "created_at": number}
    ours = {kind: part(kind, identity, owner, is_ours) for kind in (SOURCE, TARGET)}
    source = Source(f"source-{number}", description=ours[SOURCE], base_id="base-1", table=table, columns=columns, **told)
    target = Target(f"target-{number}", description=ours[TARGET], dataset_id="data-1", schema_id="schema-1", **told)
    return flow, source, target


def part(kind: str, identity: str, owner: str | None, is_ours: bool) -> str:
    return marked(PLACE, kind, identity, "", owner) if is_ours else "by hand"


wanted_ones = st.builds(
    Desired,
    name=st.sampled_from(NAMES),
    flow_id=st.sampled_from([None, None, "flow-1"]),
    state=st.sampled_from(["enabled", "disabled", "absent"]),
    description=st.sampled_from([None, "", "new"]),
    connection_id=st.just("base-1"),
    table=st.sampled_from(["a.b", "a.c"]),
    columns=st.sampled_from([None, frozenset({"id", "placed", "total"})]),
    dataset=st.just("data-1"),
    mapping=st.sampled_from(RULES),
    schedule=schedules,
    delta_column=st.just("placed"),
    replace=st.booleans(),
)


def case(desired: Desired, seen: Seen, rules: frozenset[Rule]) -> Case | None:
    if desired.schedule.frequency == ONCE:
        desired = dataclasses.replace(desired, delta_column=None)
    found = find(desired, seen, PLACE)
    target = found[0] if found else None
    mapping = MappingSet(target.mapping_id or "", 0, rules=rules, schema_id="schema-1") if target else None
    facts = Facts("base-1", Dataset("data-1", "Data", "schema-1"), mapping, COLUMNS)
    return Case(desired, target, tuple(found[1:]), seen, facts, PLACE, NOW)


def applied(made: Plan, seen: Seen) -> tuple[Seen, frozenset[Rule]]:
    """Return what there is when a plan is carried out."""
    rules = frozenset[Rule]()
    for flow in made.leftovers:
        seen = without(PLACE, seen, flow)
    if made.new:
        body = made.new.flow(("spec", "1.0"), "source-new", "target-new", ("set-new", 0), NOW)
        times = body["scheduleParams"]
        schedule = Schedule(times["frequency"], times.get("interval"), times["startTime"], times.get("backfill"))
        flow = Flow(
            "flow-new", body["name"], body["description"], '"e"', "enabled", 99, ("source-new",), ("target-new",), "base-1"
        )
        steps = body["transformations"]
        flow = dataclasses.replace(flow, schedule=schedule, delta_column=made.new.delta_column, mapping_id="set-new")
        flow = dataclasses.replace(flow, mapping_version=0, mapping_index=len(steps) - 1)
        named = {"name": made.new.name, "created_at": 99}
        source = Source("source-new", description=made.new.source()["description"], base_id="base-1", table=made.new.table,
                        columns=made.new.column_names, **named)  # fmt: skip
        target = Target("target-new", description=made.new.target()["description"], dataset_id="data-1",
                        schema_id="schema-1", **named)  # fmt: skip
        old = made.target
        if old:
            texts = {one["path"][1:]: one["value"] for one in made.operations}
            seen = seen.updated(dataclasses.replace(old, state="disabled", **texts))
        return Seen((*seen.flows, flow), (*seen.sources, source), (*seen.targets, target)), made.new.rules
    if made.action == "update" and made.target:
        values = {one["path"].rpartition("/")[2]: one["value"] for one in made.operations}
        names = {"startTime": "start"}
        times = {names.get(key, key): value for key, value in values.items() if key in ("frequency", "interval", "startTime")}
        texts = {key: value for key, value in values.items() if key in ("name", "description")}
        state = {"enable": "enabled", "disable": "disabled", None: made.target.state}[made.turn]
        schedule = dataclasses.replace(made.target.schedule, **times)
        seen = seen.updated(dataclasses.replace(made.target, schedule=schedule, state=state, **texts))
        rules = made.rules or rules
    return seen, rules


@given(wanted_ones, st.tuples(flows(1), flows(2)), st.booleans(), st.sampled_from(RULES))
def test_an_applied_plan_leaves_nothing_to_do(
    desired: Desired, there: tuple[tuple[Flow, Source, Target], ...], only_one: bool, stored: frozenset[Rule]
) -> None:
    note(f"{desired}\n{there}")
    there = there[:1] if only_one else there
    seen = Seen(tuple(one[0] for one in there), tuple(one[1] for one in there), tuple(one[2] for one in there))
    try:
        made = plan(case(desired, seen, stored))
    except PlanError as error:
        assert str(error).endswith(".")
        return
    for flow in made.leftovers:  # nobody loses what is not ours, unless it was named by its id
        assert flow.id == desired.flow_id or find(dataclasses.replace(desired, flow_id=None), seen, PLACE)
        sources, targets = of_flow(PLACE, seen, flow)
        assert all("[aep.sources" in str(one.description) for one in seen.sources if one.id in sources)
        assert all("[aep.sources" in str(one.description) for one in seen.targets if one.id in targets)
    assert not (made.new and made.target and not desired.replace)
    assert made.action != "none" or not (made.operations or made.leftovers or made.turn or made.new)
    after, rules = applied(made, seen)
    again = dataclasses.replace(desired, flow_id=None) if made.new else desired
    for _round in range(2):  # what follows a replacement is planned when it can be seen
        made = plan(_with_new_first(case(again, after, rules or stored), made))
        assert not made.new, made.reasons
        after, changed = applied(made, after)
        rules = changed or rules
    assert made.action == "none", made.reasons
    enabled = [one for one in after.flows if one.state == "enabled" and one.id in ("flow-new", "flow-1")]
    assert len(enabled) < 2 or len({one.name for one in enabled}) == 2 or only_one is False


def _with_new_first(found: Case, made: Plan) -> Case:
    """Return the case of the new dataflow, as it is chosen of several with one mark: the one that is as wanted."""
    every = [found.target, *found.others] if found.target else []
    new = next((one for one in every if one.id == "flow-new"), None)
    if new is None:
        return found
    return dataclasses.replace(found, target=new, others=tuple(one for one in every if one is not new))


@given(flows(1), owners)
def test_halves_are_only_ours_and_only_what_nothing_uses(there: tuple[Flow, Source, Target], owner: str | None) -> None:
    flow, source, target = there
    identity = identity_of(PLACE, flow.name)
    assert halves(PLACE, Seen((flow,), (source,), (target,)), identity) == ([], [])
    place = dataclasses.replace(PLACE, owner=owner)
    for part_, found in zip((source, target), halves(place, Seen((), (source,), (target,)), identity), strict=True):
        is_marked = "[aep.sources" in str(part_.description)
        is_others = owner is not None and "owner=" in str(part_.description) and f"owner={owner} " not in str(part_.description)
        assert found == ([part_] if is_marked and not is_others else [])
