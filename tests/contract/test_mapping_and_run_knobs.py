"""Each thing that Adobe leaves open about runs, mapping sets and datasets can be had both ways."""

from __future__ import annotations

from typing import Any

import pytest
from dataflows import MAPPING_SETS, dataflow, item, parts, platform


@pytest.mark.parametrize("form", ["property", "flow"])
def test_runs_link(client: Any, form: str) -> None:
    client.set(runs_link=form, test_result="true")
    flow = dataflow(client)
    created, other = flow.create().json(), flow.create().json()
    client.admin("POST", "clock", {"advance": 600})
    link = item(client, "flows", created["id"])["runs"]
    assert link.startswith("/runs?" if form == "property" else f"/flows/{created['id']}")
    assert {run["flowId"] for run in client("GET", link).json()["items"]} == {created["id"]} != {other["id"]}


def ran(client: Any, **settings: Any) -> dict[str, Any]:
    """Return the run of a flow that was due."""
    client.set(**{"test_result": "true"} | settings)
    dataflow(client).create()
    client.admin("POST", "clock", {"advance": 600})
    [run] = client("GET", "/runs").json()["items"]
    return dict(run)


def test_run_spelling(client: Any) -> None:
    run = ran(client)
    assert {"etag", "activities"} <= set(run)
    client.set(run_spelling="spec")
    for shown in (client("GET", "/runs").json()["items"][0], item(client, "runs", run["id"])):
        assert {"eTag", "activites"} <= set(shown)
        assert not {"etag", "activities"} & set(shown)


@pytest.mark.parametrize("form", ["items", "object"])
def test_run_answer(client: Any, form: str) -> None:
    client.set(run_answer=form)
    times = {"startTime": 99999999999, "windowStartTime": 0, "windowEndTime": 1, "deltaColumn": {"name": "placed"}}
    answer = client("POST", "/runs", json={"flowId": dataflow(client).once().json()["id"], "params": times})
    assert answer.status_code == 201
    shown = answer.json()["items"][0] if form == "items" else answer.json()
    assert set(shown) == {"id", "etag"}
    assert item(client, "runs", shown["id"])["metrics"]["statusSummary"]["status"] == "inProgress"


@pytest.mark.parametrize(("unit", "factor"), [("seconds", 1), ("milliseconds", 1000)])
def test_run_units(client: Any, unit: str, factor: int) -> None:
    client.set(run_units=unit)
    params = {"startTime": 3000000000 * factor, "windowStartTime": 0, "windowEndTime": 2000000000 * factor}
    body = {"flowId": dataflow(client).once().json()["id"], "params": params | {"deltaColumn": {"name": "placed"}}}
    run = client("POST", "/runs", json=body).json()["items"][0]
    durations = item(client, "runs", run["id"])["metrics"]["durationSummary"]
    assert durations["startedAtUTC"] == 3000000000000
    assert durations["extensions"] == {"windowStart": 0, "windowEnd": 2000000000000}


def test_run_seconds(client: Any) -> None:
    run = ran(client, run_seconds=2000)
    assert run["metrics"]["statusSummary"]["status"] == "inProgress"
    assert "recordSummary" not in run["metrics"]
    last = item(client, "flows", run["flowId"])["lastRunDetails"]
    assert (last["id"], last["state"], "completedAtUTC" in last) == (run["id"], "inProgress", False)
    assert [one["id"] for one in client("GET", "/runs?property=state==inProgress").json()["items"]] == [run["id"]]
    client.admin("POST", "clock", {"advance": 2000})
    assert item(client, "runs", run["id"])["metrics"]["statusSummary"]["status"] == "success"


@pytest.mark.parametrize("counted", [0, -1])
def test_failed_counts(client: Any, counted: int) -> None:
    run = ran(client, failed_counts=counted, test_result="false")
    assert run["metrics"]["statusSummary"]["status"] == "failed"
    assert set(run["metrics"]["recordSummary"].values()) == {counted}


def test_status_filter(client: Any) -> None:
    run = ran(client, test_result="false")
    path = "/runs?property=metrics.statusSummary.status=="
    for status, found in (("Failed", 1), ("failed", 1), ("success", 0)):
        assert len(client("GET", path + status).json()["items"]) == found
    client.set(status_filter="exact")
    assert client("GET", path + "Failed").json()["items"] == []
    assert client("GET", path + "failed").json()["items"][0]["id"] == run["id"]


@pytest.mark.parametrize(("dialect", "new", "old"), [("both", True, True), ("new", True, False), ("old", False, True)])
def test_mapping_dialect(client: Any, dialect: str, new: bool, old: bool) -> None:
    client.set(mapping_dialect=dialect)
    needed = parts(client)
    assert needed.mapping(mappings=[{"source": "id", "destination": "_id"}]).ok == new
    assert needed.mapping(mappings=[{"sourceAttribute": "id", "destinationXdmPath": "_id"}]).ok == old


@pytest.mark.parametrize(("dialect", "new", "old"), [("both", True, True), ("new", True, False), ("old", False, True)])
def test_mapping_dialect_shown(client: Any, dialect: str, new: bool, old: bool) -> None:
    client.set(mapping_dialect_shown=dialect)
    identifier = parts(client).mapping().json()["id"]
    [rule] = platform(client, "GET", f"{MAPPING_SETS}/{identifier}").json()["mappings"]
    assert ("source" in rule, "destination" in rule) == (new, new)
    assert ("sourceAttribute" in rule, "destinationXdmPath" in rule) == (old, old)


def test_attribute_type_and_expression_type(client: Any) -> None:
    rules = [{"sourceType": kind, "source": "id", "destination": "_id"} for kind in ("ATTRIBUTE", "EXPRESSION", "STATIC")]
    identifier = parts(client).mapping(mappings=rules).json()["id"]
    for shown in (["text/x.schema-path", "EXPRESSION", "STATIC"], ["ATTRIBUTE", "text/x.aep-xl", "STATIC"]):
        client.set(attribute_type=shown[0], expression_type=shown[1])
        kept = platform(client, "GET", f"{MAPPING_SETS}/{identifier}").json()["mappings"]
        assert [rule["sourceType"] for rule in kept] == shown


def test_mapping_checked(client: Any) -> None:
    needed = parts(client)
    wrong = needed.mapping_body(mappings=[{"source": "id", "destination": "_nowhere"}])
    assert platform(client, "POST", MAPPING_SETS, json=wrong).ok
    client.set(mapping_checked=True)
    assert platform(client, "POST", MAPPING_SETS, json=wrong).status_code == 400
    identifier = needed.mapping().json()["id"]
    assert platform(client, "PUT", f"{MAPPING_SETS}/{identifier}", json=wrong).status_code == 400


def test_mapping_follows(client: Any) -> None:
    flow = dataflow(client)
    created = flow.create().json()
    assert platform(client, "PUT", f"{MAPPING_SETS}/{flow.mapping_id}", json=flow.parts.mapping_body()).ok
    for follows, version in ((False, "0"), (True, "1")):
        client.set(mapping_follows=follows)
        assert item(client, "flows", created["id"])["transformations"][1]["params"]["mappingVersion"] == version


def test_mapping_start_required(client: Any) -> None:
    client.set(mapping_start_required=True)
    assert platform(client, "GET", f"{MAPPING_SETS}?name=x&limit=1").status_code == 400
    assert platform(client, "GET", f"{MAPPING_SETS}?name=x&limit=1&start=0").ok


@pytest.mark.parametrize(("meaning", "found"), [("exact", {"A"}), ("contains", {"A", "AB"}), ("ignore", {"A", "AB", "b"})])
def test_mapping_name_filter(client: Any, meaning: str, found: set[str]) -> None:
    client.set(mapping_name_filter=meaning)
    needed = parts(client)
    for name in ("A", "AB", "b"):
        needed.mapping(name=name)
    listed = platform(client, "GET", f"{MAPPING_SETS}?name=A&start=0&limit=10").json()["data"]
    assert {one["name"] for one in listed} == found


def test_mapping_sets_deletable(client: Any) -> None:
    path = f"{MAPPING_SETS}/{parts(client).mapping().json()['id']}"
    client.set(mapping_sets_deletable=False)
    assert platform(client, "DELETE", path).status_code == 405
    assert platform(client, "GET", path).ok


@pytest.mark.parametrize(("meaning", "found"), [("exact", {"Ab"}), ("blind", {"Ab", "AB"}), ("contains", {"Ab", "xAbx"})])
def test_dataset_name_filter(client: Any, meaning: str, found: set[str]) -> None:
    client.set(dataset_name_filter=meaning)
    for name in ("Ab", "AB", "xAbx"):
        client.admin("POST", "datasets", {"sandbox": "dev", "name": name, "schema": "x"})
    listed = platform(client, "GET", "catalog/dataSets?name=Ab").json()
    assert {one["name"] for one in listed.values()} == found
