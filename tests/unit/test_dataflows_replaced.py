"""Dataflows that cannot be changed: refused, or replaced without two that are enabled; on the strict wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flowing import (
    EXPLORE,
    FLOW_BODY,
    FLOWS,
    GOOD,
    MAPPING_BODY,
    MARK,
    NAME,
    SETS,
    SOURCE_BODY,
    SOURCES,
    TARGET_BODY,
    TARGETS,
    Flowing,
    replaced,
    shown_flow,
    shown_set,
    shown_source,
    shown_target,
    told,
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
    "scheduleParams": {**FLOW_BODY["scheduleParams"], "backfill": True},  # as the former one has it
}
LATER_FLOW = shown_flow("flow-2", 2, transformations=NEW_FLOW["transformations"])
REASON = f"table differs: public.orders → {OTHER}"
LONG_AGO, JUST_NOW = 1, 32503680000000


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
def test_what_cannot_be_changed_is_refused(run_dataflow: Run, flows: Flowing, check: bool) -> None:
    flows.one()
    flows.mapping()
    flows.expect("GET", EXPLORE, query={"objectType": "table", "object": "public.orders"}, answer=flows.columns_answer())
    said = run_dataflow({**REPLACED, "replace": False}, check=check)["msg"]
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
def test_each_thing_that_cannot_be_changed(run_dataflow: Run, flows: Flowing, options: Any, stored: Any, reason: str) -> None:
    flows.one(**stored)
    if "dataset" in options:
        dataset = {"name": "Other", "schemaRef": {"id": "s"}}
        flows.expect("GET", f"/data/foundation/catalog/dataSets/{'b' * 24}", answer={"b" * 24: dataset})
    assert reason in run_dataflow({"sandbox": "dev", "name": NAME, **options})["msg"]


def test_replacing_never_has_both_enabled(run_dataflow: Run, flows: Flowing) -> None:
    flows.one()
    looked_up(flows)
    parts_created(flows)
    flows.turned("disable")
    flows.post(FLOWS, NEW_FLOW, 2)
    both(flows)
    removed_former(flows)
    result = run_dataflow(REPLACED)
    assert told(result) == ("replace", [REASON])
    assert (result["dataflow"]["id"], result["dataflow"]["table"]) == ("flow-2", OTHER)


def test_check_mode_predicts_a_replacement(run_dataflow: Run, flows: Flowing) -> None:
    flows.one()
    looked_up(flows)
    result = run_dataflow(REPLACED, check=True, diff=True)
    assert told(result) == ("replace", [REASON])
    shown = {side: (one["table"], one["interval"], one["mark"]) for side, one in result["diff"].items()}
    assert shown == {"before": ("public.orders", 1, MARK), "after": (OTHER, 1, MARK)}


def test_the_former_one_is_enabled_again_if_the_new_one_is_refused(run_dataflow: Run, flows: Flowing) -> None:
    flows.one()
    looked_up(flows)
    parts_created(flows)
    flows.turned("disable")
    flows.expect("POST", FLOWS, body=NEW_FLOW, status=400, answer={"message": "no"})
    new = (shown_source(2, params=NEW_SOURCE["params"]), shown_target(2))
    flows.lists((shown_flow(state="disabled"),), (shown_source(), new[0]), (shown_target(), new[1]))
    flows.look(shown_flow(state="disabled"))
    flows.turned("enable")
    assert "Could not create dataflow 'Orders daily' in sandbox 'dev': 400" in run_dataflow(REPLACED)["msg"]


def test_an_interrupted_replacement_is_completed(run_dataflow: Run, flows: Flowing) -> None:
    both(flows)
    removed_former(flows, explored=False)
    result = run_dataflow(REPLACED)
    assert told(result)[0] == "update"
    assert result["dataflow"]["id"] == "flow-2"


def test_an_adopted_one_that_is_renamed_and_replaced_is_found_again(run_dataflow: Run, flows: Flowing) -> None:
    """It gets the mark and the name of the new one first, so that it is removed whatever happens in between."""
    foreign = {"description": "by hand", "name": "Theirs"}
    flows.lists((shown_flow(**foreign),), (shown_source(**foreign),), (shown_target(**foreign),))
    looked_up(flows)
    parts_created(flows)
    flows.patched(replaced("/description", f"by hand {MARK}"), replaced("/name", NAME))
    flows.look(shown_flow(description=f"by hand {MARK}"))
    flows.turned("disable")
    flows.post(FLOWS, {**NEW_FLOW, "description": f"by hand {MARK}"}, 2)
    former = shown_flow(state="disabled", description=f"by hand {MARK}")
    sources = (shown_source(**foreign), shown_source(2, params=NEW_SOURCE["params"]))
    flows.lists((former, LATER_FLOW), sources, (shown_target(**foreign), shown_target(2)))
    flows.mapping()
    flows.expect("GET", f"{SETS}/set-2", query={"version": "0"}, answer=shown_set(id="set-2"))
    flows.look(LATER_FLOW)
    flows.expect("DELETE", f"{FLOWS}/flow-1", status=204)
    flows.expect("GET", f"{FLOWS}/flow-1", status=404)
    flows.mapping(version=None, answer=shown_set(name="theirs"))
    result = run_dataflow({**REPLACED, "flow_id": "flow-1"})
    assert told(result) == ("replace", [REASON])
    assert result["dataflow"]["id"] == "flow-2"


@pytest.mark.parametrize("options", [{}, {"flow_id": "flow-1"}])
def test_a_lost_answer_to_the_new_one_never_enables_both(run_dataflow: Run, flows: Flowing, options: Any) -> None:
    """Even with the ID of the former one, whose name the new one has by then."""
    flows.one()
    looked_up(flows)
    parts_created(flows)
    flows.turned("disable")
    flows.expect("POST", FLOWS, body=NEW_FLOW, status=503, answer={})
    both(flows)
    removed_former(flows)
    result = run_dataflow({**REPLACED, **options})
    assert told(result) == ("replace", [REASON])
    assert result["dataflow"]["id"] == "flow-2"


def test_the_former_one_stays_disabled_if_nobody_can_say_whether_the_new_one_is_there(
    run_dataflow: Run, flows: Flowing
) -> None:
    """Even if what failed in the end is something else than the lost answer."""
    flows.one()
    looked_up(flows)
    parts_created(flows)
    flows.turned("disable")
    flows.expect("POST", FLOWS, body=NEW_FLOW, status=503, answer={})
    sources = (shown_source(), shown_source(2, params=NEW_SOURCE["params"]))
    twice = {**LATER_FLOW, "name": NAME, "description": "changed by hand"}
    former = shown_flow(state="disabled", description="changed by hand")
    flows.lists((former, twice), sources, (shown_target(), shown_target(2)))
    result = run_dataflow(REPLACED)
    assert "was not made by this collection" in result["msg"]
    assert "so the former one stays disabled until the next run" in str(result["warnings"])


@pytest.mark.parametrize("state", ["updating", None])
def test_one_that_may_be_running_is_disabled_too(run_dataflow: Run, flows: Flowing, state: str | None) -> None:
    flows.one(state=state)
    looked_up(flows)
    parts_created(flows)
    flows.turned("disable")  # which is waited for in any case
    flows.post(FLOWS, NEW_FLOW, 2)
    both(flows)
    flows.mapping()
    flows.expect("GET", f"{SETS}/set-2", query={"version": "0"}, answer=shown_set(id="set-2"))
    flows.look(LATER_FLOW)
    flows.expect("DELETE", f"{FLOWS}/flow-1", status=204)
    flows.mapping(version=None)
    flows.expect("DELETE", f"{SETS}/set-1", status=204)
    flows.expect("DELETE", f"{TARGETS}/target-1", status=204)
    flows.expect("DELETE", f"{SOURCES}/source-1", status=204)
    assert told(run_dataflow({**REPLACED, "wait": False})) == ("replace", [REASON])


def test_the_new_one_keeps_that_the_former_one_read_no_older_rows(run_dataflow: Run, flows: Flowing) -> None:
    times = {"startTime": "32472144000", "frequency": "hour", "interval": "1", "backfill": "false"}
    flows.one(scheduleParams=times)
    looked_up(flows)
    after = run_dataflow(REPLACED, check=True, diff=True)["diff"]["after"]
    assert after["backfill"] is False


def test_one_that_cannot_be_disabled_in_time_is_told(run_dataflow: Run, flows: Flowing) -> None:
    """It will be disabled in a moment, and nothing takes its place."""
    flows.one()
    looked_up(flows)
    parts_created(flows)
    flows.expect("POST", f"{FLOWS}/flow-1/action", query={"op": "disable"}, answer={"id": "flow-1", "etag": "e"})
    for _look in range(4):
        flows.look(shown_flow(state="disabling"))
    result = run_dataflow({**REPLACED, "wait_timeout": 1})
    assert "the service is still at work on it" in result["msg"]
    assert "the former dataflow could not be enabled again (the service is still at work on it)" in str(result["warnings"])
