"""A dataflow in a running simulator and what it is made of, by plain HTTP: nothing of the collection is used here."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests
from simulated import POSTGRES, Client

DATA_LAKE = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
FLOW_SPEC = "14518937-270c-4525-bdec-c2ba7cce3860"
MAPPING_SETS = "conversion/mappingSets"
SOON = 300  # seconds until a flow starts, long enough that a slow test does not find it started
LATE = 99999999999
FIELDS = {"_id": "string", "_acme.customer": "string", "_acme.placed": "date-time", "_acme.total": "number"}
COLUMNS = [{"name": name, "type": "string"} for name in ("id", "customer", "placed", "total")]
RULES = [{"sourceType": "ATTRIBUTE", "source": "id", "destination": "_id"}]
FULL = "application/vnd.adobe.xed-full+json;version=1"

FLOW_PATCH = [
    {"op": "replace", "path": "/scheduleParams/interval", "value": "30"},
    {"op": "replace", "path": "/transformations/0", "value": {"name": "Copy", "params": {"deltaColumn": {"name": "placed"}}}},
]
OF_DATAFLOWS = ["sourceConnections", "targetConnections", "flows", "runs", "flowSpecs", "mappingSets", "dataSets", "schemas"]


def platform(client: Client, method: str, path: str, **content: Any) -> requests.Response:
    """Send a request to a service other than the Flow Service."""
    return client.session.request(method, f"{client.url}/data/foundation/{path}", timeout=10, **content)


def without_none(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body without what a test took out of it."""
    return {key: value for key, value in body.items() if value is not None}


@dataclass
class Parts:
    """What a flow needs: ids of a base connection, a schema, a dataset."""

    client: Client
    base: str
    schema: str
    dataset: str

    def source(self, params: dict[str, Any] | None = None, **changes: Any) -> requests.Response:
        """Create a source connection; changed ``params`` are added to good ones, None takes out."""
        good = {"tableName": "public.orders", "columns": COLUMNS}
        body = {
            "name": "Orders source",
            "baseConnectionId": self.base,
            "data": {"format": "tabular"},
            "params": without_none(good | (params or {})),
            "connectionSpec": {"id": POSTGRES, "version": "1.0"},
        }
        return self.client("POST", "/sourceConnections", json=without_none(body | changes))

    def target(self, **changes: Any) -> requests.Response:
        """Create a target connection."""
        body = {
            "name": "Orders target",
            "data": {"schema": {"id": self.schema, "version": FULL}},
            "params": {"dataSetId": self.dataset},
            "connectionSpec": {"id": DATA_LAKE, "version": "1.0"},
        }
        return self.client("POST", "/targetConnections", json=without_none(body | changes))

    def mapping_body(self, **changes: Any) -> dict[str, Any]:
        """Return the body of a mapping set."""
        body = {"outputSchema": {"schemaRef": {"id": self.schema, "contentType": FULL}}, "mappings": RULES}
        return without_none(body | changes)

    def mapping(self, **changes: Any) -> requests.Response:
        """Create a mapping set."""
        return platform(self.client, "POST", MAPPING_SETS, json=self.mapping_body(**changes))


@dataclass
class Dataflow:
    """A flow's body, whose parts are there."""

    parts: Parts
    body: dict[str, Any]

    def create(self, schedule: dict[str, Any] | None = None, **changes: Any) -> requests.Response:
        """Create the flow; a changed ``schedule`` is added to the good one, None takes out."""
        planned = without_none(self.body["scheduleParams"] | (schedule or {}))
        return self.parts.client("POST", "/flows", json=without_none(self.body | {"scheduleParams": planned} | changes))

    def once(self) -> requests.Response:
        """Create a flow that runs once."""
        schedule = {"frequency": "once", "interval": None}
        return self.create(schedule, transformations=self.body["transformations"][1:])

    @property
    def source_id(self) -> str:
        """The id of its source connection."""
        return str(self.body["sourceConnectionIds"][0])

    @property
    def target_id(self) -> str:
        """The id of its target connection."""
        return str(self.body["targetConnectionIds"][0])

    @property
    def mapping_id(self) -> str:
        """The id of its mapping set."""
        return str(self.body["transformations"][1]["params"]["mappingId"])


def parts(client: Client, base: str | None = None, fields: dict[str, str] | None = None) -> Parts:
    """Make what a flow needs."""
    made = {"sandbox": client.sandbox, "title": "Orders", "fields": FIELDS if fields is None else fields}
    schema = client.admin("POST", "schemas", made)["$id"]
    [dataset] = client.admin("POST", "datasets", {"sandbox": client.sandbox, "name": "Orders", "schema": schema})
    return Parts(client, base or client.create().json()["id"], schema, dataset)


def dataflow(client: Client, base: str | None = None, **of_source: Any) -> Dataflow:
    """Make all parts of a flow, and return it as it can be created."""
    needed = parts(client, base)
    copy = {"deltaColumn": {"name": "placed", "dateFormat": "yyyy-MM-dd HH:mm:ss", "timezone": "UTC"}}
    mapping = {"mappingId": needed.mapping().json()["id"], "mappingVersion": 0}
    return Dataflow(
        needed,
        {
            "name": "Orders",
            "flowSpec": {"id": FLOW_SPEC, "version": "1.0"},
            "sourceConnectionIds": [needed.source(**of_source).json()["id"]],
            "targetConnectionIds": [needed.target().json()["id"]],
            "transformations": [{"name": "Copy", "params": copy}, {"name": "Mapping", "params": mapping}],
            "scheduleParams": {"startTime": int(time.time()) + SOON, "frequency": "minute", "interval": 15},
        },
    )


def item(client: Client, kind: str, identifier: str) -> dict[str, Any]:
    """Return one resource of the Flow Service."""
    [found] = client("GET", f"/{kind}/{identifier}").json()["items"]
    return dict(found)


def schema_path(identifier: str) -> str:
    """Return the path of a schema below the services."""
    return f"schemaregistry/tenant/schemas/{quote(identifier, safe='')}"


def check(answer: requests.Response, code: str) -> None:
    """Check that an answer is this error of the Flow Service."""
    assert answer.status_code == int(code.rpartition("-")[2]), answer.text
    assert answer.json()["type"] == f"https://ns.adobe.com/aep/errors/FLOW-{code}"
    assert answer.json()["report"]["request-id"] == answer.headers["X-Request-Id"]


def known(client: Client, path: str, flow: Dataflow) -> tuple[str, str, list[Any]]:
    """Return id and etag of something that a path may name, and documents that its operations may take."""
    if not (kind := next((one for one in OF_DATAFLOWS if f"/{one}" in path), None)):
        made = client.create().json()
        return made["id"], made["etag"], []
    times = {"startTime": 1, "windowStartTime": 1, "windowEndTime": 2, "deltaColumn": {"name": "placed"}}
    documents = [flow.body, FLOW_PATCH, flow.parts.mapping_body(name="x"), {"flowId": "x", "params": times}]
    if kind in ("mappingSets", "dataSets", "schemas"):
        found = {"mappingSets": flow.mapping_id, "dataSets": flow.parts.dataset, "schemas": quote(flow.parts.schema, safe="")}
        return found[kind], "x", documents
    listed = client("GET", f"/{kind}").json()["items"] or [{"id": flow.source_id, "etag": "x"}]
    return listed[0]["id"], listed[0].get("etag", "x"), documents
