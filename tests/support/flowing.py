"""The dataflow that the wire tests talk about: its options, what the service shows of it, and the requests for it."""

from __future__ import annotations

from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.dataflow.parts import (
    MAPPING,
    SOURCE,
    TARGET,
    flow_mark,
    identity_of,
    marked,
)
from ansible_collections.aep.sources.plugins.module_utils.mark import Place, derived_key, with_mark

FLOW_SERVICE = "/data/foundation/flowservice"
FLOWS, SOURCES, TARGETS = (f"{FLOW_SERVICE}/{kind}" for kind in ("flows", "sourceConnections", "targetConnections"))
SETS = "/data/foundation/conversion/mappingSets"
DATASETS = "/data/foundation/catalog/dataSets"
SCHEMA_ID = "https://ns.adobe.com/acme/schemas/5d1b"
SCHEMA = f"/data/foundation/schemaregistry/tenant/schemas/{SCHEMA_ID}"  # as the server of the tests decodes it
EXPLORE = f"{FLOW_SERVICE}/connections/base-1/explore"
DATASET = "6019e0e7c5dcf718db5ebc71"
SPEC_ID = "14518937-270c-4525-bdec-c2ba7cce3860"
FULL = "application/vnd.adobe.xed-full+json;version=1"
PLACE = Place("dev", derived_key("client-s3cret"), "TESTORG@AdobeOrg")
NAME = "Orders daily"
IDENTITY = identity_of(PLACE, NAME)
MARK = str(flow_mark(PLACE, NAME, IDENTITY, None))
SET_NAME = marked(PLACE, MAPPING, IDENTITY, NAME, None)
LATER = "2999-01-01T00:00:00Z"
LATER_SECONDS = 32472144000

GOOD: dict[str, Any] = {
    "sandbox": "dev",
    "name": NAME,
    "connection_id": "base-1",
    "table": "public.orders",
    "dataset": DATASET,
    "mapping": {"id": "_id", "placed": "_acme.placed"},
    "schedule": {"frequency": "hour", "interval": 1, "start": LATER},
    "delta_column": "placed",
}
COLUMNS = [
    {"name": "id", "type": "integer", "xdm": {"type": "integer"}},
    {"name": "placed", "type": "string", "meta:xdmType": "date-time", "xdm": {"type": "string", "format": "date-time"}},
]
RULES = [
    {"sourceType": "ATTRIBUTE", "source": "placed", "destination": "_acme.placed"},
    {"sourceType": "ATTRIBUTE", "source": "id", "destination": "_id"},
]
OUTPUT = {"outputSchema": {"schemaRef": {"id": SCHEMA_ID, "contentType": FULL}}}
ITS_SCHEMA = {
    "type": "object",
    "properties": {
        "_id": {"type": "string"},
        "_acme": {"type": "object", "properties": {"placed": {"type": "string"}, "tags": {"type": "array"}}},
    },
}

SOURCE_BODY = {
    "name": NAME,
    "description": marked(PLACE, SOURCE, IDENTITY, f"Part of dataflow '{NAME}'", None),
    "baseConnectionId": "base-1",
    "data": {"format": "tabular"},
    "params": {"tableName": "public.orders", "columns": COLUMNS},
    "connectionSpec": {"id": "74a1c565-4e59-48d7-9d67-7c03b8a13137", "version": "1.0"},
}
TARGET_BODY = {
    "name": NAME,
    "description": marked(PLACE, TARGET, IDENTITY, f"Part of dataflow '{NAME}'", None),
    "data": {"schema": {"id": SCHEMA_ID, "version": FULL}},
    "params": {"dataSetId": DATASET},
    "connectionSpec": {"id": "c604ff05-7f1a-43c0-8e18-33bf874cb11c", "version": "1.0"},
}
MAPPING_BODY = {"name": SET_NAME, **OUTPUT, "mappings": RULES}
MAPPING_STEP = {"name": "Mapping", "params": {"mappingId": "set-1", "mappingVersion": "0"}}
FLOW_BODY = {
    "name": NAME,
    "description": MARK,
    "flowSpec": {"id": SPEC_ID, "version": "1.0"},
    "sourceConnectionIds": ["source-1"],
    "targetConnectionIds": ["target-1"],
    "transformations": [
        {
            "name": "Copy",
            "params": {"deltaColumn": {"name": "placed", "dateFormat": "yyyy-MM-dd HH:mm:ss", "timezone": "UTC"}},
        },
        MAPPING_STEP,
    ],
    "scheduleParams": {"startTime": LATER_SECONDS, "frequency": "hour", "interval": 1},
}


def shown_flow(identifier: str = "flow-1", number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return the dataflow as the service lists it, which shows numbers as texts."""
    return {
        **FLOW_BODY,
        "id": identifier,
        "state": "enabled",
        "etag": '"etag-1"',
        "createdAt": number,
        "sourceConnectionIds": [f"source-{number}"],
        "targetConnectionIds": [f"target-{number}"],
        "scheduleParams": {"startTime": str(LATER_SECONDS), "frequency": "hour", "interval": "1", "backfill": "true"},
        "inheritedAttributes": {"sourceConnections": [{"id": f"source-{number}", "baseConnection": {"id": "base-1"}}]},
        "lastOperation": {"status": {"value": "completed", "errors": []}, "operation": "update"},
        **changes,
    }


def shown_source(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {**SOURCE_BODY, "id": f"source-{number}", "createdAt": number, "state": "enabled", **changes}


def shown_target(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {**TARGET_BODY, "id": f"target-{number}", "createdAt": number, "state": "enabled", **changes}


def shown_set(version: int = 0, **changes: Any) -> dict[str, Any]:
    """Return the mapping set as the service shows it, which names both forms of each rule and attributes otherwise."""
    rules = [
        {
            "sourceType": "text/x.schema-path",
            "source": one["source"],
            "destination": one["destination"],
            "sourceAttribute": one["source"],
            "destinationXdmPath": one["destination"],
        }
        for one in reversed(changes.pop("mappings", RULES))
    ]
    return {"id": "set-1", "version": version, "name": SET_NAME, **OUTPUT, "mappings": rules, **changes}


def described(name: str, text: str = "", owner: str | None = None) -> str:
    """Return the description of a dataflow of this name, which was created with another one."""
    return with_mark(text, flow_mark(PLACE, name, IDENTITY, owner))


class Flowing:
    """Expects requests on a wire, by what they are for."""

    def __init__(self, wire: Any) -> None:
        self.expect = wire.expect
        self._together = wire.expect_together

    def lists(
        self,
        flows: tuple[Any, ...] = (),
        sources: tuple[Any, ...] = (),
        targets: tuple[Any, ...] = (),
        more: tuple[tuple[str, dict[str, str], Any], ...] = (),
        specs: str = SPEC_ID,
    ) -> None:
        """Expect the three lists of a sandbox, all at once."""
        self._together(
            (FLOWS, {"property": f"flowSpec.id=={specs}", "limit": "100"}, _page(flows)),
            (SOURCES, {"property": "connectionSpec.id==74a1c565-4e59-48d7-9d67-7c03b8a13137", "limit": "100"}, _page(sources)),
            (TARGETS, {"property": "connectionSpec.id==c604ff05-7f1a-43c0-8e18-33bf874cb11c", "limit": "100"}, _page(targets)),
            *more,
        )

    def one(self, **flow: Any) -> None:
        """Expect the lists of a sandbox with the dataflow in it."""
        self.lists((shown_flow(**flow),), (shown_source(),), (shown_target(),))

    def dataset(self) -> None:
        self.expect("GET", f"{DATASETS}/{DATASET}", answer={DATASET: {"name": "Orders", "schemaRef": {"id": SCHEMA_ID}}})

    def schema(self, **more: Any) -> None:
        self.expect("GET", SCHEMA, headers={"Accept": FULL}, **{"answer": ITS_SCHEMA, **more})

    def columns_answer(self, *names: str) -> dict[str, Any]:
        columns = [*COLUMNS, *({"name": one, "type": "string", "xdm": {"type": "string"}} for one in names)]
        return {"format": "flat", "schema": {"columns": columns}}

    def columns(self, *names: str, **more: Any) -> None:
        answer = more.pop("answer", self.columns_answer(*names))
        self.expect("GET", EXPLORE, query={"objectType": "table", "object": "public.orders"}, answer=answer, **more)

    def spec(self, answer: Any = None) -> None:
        found = answer or {"items": [{"id": SPEC_ID, "name": "CRMToAEP", "version": "1.0"}]}
        self.expect("GET", f"{FLOW_SERVICE}/flowSpecs", query={"property": 'name=="CRMToAEP"'}, answer=found)

    def validation(self, rules: list[dict[str, str]] | None = None, answer: Any = None) -> None:
        rules = RULES if rules is None else rules
        good = {"validationResponse": [{"status": "SUCCESS", "errors": None} for _one in rules]}
        self.expect("POST", f"{SETS}/validate", body={**OUTPUT, "mappings": rules}, answer=answer or good)

    def mapping(self, version: str | None = "0", answer: Any = None) -> None:
        query = {} if version is None else {"version": version}
        self.expect("GET", f"{SETS}/set-1", query=query, answer=answer or shown_set())

    def looked_up(self, spec: Any = None) -> None:
        """Expect all that is asked before a dataflow is created."""
        self.dataset()
        self.schema()
        self.columns()
        self.spec(spec)
        self.validation()

    def post(self, path: str, body: Any, number: int = 1, **more: Any) -> None:
        kind = {SOURCES: "source", TARGETS: "target", FLOWS: "flow", SETS: "set"}[path]
        answer = {"id": f"{kind}-{number}", **({"version": 0} if path == SETS else {"etag": '"etag-1"'})}
        self.expect("POST", path, body=body, **{"status": 200 if path == SETS else 201, "answer": answer, **more})

    def created(self, body: Any = None) -> None:
        """Expect the requests that create the dataflow."""
        self.post(SOURCES, SOURCE_BODY)
        self.post(TARGETS, TARGET_BODY)
        self.post(SETS, MAPPING_BODY)
        self.post(FLOWS, body or FLOW_BODY)

    def turned(self, operation: str, flow: str = "flow-1", **more: Any) -> None:
        """Expect the dataflow to be enabled or disabled, and waited for."""
        self.expect("POST", f"{FLOWS}/{flow}/action", query={"op": operation}, answer={"id": flow, "etag": '"etag-2"'})
        self.look(shown_flow(flow, **{"state": f"{operation}d", **more}))

    def patched(self, *operations: Any, flow: str = "flow-1", etag: str = '"etag-1"', **more: Any) -> None:
        answer = {"id": flow, "etag": '"etag-2"'}
        self.expect("PATCH", f"{FLOWS}/{flow}", body=list(operations), headers={"If-Match": etag}, answer=answer, **more)

    def look(self, flow: Any = None) -> None:
        """Expect a look at the dataflow."""
        identifier = flow["id"] if flow else "flow-1"
        self.expect("GET", f"{FLOWS}/{identifier}", answer={"items": [flow or shown_flow(etag='"etag-2"')]})

    def removed(self, flow: str = "flow-1", number: int = 1) -> None:
        """Expect a dataflow to be removed with its parts, the source connection last."""
        self.expect("DELETE", f"{FLOWS}/{flow}", status=204)
        self.expect("GET", f"{FLOWS}/{flow}", status=404)
        self.mapping(version=None)
        self.expect("DELETE", f"{SETS}/set-1", status=204)
        self.expect("DELETE", f"{TARGETS}/target-{number}", status=204)
        self.expect("DELETE", f"{SOURCES}/source-{number}", status=204)

    def named(self, *sets: Any, name: str = SET_NAME) -> None:
        """Expect the mapping sets of our name to be looked for."""
        self.expect("GET", SETS, query={"start": "0", "limit": "100", "name": name}, answer={"data": list(sets)})


def _page(items: tuple[Any, ...]) -> dict[str, Any]:
    return {"items": list(items), "_links": {}}


def replaced(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def told(result: dict[str, Any]) -> tuple[str, list[str]]:
    """Return the only action of a result, and its reasons."""
    assert "msg" not in result, result["msg"]
    [action] = result["actions"]
    return action["action"], action["reasons"]
