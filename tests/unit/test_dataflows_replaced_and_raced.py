"""Dataflows that are replaced, adopted, refused, in doubt, or made by several at once: on the strict wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.dataflow.parts import SOURCE, TARGET, marked
from flowing import (
    EXPLORE,
    FLOW_BODY,
    FLOWS,
    GOOD,
    IDENTITY,
    MAPPING_BODY,
    MARK,
    NAME,
    PLACE,
    SETS,
    SOURCE_BODY,
    SOURCES,
    TARGET_BODY,
    TARGETS,
    Flowing,
    described,
    replaced,
    shown_flow,
    shown_set,
    shown_source,
    shown_target,
)

Run = Callable[..., dict[str, Any]]
OTHER = "public.returns"
REPLACED = {**GOOD, "table": OTHER, "replace": True}
NEW_SOURCE = {**SOURCE_BODY, "params": {**SOURCE_BODY["params"], "tableName": OTHER}}
NEW_FLOW = {
    **FLOW_BODY,
    "sourceConnectionIds": ["source-2"],
    "targetConnectionIds": ["target-2"],
    "transformations": [
        FLOW_BODY["transformations"][0],
        {"name": "Mapping", "params": {"mappingId": "set-2", "mappingVersion": "0"}},
    ],
}
LATER_FLOW = shown_flow("flow-2", 2, transformations=NEW_FLOW["transformations"])
REASON = f"table differs: public.orders → {OTHER}"
LONG_AGO, JUST_NOW = 1, 32503680000000


@pytest.fixture(name="run")
def _run(run_module: Run, who: dict[str, Any]) -> Run:
    return lambda options, **how: run_module("aep_postgres_dataflow", {**who, **options}, **how)


def told(result: dict[str, Any]) -> tuple[str, list[str]]:
    """Return the only action of a result, and its reasons."""
    assert "msg" not in result, result["msg"]
    [action] = result["actions"]
    return action["action"], action["reasons"]


def looked_up(flows: Flowing) -> None:
    """Expect what is asked before a dataflow is replaced."""
    flows.mapping()
    flows.schema()
    flows.expect("GET", EXPLORE, query={"objectType": "table", "object": OTHER}, answer=flows.columns_answer())
    flows.spec()
    flows.validation()


def parts_created(flows: Flowing) -> None:
    flows.post(SOURCES, NEW_SOURCE, 2)
    flows.post(TARGETS, TARGET_BODY, 2)
    flows.post(SETS, MAPPING_BODY, 2)


def both(flows: Flowing) -> None:
    """Expect the lists while both dataflows are there, the former one disabled."""
    sources = (shown_source(), shown_source(2, params=NEW_SOURCE["params"]))
    flows.lists((shown_flow(state="disabled"), LATER_FLOW), sources, (shown_target(), shown_target(2)))


def removed_former(flows: Flowing, *, explored: bool = True) -> None:
    """Expect the plan of what follows, and the former dataflow to be removed with its parts."""
    flows.mapping()
    flows.expect("GET", f"{SETS}/set-2", query={"version": "0"}, answer=shown_set(id="set-2"))
    if not explored:
        flows.expect("GET", EXPLORE, query={"objectType": "table", "object": OTHER}, answer=flows.columns_answer())
    flows.look(LATER_FLOW)
    flows.removed()


@pytest.mark.parametrize("check", [True, False])
def test_what_cannot_be_changed_is_refused(run: Run, flows: Flowing, check: bool) -> None:
    flows.one()
    flows.mapping()
    flows.expect("GET", EXPLORE, query={"objectType": "table", "object": "public.orders"}, answer=flows.columns_answer())
    said = run({**REPLACED, "replace": False}, check=check)["msg"]
    assert f"cannot be changed in this: {REASON}, but a dataflow keeps it for good. A new dataflow in its place ingests" in said
    assert "set replace to true if that is meant." in said


@pytest.mark.parametrize(
    ("options", "stored", "reason"),
    [
        ({"columns": ["id"]}, {}, "columns differs: ['id', 'placed'] → ['id'], but a dataflow keeps it"),
        ({"dataset": "b" * 24}, {}, f"dataset differs: {GOOD['dataset']} → {'b' * 24}, but a dataflow keeps it"),
        ({"connection_id": "base-2"}, {}, "connection differs: base-1 → base-2, but a dataflow keeps it"),
        ({"delta_column": "id"}, {}, "delta_column differs: placed → id, but a dataflow keeps it"),
        ({"schedule": {"backfill": False}}, {}, "backfill differs: True → False, but a dataflow keeps it"),
        (
            {"schedule": {"start": "2999-01-01T01:00:00Z"}},
            {"scheduleParams": {"startTime": "1", "frequency": "hour", "interval": "1"}},
            "start differs: 1970-01-01T00:00:01Z → 2999-01-01T01:00:00Z, but its start has passed",
        ),
        (
            {"schedule": {"frequency": "day", "interval": 1}},
            {"scheduleParams": {"startTime": "1", "frequency": "once"}},
            "frequency differs: once → day, but a dataflow that runs once stays so",
        ),
        ({"schedule": {"frequency": "once"}}, {}, "frequency differs: hour → once, but a dataflow that runs once stays so"),
    ],
)
def test_each_thing_that_cannot_be_changed(run: Run, flows: Flowing, options: Any, stored: Any, reason: str) -> None:
    flows.one(**stored)
    if "dataset" in options:
        dataset = {"name": "Other", "schemaRef": {"id": "s"}}
        flows.expect("GET", f"/data/foundation/catalog/dataSets/{'b' * 24}", answer={"b" * 24: dataset})
    assert reason in run({"sandbox": "dev", "name": NAME, **options})["msg"]


def test_replacing_never_has_both_enabled(run: Run, flows: Flowing) -> None:
    flows.one()
    looked_up(flows)
    parts_created(flows)
    flows.turned("disable")
    flows.post(FLOWS, NEW_FLOW, 2)
    both(flows)
    removed_former(flows)
    result = run(REPLACED)
    assert told(result) == ("replace", [REASON])
    assert (result["dataflow"]["id"], result["dataflow"]["table"]) == ("flow-2", OTHER)


def test_check_mode_predicts_a_replacement(run: Run, flows: Flowing) -> None:
    flows.one()
    looked_up(flows)
    result = run(REPLACED, check=True, diff=True)
    assert told(result) == ("replace", [REASON])
    shown = {side: (one["table"], one["interval"], one["mark"]) for side, one in result["diff"].items()}
    assert shown == {"before": ("public.orders", 1, MARK), "after": (OTHER, 1, MARK)}


def test_the_former_one_is_enabled_again_if_the_new_one_is_refused(run: Run, flows: Flowing) -> None:
    flows.one()
    looked_up(flows)
    parts_created(flows)
    flows.turned("disable")
    flows.expect("POST", FLOWS, body=NEW_FLOW, status=400, answer={"message": "no"})
    new = (shown_source(2, params=NEW_SOURCE["params"]), shown_target(2))
    flows.lists((shown_flow(state="disabled"),), (shown_source(), new[0]), (shown_target(), new[1]))
    flows.turned("enable")
    assert "Could not create dataflow 'Orders daily' in sandbox 'dev': 400" in run(REPLACED)["msg"]


def test_an_interrupted_replacement_is_completed(run: Run, flows: Flowing) -> None:
    both(flows)
    removed_former(flows, explored=False)
    result = run(REPLACED)
    assert told(result)[0] == "update"
    assert result["dataflow"]["id"] == "flow-2"


def test_what_an_interrupted_creation_left_is_used(run: Run, flows: Flowing) -> None:
    flows.lists((), (shown_source(),), (shown_target(),))
    flows.looked_up()
    flows.named(shown_set())
    flows.post(FLOWS, FLOW_BODY)
    flows.one()
    flows.mapping()
    assert told(run(GOOD)) == ("create", ["it does not exist"])


def test_what_does_not_fit_is_removed_when_no_run_can_be_using_it(run: Run, flows: Flowing) -> None:
    """It may belong to a run that is at work, so one that was created just now stays."""
    old = shown_source(2, createdAt=LONG_AGO, params=NEW_SOURCE["params"])
    young = shown_source(3, createdAt=JUST_NOW, params=NEW_SOURCE["params"])
    options = {"sandbox": "dev", "name": NAME}
    flows.lists((shown_flow(),), (shown_source(), old, young), (shown_target(),))
    flows.named(shown_set(), shown_set(id="set-2", createdDate=LONG_AGO), shown_set(id="set-3", createdDate=JUST_NOW))
    flows.expect("DELETE", f"{SETS}/set-2", status=204)
    flows.expect("DELETE", f"{SOURCES}/source-2", status=204)
    assert told(run(options)) == ("update", ["an interrupted run, or one at the same time, left something of it behind"])
    flows.lists((shown_flow(),), (shown_source(), young), (shown_target(),))
    assert not run(options)["changed"]


def test_absent_removes_what_an_interrupted_run_left(run: Run, flows: Flowing) -> None:
    flows.lists((), (shown_source(),), (shown_target(createdAt=JUST_NOW),))
    flows.named(shown_set())
    flows.expect("DELETE", f"{SETS}/set-1", status=204)
    flows.expect("DELETE", f"{TARGETS}/target-1", status=204)
    flows.expect("DELETE", f"{SOURCES}/source-1", status=204)
    assert told(run({"sandbox": "dev", "name": NAME, "state": "absent"}))[0] == "delete"


@pytest.mark.parametrize("lost", [SOURCES, TARGETS, SETS, FLOWS])
def test_a_lost_answer_makes_nothing_twice(run: Run, flows: Flowing, lost: str) -> None:
    bodies = {SOURCES: SOURCE_BODY, TARGETS: TARGET_BODY, SETS: MAPPING_BODY, FLOWS: FLOW_BODY}
    made = list(bodies)[: list(bodies).index(lost) + 1]
    flows.lists()
    flows.looked_up()
    for path in made[:-1]:
        flows.post(path, bodies[path])
    flows.expect("POST", lost, body=bodies[lost], status=503, answer={})
    sources = (shown_source(),)
    targets = (shown_target(),) if TARGETS in made else ()
    there = (shown_flow(),) if FLOWS in made else ()
    flows.lists(there, sources, targets)
    if lost == FLOWS:
        flows.mapping()
    else:
        if lost == SOURCES:
            flows.post(TARGETS, TARGET_BODY)
        flows.named(*([shown_set()] if SETS in made else []))
        if lost != SETS:
            flows.post(SETS, MAPPING_BODY)
        flows.post(FLOWS, FLOW_BODY)
        flows.one()
        flows.mapping()
    assert told(run(GOOD)) == ("create", ["it does not exist"])


def test_the_older_of_two_at_once_stays(run: Run, flows: Flowing) -> None:
    older = shown_flow("flow-0", 0)
    flows.lists()
    flows.looked_up()
    flows.created()
    flows.lists((shown_flow(), older), (shown_source(), shown_source(0)), (shown_target(), shown_target(0)))
    flows.mapping()
    flows.look(older)
    flows.expect("DELETE", f"{FLOWS}/flow-1", status=204)
    flows.expect("GET", f"{FLOWS}/flow-1", status=404)
    flows.expect("DELETE", f"{TARGETS}/target-1", status=204)  # both name the same mapping set here, so it stays
    flows.expect("DELETE", f"{SOURCES}/source-1", status=204)
    result = run(GOOD)
    assert told(result) == ("create", ["it does not exist"])
    assert result["dataflow"]["id"] == "flow-0"


@pytest.mark.parametrize("state", ["enabled", "absent"])
@pytest.mark.parametrize(
    ("description", "reason"),
    [
        ("by hand", "was not made by this collection, so nothing was changed: give its flow_id to adopt it"),
        (MARK.replace(MARK[-25:-20], "XXXXX"), "was not made by this collection, so nothing was changed"),
        (MARK.replace("dataflow ", "dataflow Zzzz")[: len(MARK) + 4], "was not made by this collection"),
    ],
)
def test_a_dataflow_of_somebody_else_is_refused_with_its_id(
    run: Run, flows: Flowing, description: str, reason: str, state: str
) -> None:
    flows.one(description=description)
    said = run({**GOOD, "state": state})["msg"]
    assert f"Dataflow '{NAME}' (flow-1)" in said
    assert reason in said


def test_one_of_another_key_is_refused_with_its_id(run: Run, flows: Flowing) -> None:
    flows.one()
    said = run({**GOOD, "fingerprint_key": "another-key-of-somebody"})["msg"]
    assert "(flow-1) is marked with another key, so whose it is cannot be told" in said


def test_one_of_another_owner_is_refused_and_one_of_none_is_taken(run: Run, flows: Flowing) -> None:
    flows.one(description=described(NAME, owner="team-b"))
    assert "belongs to owner 'team-b', not to 'team-a'" in run({**GOOD, "owner": "team-a"})["msg"]
    flows.one()
    flows.patched(replaced("/description", described(NAME, owner="team-a")))
    flows.look()
    assert told(run({"sandbox": "dev", "name": NAME, "owner": "team-a"})) == ("update", ["owner differs: none → team-a"])


def test_one_that_somebody_renamed_is_not_made_again(run: Run, flows: Flowing) -> None:
    flows.one(name="Renamed")
    assert "Dataflow 'Renamed' (flow-1) was 'Orders daily' until somebody renamed it" in run(GOOD)["msg"]


def test_flow_id_adopts_a_dataflow_and_leaves_its_parts_alone(run: Run, flows: Flowing) -> None:
    foreign = {"description": "by hand"}
    lists = ((shown_flow(**foreign),), (shown_source(**foreign),), (shown_target(**foreign),))
    flows.lists(*lists)
    flows.patched(replaced("/description", f"by hand {MARK}"))
    flows.look(shown_flow(description=f"by hand {MARK}"))
    result = run({"sandbox": "dev", "flow_id": "flow-1"})
    assert told(result) == ("update", ["it carries no mark of this collection and key, so it is adopted"])
    flows.lists((shown_flow(description=f"by hand {MARK}"),), *lists[1:])
    flows.expect("DELETE", f"{FLOWS}/flow-1", status=204)
    flows.expect("GET", f"{FLOWS}/flow-1", status=404)
    flows.mapping(version=None, answer=shown_set(name="theirs"))
    result = run({"sandbox": "dev", "name": NAME, "state": "absent"})
    assert told(result)[0] == "delete"
    assert "connections that this collection did not make stay: source-1, target-1" in str(result["warnings"])


def test_a_renamed_one_keeps_its_parts(run: Run, flows: Flowing) -> None:
    flows.one()
    flows.patched(replaced("/description", described("New")), replaced("/name", "New"))
    flows.look(shown_flow(name="New", description=described("New")))
    assert told(run({"sandbox": "dev", "flow_id": "flow-1", "name": "New"})) == ("update", ["name differs: Orders daily → New"])
    flows.one(name="New", description=described("New"))
    flows.removed()
    assert told(run({"sandbox": "dev", "name": "New", "state": "absent"}))[0] == "delete"


def test_parts_of_others_are_nobodys(run: Run, flows: Flowing) -> None:
    """Neither without a mark, nor with that of another owner or of another kind of thing."""
    owners = marked(PLACE, SOURCE, IDENTITY, "", "team-b")
    sources = (shown_source(1, description="by hand"), shown_source(2, description=owners))
    targets = (shown_target(1, description=marked(PLACE, SOURCE, IDENTITY, "", None)),)
    flows.lists((), sources, targets)
    assert TARGET not in targets[0]["description"]
    assert not run({"sandbox": "dev", "name": NAME, "state": "absent", "owner": "team-a"})["changed"]


def test_a_service_that_deletes_no_mapping_sets_is_told(run: Run, flows: Flowing) -> None:
    flows.one()
    flows.expect("DELETE", f"{FLOWS}/flow-1", status=204)
    flows.expect("GET", f"{FLOWS}/flow-1", status=404)
    flows.mapping(version=None)
    flows.expect("DELETE", f"{SETS}/set-1", status=405)
    flows.expect("DELETE", f"{TARGETS}/target-1", status=204)
    flows.expect("DELETE", f"{SOURCES}/source-1", status=404)
    result = run({"sandbox": "dev", "name": NAME, "state": "absent"})
    assert told(result)[0] == "delete"
    assert "the service does not delete mapping sets, so set-1 stays" in str(result["warnings"])


def test_a_change_of_somebody_else_at_the_same_time_is_looked_at(run: Run, flows: Flowing) -> None:
    flows.one()
    flows.patched(replaced("/scheduleParams/interval", 3), status=412)
    times = {"startTime": "32472144000", "frequency": "hour", "interval": "3"}
    flows.one(scheduleParams=times, etag='"etag-9"')
    assert not run({"sandbox": "dev", "name": NAME, "schedule": {"interval": 3}})["changed"]


def test_what_the_service_shows_otherwise_is_not_made_again_and_again(run: Run, flows: Flowing) -> None:
    flows.lists()
    flows.looked_up()
    flows.created()
    flows.lists((shown_flow(),), (shown_source(params={"tableName": "PUBLIC.ORDERS"}),), (shown_target(),))
    flows.mapping()
    said = run({**GOOD, "replace": True})["msg"]
    assert "the service shows it otherwise than it was sent: table differs: PUBLIC.ORDERS → public.orders" in said
