"""Connections that the service's test says do not work: what is sent, what is told, what is left behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from orders import BASE, BASIC, BODY, CREATED, PARAMS, UNPROVEN, expect_completed

Run = Callable[..., dict[str, Any]]
Item = Callable[..., dict[str, Any]]

AGAIN = {"op": "replace", "path": "/auth/params", "value": PARAMS}
MARKED_PENDING = {"op": "replace", "path": "/description", "value": UNPROVEN}


def expect_test(wire: Any, result: bool) -> None:
    wire.expect("GET", f"{BASE}/id-1/test", answer={"result": result})


def expect_patch(wire: Any, etag: str, *operations: dict[str, Any], new: str = "new") -> None:
    answer = {"id": "id-1", "etag": f'"{new}"'}
    wire.expect("PATCH", f"{BASE}/id-1", body=list(operations), headers={"If-Match": f'"{etag}"'}, answer=answer)


@pytest.mark.parametrize("works", [True, False])
def test_always_sends_credentials_that_stopped_working_and_asks_again(run: Run, wire: Any, marked: Item, works: bool) -> None:
    wire.expect_list(marked())
    expect_test(wire, False)
    expect_patch(wire, "etag-1", MARKED_PENDING, AGAIN)
    expect_test(wire, works)
    if works:
        expect_completed(wire, "new")
    result = run({**BASIC, "test": "always"})
    assert (result["connection"]["test_before"], result["connection"]["test"]) == (False, works)
    assert result["actions"] == [{"action": "update", "reasons": ["the stored credentials do not work"]}]
    assert result.get("failed", False) is not works


def test_always_asks_once_when_it_works(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked())
    expect_test(wire, True)
    result = run({**BASIC, "test": "always"})
    assert (result["changed"], result["connection"]["test"]) == (False, True)


def test_always_predicts_what_it_would_do(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked())
    expect_test(wire, False)
    result = run({**BASIC, "test": "always"}, check=True)
    assert result["actions"][0]["reasons"] == ["the stored credentials do not work"]


def test_on_create_sends_nothing_even_then(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked())
    expect_test(wire, False)
    result = run({**BASIC, "test": "always", "update_credentials": "on_create"})
    assert (result["failed"], result["changed"], result["connection"]["test"]) == (True, False, False)
    assert "allow list" in result["msg"]


def test_credentials_that_do_not_work_stay_unproven_and_are_sent_again(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=BODY, status=201, answer=CREATED)
    wire.expect_list(marked(description=UNPROVEN))
    expect_test(wire, False)
    result = run({**BASIC, "description": "text"})
    assert result["failed"]
    assert result["changed"]

    wire.expect_list(marked(description=UNPROVEN))
    expect_test(wire, False)
    expect_patch(wire, "etag-1", AGAIN)
    expect_test(wire, True)
    expect_completed(wire, "new")
    result = run(BASIC)
    assert (result["connection"]["test_before"], result["connection"]["test"]) == (False, True)
    assert result["actions"][0]["reasons"] == ["the stored credentials do not work"]


def test_a_warning_instead_of_a_failure(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=BODY, status=201, answer=CREATED)
    wire.expect_list(marked())
    expect_test(wire, False)
    result = run({**BASIC, "description": "text", "on_test_failure": "warn"})
    assert "failed" not in result
    assert "allow list" in str(result["warnings"])


def test_rollback_removes_what_this_run_created(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=BODY, status=201, answer=CREATED)
    wire.expect_list(marked())
    expect_test(wire, False)
    wire.expect("DELETE", f"{BASE}/id-1", status=204)
    wire.expect("GET", f"{BASE}/id-1", status=404)
    result = run({**BASIC, "description": "text", "on_test_failure": "rollback"}, diff=True)
    assert (result["changed"], result["connection"]["state"], result["connection"]["id"]) == (False, "absent", None)
    assert "so it was removed again" in result["msg"]


def test_rollback_leaves_what_was_there_before(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked(description="text"))
    expect_patch(wire, "etag-1", MARKED_PENDING, AGAIN)
    expect_test(wire, False)
    result = run({**BASIC, "on_test_failure": "rollback"})
    assert (result["failed"], result["changed"], result["connection"]["id"]) == (True, True, "id-1")
    said, before = result["msg"].split(" Before that, it was updated (it carries no mark of its credentials, ")
    assert said.endswith("the service's test of its credentials failed.")
    hint = before.partition("). ")[2]
    assert hint.startswith("Check that the database admits Adobe's addresses")


def test_a_connection_in_use_names_its_dataflows(run: Run, wire: Any, marked: Item) -> None:
    flow = "/data/foundation/flowservice"
    wire.expect_list(marked())
    answer = {"type": "https://ns.adobe.com/aep/errors/FLOW-1418-400", "title": "Invalid request", "status": 400}
    wire.expect("DELETE", f"{BASE}/id-1", status=400, answer=answer)
    query = {"property": "baseConnectionId==id-1", "limit": "100"}
    wire.expect("GET", f"{flow}/sourceConnections", query=query, answer={"items": [{"id": "s-1"}, {"id": "s-2"}]})
    query = {"property": "sourceConnectionIds[]==s-1,s-2", "limit": "100"}
    wire.expect("GET", f"{flow}/flows", query=query, answer={"items": [{"id": "f-1", "name": "Nightly"}]})
    result = run({"sandbox": "dev", "name": "Orders", "state": "absent"})
    assert "it is in use by 'Nightly' (f-1). Delete these dataflows first." in result["msg"]
    assert not result["changed"]
