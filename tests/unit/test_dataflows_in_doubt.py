"""Lost answers, interrupted runs and several at once: nothing is made twice, and nothing is left; on the strict wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flowing import (
    FLOW_BODY,
    FLOWS,
    GOOD,
    MAPPING_BODY,
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
}
LATER_FLOW = shown_flow("flow-2", 2, transformations=NEW_FLOW["transformations"])
REASON = f"table differs: public.orders → {OTHER}"
LONG_AGO, JUST_NOW = 1, 32503680000000


def test_what_an_interrupted_creation_left_is_used(run_dataflow: Run, flows: Flowing) -> None:
    flows.lists((), (shown_source(),), (shown_target(),))
    flows.looked_up()
    flows.named(shown_set())
    flows.post(FLOWS, FLOW_BODY)
    flows.one()
    flows.mapping()
    assert told(run_dataflow(GOOD)) == ("create", ["it does not exist"])


def test_what_does_not_fit_is_removed_when_no_run_can_be_using_it(run_dataflow: Run, flows: Flowing) -> None:
    """It may belong to a run that is at work, so one that was created just now stays."""
    old = shown_source(2, createdAt=LONG_AGO, params=NEW_SOURCE["params"])
    young = shown_source(3, createdAt=JUST_NOW, params=NEW_SOURCE["params"])
    options = {"sandbox": "dev", "name": NAME}
    flows.lists((shown_flow(),), (shown_source(), old, young), (shown_target(),))
    flows.named(shown_set(), shown_set(id="set-2", createdDate=LONG_AGO), shown_set(id="set-3", createdDate=JUST_NOW))
    flows.expect("DELETE", f"{SETS}/set-2", status=204)
    flows.expect("DELETE", f"{SOURCES}/source-2", status=204)
    assert told(run_dataflow(options)) == (
        "update",
        ["an interrupted run, or one at the same time, left something of it behind"],
    )
    flows.lists((shown_flow(),), (shown_source(), young), (shown_target(),))
    assert not run_dataflow(options)["changed"]


def test_absent_removes_what_an_interrupted_run_left(run_dataflow: Run, flows: Flowing) -> None:
    flows.lists((), (shown_source(),), (shown_target(createdAt=JUST_NOW),))
    flows.named(shown_set())
    flows.expect("DELETE", f"{SETS}/set-1", status=204)
    flows.expect("DELETE", f"{TARGETS}/target-1", status=204)
    flows.expect("DELETE", f"{SOURCES}/source-1", status=204)
    assert told(run_dataflow({"sandbox": "dev", "name": NAME, "state": "absent"}))[0] == "delete"


@pytest.mark.parametrize("lost", [SOURCES, TARGETS, SETS, FLOWS])
def test_a_lost_answer_makes_nothing_twice(run_dataflow: Run, flows: Flowing, lost: str) -> None:
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
    assert told(run_dataflow(GOOD)) == ("create", ["it does not exist"])


def test_the_older_of_two_at_once_stays(run_dataflow: Run, flows: Flowing) -> None:
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
    result = run_dataflow(GOOD)
    assert told(result) == ("create", ["it does not exist"])
    assert result["dataflow"]["id"] == "flow-0"


def test_a_service_that_deletes_no_mapping_sets_is_told(run_dataflow: Run, flows: Flowing) -> None:
    flows.one()
    flows.expect("DELETE", f"{FLOWS}/flow-1", status=204)
    flows.expect("GET", f"{FLOWS}/flow-1", status=404)
    flows.mapping(version=None)
    flows.expect("DELETE", f"{SETS}/set-1", status=405)
    flows.expect("DELETE", f"{TARGETS}/target-1", status=204)
    flows.expect("DELETE", f"{SOURCES}/source-1", status=404)
    result = run_dataflow({"sandbox": "dev", "name": NAME, "state": "absent"})
    assert told(result)[0] == "delete"
    assert "the service does not delete mapping sets, so set-1 stays" in str(result["warnings"])


def test_a_change_of_somebody_else_at_the_same_time_is_looked_at(run_dataflow: Run, flows: Flowing) -> None:
    flows.one()
    flows.patched(replaced("/scheduleParams/interval", 3), status=412)
    times = {"startTime": "32472144000", "frequency": "hour", "interval": "3"}
    flows.one(scheduleParams=times, etag='"etag-9"')
    assert not run_dataflow({"sandbox": "dev", "name": NAME, "schedule": {"interval": 3}})["changed"]


def test_what_the_service_shows_otherwise_is_not_made_again_and_again(run_dataflow: Run, flows: Flowing) -> None:
    flows.lists()
    flows.looked_up()
    flows.created()
    flows.lists((shown_flow(),), (shown_source(params={"tableName": "PUBLIC.ORDERS"}),), (shown_target(),))
    flows.mapping()
    said = run_dataflow({**GOOD, "replace": True})["msg"]
    assert "the service shows it otherwise than it was sent: table differs: PUBLIC.ORDERS → public.orders" in said
