"""Every situation of a dataflow, in check mode first: nothing is written then, and the run after it does what was predicted.

The same table stands in the documentation; a test holds the two equal.
"""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from dataflow_situations import ITS_ID, REFUSED, SITUATIONS, Situation
from flows_there import Place

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "what_makes_a_dataflow_changed.md"
READS = ("list_all", "get_one", "explore", "validate", "list_mappings", "ims.", "tcp")
NOTHING_DONE = {"action": "none", "reasons": []}


def flows(place: Place) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = place.client("GET", "/flows").json()["items"]
    return found


def prepare(place: Place, situation: Situation) -> None:
    place.begin()
    place.make_connection("Other")
    place.make_dataset("Other")
    if situation.there is not None:
        made = place.run(situation.there, **situation.made)
        assert not made.get("failed"), made["msg"]
    for operation in situation.drift:
        [one] = flows(place)
        address = f"/flows/{one['id']}"
        if operation == {"op": "disable"}:
            assert place.client("POST", f"{address}/action?op=disable").ok
        else:
            assert place.client("PATCH", address, json=[operation], headers={"If-Match": one["etag"]}).ok


def outcome(result: dict[str, Any]) -> tuple[str, str]:
    """Return what was done, and why."""
    [one] = result["dataflows"] or [NOTHING_DONE]
    return (REFUSED, one["msg"]) if one.get("failed") else (one["action"], "; ".join(one["reasons"]))


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.title)
def test_prediction_and_run_agree(place: Place, situation: Situation) -> None:
    prepare(place, situation)
    before = flows(place)
    asked = [situation.asked] if situation.asked else []
    if ITS_ID in str(asked):
        asked = [{**situation.asked, "flow_id": before[0]["id"]}]

    place.client.admin("DELETE", "counters")
    predicted = place.run(*asked, check=True, **situation.options)
    counted = place.client.admin("GET", "counters")
    assert not [name for name in counted if not any(one in name for one in READS)], "check mode wrote something"
    assert flows(place) == before

    done = place.run(*asked, **situation.options)
    for result in (predicted, done):
        action, said = outcome(result)
        assert (action, situation.says in said) == (situation.action, True), said
        assert result["changed"] == (situation.action not in ("none", REFUSED))
    assert outcome(predicted) == outcome(done)
    assert predicted["diff"] == done["diff"]
    if situation.action == REFUSED:
        assert flows(place) == before
    assert outcome(place.run(*asked, **situation.options))[0] == situation.again


def row(situation: Situation) -> str:
    says = f"`{situation.says}`" if situation.says else ""
    return f"| {situation.title} | {situation.action} | {says} | {situation.again} |"


def test_the_page_shows_the_same_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = [row(one) for one in SITUATIONS if row(one) not in text]
    assert not missing, "put these rows into the page:\n" + "\n".join(missing)
    assert text.count("\n| ") == len(SITUATIONS) + 1, "the page has a row that no situation stands behind"
