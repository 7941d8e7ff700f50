"""What is built on base connections: source connections, flows and the runs of these (api-facts.md 3.3, 8, 9)."""

from __future__ import annotations

import uuid
from typing import Any

from aiohttp import web

from aep_simulator.lists import Wanted, answer_list
from aep_simulator.routing import with_and_without_slash
from aep_simulator.specs import POSTGRES
from aep_simulator.store import Item, Store, new_etag
from aep_simulator.world import SANDBOX, world_of

_FLOW_SPEC = "14518937-270c-4525-bdec-c2ba7cce3860"
_OURS = ("baseConnectionIds",)  # what the service does not show


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    return with_and_without_slash(
        [("GET", "/flows", flows), ("GET", "/sourceConnections", source_connections), ("GET", "/runs", runs)]
    )


async def flows(request: web.Request) -> web.Response:
    """``GET /flows``."""
    return _listed(request, world_of(request).store.flows)


async def source_connections(request: web.Request) -> web.Response:
    """``GET /sourceConnections``."""
    return _listed(request, world_of(request).store.source_connections)


async def runs(request: web.Request) -> web.Response:
    """``GET /runs``."""
    return _listed(request, world_of(request).store.runs)


def _listed(request: web.Request, kept: dict[str, list[Item]]) -> web.Response:
    items = kept.get(request[SANDBOX], [])
    hidden = _OURS if world_of(request).settings.last_run_details else (*_OURS, "lastRunDetails")
    return answer_list(
        request,
        items,
        Wanted.of_query(request),
        shown=lambda item: {key: value for key, value in item.items() if key not in hidden},
    )


def build_on(store: Store, sandbox: str, connection_id: str, name: str, *, flow: bool, more: Item) -> Item:
    """Put a source connection on a base connection, and a flow on that if asked to; return the outermost of them.

    ``more`` is what the flow has beside that, as ``scheduleParams`` or ``state``.
    """
    spec = {"id": POSTGRES, "version": "1.0"}
    source = _item(name, {"baseConnectionId": connection_id, "connectionSpec": spec}, store.clock.now())
    store.source_connections.setdefault(sandbox, []).append(source)
    if not flow:
        return source
    inherited = {"sourceConnections": [{"id": source["id"], "connectionSpec": spec, "baseConnection": {"id": connection_id}}]}
    content = {
        "sourceConnectionIds": [source["id"]],
        "flowSpec": {"id": _FLOW_SPEC, "version": "1.0"},
        "inheritedAttributes": inherited,
        **more,
    }
    made = _item(name, content, store.clock.now())
    made["baseConnectionIds"] = [connection_id]
    store.flows.setdefault(sandbox, []).append(made)
    return made


def run_of(store: Store, sandbox: str, flow_id: str, **told: Any) -> Item:
    """Keep a run of a flow, and make it the flow's last one.

    ``told`` are status, startedAtUTC, completedAtUTC, outputRecordCount, failedRecordCount and errors, of which only the first
    is needed.

    Raises:
        LookupError: there is no such flow.
    """
    flow = next((one for one in store.flows.get(sandbox, []) if one["id"] == flow_id), None)
    if flow is None:
        raise LookupError(flow_id)
    now = int(store.clock.now() * 1000)
    began = told.get("startedAtUTC", now)
    times = {"startedAtUTC": began, "completedAtUTC": told.get("completedAtUTC", began)}
    rows = {"outputRecordCount": told.get("outputRecordCount", 0), "failedRecordCount": told.get("failedRecordCount", 0)}
    status = {"status": told["status"], "errors": told.get("errors", [])}
    etag = new_etag("", store.clock.now())
    run = {
        "id": str(uuid.uuid4()),
        "flowId": flow_id,
        "createdAt": began,
        "updatedAt": now,
        "etag": etag,
        "metrics": {"durationSummary": times, "recordSummary": rows, "statusSummary": status},
        "activities": [],
    }
    store.runs.setdefault(sandbox, []).append(run)
    flow["lastRunDetails"] = {"id": run["id"], "state": told["status"], **times}
    return run


def _item(name: str, content: Item, now: float) -> Item:
    etag = new_etag("", now)
    identifier = etag.strip('"')[:8] + "-0000-4000-8000-000000000000"
    return {"id": identifier, "updatedAt": 1, "name": name, "state": "enabled", "version": etag, "etag": etag, **content}
