"""What is refused of runs, mapping sets, datasets and schemas."""

from __future__ import annotations

from typing import Any

import pytest
from dataflows import FULL, LATE, MAPPING_SETS, check, dataflow, parts, platform, schema_path


def test_what_users_cannot_write(client: Any) -> None:
    check(client("POST", "/flowSpecs", json={"name": "x"}), "1426-400")
    check(client("GET", "/flowSpecs/none"), "1413-400")
    check(client("PUT", "/runs/none", json={"flowId": "x"}), "1427-400")
    check(client("GET", "/runs/none"), "1439-404")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"flowId": None}, "1446-400"),
        ({"flowId": "none"}, "1439-404"),
        ({"params": None}, "1304-400"),
        ({"params": {"startTime": 1, "windowStartTime": 1}}, "1304-400"),
        ({"params": {"startTime": "1", "windowStartTime": 1, "windowEndTime": 2}}, "1312-400"),
        ({"params": {"startTime": 10**13, "windowStartTime": 1, "windowEndTime": 2}}, "1312-400"),
        ({"params": {"startTime": 1, "windowStartTime": 1, "windowEndTime": 2}}, "1304-400"),
    ],
)
def test_a_run_that_is_refused(client: Any, changes: dict[str, Any], code: str) -> None:
    times = {"startTime": LATE, "windowStartTime": 0, "windowEndTime": 1}
    body = {"flowId": dataflow(client).once().json()["id"], "params": times | {"deltaColumn": {"name": "placed"}}}
    check(client("POST", "/runs", json={key: value for key, value in (body | changes).items() if value}), code)


def test_runs_on_demand_are_for_flows_that_run_once(client: Any) -> None:
    flow = dataflow(client)
    times = {"startTime": LATE, "windowStartTime": 0, "windowEndTime": 1}
    first = {"params": times | {"deltaColumn": {"name": "placed"}}}
    check(client("POST", "/runs", json={"flowId": flow.create().json()["id"], **first}), "1312-400")
    once = {"flowId": flow.once().json()["id"]}
    assert client("POST", "/runs", json=once | first).ok
    check(client("POST", "/runs", json=once | first), "1312-400")
    assert client("POST", "/runs", json=once | {"params": times}).ok, "the first run named the column"


@pytest.mark.parametrize("operation", ["", "/validate"])
@pytest.mark.parametrize(
    "changes",
    [
        {"outputSchema": None},
        {"outputSchema": {"schemaRef": {"id": 3}}},
        {"mappings": None},
        {"mappings": []},
        {"mappings": ["id"]},
        {"mappings": [{"source": "id"}]},
        {"mappings": [{"sourceType": "text/x.schema-path", "source": "id", "destination": "_id"}]},
    ],
)
def test_a_mapping_set_that_is_refused(client: Any, operation: str, changes: dict[str, Any]) -> None:
    needed = parts(client)
    answer = platform(client, "POST", f"{MAPPING_SETS}{operation}", json=needed.mapping_body(**changes) | {"x": 1})
    assert (answer.status_code, set(answer.json())) == (400, {"type", "status", "title", "detail"})
    assert platform(client, "GET", MAPPING_SETS).json()["data"] == []


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("conversion/mappingSets/none", "", 404),
        ("conversion/mappingSets?offset=1", "", 400),
        ("conversion/mappingSets?limit=x", "", 400),
        ("catalog/dataSets/none", "", 404),
        ("catalog/dataSets?limit=101", "", 400),
        ("catalog/dataSets?limit=0", "", 400),
        ("catalog/dataSets?colour=red", "", 400),
        (schema_path("none"), FULL, 404),
        (schema_path("none"), "application/json", 406),
    ],
)
def test_other_services_refuse(client: Any, path: str, accept: str, status: int) -> None:
    assert platform(client, "GET", path, headers={"Accept": accept or "*/*"}).status_code == status


@pytest.mark.parametrize("service", [MAPPING_SETS, "catalog/dataSets", schema_path("x")])
def test_other_services_are_behind_the_same_gateway(client: Any, service: str) -> None:
    assert platform(client, "GET", service, headers={"Authorization": "Bearer x"}).json()["error_code"] == "401013"
    check(platform(client, "GET", service, headers={"x-sandbox-name": "none"}), "2100-404")
    check(platform(client, "GET", service, headers={"x-sandbox-name": None}), "2105-400")
