"""The dataflows in definitions: which of them can be managed, and how they are said to compare."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.plugin_utils.defined_dataflows import (
    compared,
    has_dataflows,
    manageable,
    misplaced,
    without_dataflows,
)

HOURLY = {"name": "Orders hourly", "table": "public.orders"}
DEFINITIONS: list[dict[str, Any]] = [
    {"name": "Orders", "port": 5433, "dataflows": [HOURLY, {"flow_id": "f-9"}]},
    {"name": "Plain"},
    {"connection_id": "id-3", "dataflows": [{"name": "Customers"}]},
]


@pytest.mark.parametrize(
    ("definitions", "has"),
    [(DEFINITIONS, True), ([{"name": "a", "dataflows": []}], True), ([{"name": "a"}], False), ([], False), ("odd", False)],
)
def test_whether_there_are_dataflows(definitions: Any, has: bool) -> None:
    assert has_dataflows(definitions) is has


def test_definitions_without_dataflows() -> None:
    assert without_dataflows([*DEFINITIONS, "odd"]) == [
        {"name": "Orders", "port": 5433},
        {"name": "Plain"},
        {"connection_id": "id-3"},
        "odd",
    ]


def test_each_has_the_id_of_its_connection() -> None:
    connections = [{"id": "id-1", "failed": False}, {"id": "id-2"}, {"id": "id-3"}, {"id": "purged"}]
    assert manageable(DEFINITIONS, {"connections": connections}) == {
        "wanted": [
            {**HOURLY, "connection_id": "id-1"},
            {"flow_id": "f-9", "connection_id": "id-1"},
            {"name": "Customers", "connection_id": "id-3"},
        ],
        "left_out": [],
    }


@pytest.mark.parametrize(
    ("connection", "how"),
    [
        ({"id": "id-1", "failed": True}, "failed"),
        ({"id": None, "failed": True}, "failed"),
        ({"id": None, "failed": False, "action": "create"}, "does not exist yet"),
    ],
)
def test_those_of_a_connection_that_cannot_be_used_are_left_as_they_are(connection: dict[str, Any], how: str) -> None:
    found = manageable(DEFINITIONS, {"connections": [connection, {"id": "id-2"}, {"id": "id-3"}]})
    assert [one["name"] for one in found["wanted"]] == ["Customers"]
    assert found["left_out"] == [
        {
            "name": name,
            "connection": "Orders",
            "reason": f"its base connection {how}",
            "msg": f"Dataflow '{name}' was left as it is, as its base connection 'Orders' {how}.",
        }
        for name in ("Orders hourly", "f-9")
    ]


def test_nothing_is_wanted_where_nothing_is_known_of_the_connections() -> None:
    assert manageable(DEFINITIONS, {"msg": "It could not list them."}) == {"wanted": [], "left_out": []}


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ({"dataflows": {"name": "x"}}, "'Orders' has dataflows that are no list of dictionaries: give a list, or [] for none."),
        ({"dataflows": ["x"]}, "'Orders' has dataflows that are no list of dictionaries: give a list, or [] for none."),
        ({"dataflows": None}, "'Orders' has dataflows that are no list of dictionaries: give a list, or [] for none."),
        (
            {"dataflows": [{"name": "x", "connection": "Other"}]},
            "'Orders' has a dataflow with a connection of its own: leave it out, or move the dataflow to that definition.",
        ),
        (
            {"dataflows": [{"name": "x"}], "state": "absent"},
            "'Orders' has dataflows, but should be absent: set the state of each of them to absent first, and then its own.",
        ),
        ({"dataflows": [], "state": "absent"}, ""),
        ({"dataflows": [{"name": "x"}]}, ""),
        ({}, ""),
    ],
)
def test_what_a_definition_cannot_have(definition: dict[str, Any], said: str) -> None:
    assert misplaced([{"name": "First"}, {"name": "Orders", **definition}], None) == said


def test_a_state_that_is_a_default() -> None:
    assert "should be absent" in misplaced(DEFINITIONS, "absent")
    assert misplaced([{**one, "state": "present"} for one in DEFINITIONS], "absent") == ""


def test_how_they_compare() -> None:
    known = {"connection_id": "id-1", "reasons": [], "left_alone": [], "state": "enabled", "msg": ""}
    dataflows = [
        {**known, "name": "b", "id": "2", "action": "none"},
        {**known, "name": "c", "id": "3", "action": "update", "reasons": ["interval differs: 1 → 2"]},
        {**known, "name": "a", "id": "1", "action": "none", "left_alone": ["the table has columns that it does not read: x"]},
        {**known, "name": "d", "id": None, "action": "none", "msg": "There is no dataset 'x': correct dataset."},
    ]
    left_out = [{"name": "e", "connection": "Other", "reason": "its base connection failed", "msg": "..."}]
    rows = compared({"dataflows": dataflows}, left_out, {"id-1": "Orders"})
    assert [(row["name"], row["connection"], row["difference"], row["drift"], row["problem"]) for row in rows] == [
        ("a", "Orders", "left alone", True, ""),
        ("b", "Orders", "", False, ""),
        ("c", "Orders", "update", True, ""),
        ("d", "Orders", "", False, "There is no dataset 'x': correct dataset."),
        ("e", "Other", "not compared", False, ""),
    ]
    assert rows[2]["reasons"] == ["interval differs: 1 → 2"]
    assert rows[4]["reasons"] == ["its base connection failed"]
