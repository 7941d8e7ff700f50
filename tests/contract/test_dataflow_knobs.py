"""Each thing that Adobe leaves open about dataflows can be had both ways."""

from __future__ import annotations

import time
from typing import Any

import pytest
from dataflows import FULL, MAPPING_SETS, dataflow, item, parts, platform


def refused(answer: Any, code: str) -> bool:
    return bool(answer.json().get("type", "").endswith(f"FLOW-{code}"))


def patch(client: Any, created: dict[str, Any], *changes: dict[str, Any]) -> Any:
    etag = item(client, "flows", created["id"])["etag"]
    return client("PATCH", f"/flows/{created['id']}", json=list(changes), headers={"If-Match": etag})


def replacing(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def test_columns_optional(client: Any) -> None:
    needed = parts(client)
    assert needed.source(params={"columns": None}).ok
    client.set(columns_optional=False)
    assert refused(needed.source(params={"columns": None}), "1304-400")


@pytest.mark.parametrize(("accepted", "works"), [("both", {"1", "1.0"}), ("1", {"1"}), ("1.0", {"1.0"})])
def test_schema_version(client: Any, accepted: str, works: set[str]) -> None:
    client.set(schema_version=accepted)
    needed = parts(client)
    for version in ("1", "1.0", "2"):
        schema = {"id": needed.schema, "version": FULL.rpartition("=")[0] + "=" + version}
        assert needed.target(data={"schema": schema}).ok == (version in works)


def test_target_schema_key(client: Any) -> None:
    needed = parts(client)
    identifier = needed.target().json()["id"]
    for key in ("id", "schemaId"):
        client.set(target_schema_key=key)
        [listed] = client("GET", "/targetConnections").json()["items"]
        for shown in (listed, item(client, "targetConnections", identifier)):
            assert {key} == set(shown["data"]["schema"]) - {"version"}


@pytest.mark.parametrize("code", ["1312-400", "1439-404", "2200-500"])
def test_bad_dataset(client: Any, code: str) -> None:
    client.set(bad_dataset=code)
    answer = parts(client).target(params={"dataSetId": "none"})
    assert answer.status_code == int(code[-3:])
    assert refused(answer, code)


def test_flow_spec_answer_and_transformation_spec_key(client: Any) -> None:
    path = '/flowSpecs?property=name=="CRMToAEP"'
    assert "transformationSpec" in client("GET", path).json()["items"][0]
    client.set(flow_spec_answer="object", transformation_spec_key="transformationSpecs")
    assert client("GET", path).json()["name"] == "CRMToAEP"
    assert "transformationSpecs" in client("GET", path).json()
    assert client("GET", "/flowSpecs?property=name==other").json()["items"] == []


@pytest.mark.parametrize(
    ("accepted", "numbers", "texts"), [("any", True, True), ("number", True, False), ("text", False, True)]
)
def test_schedule_numbers(client: Any, accepted: str, numbers: bool, texts: bool) -> None:
    client.set(schedule_numbers=accepted)
    flow = dataflow(client)
    start = int(time.time()) + 300
    assert flow.create({"startTime": start, "interval": 15, "backfill": True}).ok == numbers
    assert flow.create({"startTime": str(start), "interval": "15", "backfill": "true"}).ok == texts


@pytest.mark.parametrize(
    ("view", "interval", "backfill"), [("as_sent", "15", True), ("number", 15, True), ("text", "15", "true")]
)
def test_schedule_view(client: Any, view: str, interval: Any, backfill: Any) -> None:
    client.set(schedule_view=view)
    made = dataflow(client).create({"interval": "15", "backfill": True}).json()
    shown = item(client, "flows", made["id"])["scheduleParams"]
    assert (shown["interval"], shown["backfill"], shown["frequency"]) == (interval, backfill, "minute")
    assert isinstance(shown["startTime"], str) == (view == "text")


def test_schedule_defaults(client: Any) -> None:
    flow = dataflow(client)
    periodic, once = flow.create().json()["id"], flow.once().json()["id"]
    for filled in (False, True):
        client.set(schedule_defaults=filled)
        assert ("backfill" in item(client, "flows", periodic)["scheduleParams"]) == filled
        assert "backfill" not in item(client, "flows", once)["scheduleParams"]


def test_check_date_format(client: Any) -> None:
    flow = dataflow(client)
    copy = {"name": "Copy", "params": {"deltaColumn": {"name": "placed", "dateFormat": "YYYY-MM-DD"}}}
    transformations = [copy, flow.body["transformations"][1]]
    assert flow.create(transformations=transformations).ok
    client.set(check_date_format=True)
    assert refused(flow.create(transformations=transformations), "1312-400")
    assert flow.create().ok


def test_patch_flow_paths(client: Any) -> None:
    client.set(patch_flow_paths="/scheduleParams,/state,/transformations/*/params/**")
    created = dataflow(client).create().json()
    schedule = {"startTime": int(time.time()) + 900, "frequency": "day", "interval": 1, "backfill": False}
    assert patch(client, created, replacing("/scheduleParams", schedule)).ok
    assert patch(client, created, replacing("/transformations/0/params/deltaColumn/name", "x")).ok
    assert refused(patch(client, created, replacing("/state", "gone")), "1456-400")
    assert patch(client, created, replacing("/state", "disabled")).ok
    assert refused(patch(client, created, replacing("/name", "New")), "1365-400")
    shown = item(client, "flows", created["id"])
    assert (shown["state"], shown["scheduleParams"]) == ("disabled", schedule)
    assert shown["transformations"][0]["params"]["deltaColumn"]["name"] == "x"


def test_patch_once(client: Any) -> None:
    created = dataflow(client).once().json()
    change = replacing("/scheduleParams/startTime", int(time.time()) + 900)
    assert refused(patch(client, created, change), "1365-400")
    client.set(patch_once=True)
    assert patch(client, created, change).ok


def test_patch_delta_rule(client: Any) -> None:
    flow = dataflow(client)
    change = replacing("/transformations/0", flow.body["transformations"][1])
    client.set(patch_delta_rule=True)
    assert refused(patch(client, flow.create().json(), change), "1367-400")
    client.set(patch_delta_rule=False)
    assert patch(client, flow.create().json(), change).ok


@pytest.mark.parametrize("states", ["transition", "final"])
def test_an_operation_that_goes_on(client: Any, states: str) -> None:
    client.set(operation_seconds=60, operation_states=states)
    created = dataflow(client).create().json()
    path, change = f"/flows/{created['id']}", replacing("/scheduleParams/frequency", "hour")
    actions = [
        ("create", "initializing", "enabled", None),
        ("update", "updating", "enabled", lambda: patch(client, created, change)),
        ("disable", "disabling", "disabled", lambda: client("POST", f"{path}/action?op=disable")),
        ("enable", "enabling", "enabled", lambda: client("POST", f"{path}/action?op=enable")),
    ]
    for operation, meanwhile, final, act in actions:
        assert act is None or act().ok
        shown = item(client, "flows", created["id"])
        assert (shown["lastOperation"]["operation"], shown["lastOperation"]["status"]["value"]) == (operation, "inProgress")
        assert 0 <= shown["lastOperation"]["percentCompleted"] < 100
        assert shown["state"] == (meanwhile if states == "transition" else final)
        if states == "transition":
            assert refused(patch(client, created, change), "1420-400")
            assert refused(client("POST", f"{path}/action?op=disable"), "1421-400")
            assert refused(client("DELETE", path), "1458-400")
        client.admin("POST", "clock", {"advance": 60})
        shown = item(client, "flows", created["id"])
        assert (shown["state"], shown["lastOperation"]["status"]["value"]) == (final, "completed")


def test_operation_result(client: Any) -> None:
    client.set(operation_result="failed")
    created = dataflow(client).create().json()
    for act in (
        lambda: patch(client, created, replacing("/name", "New")),
        lambda: client("POST", f"/flows/{created['id']}/action?op=disable"),
    ):
        assert act().ok, "that it fails is seen later"
        shown = item(client, "flows", created["id"])
        assert (shown["name"], shown["state"]) == ("Orders", "enabled")
        assert shown["lastOperation"]["status"]["value"] == "failed"
        assert shown["lastOperation"]["status"]["errors"]


@pytest.mark.parametrize(("accepted", "works"), [("lower", "disable"), ("upper", "DISABLE")])
def test_action_spelling(client: Any, accepted: str, works: str) -> None:
    client.set(action_spelling=accepted)
    path = f"/flows/{dataflow(client).create().json()['id']}/action?op="
    assert refused(client("POST", path + works.swapcase()), "1435-400")
    assert client("POST", path + works).ok


def test_repeat_action(client: Any) -> None:
    path = f"/flows/{dataflow(client).create().json()['id']}/action?op=enable"
    assert refused(client("POST", path), "1422-400")
    client.set(repeat_action="accept")
    assert client("POST", path).ok


@pytest.mark.parametrize("kind", ["source", "target"])
def test_delete_used_parts(client: Any, kind: str) -> None:
    flow = dataflow(client)
    created = flow.create().json()
    path = f"/{kind}Connections/{flow.source_id if kind == 'source' else flow.target_id}"
    assert refused(client("DELETE", path), "1447-400")
    client.set(delete_used_parts="accept")
    assert client("DELETE", path).ok
    assert client("GET", path).status_code == 404
    assert item(client, "flows", created["id"])["name"] == "Orders"


@pytest.mark.parametrize(("cascade", "parts_left", "mapping_left"), [("none", 1, 1), ("parts", 0, 1), ("all", 0, 0)])
def test_flow_cascade(client: Any, cascade: str, parts_left: int, mapping_left: int) -> None:
    client.set(flow_cascade=cascade)
    assert client("DELETE", f"/flows/{dataflow(client).create().json()['id']}").ok
    for kind in ("sourceConnections", "targetConnections"):
        assert client("GET", f"/{kind}?count=true").json() == {"count": parts_left}
    assert len(platform(client, "GET", MAPPING_SETS).json()["data"]) == mapping_left


def test_flow_cascade_leaves_what_another_flow_uses(client: Any) -> None:
    client.set(flow_cascade="parts")
    flow = dataflow(client)
    flows = [flow.create().json()["id"] for _number in range(2)]
    for identifier, left in zip(flows, (1, 0), strict=True):
        assert client("DELETE", f"/flows/{identifier}").ok
        assert client("GET", "/sourceConnections?count=true").json() == {"count": left}


def test_settings_of_connections_hold_for_parts_and_flows(client: Any) -> None:
    client.set(list_lag=60, etag_header=True, second_write=True, delete_status=202, delete_delay=60)
    flow = dataflow(client)
    for kind, create in (("sourceConnections", flow.parts.source), ("flows", flow.create)):
        created = create()
        path = f"/{kind}/{created.json()['id']}"
        assert created.headers["ETag"] == created.json()["etag"]
        assert client("GET", f"/{kind}").json()["items"] == [], "it is listed later"
        stale = {"If-Match": created.json()["etag"]}
        assert client("PATCH", path, json=[replacing("/name", "x")], headers=stale).status_code == 412
        assert client("DELETE", path).status_code == 202
        assert client("GET", path).json()["items"][0]["state"] == "delete-finalizing"
        client.admin("POST", "clock", {"advance": 60})
        assert client("GET", path).status_code == 404
    client.set(error_style="legacy", unknown_parameters="ignore")
    assert client("GET", "/flows/none").json()["errorMessage"] == "flows not found with id = [none]"
    for service in (MAPPING_SETS, "catalog/dataSets"):
        assert platform(client, "GET", f"{service}?colour=red").ok
