"""The connection moved meanwhile, or it is not known whether a create arrived."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from orders import BASE, BASIC, BODY, CREATED, PARAMS, PASSWORD, UNPROVEN, UNTESTED_BODY, described, expect_completed

Run = Callable[..., dict[str, Any]]
Item = Callable[..., dict[str, Any]]


def test_somebody_else_was_faster(run: Run, wire: Any, marked: Item) -> None:
    """412: look again, plan again, once."""
    stale = described("old")
    wire.expect_list(marked(description=stale))
    operations = [{"op": "replace", "path": "/description", "value": described("text")}]
    wire.expect("PATCH", f"{BASE}/id-1", body=operations, headers={"If-Match": '"etag-1"'}, status=412)
    wire.expect_list(marked(description=stale, etag='"etag-2"'))
    wire.expect("PATCH", f"{BASE}/id-1", body=operations, headers={"If-Match": '"etag-2"'}, answer=CREATED)
    assert run({**BASIC, "description": "text"})["changed"]


def test_it_vanished_meanwhile(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked(description="old"))
    patch = [
        {"op": "replace", "path": "/description", "value": described("text")},
        {"op": "replace", "path": "/auth/params", "value": PARAMS},
    ]
    wire.expect("PATCH", f"{BASE}/id-1", body=patch, status=404, answer={"errorMessage": "not found"})
    wire.expect_list()
    wire.expect("POST", BASE, body=UNTESTED_BODY, status=201, answer={"id": "id-2", "etag": "x"})
    wire.expect_list(marked(id="id-2"))
    result = run({**BASIC, "description": "text", "test": "never"})
    assert result["connection"]["id"] == "id-2"


@pytest.mark.parametrize("status", [500, 503])
def test_a_create_that_failed_but_arrived_is_found(run: Run, wire: Any, marked: Item, status: int) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=UNTESTED_BODY, status=status)
    wire.expect_list()
    wire.expect_list(marked())
    wire.expect_list(marked())
    result = run({**BASIC, "description": "text", "test": "never"})
    assert (result["changed"], result["connection"]["id"]) == (True, "id-1")


@pytest.mark.parametrize("times", [1, 2])
def test_a_create_refused_by_rate_is_sent_again_after_a_look(run: Run, wire: Any, marked: Item, times: int) -> None:
    wire.expect_list()
    for _refusal in range(times):
        wire.expect("POST", BASE, body=UNTESTED_BODY, status=429)
        wire.expect_list()
    wire.expect("POST", BASE, body=UNTESTED_BODY, status=201, answer=CREATED)
    wire.expect_list(marked())
    assert run({**BASIC, "description": "text", "test": "never", "retries": 2})["connection"]["id"] == "id-1"


def test_a_create_refused_by_rate_ends_after_the_retries(run: Run, wire: Any) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=UNTESTED_BODY, status=429)
    wire.expect_list()
    wire.expect("POST", BASE, body=UNTESTED_BODY, status=429)
    result = run({**BASIC, "description": "text", "test": "never", "retries": 1})
    assert "429" in result["msg"]
    assert "raise retries" in result["msg"]


def test_a_create_that_was_done_although_it_was_refused_by_rate(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=UNTESTED_BODY, status=429)
    wire.expect_list(marked())
    wire.expect_list(marked())
    result = run({**BASIC, "description": "text", "test": "never"})
    assert (result["changed"], result["connection"]["id"]) == (True, "id-1")


def test_a_create_that_failed_and_did_not_arrive_is_sent_again(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=UNTESTED_BODY, status=500)
    for _look in range(5):
        wire.expect_list()
    wire.expect("POST", BASE, body=UNTESTED_BODY, status=201, answer=CREATED)
    wire.expect_list(marked())
    assert run({**BASIC, "description": "text", "test": "never"})["connection"]["id"] == "id-1"


def test_a_refused_create_is_final_and_quotes_no_secret(run: Run, wire: Any) -> None:
    wire.expect_list()
    text = f"Error from flow provider: cannot use {PASSWORD}"
    answer = {"type": "https://ns.adobe.com/aep/errors/FLOW-1100-400", "title": "Invalid request", "errorMessage": text}
    wire.expect("POST", BASE, body=BODY, status=400, answer=answer)
    result = run({**BASIC, "description": "text"})
    assert result["failure"]["code"] == "FLOW-1100-400"
    assert not result["changed"]
    assert "cannot use ********" in result["msg"]


@pytest.mark.parametrize("offset", [980, 990, 995])
def test_a_password_that_the_service_quotes_at_the_cut_leaves_no_part_of_it(run: Run, wire: Any, offset: int) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=BODY, status=400, answer={"errorMessage": f"{'x' * offset} {PASSWORD}"})
    result = run({**BASIC, "description": "text"})
    assert PASSWORD.split(maxsplit=1)[0] not in result["msg"].rpartition("xxx")[2].partition(".")[0]


def test_of_two_that_were_created_at_once_the_older_stays(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=UNTESTED_BODY, status=201, answer={"id": "id-2", "etag": "x"})
    wire.expect_list(marked(id="id-2", createdAt=2), marked(id="id-1", createdAt=1))
    wire.expect("GET", f"{BASE}/id-1", answer={"items": [marked(createdAt=1)]})
    wire.expect("DELETE", f"{BASE}/id-2", status=204)
    result = run({**BASIC, "description": "text", "test": "never"})
    assert (result["changed"], result["connection"]["id"]) == (True, "id-1")


@pytest.mark.parametrize("how", [{}, {"wait": False}])
def test_ours_goes_when_it_is_ready(run: Run, wire: Any, marked: Item, how: dict[str, Any]) -> None:
    """On AWS a new connection cannot be deleted for a while: without waiting, two would stay for ever."""
    ours = marked(id="id-2", createdAt=2, state="initializing")
    wire.expect_list()
    wire.expect("POST", BASE, body=UNTESTED_BODY, status=201, answer={"id": "id-2", "etag": "x"})
    wire.expect_list(ours, marked(id="id-1", createdAt=1))
    wire.expect("GET", f"{BASE}/id-1", answer={"items": [marked(createdAt=1)]})
    wire.expect("GET", f"{BASE}/id-2", answer={"items": [ours]})
    wire.expect("GET", f"{BASE}/id-2", answer={"items": [marked(id="id-2")]})
    wire.expect("DELETE", f"{BASE}/id-2", status=204)
    result = run({**BASIC, "description": "text", "test": "never", **how})
    assert (result["changed"], result["connection"]["id"]) == (True, "id-1")


@pytest.mark.parametrize("gone", [{"status": 404}, {"answer": {"items": []}}, {"state": "deleting"}])
def test_ours_stays_when_the_older_one_was_taken_back(run: Run, wire: Any, marked: Item, gone: dict[str, Any]) -> None:
    answer = {"answer": {"items": [marked(createdAt=1, **gone)]}} if "state" in gone else gone
    wire.expect_list()
    wire.expect("POST", BASE, body=UNTESTED_BODY, status=201, answer={"id": "id-2", "etag": "x"})
    wire.expect_list(marked(id="id-2", createdAt=2), marked(id="id-1", createdAt=1))
    wire.expect("GET", f"{BASE}/id-1", **answer)
    result = run({**BASIC, "description": "text", "test": "never"})
    assert (result["changed"], result["connection"]["id"]) == (True, "id-2")


RENEWED = [
    {"op": "replace", "path": "/description", "value": described("text", "pending")},
    {"op": "replace", "path": "/auth/params", "value": PARAMS},
]
UNTESTED = {**RENEWED[0], "value": described("text")}  # with test: never
EMPTY_PROMISE = {"maintenance": True}


def test_an_update_that_was_only_answered_is_looked_at_and_sent_once_more(run: Run, wire: Any, marked: Item) -> None:
    """Else the mark, the report and whoever drops the old password would rely on one that was never stored."""
    for _try in range(2):
        wire.expect_list(marked(description="text"))
        wire.expect("PATCH", f"{BASE}/id-1", body=RENEWED, answer=EMPTY_PROMISE)
    result = run(BASIC)
    assert (result["failed"], result["changed"], result["connection"]["id"]) == (True, False, "id-1")


def test_an_update_that_was_done_without_a_usable_answer_is_found_done(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list(marked(description="text"))
    wire.expect("PATCH", f"{BASE}/id-1", body=RENEWED, answer=EMPTY_PROMISE)
    wire.expect_list(marked(description=UNPROVEN, etag='"etag-2"'))
    wire.expect("GET", f"{BASE}/id-1/test", answer={"result": True})
    expect_completed(wire, "etag-2")
    result = run(BASIC)
    assert result["actions"] == [
        {
            "action": "update",
            "reasons": ["it carries no mark of its credentials, so it is adopted: mark and credentials are written once"],
        }
    ]
    assert (result["changed"], result["connection"]["etag"], result["connection"]["test"]) == (True, '"etag-2"', True)


def test_an_update_in_doubt_that_somebody_outruns_is_planned_anew(run: Run, wire: Any, marked: Item) -> None:
    """The look may have shown what was there before: the etag tells."""
    for _try in range(2):
        wire.expect_list(marked(description="text"))
        wire.expect(
            "PATCH",
            f"{BASE}/id-1",
            body=[UNTESTED, RENEWED[1]],
            **({"answer": EMPTY_PROMISE} if _try == 0 else {"status": 412}),
        )
    wire.expect_list(marked(etag='"etag-2"'))
    result = run({**BASIC, "test": "never"})
    assert (result["changed"], result["connection"]["etag"]) == (True, '"etag-2"')


def test_credentials_that_are_always_sent_are_never_taken_for_sent(run: Run, wire: Any, item: Item) -> None:
    for _try in range(2):
        wire.expect_list(item())
        wire.expect("PATCH", f"{BASE}/id-1", body=RENEWED[1:], answer=EMPTY_PROMISE)
    result = run({**BASIC, "update_credentials": "always"})
    assert (result["failed"], result["changed"]) == (True, False)


def test_rollback_leaves_the_older_one_that_was_adopted(run: Run, wire: Any, marked: Item) -> None:
    wire.expect_list()
    wire.expect("POST", BASE, body=BODY, status=201, answer={"id": "id-2", "etag": "x"})
    wire.expect_list(marked(id="id-2", createdAt=2), marked(createdAt=1))
    wire.expect("GET", f"{BASE}/id-1", answer={"items": [marked(createdAt=1)]})
    wire.expect("DELETE", f"{BASE}/id-2", status=204)
    wire.expect("GET", f"{BASE}/id-1/test", answer={"result": False})
    result = run({**BASIC, "description": "text", "on_test_failure": "rollback"})
    assert (result["failed"], result["connection"]["id"], result["connection"]["test"]) == (True, "id-1", False)
