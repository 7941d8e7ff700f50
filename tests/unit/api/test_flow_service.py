from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.api import values
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client, Settings
from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError, ServiceError

BASE = "/data/foundation/flowservice/connections"
SPEC = "74a1c565-4e59-48d7-9d67-7c03b8a13137"
QUERY = {"property": f"connectionSpec.id=={SPEC}", "limit": "100"}


@pytest.fixture
def flow(wire: Any) -> FlowService:
    return FlowService(Client(wire.url, Settings(True, 2, 1, lambda message: None, str)), "dev")


@pytest.mark.parametrize(
    ("href", "token"),
    [
        ("/connections?continuationToken=abc", "abc"),
        ("?continuationToken=a%2Bb%3D%3D", "a+b=="),
        ("/connections?continuationToken=a+b==", "a+b=="),
        ("/connections?limit=1&continuationToken=x&property=name%3D%3D1", "x"),
        ("https://elsewhere.example/connections?continuationToken=z", "z"),
    ],
)
def test_pages_are_followed_by_token_alone(
    wire: Any, flow: FlowService, item: Callable[..., Any], href: str, token: str
) -> None:
    wire.expect("GET", BASE, query=QUERY, answer={"items": [item(id="1")], "_links": {"next": {"href": href}}})
    wire.expect("GET", BASE, query={**QUERY, "continuationToken": token}, answer={"items": [item(id="2"), item(id="1")]})
    assert [one.id for one in flow.list_connections(SPEC)] == ["1", "2"]
    assert wire.requests[1].headers["x-sandbox-name"] == "dev"


def test_ever_new_pages_end_too(wire: Any, flow: FlowService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MOST_PAGES", 4)
    query = QUERY
    for number in range(4):
        href = f"/connections?continuationToken={number}"
        wire.expect("GET", BASE, query=query, answer={"items": [], "_links": {"next": {"href": href}}})
        query = {**QUERY, "continuationToken": str(number)}
    with pytest.raises(NoAnswerError, match="do not end"):
        flow.list_connections(SPEC)


def test_pages_that_do_not_end(wire: Any, flow: FlowService) -> None:
    page = {"items": [], "_links": {"next": {"href": "/connections?continuationToken=same"}}}
    wire.expect("GET", BASE, query=QUERY, answer=page)
    wire.expect("GET", BASE, query={**QUERY, "continuationToken": "same"}, answer=page)
    with pytest.raises(NoAnswerError, match="do not end"):
        flow.list_connections(SPEC)


@pytest.mark.parametrize("links", [None, {}, [], {"next": None}, {"next": {}}, {"next": {"href": None}}])
def test_the_last_page(wire: Any, flow: FlowService, links: Any) -> None:
    wire.expect("GET", BASE, query=QUERY, answer={"items": [], "_links": links})
    assert flow.list_connections(SPEC) == []


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"items": None}, {"items": {}}, {"items": [None]}, {"items": [{}]}, {"items": [{"id": 1}]}]
)
def test_a_list_that_is_none(wire: Any, flow: FlowService, answer: Any) -> None:
    wire.expect("GET", BASE, query=QUERY, answer=answer)
    with pytest.raises(NoAnswerError, match="Could not list the base connections of sandbox 'dev'"):
        flow.list_connections(SPEC)


def test_odd_fields_are_left_out(wire: Any, flow: FlowService, item: Callable[..., Any]) -> None:
    odd = item(name=3, description=[], etag=None, state={}, auth="x", createdAt="y", connectionSpec=None, more={"a": 1})
    other = item(id="other", connectionSpec={"id": "another-spec"})
    wire.expect("GET", BASE, query=QUERY, answer={"items": [odd, other]})
    [one] = flow.list_connections(SPEC)
    assert (one.name, one.description, one.etag, one.state, dict(one.auth_params), one.created_at) == (
        None,
        None,
        None,
        None,
        {},
        None,
    )


@pytest.mark.parametrize(
    "links",
    [
        {"next": {"href": "/connections"}},
        {"next": {"href": ""}},
        {"next": {"href": "?continuationToken="}},
        {"next": {"href": "/connections?token=x"}},
        {"next": {"href": "http://[/connections?continuationToken=x"}},
        {"next": {"href": 3}},
        {"next": "/connections?continuationToken=x"},
        {"next": [{"href": "/connections?continuationToken=x"}]},
        [{"rel": "next", "href": "/connections?continuationToken=x"}],
    ],
)
def test_a_next_page_that_cannot_be_asked_for_is_not_the_end(wire: Any, flow: FlowService, links: Any) -> None:
    wire.expect("GET", BASE, query=QUERY, answer={"items": [], "_links": links})
    with pytest.raises(NoAnswerError, match="the link to the next page holds no continuationToken"):
        flow.list_connections(SPEC)


@pytest.mark.parametrize("answer", [{"maintenance": True}, {"id": "id-1"}, {"etag": None}, {"etag": ""}, {"etag": 1}, [], None])
def test_a_change_without_a_new_etag_may_or_may_not_have_been_made(wire: Any, flow: FlowService, answer: Any) -> None:
    operations = [{"op": "replace", "path": "/name", "value": "x"}]
    wire.expect("PATCH", f"{BASE}/id-1", body=operations, answer=answer)
    with pytest.raises(NoAnswerError, match="holds no etag") as caught:
        flow.patch("n", "id-1", '"e-1"', operations)
    assert caught.value.may_have_arrived


def test_the_etag_is_sent_as_it_came(wire: Any, flow: FlowService) -> None:
    operations = [{"op": "replace", "path": "/name", "value": "x"}]
    headers = {"If-Match": '"e-1"', "Content-Type": "application/json", "x-sandbox-name": "dev"}
    wire.expect("PATCH", f"{BASE}/id-1", headers=headers, body=operations, answer={"id": "id-1", "etag": '"e-2"'})
    assert flow.patch("n", "id-1", '"e-1"', operations) == '"e-2"'


@pytest.mark.parametrize("status", [200, 202, 204])
def test_every_documented_answer_to_a_delete(wire: Any, flow: FlowService, status: int) -> None:
    wire.expect("DELETE", f"{BASE}/id-1", status=status)
    flow.delete("n", "id-1")


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (404, {"errorMessage": "connections not found with id = [x]"}),
        (404, {"type": "https://ns.adobe.com/aep/errors/FLOW-1439-404"}),
        (400, {"type": "https://ns.adobe.com/aep/errors/FLOW-1439-400"}),
    ],
)
def test_deleting_what_is_gone(wire: Any, flow: FlowService, status: int, answer: Any) -> None:
    wire.expect("DELETE", f"{BASE}/id-1", status=status, answer=answer)
    flow.delete("n", "id-1")


def test_a_missing_sandbox_is_not_a_missing_connection(wire: Any, flow: FlowService) -> None:
    wire.expect("DELETE", f"{BASE}/id-1", status=404, answer={"type": "https://ns.adobe.com/aep/errors/FLOW-2100-404"})
    with pytest.raises(ServiceError, match="Check sandbox"):
        flow.delete("n", "id-1")


def test_an_id_cannot_leave_its_path(wire: Any, flow: FlowService) -> None:
    wire.expect("DELETE", f"{BASE}/../x?y", status=204)
    flow.delete("n", "../x?y")
    assert wire.requests[0].environ["REQUEST_URI"] == f"{BASE}/..%2Fx%3Fy"


@pytest.mark.parametrize("result", [True, False])
def test_a_test(wire: Any, flow: FlowService, result: bool) -> None:
    wire.expect("GET", f"{BASE}/id-1/test", answer={"result": result})
    assert flow.test("n", "id-1") is result


@pytest.mark.parametrize("answer", [{}, [], {"result": "true"}, {"result": 1}, None])
def test_a_test_without_a_result(wire: Any, flow: FlowService, answer: Any) -> None:
    wire.expect("GET", f"{BASE}/id-1/test", answer=answer)
    with pytest.raises(NoAnswerError, match="holds no result"):
        flow.test("n", "id-1")


@pytest.mark.parametrize("answer", [{}, [], {"id": None}, {"id": ""}, None])
def test_a_create_without_an_id_may_have_arrived(wire: Any, flow: FlowService, answer: Any) -> None:
    wire.expect("POST", BASE, body={"name": "n"}, status=201, answer=answer)
    with pytest.raises(NoAnswerError) as caught:
        flow.create("n", {"name": "n"})
    assert caught.value.may_have_arrived
