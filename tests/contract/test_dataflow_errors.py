"""Each error that an operation on dataflows can produce, with its status and its code."""

from __future__ import annotations

from typing import Any

import pytest
from dataflows import FULL, LATE, check, dataflow, item, parts

COPY = {"name": "Copy", "params": {"deltaColumn": {"name": "placed"}}}
SPEC = {"id": "14518937-270c-4525-bdec-c2ba7cce3860", "version": "1.0"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": None}, "1304-400"),
        ({"data": None}, "1304-400"),
        ({"data": "tabular"}, "1304-400"),
        ({"connectionSpec": None}, "1413-400"),
        ({"connectionSpec": {"id": "other", "version": "1.0"}}, "1413-400"),
        ({"baseConnectionId": None}, "1304-400"),
        ({"baseConnectionId": "none"}, "1439-404"),
        ({"baseConnectionId": ["none"]}, "1439-404"),
        ({"description": 3}, "1312-400"),
        ({"params": {"tableName": None}}, "1304-400"),
        ({"params": {"tableName": ""}}, "1304-400"),
        ({"params": {"columns": []}}, "1304-400"),
        ({"params": {"columns": ["id"]}}, "1312-400"),
        ({"params": {"columns": [{"type": "string"}]}}, "1312-400"),
        ({"params": {"cdcEnabled": True}}, "1312-400"),
        ({"params": {"filters": {"type": "PQL"}}}, "1312-400"),
    ],
)
def test_a_source_connection_that_is_refused(client: Any, changes: dict[str, Any], code: str) -> None:
    check(parts(client).source(**changes), code)
    assert client("GET", "/sourceConnections").json()["items"] == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": None}, "1304-400"),
        ({"connectionSpec": {"id": "74a1c565-4e59-48d7-9d67-7c03b8a13137", "version": "1.0"}}, "1413-400"),
        ({"data": None}, "1304-400"),
        ({"data": {"schema": {"version": FULL}}}, "1304-400"),
        ({"data": {"schema": {"id": "x"}}}, "1312-400"),
        ({"data": {"schema": {"id": "x", "version": "application/json"}}}, "1312-400"),
        ({"params": None}, "1304-400"),
        ({"params": {"dataSetId": "none"}}, "1312-400"),
    ],
)
def test_a_target_connection_that_is_refused(client: Any, changes: dict[str, Any], code: str) -> None:
    check(parts(client).target(**changes), code)
    assert client("GET", "/targetConnections").json()["items"] == []


@pytest.mark.parametrize("part", ["source", "target"])
def test_a_part_without_version_of_its_spec(client: Any, part: str) -> None:
    identifier = {"source": "74a1c565-4e59-48d7-9d67-7c03b8a13137", "target": "c604ff05-7f1a-43c0-8e18-33bf874cb11c"}
    assert getattr(parts(client), part)(connectionSpec={"id": identifier[part]}).status_code == 422


@pytest.mark.parametrize(
    ("schedule", "code"),
    [
        ({"startTime": 1}, "1360-400"),
        ({"startTime": "1"}, "1360-400"),
        ({"interval": 14}, "1362-400"),
        ({"interval": "14"}, "1362-400"),
        ({"frequency": "week", "interval": 0}, "1362-400"),
        ({"startTime": None}, "1304-400"),
        ({"startTime": "soon"}, "1312-400"),
        ({"startTime": 10**13}, "1312-400"),
        ({"frequency": None}, "1304-400"),
        ({"frequency": "month"}, "1312-400"),
        ({"frequency": ["day"]}, "1312-400"),
        ({"interval": None}, "1304-400"),
        ({"interval": 1.5}, "1312-400"),
        ({"backfill": "perhaps"}, "1312-400"),
    ],
)
def test_a_schedule_that_is_refused(client: Any, schedule: dict[str, Any], code: str) -> None:
    check(dataflow(client).create(schedule), code)
    assert client("GET", "/flows").json()["items"] == []


@pytest.mark.parametrize(
    ("schedule", "code"),
    [({}, "1361-400"), ({"interval": None, "backfill": True}, "1364-400"), ({"interval": None}, "1369-400")],
)
def test_what_does_not_go_with_once(client: Any, schedule: dict[str, Any], code: str) -> None:
    flow = dataflow(client)
    check(flow.create({"frequency": "once"} | schedule), code)
    assert flow.once().ok


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": "disabled"}, "1410-400"),
        ({"mode": "draft"}, "1368-400"),
        ({"name": ""}, "1304-400"),
        ({"flowSpec": None}, "1413-400"),
        ({"flowSpec": {"id": "other", "version": "1.0"}}, "1413-400"),
        ({"sourceConnectionIds": None}, "1304-400"),
        ({"sourceConnectionIds": ["none"]}, "1439-404"),
        ({"sourceConnectionIds": [{}]}, "1439-404"),
        ({"targetConnectionIds": ["none"]}, "1439-404"),
        ({"targetConnectionIds": ["a", "b"]}, "1312-400"),
        ({"scheduleParams": None}, "1304-400"),
        ({"transformations": [COPY]}, "1370-400"),
        ({"transformations": None}, "1367-400"),
        ({"transformations": "Copy"}, "1312-400"),
        ({"transformations": [{"name": ["Copy"], "params": {}}]}, "1312-400"),
        ({"transformations": [{"name": "Other", "params": {}}]}, "1312-400"),
        ({"transformations": [{"name": "Copy", "params": {}}]}, "1312-400"),
        ({"transformations": [COPY, {"name": "Mapping", "params": {"mappingId": 3}}]}, "1312-400"),
        ({"transformations": [COPY, {"name": "Mapping", "params": {"mappingId": "none"}}]}, "1419-400"),
        ({"transformations": [{"name": "Copy", "params": {"deltaColumn": {"name": "x", "timezone": "CET"}}}]}, "1312-400"),
    ],
)
def test_a_flow_that_is_refused(client: Any, changes: dict[str, Any], code: str) -> None:
    check(dataflow(client).create(**changes), code)
    assert client("GET", "/flows").json()["items"] == []


def test_a_flow_needs_a_delta_column_unless_it_runs_once(client: Any) -> None:
    flow = dataflow(client)
    check(flow.create(transformations=flow.body["transformations"][1:]), "1367-400")


def test_a_draft_of_a_flow_is_refused(client: Any) -> None:
    flow = dataflow(client)
    check(client("POST", "/flows?mode=draft", json=flow.body), "1368-400")
    client.set(draft_supported=True)
    made = client("POST", "/flows?mode=draft", json=flow.body).json()
    assert item(client, "flows", made["id"])["state"] == "draft"
    check(client("POST", f"/flows/{made['id']}/action?op=enable"), "1435-400")
    assert client("POST", f"/flows/{made['id']}/action?op=publish").ok
    assert item(client, "flows", made["id"])["state"] == "enabled"


def test_a_mapping_set_that_does_not_fit_its_flow(client: Any) -> None:
    flow, other = dataflow(client), parts(client)
    mappings = [
        (other.mapping(), 0, "1425-400"),
        (flow.parts.mapping(mappings=[{"source": "id", "destination": "_nowhere"}]), 0, "1419-400"),
        (flow.parts.mapping(), 1, "1419-400"),
    ]
    for made, version, code in mappings:
        mapping = {"name": "Mapping", "params": {"mappingId": made.json()["id"], "mappingVersion": version}}
        check(flow.create(transformations=[COPY, mapping]), code)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"op": "replace", "path": "/scheduleParams", "value": {}}, "1365-400"),
        ({"op": "replace", "path": "/scheduleParams/backfill", "value": False}, "1365-400"),
        ({"op": "replace", "path": "/sourceConnectionIds/0", "value": "x"}, "1365-400"),
        ({"op": "replace", "path": "/state", "value": "disabled"}, "1365-400"),
        ({"op": "replace", "path": "/transformations/0/params/deltaColumn/name", "value": "x"}, "1365-400"),
        ({"op": "replace", "path": "", "value": {}}, "1365-400"),
        ({"op": "replace", "path": "/transformations/9", "value": COPY}, "1455-400"),
        (
            {"op": "replace", "path": "/transformations/0", "value": {"name": "Mapping", "params": {"mappingId": "x"}}},
            "1419-400",
        ),
        ({"op": "replace", "path": "/scheduleParams/frequency", "value": "once"}, "1361-400"),
        ({"op": "replace", "path": "/scheduleParams/interval", "value": 1}, "1362-400"),
        ({"op": "replace", "path": "/scheduleParams/startTime", "value": 1}, "1360-400"),
        ({"op": "replace", "path": "/name", "value": ""}, "1304-400"),
        ({"op": "move", "path": "/name", "from": "/description"}, "1434-400"),
    ],
)
def test_a_patch_of_a_flow_that_is_refused(client: Any, change: dict[str, Any], code: str) -> None:
    created = dataflow(client).create().json()
    check(client("PATCH", f"/flows/{created['id']}", json=[change], headers={"If-Match": created["etag"]}), code)
    assert item(client, "flows", created["id"])["etag"] == created["etag"]


def test_a_start_that_has_passed_cannot_be_patched(client: Any) -> None:
    client.set(test_result="true")
    created = dataflow(client).create().json()
    client.admin("POST", "clock", {"advance": 3600})
    change = {"op": "replace", "path": "/scheduleParams/startTime", "value": LATE}
    check(client("PATCH", f"/flows/{created['id']}", json=[change], headers={"If-Match": created["etag"]}), "1366-400")


@pytest.mark.parametrize("kind", ["sourceConnections", "targetConnections", "flows"])
def test_etags(client: Any, kind: str) -> None:
    flow = dataflow(client)
    created = {"flows": flow.create, "sourceConnections": flow.parts.source, "targetConnections": flow.parts.target}[
        kind
    ]().json()
    path, change = f"/{kind}/{created['id']}", [{"op": "replace", "path": "/name", "value": "x"}]
    check(client("PATCH", path, json=change), "1403-400")
    check(client("PATCH", path, json=change, headers={"If-Match": '"stale"'}), "1404-412")
    if kind == "flows":
        check(client("POST", f"{path}/action?op=disable", headers={"If-Match": '"stale"'}), "1404-412")
    else:
        wrong = [{"op": "replace", "path": "/baseConnectionId", "value": "x"}]
        check(client("PATCH", path, json=wrong, headers={"If-Match": created["etag"]}), "1365-400")
        broken = [{"op": "replace", "path": "/params", "value": {}}]
        check(client("PATCH", path, json=broken, headers={"If-Match": created["etag"]}), "1304-400")


@pytest.mark.parametrize(
    ("op", "code"), [("FINALIZE", "1402-400"), ("", "1435-400"), ("start", "1435-400"), ("enable", "1422-400")]
)
def test_an_action_that_is_refused(client: Any, op: str, code: str) -> None:
    check(client("POST", f"/flows/{dataflow(client).create().json()['id']}/action?op={op}"), code)


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("kind", ["sourceConnections", "targetConnections", "flows"])
def test_what_is_not_there(client: Any, method: str, kind: str) -> None:
    answer = client(method, f"/{kind}/none", json=[{}])
    check(answer, "1439-404")
    assert answer.json()["report"]["type"] == kind


@pytest.mark.parametrize(
    ("query", "code"), [("offset=1", "1451-400"), ("count=true&limit=1", "1401-400"), ("property=name", "1453-400")]
)
@pytest.mark.parametrize("kind", ["sourceConnections", "targetConnections", "flows", "runs", "flowSpecs"])
def test_a_query_that_is_refused(client: Any, kind: str, query: str, code: str) -> None:
    check(client("GET", f"/{kind}?{query}"), code)
