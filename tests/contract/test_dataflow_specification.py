"""What goes over the wire about dataflows is what Adobe's OpenAPI files say, but for the amendments that are listed."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
import specification
from conformance import breaches, exchanges
from dataflows import LATE, MAPPING_SETS, Dataflow, dataflow, platform
from openapi_core import Config, OpenAPI
from simulated import FLOW, Client, simulator

if not specification.IS_THERE:  # before Schemathesis collects, which fails where it finds no operation
    pytest.skip(specification.MISSING, allow_module_level=True)

CHECKS = [schemathesis.checks.not_a_server_error, schemathesis.checks.response_schema_conformance]
KINDS = r"^/(flows|flowSpecs|runs|sourceConnections|targetConnections)(/|$)"


@pytest.fixture
def recorded(tmp_path: pathlib.Path) -> Iterator[tuple[Client, Dataflow, pathlib.Path]]:
    """A client whose exchanges are recorded, and the parts of a flow."""
    record = tmp_path / "exchanges.jsonl"
    with simulator("--record", str(record), "--test-result", "true") as url:
        client = Client(url)
        client.begin()
        yield client, dataflow(client), record
        client.close()


def test_every_operation(recorded: tuple[Client, Dataflow, pathlib.Path]) -> None:
    client, flow, record = recorded
    created, once = flow.create(description="text").json(), flow.once().json()
    change = [{"op": "replace", "path": "/name", "value": "New"}]
    times = {"startTime": LATE, "windowStartTime": 0, "windowEndTime": 1, "deltaColumn": {"name": "placed"}}
    one, last = f"/flows/{created['id']}", "property=lastRunDetails.startedAtUTC>=0"
    client.admin("POST", "clock", {"advance": 600})
    answers = [
        client("PATCH", one, json=change, headers={"If-Match": created["etag"]}),
        client("GET", one),
        client("GET", f"/flows?{last}&limit=5"),
        client("POST", "/flows/search", json={"queryString": "name==New"}),
        client("POST", f"{one}/action?op=disable"),
        client("POST", f"{one}/action?op=ENABLE"),
        client("GET", '/flowSpecs?property=name=="CRMToAEP"'),
        client("GET", f"/flowSpecs/{flow.body['flowSpec']['id']}"),
        client("POST", "/runs", json={"flowId": once["id"], "params": times}),
        client("GET", "/runs"),
        client("GET", f"/runs/{client('GET', '/runs').json()['items'][0]['id']}"),
        client("DELETE", one),
        client("DELETE", f"/flows/{once['id']}"),
    ]
    for kind, identifier in (("sourceConnections", flow.source_id), ("targetConnections", flow.target_id)):
        path = f"/{kind}/{identifier}"
        [item] = client("GET", path).json()["items"]
        answers += [
            client("GET", f"/{kind}?count=true"),
            client("PATCH", path, json=change, headers={"If-Match": item["etag"]}),
            client("POST", f"{path}/action?op=publish"),
            client("DELETE", path),
        ]
    assert [answer.text for answer in answers if not answer.ok] == []
    assert client("GET", one).status_code == 404
    api = OpenAPI.from_dict(specification.amended())
    kept = list(exchanges(record))
    assert len(kept) > len(answers)
    assert [breach for exchange in kept for breach in breaches(api, exchange)] == []


@pytest.mark.parametrize("name", ["data-prep", "catalog"])
def test_every_operation_of_other_services(recorded: tuple[Client, Dataflow, pathlib.Path], name: str) -> None:
    if not specification.has(name):
        pytest.skip(f"{name}.yaml is not there: get it from where flow-service.yaml is")
    client, flow, record = recorded
    one = f"{MAPPING_SETS}/{flow.mapping_id}"
    body = flow.parts.mapping_body(name="Orders")
    wrong = flow.parts.mapping_body(mappings=[{"sourceType": "ATTRIBUTE", "source": "id", "destination": "_nowhere"}])
    answers = [
        platform(client, "PUT", one, json=body),
        platform(client, "GET", f"{one}?version=0"),
        platform(client, "GET", f"{one}/mappings"),
        platform(client, "GET", f"{MAPPING_SETS}?start=0&limit=5&name=Orders"),
        platform(client, "POST", f"{MAPPING_SETS}/validate", json=body),
        platform(client, "POST", f"{MAPPING_SETS}/validate", json=wrong),
        platform(client, "POST", f"{MAPPING_SETS}/preview", json={"data": {"id": 1}, "mappingSet": body}),
        platform(client, "GET", "catalog/dataSets?limit=5&start=0&name=Orders&properties=name,schemaRef"),
        platform(client, "GET", f"catalog/dataSets/{flow.parts.dataset}"),
    ]
    assert [answer.text for answer in answers if not answer.ok] == []
    assert platform(client, "GET", f"{MAPPING_SETS}/none").status_code == 404
    assert platform(client, "GET", "catalog/dataSets/none").status_code == 404
    as_it_is = Config(spec_validator_cls=None)  # parts of Catalog's file that are not used here are no OpenAPI
    api = OpenAPI.from_dict(specification.amended_other(name), config=as_it_is)
    kept = list(exchanges(record, specification.BASES[name]))
    assert len(kept) >= 3
    assert [breach for exchange in kept for breach in breaches(api, exchange)] == []


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[tuple[Client, Dataflow]]:
    with simulator("--test-result", "true") as url:
        client = Client(url)
        client.begin()
        yield client, dataflow(client)
        client.close()


SCHEMA = schemathesis.openapi.from_dict(specification.amended()).include(path_regex=KINDS)


@SCHEMA.parametrize()
@hypothesis.settings(max_examples=15)
def test_generated_requests(case: Any, fuzzed: tuple[Client, Dataflow]) -> None:
    """Requests that Schemathesis makes up bring no failure of the service, and no answer that breaks the specification."""
    client, flow = fuzzed
    made = {"FLOW_ID": flow.create, "SOURCE_CONNECTION_ID": flow.parts.source, "TARGET_CONNECTION_ID": flow.parts.target}
    for name in set(made) & set(case.path_parameters):
        case.path_parameters[name] = made[name]().json()["id"]
    case.headers = {**(case.headers or {}), **client.session.headers}
    case.call_and_validate(base_url=f"{client.url}{FLOW}", checks=CHECKS)


def made_up(name: str, path: str, method: str) -> Any:
    """Return how Schemathesis makes up requests of an operation of another service."""
    return schemathesis.openapi.from_dict(specification.amended_other(name))[path][method].as_strategy()


@pytest.mark.parametrize(
    ("name", "path", "method"),
    [
        ("data-prep", "/mappingSets", "GET"),
        ("data-prep", "/mappingSets", "POST"),
        ("data-prep", "/mappingSets/validate", "POST"),
        ("data-prep", "/mappingSets/preview", "POST"),
        ("data-prep", "/mappingSets/{MAPPING_SET_ID}", "GET"),
        ("data-prep", "/mappingSets/{MAPPING_SET_ID}", "PUT"),
        ("data-prep", "/mappingSets/{MAPPING_SET_ID}/mappings", "GET"),
        ("catalog", "/dataSets", "GET"),
        ("catalog", "/dataSets/{DATASET_ID}", "GET"),
    ],
)
def test_generated_requests_of_other_services(fuzzed: tuple[Client, Dataflow], name: str, path: str, method: str) -> None:
    if not specification.has(name):
        pytest.skip(f"{name}.yaml is not there: get it from where flow-service.yaml is")
    client, flow = fuzzed
    known = {"MAPPING_SET_ID": flow.mapping_id, "DATASET_ID": flow.parts.dataset}

    @hypothesis.settings(max_examples=15, deadline=None, database=None)
    @hypothesis.given(made_up(name, path, method))
    def conforms(case: Any) -> None:
        case.path_parameters = {key: known[key] for key in case.path_parameters or {}}
        case.headers = {**(case.headers or {}), **client.session.headers}
        case.call_and_validate(base_url=f"{client.url}{specification.BASES[name]}", checks=CHECKS)

    conforms()
