"""Several connections in one task, on a strict wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from orders import described

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


def test_what_differs_and_is_left_alone_is_in_the_result(run: Run, wire: Any, item: Item) -> None:
    def shown(server: str) -> dict[str, Any]:
        params = {**body("A")["auth"]["params"], "server": server, "password": "******"}
        return {"specName": "Basic Authentication", "params": params}

    wire.expect_list(item("A", auth=shown("old.example.com")), item("B", id="id-2", auth=shown("db.example.com")))
    result = run(TASK)
    left = "server differs: old.example.com → db.example.com (left alone, as update_credentials is on_create)"
    assert [(one["action"], one["left_alone"]) for one in result["connections"]] == [("none", [left]), ("none", [])]
    assert left in str(result["warnings"])


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


PURGE = {**TASK, "owner": "team-a", "purge": True}


def test_purge_removes_what_carries_the_owners_mark_and_nothing_else(run: Run, wire: Any, item: Item) -> None:
    ours = described("text", name="Old", owner="team-a")
    others = {
        "Of another owner": described("", name="Of another owner", owner="team-b"),
        "Of nobody": described("", name="Of nobody"),
        "Copied": ours,
        "Garbled": "text [aep.sources owner=team-a complete cut",
        "Of another key": described("", name="Of another key", owner="team-a").replace("complete ", "complete x"),
        "Foreign": "by hand",
    }
    pending = item("Pending", id="id-6", description=described("", "pending", "Pending", "team-a"))
    left = [item(name, id=f"other-{name}", description=text) for name, text in others.items()]
    wire.expect_list(item("A"), item("B", id="id-2"), item("Old", id="id-3", description=ours), *left, pending)
    for gone in ("id-3", "id-6"):
        wire.expect("DELETE", f"{BASE}/{gone}", status=204)
        wire.expect("GET", f"{BASE}/{gone}", status=404)
    result = run(PURGE)
    assert [(one["name"], one["action"], one["reasons"]) for one in result["connections"]] == [
        ("A", "none", []),
        ("B", "none", []),
        ("Old", "delete", ["it is not listed any more"]),
        ("Pending", "delete", ["it is not listed any more"]),
    ]


def test_purge_keeps_what_is_meant_by_its_id(run: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item("New name", description=described("", name="New name", owner="team-a")))
    result = run({**PURGE, "connections": [{"connection_id": "id-1"}], "defaults": {}}, check=True)
    assert [one["action"] for one in result["connections"]] == ["none"]


def test_purge_with_nothing_listed_removes_all_of_ours_when_that_is_said(run: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item("Old", description=described("", name="Old", owner="team-a")))
    result = run({**PURGE, "purge_all": True, "connections": []}, check=True)
    assert [(one["name"], one["action"]) for one in result["connections"]] == [("Old", "delete")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"owner": None}, "purge needs owner: "),
        ({"owner": "Team A"}, "owner 'Team A' is no short name: "),
        ({"connections": []}, "connections has none to be present, so purge would remove all of the owner: "),
        ({"connections": [{"name": "A", "state": "absent"}]}, "connections has none to be present, "),
        ({"client_secret": None}, "purge needs fingerprint_key or client_secret, "),
    ],
)
def test_a_purge_that_could_remove_too_much_is_refused(run: Run, options: dict[str, Any], said: str) -> None:
    assert run({**PURGE, **options})["msg"].startswith(said)


def test_a_purge_waits_until_it_is_clear_what_is_wanted(run: Run, wire: Any, item: Item) -> None:
    """The connection that a wrong connection_id means is not listed by its name."""
    wire.expect_list(
        item("A"), item("B", id="id-2"), item("Old", id="id-3", description=described("", name="Old", owner="team-a"))
    )
    result = run(
        {**PURGE, "connections": [*TASK["connections"], {"name": "New", "connection_id": "wrong", "credentials": "reader"}]}
    )
    assert [one["action"] for one in result["connections"]] == ["none", "none", "none"]
    assert "nothing was purged" in str(result["warnings"])


def test_a_purge_names_what_it_leaves_as_another_key_marked_it(run: Run, wire: Any, item: Item) -> None:
    wire.expect_list(
        item("A"), item("B", id="id-2"), item("Old", id="id-3", description=described("", name="Old", owner="team-a"))
    )
    result = run({**PURGE, "fingerprint_key": "another-key-of-ours"})
    assert [one["name"] for one in result["connections"]] == ["A", "B"]
    assert "'Old' stay" in str(result["warnings"])


def test_what_an_interrupted_run_left_behind_is_removed(run: Run, wire: Any, item: Item) -> None:
    name = "aep.sources proof 0123456789ab"
    left = item(name, id="id-3", description=described("", "proof", name))
    others = item(name, id="id-4", description=described("", "proof", name, "team-b"))
    wire.expect_list(item("A"), item("B", id="id-2"), left, others)
    wire.expect("DELETE", f"{BASE}/id-3", status=204)
    wire.expect("GET", f"{BASE}/id-3", status=404)
    result = run(TASK)
    assert [one["reasons"] for one in result["connections"]] == [[], [], ["an interrupted run left it behind"]]


def test_bad_concurrency(run: Run) -> None:
    assert run({**TASK, "concurrency": 0})["msg"].startswith("concurrency is 0")
