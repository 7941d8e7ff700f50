"""The module on a strict wire: each scenario names every request that may be sent, and what is in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from orders import BASE, BASIC, BODY, CREATED, PARAMS, UNPROVEN, described, expect_completed

Run = Callable[..., dict[str, Any]]
Item = Callable[..., dict[str, Any]]


def test_create(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=BODY, status=201, answer=CREATED)
    wire.expect_list(marked(description=UNPROVEN))
    wire.expect("GET", f"{BASE}/id-1/test", answer={"result": True})
    expect_completed(wire, "etag-1")
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
            "etag": '"etag-2"',
            "test": True,
            "test_before": None,
            "left_alone": [],
        },
        "diff": {
            "before": {},
            "after": {
                "name": "Orders",
                "description": "text",
                "mark": UNPROVEN.removeprefix("text "),
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
    operations = [{"op": "replace", "path": "/description", "value": described("new")}]
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
    wire.expect("GET", f"{BASE}/id-1", status=404)
    result = run({"sandbox": "dev", "name": "Orders", "state": "absent"})
    assert (result["changed"], result["connection"]["state"]) == (True, "absent")
    wire.expect_list()
    assert not run({"sandbox": "dev", "name": "Orders", "state": "absent"})["changed"]


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
    wire.expect_list(marked(description="theirs"), marked(id="id-2"))
    result = run(BASIC)
    assert "id-1, id-2" in result["msg"]
    assert not result["changed"]


def test_two_of_a_name_and_of_ours_are_given_time(run: Run, wire: Any, marked: Item) -> None:
    """Another controller that created the same a moment ago takes it back."""
    wire.expect_list(marked(), marked(id="id-2"))
    wire.expect_list(marked(), marked(id="id-2"))
    wire.expect_list(marked())
    assert run({**BASIC, "description": "text"})["connection"]["id"] == "id-1"


def test_two_of_a_name_and_of_ours_fail_when_they_stay(run: Run, wire: Any, marked: Item) -> None:
    for _look in range(5):
        wire.expect_list(marked(), marked(id="id-2"))
    assert "Run again if another run is at work" in run(BASIC)["msg"]


def preparing(marked: Item) -> dict[str, Any]:
    return marked(etag=None, state="initializing")


def test_a_connection_that_is_being_prepared_is_waited_for(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(preparing(marked))
    wire.expect("GET", f"{BASE}/id-1", answer={"items": [preparing(marked)]})
    wire.expect("GET", f"{BASE}/id-1", answer={"items": [marked(etag='"etag-2"')]})
    operations = [{"op": "replace", "path": "/description", "value": described("new")}]
    wire.expect("PATCH", f"{BASE}/id-1", body=operations, headers={"If-Match": '"etag-2"'}, answer=CREATED)
    assert run({**BASIC, "description": "new"})["changed"]


def test_one_that_vanishes_while_it_is_being_prepared_needs_no_delete(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(preparing(marked))
    wire.expect("GET", f"{BASE}/id-1", status=404)
    result = run({"sandbox": "dev", "name": "Orders", "state": "absent"})
    assert (result["changed"], result["connection"]["id"]) == (False, None)


@pytest.mark.parametrize(("options", "looks"), [({"wait": False}, 1), ({"wait_timeout": 3}, 4)])
def test_waiting_has_an_end(run: Run, wire: Any, marked: Item, options: dict[str, Any], looks: int) -> None:
    wire.expect_list(preparing(marked))
    for _look in range(looks):
        wire.expect("GET", f"{BASE}/id-1", answer={"items": [preparing(marked)]})
    result = run({**BASIC, "description": "new", **options})
    assert "it is still initializing after" in result["msg"]
    assert not result["changed"]


def test_a_new_connection_is_waited_for_before_it_is_tested(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=BODY, status=201, answer=CREATED)
    wire.expect_list(preparing(marked))
    wire.expect("GET", f"{BASE}/id-1", answer={"items": [preparing(marked)]})
    wire.expect("GET", f"{BASE}/id-1", answer={"items": [marked(description=UNPROVEN)]})
    wire.expect("GET", f"{BASE}/id-1/test", answer={"result": True})
    expect_completed(wire, "etag-1")
    result = run({**BASIC, "description": "text"})
    assert (result["connection"]["state"], result["connection"]["test"]) == ("enabled", True)


def test_without_waiting_a_new_connection_is_left_as_it_is(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=BODY, status=201, answer=CREATED)
    wire.expect_list(preparing(marked))
    result = run({**BASIC, "description": "text", "wait": False})
    assert (result["connection"]["state"], result["connection"]["test"]) == ("initializing", None)


def test_a_deleted_connection_is_waited_for(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked())
    wire.expect("DELETE", f"{BASE}/id-1", status=202)
    wire.expect("GET", f"{BASE}/id-1", answer={"items": [marked(state="delete-finalizing")]})
    wire.expect("GET", f"{BASE}/id-1", status=404)
    assert run({"sandbox": "dev", "name": "Orders", "state": "absent"})["changed"]


def test_one_that_is_being_deleted_is_as_good_as_gone(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked(state="delete-finalizing"))
    assert not run({"sandbox": "dev", "name": "Orders", "state": "absent"})["changed"]


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
