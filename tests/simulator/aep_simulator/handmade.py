"""What tests put in place behind the service's back: datasets, schemas, and flows and runs as others have them."""

from __future__ import annotations

import secrets
from typing import Any

from aep_simulator.flow_specs import FLOW_SPEC
from aep_simulator.schemas import schema_of
from aep_simulator.settings import Settings
from aep_simulator.specs import POSTGRES
from aep_simulator.store import FLOWS, RUNS, SOURCES, Item, Store

_OURS = ("id", "lastOperation", "lastRunDetails")  # what only the service itself says of a flow
_CONTENT_TYPE = "application/vnd.adobe.xed+json;version=1"
TENANT = "https://ns.adobe.com/acme/schemas/"


def build_on(store: Store, settings: Settings, sandbox: str, connection_id: str, name: str, *, flow: bool, more: Item) -> Item:
    """Put a source connection on a base connection, and a flow on that if asked to; return the outermost of them.

    ``more`` is what the flow has beside that, as ``scheduleParams`` or ``state``. Such a flow has no runs of its own accord.
    """
    spec = {"id": POSTGRES, "version": "1.0"}
    content = {"name": name, "baseConnectionId": connection_id, "connectionSpec": spec}
    source = store.add(SOURCES, sandbox, settings, content).item
    if not flow:
        return source
    inherited = {"sourceConnections": [{"id": source["id"], "connectionSpec": spec, "baseConnection": {"id": connection_id}}]}
    content = {
        **{key: value for key, value in more.items() if key not in _OURS},
        "name": name,
        "sourceConnectionIds": [source["id"]],
        "flowSpec": {"id": FLOW_SPEC, "version": "1.0"},
        "inheritedAttributes": inherited,
    }
    return store.add(FLOWS, sandbox, settings, content).item


def run_of(store: Store, settings: Settings, sandbox: str, flow_id: str, **told: Any) -> Item:
    """Keep a run of a flow, and make it the flow's last one.

    ``told`` are status, startedAtUTC, completedAtUTC, outputRecordCount, failedRecordCount and errors, of which only the first
    is needed.

    Raises:
        LookupError: there is no such flow.
    """
    flow = store.in_sandbox(FLOWS, sandbox)[flow_id].item
    began = told.get("startedAtUTC", int(store.clock.now() * 1000))
    times = {"startedAtUTC": began, "completedAtUTC": told.get("completedAtUTC", began)}
    rows = {"outputRecordCount": told.get("outputRecordCount", 0), "failedRecordCount": told.get("failedRecordCount", 0)}
    status = {"status": told["status"], "errors": told.get("errors", [])}
    metrics = {"durationSummary": times, "recordSummary": rows, "statusSummary": status}
    content = {"createdAt": began, "flowId": flow_id, "metrics": metrics, "activities": []}
    run = store.add(RUNS, sandbox, settings, content).item
    flow["lastRunDetails"] = {"id": run["id"], "state": told["status"], **times}
    return run


def add_schema(store: Store, sandbox: str, title: str, fields: dict[str, str], identifier: str | None) -> Item:
    """Keep a schema whose fields are dotted paths with their types."""
    schema = schema_of(identifier or TENANT + secrets.token_hex(24), title, fields)
    store.schemas.setdefault(sandbox, {})[schema["$id"]] = schema
    return schema


def add_dataset(store: Store, settings: Settings, sandbox: str, name: str, schema: str) -> Item:
    """Keep a dataset, and return it keyed by its id."""
    now, identifier = store.next_ms(), secrets.token_hex(12)
    item = {
        "name": name,
        "imsOrg": settings.org_id,
        "sandboxId": sandbox,
        "created": now,
        "updated": now,
        "version": "1.0.0",
        "schemaRef": {"id": schema, "contentType": _CONTENT_TYPE},
        "tags": {},
    }
    store.datasets.setdefault(sandbox, {})[identifier] = item
    return {identifier: item}
