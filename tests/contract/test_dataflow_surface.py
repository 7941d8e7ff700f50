"""What the services do about dataflows when nothing is wrong."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from dataflows import FLOW_SPEC, FULL, MAPPING_SETS, RULES, dataflow, item, parts, platform, schema_path

KINDS = ["sourceConnections", "targetConnections", "flows"]


def made(client: Any, kind: str) -> Any:
    flow = dataflow(client)
    if kind == "flows":
        return flow.create(description="text")
    return flow.parts.source(description="text") if kind == "sourceConnections" else flow.parts.target(description="text")


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("kind", KINDS)
def test_create_and_get(client: Any, kind: str, slash: str) -> None:
    created = made(client, kind)
    identifier, etag = created.json()["id"], created.json()["etag"]
    assert (created.status_code, set(created.json())) == (201, {"id", "etag"})
    assert created.headers["Location"].endswith(f"/{kind}/{identifier}")
    [shown] = client("GET", f"/{kind}/{identifier}{slash}").json()["items"]
    assert shown["version"] == shown["etag"] == etag
    assert (shown["description"], shown["state"], shown["sandboxName"]) == ("text", "enabled", "dev")
    assert client("GET", f"/{kind}/{identifier}", headers={"x-sandbox-name": "prod"}).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_list_patch_and_delete(client: Any, kind: str) -> None:
    created = made(client, kind)
    path = f"/{kind}/{created.json()['id']}"
    change = {"op": "REPLACE", "path": "/name", "value": "New"}
    answer = client("PATCH", path, json=[change], headers={"If-Match": created.json()["etag"]})
    assert (answer.status_code, set(answer.json())) == (200, {"id", "etag"})
    assert answer.json()["etag"] != created.json()["etag"]
    assert [one["id"] for one in client("GET", f"/{kind}?property=name==New").json()["items"]] == [created.json()["id"]]
    assert client("GET", f"/{kind}?count=true&property=name==New").json() == {"count": 1}
    assert (client("DELETE", path).status_code, client("GET", path).status_code) == (204, 404)


@pytest.mark.parametrize(
    ("kind", "filters", "found"),
    [
        ("sourceConnections", ["baseConnectionId=={base}"], 1),
        ("sourceConnections", ["params.tableName==public.orders", "params.columns[].name==total"], 1),
        ("sourceConnections", ["params.columns[].name==colour"], 0),
        ("targetConnections", ["params.dataSetId=={dataset}"], 1),
        ("flows", ["flowSpec.id==" + FLOW_SPEC], 1),
        ("flows", ["inheritedAttributes.sourceConnections[].baseConnection.id=={base}"], 1),
        ("flows", ["inheritedAttributes.targetConnections[].connectionSpec.id==c604ff05-7f1a-43c0-8e18-33bf874cb11c"], 1),
        ("flows", ["sourceConnectionIds[]=={source}", "state==enabled"], 1),
        ("flows", ["transformations[].params.mappingId=={mapping}"], 1),
        ("flows", ["state==disabled"], 0),
        ("flows", ["lastRunDetails.startedAtUTC>=0"], 0),
    ],
)
def test_filters(client: Any, kind: str, filters: list[str], found: int) -> None:
    flow = dataflow(client)
    assert flow.create().ok
    known = {
        "base": flow.parts.base,
        "dataset": flow.parts.dataset,
        "source": flow.source_id,
        "mapping": flow.mapping_id,
    }
    texts = [text.format(**known) if "{" in text else text for text in filters]
    assert len(client("GET", f"/{kind}", params=[("property", text) for text in texts]).json()["items"]) == found
    if kind == "flows":
        assert len(client("POST", "/flows/search", json={"queryString": "&".join(texts)}).json()["items"]) == found


def test_a_flow_reads_back(client: Any) -> None:
    flow = dataflow(client)
    shown = item(client, "flows", flow.create({"startTime": "99999999999", "interval": "15"}).json()["id"])
    assert shown["scheduleParams"] == {"startTime": "99999999999", "frequency": "minute", "interval": "15"}, "as it was sent"
    assert [one["name"] for one in shown["transformations"]] == ["Copy", "Mapping"]
    assert shown["transformations"][1]["params"] == {"mappingId": flow.mapping_id, "mappingVersion": "0"}
    [source], [target] = (shown["inheritedAttributes"][key] for key in ("sourceConnections", "targetConnections"))
    assert (source["id"], source["baseConnection"]["id"], target["id"]) == (flow.source_id, flow.parts.base, flow.target_id)
    assert shown["lastOperation"]["operation"] == "create"
    assert shown["lastOperation"]["status"] == {"value": "completed", "errors": []}
    assert client("GET", shown["runs"]).json()["items"] == []


@pytest.mark.parametrize("spelling", [str.lower, str.upper])
def test_a_flow_is_disabled_and_enabled(client: Any, spelling: Any) -> None:
    created = dataflow(client).create().json()
    path = f"/flows/{created['id']}"
    for op, state in (("disable", "disabled"), ("enable", "enabled")):
        answer = client("POST", f"{path}/action?op={spelling(op)}")
        assert (answer.status_code, set(answer.json())) == (200, {"id", "etag"})
        assert answer.json()["etag"] != created["etag"]
        shown = item(client, "flows", created["id"])
        assert (shown["state"], shown["lastOperation"]["operation"]) == (state, op)


@pytest.mark.parametrize(
    "change",
    [
        {"op": "replace", "path": "/scheduleParams/frequency", "value": "day"},
        {"op": "replace", "path": "/scheduleParams/interval", "value": 30},
        {"op": "replace", "path": "/scheduleParams/startTime", "value": 99999999999},
        {"op": "add", "path": "/description", "value": "text"},
    ],
)
def test_what_of_a_flow_can_be_patched(client: Any, change: dict[str, Any]) -> None:
    created = dataflow(client).create().json()
    assert client("PATCH", f"/flows/{created['id']}", json=[change], headers={"If-Match": created["etag"]}).ok
    shown = item(client, "flows", created["id"])
    assert change["value"] in (shown.get("description"), *shown["scheduleParams"].values())
    assert (shown["lastOperation"]["operation"], shown["lastOperation"]["ops"]) == ("update", [change])


def test_a_flow_takes_the_next_version_of_its_mapping_set(client: Any) -> None:
    flow = dataflow(client)
    created = flow.create().json()
    rules = [*RULES, {"sourceType": "EXPRESSION", "source": "upper(customer)", "destination": "_acme.customer"}]
    answer = platform(client, "PUT", f"{MAPPING_SETS}/{flow.mapping_id}", json=flow.parts.mapping_body(mappings=rules))
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    value = {"name": "Mapping", "params": {"mappingId": flow.mapping_id, "mappingVersion": 1}}
    change = {"op": "replace", "path": "/transformations/1", "value": value}
    assert client("PATCH", f"/flows/{created['id']}", json=[change], headers={"If-Match": created["etag"]}).ok
    assert item(client, "flows", created["id"])["transformations"][1]["params"]["mappingVersion"] == "1"
    for version, count in (("0", 1), ("1", 2)):
        shown = platform(client, "GET", f"{MAPPING_SETS}/{flow.mapping_id}?version={version}").json()
        assert (shown["version"], len(shown["mappings"])) == (int(version), count)
    assert len(platform(client, "GET", f"{MAPPING_SETS}/{flow.mapping_id}/mappings").json()) == 2


def test_adobes_sample_puts_the_mapping_in_the_place_of_the_delta_column(client: Any) -> None:
    flow = dataflow(client)
    created = flow.create().json()
    change = {"op": "replace", "path": "/transformations/0", "value": flow.body["transformations"][1]}
    assert client("PATCH", f"/flows/{created['id']}", json=[change], headers={"If-Match": created["etag"]}).ok
    assert [one["name"] for one in item(client, "flows", created["id"])["transformations"]] == ["Mapping", "Mapping"]


def test_the_flow_spec(client: Any) -> None:
    for path in (f"/flowSpecs/{FLOW_SPEC}", '/flowSpecs?property=name=="CRMToAEP"', "/flowSpecs"):
        [spec] = client("GET", path).json()["items"]
        assert (spec["id"], spec["version"]) == (FLOW_SPEC, "1.0")
    assert client("POST", "/flowSpecs/search", json={"queryString": "name==CRMToAEP"}).json()["items"] == [spec]
    assert client("GET", "/flowSpecs?property=name==other").json()["items"] == []
    schedule = jsonschema.Draft7Validator(spec["scheduleSpec"]["spec"])
    assert schedule.is_valid({"startTime": 1, "frequency": "minute", "interval": 15})
    for wrong in ({"frequency": "minute", "interval": 14}, {"frequency": "once", "interval": 1}, {"frequency": "day"}):
        assert not schedule.is_valid({"startTime": 1} | wrong)


def test_a_base_connection_in_use(client: Any) -> None:
    flow = dataflow(client)
    created = flow.create().json()
    path = f"/connections/{flow.parts.base}"
    assert client("DELETE", path).json()["type"].endswith("1418-400")
    assert client("DELETE", f"/flows/{created['id']}").ok
    assert client("DELETE", path).ok


@pytest.mark.parametrize("dialect", ["new", "old"])
def test_both_dialects_of_mapping_sets(client: Any, dialect: str) -> None:
    needed = parts(client)
    old = {
        "version": 0,
        "xdmSchema": needed.schema,
        "xdmVersion": "1.0",
        "id": None,
        "mappings": [{"destinationXdmPath": "_id", "sourceAttribute": "id", "identity": False, "version": 0}],
    }
    body = old if dialect == "old" else needed.mapping_body(name="Orders mark")
    created = platform(client, "POST", MAPPING_SETS, json=body)
    assert (created.status_code, created.json()["version"]) == (200, 0)
    shown = platform(client, "GET", f"{MAPPING_SETS}/{created.json()['id']}").json()
    assert shown["outputSchema"]["schemaRef"]["id"] == shown["xdmSchema"] == needed.schema
    [rule] = shown["mappings"]
    assert (rule["source"], rule["destination"]) == (rule["sourceAttribute"], rule["destinationXdmPath"]) == ("id", "_id")
    assert rule["sourceType"] == "text/x.schema-path"


def test_mapping_sets_are_listed_by_name(client: Any) -> None:
    needed = parts(client)
    ids = {name: needed.mapping(name=name).json()["id"] for name in ("A", "AB", "B")}
    for name, identifier in ids.items():
        found = platform(client, "GET", f"{MAPPING_SETS}?start=0&limit=10&name={name}").json()["data"]
        assert [(one["id"], one["name"]) for one in found] == [(identifier, name)]
    pages = [platform(client, "GET", f"{MAPPING_SETS}?start={start}&limit=2").json()["data"] for start in (0, 2, 4)]
    assert [len(page) for page in pages] == [2, 1, 0]
    assert platform(client, "GET", MAPPING_SETS, headers={"x-sandbox-name": "prod"}).json()["data"] == []
    assert platform(client, "DELETE", f"{MAPPING_SETS}/{ids['A']}").status_code == 204
    assert platform(client, "GET", f"{MAPPING_SETS}/{ids['A']}").status_code == 404


def test_validate_and_preview_change_nothing(client: Any) -> None:
    needed = parts(client)
    rules = [
        *RULES,
        {"sourceType": "ATTRIBUTE", "source": "total", "destination": "_acme.amount"},
        {"sourceType": "EXPRESSION", "source": "upper(customer", "destination": "_acme.customer"},
    ]
    body = needed.mapping_body(mappings=rules)
    verdicts = platform(client, "POST", f"{MAPPING_SETS}/validate", json=body).json()["validationResponse"]
    assert [one["status"] for one in verdicts] == ["SUCCESS", "FAILED", "FAILED"]
    assert verdicts[0]["errors"] is None
    assert verdicts[1]["errors"][0]["destination"] == "_acme.amount"
    row = {"data": {"id": 7, "total": 3}, "mappingSet": body}
    shown = platform(client, "POST", f"{MAPPING_SETS}/preview", json=row).json()["data"]
    assert shown == {"_id": 7, "_acme": {"amount": 3, "customer": None}}
    assert platform(client, "GET", MAPPING_SETS).json()["data"] == []


def test_datasets_are_an_object_keyed_by_id(client: Any) -> None:
    needed = parts(client)
    [other] = client.admin("POST", "datasets", {"sandbox": "dev", "name": "Others", "schema": needed.schema})
    listed = platform(client, "GET", "catalog/dataSets").json()
    assert list(listed) == [other, needed.dataset], "the newest first"
    assert listed[needed.dataset]["schemaRef"]["id"] == needed.schema
    assert list(platform(client, "GET", "catalog/dataSets?limit=1&start=1").json()) == [needed.dataset]
    assert list(platform(client, "GET", "catalog/dataSets?name=Others").json()) == [other]
    assert platform(client, "GET", "catalog/dataSets?properties=name").json()[other] == {"name": "Others"}
    assert platform(client, "GET", f"catalog/dataSets/{other}").json() == {other: listed[other]}
    assert platform(client, "GET", "catalog/dataSets", headers={"x-sandbox-name": "prod"}).json() == {}


def test_a_schema_in_its_forms(client: Any) -> None:
    needed = parts(client)
    full = platform(client, "GET", schema_path(needed.schema), headers={"Accept": FULL}).json()
    assert full["$id"] == needed.schema
    assert full["properties"]["_acme"]["properties"]["placed"] == {"type": "string", "format": "date-time"}
    short = {"Accept": "application/vnd.adobe.xed+json;version=1"}
    shown = platform(client, "GET", schema_path(full["meta:altId"]), headers=short).json()
    assert shown == {key: value for key, value in full.items() if key != "properties"}
