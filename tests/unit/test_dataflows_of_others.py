"""Dataflows that somebody else made, or parts of them: refused, adopted, left alone; on the strict wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.dataflow.parts import SOURCE, TARGET, marked
from flowing import (
    FLOWS,
    GOOD,
    IDENTITY,
    MARK,
    NAME,
    PLACE,
    Flowing,
    described,
    replaced,
    shown_flow,
    shown_set,
    shown_source,
    shown_target,
    told,
)

Run = Callable[..., dict[str, Any]]


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
    run_dataflow: Run, flows: Flowing, description: str, reason: str, state: str
) -> None:
    flows.one(description=description)
    said = run_dataflow({**GOOD, "state": state})["msg"]
    assert f"Dataflow '{NAME}' (flow-1)" in said
    assert reason in said


def test_one_of_another_key_is_refused_with_its_id(run_dataflow: Run, flows: Flowing) -> None:
    flows.one()
    said = run_dataflow({**GOOD, "fingerprint_key": "another-key-of-somebody"})["msg"]
    assert "(flow-1) is marked with another key, so whose it is cannot be told" in said


def test_one_of_another_owner_is_refused_and_one_of_none_is_taken(run_dataflow: Run, flows: Flowing) -> None:
    flows.one(description=described(NAME, owner="team-b"))
    assert "belongs to owner 'team-b', not to 'team-a'" in run_dataflow({**GOOD, "owner": "team-a"})["msg"]
    flows.one()
    flows.patched(replaced("/description", described(NAME, owner="team-a")))
    flows.look()
    assert told(run_dataflow({"sandbox": "dev", "name": NAME, "owner": "team-a"})) == (
        "update",
        ["owner differs: none → team-a"],
    )


def test_one_that_somebody_renamed_is_not_made_again(run_dataflow: Run, flows: Flowing) -> None:
    flows.one(name="Renamed")
    assert "Dataflow 'Renamed' (flow-1) was 'Orders daily' until somebody renamed it" in run_dataflow(GOOD)["msg"]


def test_flow_id_adopts_a_dataflow_and_leaves_its_parts_alone(run_dataflow: Run, flows: Flowing) -> None:
    foreign = {"description": "by hand"}
    lists = ((shown_flow(**foreign),), (shown_source(**foreign),), (shown_target(**foreign),))
    flows.lists(*lists)
    flows.patched(replaced("/description", f"by hand {MARK}"))
    flows.look(shown_flow(description=f"by hand {MARK}"))
    result = run_dataflow({"sandbox": "dev", "flow_id": "flow-1"})
    assert told(result) == ("update", ["it carries no mark of this collection and key, so it is adopted"])
    flows.lists((shown_flow(description=f"by hand {MARK}"),), *lists[1:])
    flows.expect("DELETE", f"{FLOWS}/flow-1", status=204)
    flows.expect("GET", f"{FLOWS}/flow-1", status=404)
    flows.mapping(version=None, answer=shown_set(name="theirs"))
    result = run_dataflow({"sandbox": "dev", "name": NAME, "state": "absent"})
    assert told(result)[0] == "delete"
    assert "connections that this collection did not make stay: source-1, target-1" in str(result["warnings"])


def test_a_renamed_one_keeps_its_parts(run_dataflow: Run, flows: Flowing) -> None:
    flows.one()
    flows.patched(replaced("/description", described("New")), replaced("/name", "New"))
    flows.look(shown_flow(name="New", description=described("New")))
    result = run_dataflow({"sandbox": "dev", "flow_id": "flow-1", "name": "New"})
    assert told(result) == ("update", ["name differs: Orders daily → New"])
    flows.one(name="New", description=described("New"))
    flows.removed()
    assert told(run_dataflow({"sandbox": "dev", "name": "New", "state": "absent"}))[0] == "delete"


def test_parts_of_others_are_nobodys(run_dataflow: Run, flows: Flowing) -> None:
    """Neither without a mark, nor with that of another owner or of another kind of thing."""
    owners = marked(PLACE, SOURCE, IDENTITY, "", "team-b")
    sources = (shown_source(1, description="by hand"), shown_source(2, description=owners))
    targets = (shown_target(1, description=marked(PLACE, SOURCE, IDENTITY, "", None)),)
    flows.lists((), sources, targets)
    assert TARGET not in targets[0]["description"]
    assert not run_dataflow({"sandbox": "dev", "name": NAME, "state": "absent", "owner": "team-a"})["changed"]
