from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.filter.report_changes import report_changes


def one(name: str = "Orders", **changes: Any) -> dict[str, Any]:
    known = {"name": name, "id": f"id-{name}", "anchor": f"dev/{name}", "status": "works", "state": "enabled", "failing": []}
    return {**known, "dataflows": [], "drift": False, "defined": True, "foreign": False, **changes}


def report(*connections: dict[str, Any], name: str = "dev", problem: str = "") -> dict[str, Any]:
    return {"sandboxes": [{"name": name, "anchor": name, "problem": problem, "connections": list(connections)}]}


def changes(now: dict[str, Any], before: dict[str, Any]) -> list[tuple[str, str]]:
    result = report_changes(now, json.dumps({"generated_at": "2026-03-22T09:00:00Z", **before}))
    assert result["since"] == "2026-03-22T09:00:00Z"
    return [(change["name"], change["text"]) for change in result["changes"]]


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (one(status="fails"), one(), "does not work, before: works"),
        (one(drift=True), one(), "is not as defined any more"),
        (one(), one(drift=True), "is as defined again"),
        (one(foreign=True, defined=False), one(), "is not in the definitions any more"),
        (one(), one(foreign=True), "is in the definitions now"),
        (one(state="disabled"), one(), "its state is disabled, before: enabled"),
        (one(failing=["a", "b"]), one(), "dataflows that are failing: 2, before: 0"),
        (one("New", id="id-Orders"), one(), "was named 'Orders'"),
        (one(), one(id=None, status="missing"), "works, before: is missing"),
        (one(id=None, status="missing"), one(), "is missing, before: works"),
        (one(id="another"), one(), "was made anew"),
    ],
)
def test_what_is_different(now: dict[str, Any], before: dict[str, Any], text: str) -> None:
    assert changes(report(now), report(before)) == [(now["name"], text)]


def test_what_is_the_same_is_not_said() -> None:
    assert changes(report(one(), one("B")), report(one("B"), one())) == []


def test_what_came_and_went() -> None:
    assert changes(report(one("B")), report(one("A"))) == [("B", "is new"), ("A", "is gone")]
    assert changes(report(one(id=None, status="absent")), report()) == [("Orders", "is absent")]
    assert changes(report(name="b"), report(name="a")) == [
        ("", "was not in the last report"),
        ("", "is not in this report any more"),
    ]


def test_what_nobody_could_see_has_not_changed() -> None:
    assert changes(report(problem="No token."), report(one())) == [("", "could not be inspected")]
    assert changes(report(one()), report(problem="No token.")) == [("", "can be inspected again")]
    assert changes(report(problem="No token."), report(one(), problem="No route.")) == []
    assert changes(report(one(dataflows=None)), report(one(failing=["a"]))) == []
    assert changes(report(one(failing=["a"])), report(one(dataflows=None))) == []


@pytest.mark.parametrize(
    "before", ["", "no JSON", "[]", "{}", "7", '{"sandboxes": [{}]}', '{"sandboxes": 7}', '{"sandboxes": {}}']
)
def test_a_report_that_cannot_be_read_is_none(before: str) -> None:
    assert report_changes(report(one()), before) == {"since": "", "changes": []}


@pytest.mark.parametrize("key", ["connections", "problem", "name"])
def test_a_report_of_another_version_is_none(key: str) -> None:
    before = report(one())
    del before["sandboxes"][0][key]
    assert report_changes(report(one()), json.dumps({"generated_at": "x", **before}))["changes"] == []
