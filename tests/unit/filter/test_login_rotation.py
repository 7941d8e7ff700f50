"""Which login role is in use, from what the playbooks found in the database and in the sandboxes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.filter.login_rotation import FilterModule

LOGINS = ["aep_reader_a", "aep_reader_b"]
A, B = LOGINS
AFTER_ONE_ROTATION = [
    {"name": A, "unlocked": False, "comment": "aep.sources: idle"},
    {"name": B, "unlocked": True, "comment": "aep.sources: in use"},
]
INTERRUPTED = [
    {"name": A, "unlocked": True, "comment": "aep.sources: in use"},
    {"name": B, "unlocked": True, "comment": "aep.sources: next"},
]


def listed(name: str = "Shop", username: str | None = None) -> dict[str, Any]:
    return {"name": name, "id": f"id of {name}", "username": username}


def host(name: str, *connections: dict[str, Any], **more: Any) -> dict[str, Any]:
    found = {"login_roles_listed": {"connections": list(connections)}}
    return {"inventory_hostname": name, "bootstrap_connection": {"name": "Shop"}, **found, **more}


def compared(name: str = "Shop", **actions: Any) -> dict[str, Any]:
    """Return what came of comparing a connection with the credentials of each login role."""
    results = [
        {"item": login, "connections": [{"id": f"id of {name}", "action": action, "failed": False}]}
        for login, action in actions.items()
    ]
    return {"login_roles_compared": {"results": results}}


def found(hosts: list[dict[str, Any]], roles: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    result: dict[str, Any] = FilterModule().filters()["login_rotation"](hosts, roles, LOGINS, **more)
    return result


def test_before_anything_is_there() -> None:
    nothing = found([host("s1"), host("s2")], [])
    assert nothing["active"] == A
    assert nothing["logins"] == {"s1": A, "s2": A}
    assert nothing["marks"] == {A: "absent", B: "absent"}
    assert nothing["summary"] == "aep_reader_a is absent, aep_reader_b is absent"
    assert (
        nothing["rotation"]["problem"] == "Neither aep_reader_a nor aep_reader_b is in use: run the playbook bootstrap first."
    )


def test_a_login_that_a_connection_may_use_keeps_its_password() -> None:
    created = [{"name": A, "unlocked": True, "comment": "aep.sources: created"}]
    assert found([host("s1", listed())], created)["given"] == [A]
    assert found([host("s1")], created, left_out=["s2"])["given"] == [A]
    assert found([host("s1")], created)["given"] == []


def test_each_connection_keeps_its_login_while_both_can_log_in() -> None:
    between = found([host("s1", listed(username=B)), host("s2", listed(username=A)), host("s3")], INTERRUPTED)
    assert between["logins"] == {"s1": B, "s2": A, "s3": B}
    assert between["rotation"] == {"next": B, "former": A, "new_password": False, "problem": ""}
    assert between["kept"] == {A: "these use it: 'Shop' of sandbox 's2'", B: "these use it: 'Shop' of sandbox 's1'"}


def test_no_connection_keeps_a_login_that_is_locked_or_another() -> None:
    moved = found([host("s1", listed(username=A)), host("s2", listed(username="orders"))], AFTER_ONE_ROTATION)
    assert moved["logins"] == {"s1": B, "s2": B}
    assert (
        "aep_reader_a cannot log in or does not exist, and still these use it: 'Shop' of sandbox 's1'."
        in (moved["rotation"]["problem"])
    )


@pytest.mark.parametrize(
    ("actions", "login"),
    [
        ({A: "none", B: "update"}, A),
        ({A: "update", B: "none"}, B),
        ({A: "update", B: "update"}, None),
        ({A: "none", B: "none"}, None),  # without a key, nothing is ever different
        ({}, None),
    ],
)
def test_where_no_user_name_is_shown_the_mark_tells(actions: dict[str, str], login: str | None) -> None:
    hidden = found([host("s1", listed(), **compared(**actions))], INTERRUPTED)
    unclear = "it cannot be told whether these use it: 'Shop' of sandbox 's1'"
    users = {name: "these use it: 'Shop' of sandbox 's1'" if name == login else "" for name in LOGINS}
    assert hidden["kept"] == (users if login else {A: unclear, B: unclear})
    assert hidden["logins"] == {"s1": login or B}


def test_what_failed_to_be_compared_is_not_known() -> None:
    more = compared(**{A: "none"})
    more["login_roles_compared"]["results"][0]["connections"][0]["failed"] = True
    assert "cannot be told" in found([host("s1", listed(), **more)], INTERRUPTED)["kept"][A]
    skipped = {"login_roles_compared": {"results": [{"item": A, "skipped": True}]}}
    assert "cannot be told" in found([host("s1", listed(), **skipped)], INTERRUPTED)["kept"][A]


def test_every_connection_counts() -> None:
    one = host(
        "s1", listed(username=B), listed("By hand", username=A), listed("Elsewhere", username="orders"), listed("Hidden")
    )
    seen = found([one], INTERRUPTED)
    assert seen["kept"][A] == (
        "these use it: 'By hand' of sandbox 's1'; it cannot be told whether these use it: 'Hidden' of sandbox 's1'"
    )
    assert found([one], INTERRUPTED, ignored=["By hand", "Hidden"])["kept"][A] == ""


def test_a_throw_away_connection_does_not_count() -> None:
    one = host("s1", listed("aep.sources proof 0123456789ab", username=A), listed("aep.sources verification 01234567"))
    assert found([one], INTERRUPTED)["kept"] == {A: "", B: ""}


@pytest.mark.parametrize("result", [{}, {"login_roles_listed": {"failed": True, "msg": "no"}}])
def test_a_sandbox_that_could_not_be_looked_at_may_use_any(result: dict[str, Any]) -> None:
    unseen = {"inventory_hostname": "h2", "postgres_connections_sandbox": "s2", **result}
    said = "it cannot be told whether these use it: whatever is in sandbox 's2', which could not be looked at"
    assert found([host("s1", listed(username=B)), unseen], AFTER_ONE_ROTATION)["kept"][A] == said


def test_what_is_left_out_may_use_any() -> None:
    seen = found([host("s1", listed(username=B))], INTERRUPTED, left_out=["s2", "s3"])
    assert seen["kept"][A] == "these were left out and may use it: s2, s3"


def test_what_became_of_them() -> None:
    gone = found([host("s1")], [], before=AFTER_ONE_ROTATION)
    assert gone["summary"] == "aep_reader_a is removed, aep_reader_b is removed"
    assert found([], AFTER_ONE_ROTATION)["summary"] == "aep_reader_a is locked, aep_reader_b is active"
    assert found([], INTERRUPTED)["summary"] == "aep_reader_a is active, aep_reader_b is next"
    assert found([], [{"name": A, "unlocked": True, "comment": None}])["marks"][A] == "foreign"
