"""What goes over the wire is what Adobe's OpenAPI file says, but for the amendments that are listed."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
import specification
from conformance import breaches, exchanges
from openapi_core import OpenAPI
from simulated import FLOW, Client, simulator

if not specification.IS_THERE:  # before Schemathesis collects, which fails where it finds no operation
    pytest.skip(specification.MISSING, allow_module_level=True)

RECORDED = pathlib.Path(__file__).parents[2] / ".cache" / "integration" / "exchanges.jsonl"


@pytest.fixture(scope="module")
def api() -> OpenAPI:
    return OpenAPI.from_dict(specification.amended())


def test_the_integration_suite(api: OpenAPI) -> None:
    if not RECORDED.exists():
        pytest.skip("no exchanges of the integration suite were recorded: run make integration first")
    recorded = list(exchanges(RECORDED))
    assert {exchange["operation"] for exchange in recorded} >= {
        "connections.list_all",
        "connections.create",
        "connections.get_one",
        "connections.patch",
        "connections.delete",
        "explore.test",
        "connection_specs.get_one",
    }
    found = [breach for exchange in recorded for breach in breaches(api, exchange)]
    assert not found, f"{len(found)} breaches, first {found[0]}"
    print(f"{len(recorded)} exchanges are as the specification says")


def test_every_operation(api: OpenAPI, tmp_path: pathlib.Path) -> None:
    record = tmp_path / "exchanges.jsonl"
    with simulator("--record", str(record), "--test-result", "true", "--draft-supported", "yes") as url:
        client = Client(url)
        client.begin()
        created = client.create(description="text")
        one = f"/connections/{created.json()['id']}"
        answers = [
            client("GET", "/connections?limit=1&orderby=-name"),
            client("POST", "/connections/search", json={"queryString": "name==Orders", "limit": 10}),
            client("GET", one),
            client("GET", f"{one}/test"),
            client.patch(created, {"op": "replace", "path": "/auth/params/server", "value": "x"}),
            client("POST", f"{one}/action?op=publish"),
            client("GET", "/connectionSpecs"),
            client("GET", "/flows"),
            client("GET", "/sourceConnections"),
        ]
        assert all(answer.ok for answer in answers)
        for path in (f"{one}/explore?objectType=root", f"{one}/configs", "/connectionSpecs/none", "/connections/none"):
            assert client("GET", path).status_code in (400, 404)
        client("DELETE", one)
        client.close()
    recorded = list(exchanges(record))
    assert len(recorded) == 15
    assert [breach for exchange in recorded for breach in breaches(api, exchange)] == []


def test_a_breach_is_found(api: OpenAPI) -> None:
    good = {
        "operation": "connections.list_all",
        "request": {
            "method": "GET",
            "path": f"{FLOW}/connections",
            "query": "",
            "headers": {"Authorization": "", "x-api-key": "", "x-gw-ims-org-id": ""},
        },
        "response": {"status": 200, "headers": {}, "body": {"items": [{"id": "x"}]}},
    }
    assert breaches(api, good) == []
    assert breaches(api, {**good, "response": {**good["response"], "body": {"items": [{"id": 3}]}}})
    assert breaches(api, {**good, "request": {**good["request"], "headers": {}}})
    assert breaches(api, {**good, "response": {**good["response"], "status": 418, "body": []}})


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[Client]:
    with simulator("--test-result", "true") as url:
        client = Client(url)
        client.begin()
        yield client
        client.close()


SCHEMA = schemathesis.openapi.from_dict(specification.amended()).include(path_regex=r"^/(connections|connectionSpecs)(/|$)")


@SCHEMA.parametrize()
@hypothesis.settings(max_examples=25)
def test_generated_requests(case: Any, fuzzed: Client) -> None:
    """Requests that Schemathesis makes up bring no failure of the service, and no answer that breaks the specification."""
    if "BASE_CONNECTION_ID" in case.path_parameters:
        case.path_parameters["BASE_CONNECTION_ID"] = fuzzed.create().json()["id"]
    case.headers = {**(case.headers or {}), **fuzzed.session.headers}
    checks = [schemathesis.checks.not_a_server_error, schemathesis.checks.response_schema_conformance]
    case.call_and_validate(base_url=f"{fuzzed.url}{FLOW}", checks=checks)
