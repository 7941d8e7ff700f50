"""The module on a strict wire: each scenario names every request that may be sent, and what is in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from orders import BASE, BASIC, BODY, CREATED, PARAMS, PRINT, mark

Run = Callable[..., dict[str, Any]]
Item = Callable[..., dict[str, Any]]


def test_create(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=BODY, status=201, answer=CREATED)
    wire.expect_list(marked())
    wire.expect("GET", f"{BASE}/id-1/test", answer={"result": True})
    result = run({**BASIC, "description": "text"}, diff=True)
    del result["invocation"]
    assert result == {
        "changed": True,
        "actions": [{"action": "create", "reasons": ["it does not exist"]}],
        "connection": {
            "name": "Orders",
            "id": "id-1",
            "sandbox": "dev",
            "description": "text",
            "state": "enabled",
            "etag": '"etag-1"',
            "test": True,
        },
        "diff": {
            "before": {},
            "after": {
                "name": "Orders",
                "description": "text",
                "auth": {
                    "type": "Basic Authentication",
                    "server": "db.example.com",
                    "port": "5432",
                    "database": "orders",
                    "username": "reader",
                    "ssl_mode": "require",
                    "credentials": "(new)",
                },
            },
        },
    }


def test_nothing_to_do_is_one_request(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked())
    result = run({**BASIC, "description": "text"}, diff=True)
    assert (result["changed"], result["actions"], result["connection"]["id"]) == (False, [], "id-1")
    assert result["diff"]["before"] == result["diff"]["after"]


def test_a_description_is_patched_with_the_etag(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked())
    operations = [{"op": "replace", "path": "/description", "value": mark("new", PRINT)}]
    wire.expect(
        "PATCH", f"{BASE}/id-1", body=operations, headers={"If-Match": '"etag-1"'}, answer={"id": "id-1", "etag": '"e2"'}
    )
    result = run({**BASIC, "description": "new"})
    assert result["actions"] == [{"action": "update", "reasons": ["description differs"]}]
    assert (result["connection"]["etag"], result["connection"]["description"]) == ('"e2"', "new")


@pytest.mark.parametrize(
    ("options", "items"),
    [
        ({"description": "text"}, []),
        ({"description": "new"}, ["there"]),
        ({"state": "absent"}, ["there"]),
        ({"password": "another-one"}, ["there"]),
    ],
)
def test_check_mode_only_looks(run: Run, wire: Any, marked: Item, options: dict[str, Any], items: list[str]) -> None:
    wire.expect_list(*[marked() for _one in items])
    result = run({**BASIC, **options}, check=True, diff=True)
    assert result["changed"]
    assert result["connection"]["test"] is None


def test_absent_twice(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked())
    wire.expect("DELETE", f"{BASE}/id-1", status=204)
    result = run({"sandbox": "dev", "name": "Orders", "state": "absent"})
    assert (result["changed"], result["connection"]["state"]) == (True, "absent")
    wire.expect_list()
    assert not run({"sandbox": "dev", "name": "Orders", "state": "absent"})["changed"]


def test_always_test(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked())
    wire.expect("GET", f"{BASE}/id-1/test", answer={"result": False})
    result = run({**BASIC, "test": "always"})
    assert (result["failed"], result["changed"], result["connection"]["test"]) == (True, False, False)
    assert "allow list" in result["msg"]


def test_on_failure_sends_credentials_that_do_not_work(run: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item())
    wire.expect("GET", f"{BASE}/id-1/test", answer={"result": False})
    wire.expect("PATCH", f"{BASE}/id-1", body=[{"op": "replace", "path": "/auth/params", "value": PARAMS}], answer=CREATED)
    wire.expect("GET", f"{BASE}/id-1/test", answer={"result": True})
    result = run({**BASIC, "update_credentials": "on_failure"})
    assert result["actions"] == [{"action": "update", "reasons": ["the stored credentials do not work"]}]
    wire.expect_list(item())
    wire.expect("GET", f"{BASE}/id-1/test", answer={"result": True})
    assert not run({**BASIC, "update_credentials": "on_failure"})["changed"]


def test_without_a_key_changes_cannot_be_detected(run: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item())
    result = run({**BASIC, "client_secret": None})
    assert not result["changed"]
    assert len(result["warnings"]) == 1


def test_two_of_a_name_fail_and_nothing_is_sent(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked(), marked(id="id-2"))
    result = run(BASIC)
    assert "id-1, id-2" in result["msg"]
    assert not result["changed"]


def test_a_connection_without_an_etag_is_not_patched(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked(etag=None, state="initializing"))
    assert "still preparing it (state initializing" in run({**BASIC, "description": "new"})["msg"]


def test_a_password_that_is_also_the_database_corrupts_nothing(
    run_module: Run, who: dict[str, Any], wire: Any, item: Item
) -> None:
    wire.expect_list(item(name="orders", description="enabled orders"))
    options = {**who, **BASIC, "name": "orders", "password": "orders", "update_credentials": "on_create"}
    result = run_module("aep_postgres_connection", options, diff=True)
    assert (result["connection"]["name"], result["connection"]["description"]) == ("orders", "enabled orders")
    assert result["diff"]["before"]["auth"]["database"] == "orders"
    assert result["invocation"]["module_args"]["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def test_what_the_service_shows_of_a_secret_is_never_returned(run: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item(auth={"specName": "Basic Authentication", "params": PARAMS}))
    run({**BASIC, "update_credentials": "on_create"}, diff=True)
