"""Several connections in one task, on a strict wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., dict[str, Any]]
Item = Callable[..., dict[str, Any]]

BASE = "/data/foundation/flowservice/connections"
TASK: dict[str, Any] = {
    "sandbox": "dev",
    "ssl_mode_spellings": {"require": "Require"},
    "concurrency": 1,
    "defaults": {"server": "db.example.com", "database": "orders", "update_credentials": "on_create", "test": "never"},
    "connections": [{"name": "A", "credentials": "reader"}, {"name": "B", "credentials": "reader"}],
    "credentials": {"reader": {"username": "the-reader", "password": "s3cret-password"}},
}


def body(name: str) -> dict[str, Any]:
    params = {
        "server": "db.example.com",
        "port": "5432",
        "database": "orders",
        "username": "the-reader",
        "password": "s3cret-password",
        "sslMode": "Require",
    }
    return {
        "name": name,
        "auth": {"specName": "Basic Authentication", "params": params},
        "connectionSpec": {"id": "74a1c565-4e59-48d7-9d67-7c03b8a13137", "version": "1.0"},
    }


@pytest.fixture
def run(run_module: Run, who: dict[str, Any]) -> Run:
    def connections(options: dict[str, Any], **how: Any) -> dict[str, Any]:
        result = run_module("aep_postgres_connections", {**who, **options}, **how)
        assert "s3cret" not in str(result)
        return result

    return connections


def test_one_look_serves_all(run: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item("A"), item("B", id="id-2"))
    result = run(TASK)
    assert not result["changed"]
    assert [one["id"] for one in result["connections"]] == ["id-1", "id-2"]


def test_one_that_fails_does_not_stop_the_others(run: Run, wire: Any, item: Item) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=body("A"), status=400, answer={"message": "no"})
    wire.expect("POST", BASE, body=body("B"), status=201, answer={"id": "id-2", "etag": "x"})
    wire.expect_list(item("B", id="id-2"))
    result = run(TASK, diff=True)
    assert [(one["name"], one["action"], one["failed"]) for one in result["connections"]] == [
        ("A", "none", True),
        ("B", "create", False),
    ]
    assert result["changed"]
    assert result["msg"].startswith("1 of 2 base connections of sandbox 'dev' failed. Could not create base connection 'A'")
    assert [one["after_header"] for one in result["diff"]] == ["B"]
    assert result["diff"][0]["after"]["auth"]["username"] == "the-reader"


def test_a_list_that_fails_after_a_create_fails_nothing_else(run: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item("A", description="old"))
    wire.expect("POST", BASE, body=body("B"), status=201, answer={"id": "id-2", "etag": "x"})
    wire.expect_list(status=403)
    result = run(TASK)
    assert [(one["id"], one["action"], one["failed"]) for one in result["connections"]] == [
        ("id-1", "none", False),
        ("id-2", "create", True),
    ]


def test_nothing_listed_sends_nothing(run: Run) -> None:
    result = run({**TASK, "connections": []})
    assert (result["changed"], result["connections"]) == (False, [])


def test_a_sandbox_that_cannot_be_listed(run: Run, wire: Any) -> None:
    wire.expect_list(status=404)
    result = run(TASK)
    assert result["msg"].startswith("Could not list the base connections of sandbox 'dev': 404")


def test_bad_input_of_one_is_refused_before_anything_is_sent(run: Run) -> None:
    result = run({**TASK, "connections": [*TASK["connections"], {"name": "C", "port": 0, "credentials": "reader"}]})
    assert result["msg"].startswith("connections, 'C': port 0 is out of range")


def test_purge_removes_what_carries_our_mark_and_nothing_else(run: Run, wire: Any, item: Item) -> None:
    marker = "[aep.sources:1:0123456789abcdefghijkl]"
    ours = item("Old", id="id-3", description=f"text {marker}")
    garbled = item("Garbled", id="id-4", description="text [aep.sources:1:cut")
    foreign = item("Foreign", id="id-5", description="by hand")
    failed = item("Failed", id="id-6", description="[aep.sources:1:failed]")
    wire.expect_list(item("A"), item("B", id="id-2"), ours, garbled, foreign, failed)
    for gone in ("id-3", "id-6"):
        wire.expect("DELETE", f"{BASE}/{gone}", status=204)
        wire.expect("GET", f"{BASE}/{gone}", status=404)
    result = run({**TASK, "purge": True})
    assert [(one["name"], one["action"], one["reasons"]) for one in result["connections"]] == [
        ("A", "none", []),
        ("B", "none", []),
        ("Old", "delete", ["it is not listed any more"]),
        ("Failed", "delete", ["it is not listed any more"]),
    ]


def test_purge_keeps_what_is_meant_by_its_id(run: Run, wire: Any, item: Item) -> None:
    marker = "[aep.sources:1:0123456789abcdefghijkl]"
    wire.expect_list(item("New name", description=marker))
    result = run({**TASK, "purge": True, "connections": [{"connection_id": "id-1"}], "defaults": {}}, check=True)
    assert [one["action"] for one in result["connections"]] == ["none"]


def test_purge_with_nothing_listed_removes_all_of_ours(run: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item("Old", description="[aep.sources:1:0123456789abcdefghijkl]"))
    result = run({**TASK, "purge": True, "connections": []}, check=True)
    assert [(one["name"], one["action"]) for one in result["connections"]] == [("Old", "delete")]


def test_bad_concurrency(run: Run) -> None:
    assert run({**TASK, "concurrency": 0})["msg"].startswith("concurrency is 0")
