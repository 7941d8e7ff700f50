"""A step that fails loses nothing of what is known of its connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from orders import BASE, BASIC, BODY, CREATED, PARAMS, UNPROVEN, described

Run = Callable[..., dict[str, Any]]
Item = Callable[..., dict[str, Any]]

DESCRIBED = [{"op": "replace", "path": "/description", "value": described("new")}]
ABSENT = {"sandbox": "dev", "name": "Orders", "state": "absent"}
KNOWN = {"id": "id-1", "name": "Orders", "sandbox": "dev", "description": "text", "state": "enabled", "etag": '"etag-1"'}
IN_USE = {"type": "https://ns.adobe.com/aep/errors/FLOW-1418-400", "title": "Invalid request", "status": 400}


def connection_of(result: dict[str, Any], *, changed: bool, test: bool | None = None) -> dict[str, Any]:
    """Return what a failed result says of its connection, with the rest of it checked."""
    assert result["failed"]
    assert result["changed"] is changed
    assert bool(result["actions"]) is changed
    connection: dict[str, Any] = result["connection"]
    assert [connection.pop(name) for name in ("test", "test_before", "left_alone")] == [test, None, []]
    return connection


@pytest.mark.parametrize("status", [400, 403, 422])
def test_a_refused_update(run: Run, wire: Any, marked: Item, status: int) -> None:
    wire.expect_list(marked())
    wire.expect("PATCH", f"{BASE}/id-1", body=DESCRIBED, status=status, answer={"message": "no"})
    result = run({**BASIC, "description": "new"}, diff=True)
    assert connection_of(result, changed=False) == KNOWN
    assert result["diff"] == {"before": {}, "after": {}}


def test_an_update_that_the_service_fails_to_do(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked())
    wire.expect("PATCH", f"{BASE}/id-1", body=DESCRIBED, status=500)
    wire.expect_list(marked())
    wire.expect("PATCH", f"{BASE}/id-1", body=DESCRIBED, status=500)
    assert connection_of(run({**BASIC, "description": "new", "retries": 0}), changed=False) == KNOWN


def test_an_update_that_is_outrun_twice_shows_the_newest_etag(run: Run, wire: Any, marked: Item) -> None:
    for etag in ('"etag-1"', '"etag-2"'):
        wire.expect_list(marked(etag=etag))
        wire.expect("PATCH", f"{BASE}/id-1", body=DESCRIBED, headers={"If-Match": etag}, status=412)
    assert connection_of(run({**BASIC, "description": "new"}), changed=False) == {**KNOWN, "etag": '"etag-2"'}


def test_a_delete_that_dataflows_hold_up(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked())
    wire.expect("DELETE", f"{BASE}/id-1", status=400, answer=IN_USE)
    query = {"property": "baseConnectionId==id-1", "limit": "100"}
    wire.expect("GET", "/data/foundation/flowservice/sourceConnections", query=query, answer={"items": []})
    assert connection_of(run(ABSENT), changed=False) == KNOWN


def test_a_deleted_connection_that_does_not_go(run: Run, wire: Any, marked: Item) -> None:
    """The service took the request, so something changed, although it is not over yet."""
    wire.expect_list(marked())
    wire.expect("DELETE", f"{BASE}/id-1", status=202)
    for _look in range(3):
        wire.expect("GET", f"{BASE}/id-1", answer={"items": [marked(state="deleting")]})
    result = run({**ABSENT, "wait_timeout": 1})
    assert "it is still there after" in result["msg"]
    assert connection_of(result, changed=True) == {**KNOWN, "state": "absent"}


def test_one_that_is_not_ready_in_time(run: Run, wire: Any, marked: Item) -> None:
    preparing = marked(etag=None, state="initializing")
    wire.expect_list(preparing)
    wire.expect("GET", f"{BASE}/id-1", answer={"items": [preparing]})
    result = run({**BASIC, "description": "new", "wait": False})
    assert connection_of(result, changed=False) == {**KNOWN, "etag": None, "state": "initializing"}


def test_a_new_one_that_is_not_ready_in_time(run: Run, wire: Any, marked: Item) -> None:
    preparing = marked(state="initializing")
    wire.expect_list()
    wire.expect("POST", BASE, body=BODY, status=201, answer=CREATED)
    wire.expect_list(preparing)
    for _look in range(3):
        wire.expect("GET", f"{BASE}/id-1", answer={"items": [preparing]})
    result = run({**BASIC, "description": "text", "wait_timeout": 1})
    assert connection_of(result, changed=True) == {**KNOWN, "state": "initializing"}


def test_credentials_that_do_not_work(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked(description="text"))
    operations = [
        {"op": "replace", "path": "/description", "value": UNPROVEN},
        {"op": "replace", "path": "/auth/params", "value": PARAMS},
    ]
    wire.expect("PATCH", f"{BASE}/id-1", body=operations, answer={"id": "id-1", "etag": '"etag-2"'})
    wire.expect("GET", f"{BASE}/id-1/test", answer={"result": False})
    assert connection_of(run(BASIC), changed=True, test=False) == {**KNOWN, "etag": '"etag-2"'}


def test_a_rollback_that_fails_still_says_what_the_test_said(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=BODY, status=201, answer=CREATED)
    wire.expect_list(marked())
    wire.expect("GET", f"{BASE}/id-1/test", answer={"result": False})
    wire.expect("DELETE", f"{BASE}/id-1", status=403, answer={"message": "no"})
    result = run({**BASIC, "description": "text", "on_test_failure": "rollback"})
    assert connection_of(result, changed=True, test=False) == KNOWN


def test_a_new_one_that_cannot_be_listed(run: Run, wire: Any) -> None:
    """It is there, whatever the list says: its id must not be lost."""
    wire.expect_list()
    wire.expect("POST", BASE, body=BODY, status=201, answer=CREATED)
    wire.expect_list(status=403)
    result = run({**BASIC, "description": "text"})
    assert "Could not list the base connections" in result["msg"]
    assert connection_of(result, changed=True) == {**KNOWN, "etag": None, "state": None}
