"""What is built on base connections, as far as it keeps them from being deleted: source connections and flows (3.3, 8)."""

from __future__ import annotations

from aiohttp import web

from aep_simulator.lists import Wanted, answer_list
from aep_simulator.routing import with_and_without_slash
from aep_simulator.store import Item, Store, new_etag
from aep_simulator.world import SANDBOX, world_of


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    return with_and_without_slash([("GET", "/flows", flows), ("GET", "/sourceConnections", source_connections)])


async def flows(request: web.Request) -> web.Response:
    """``GET /flows``."""
    return _listed(request, world_of(request).store.flows)


async def source_connections(request: web.Request) -> web.Response:
    """``GET /sourceConnections``."""
    return _listed(request, world_of(request).store.source_connections)


def _listed(request: web.Request, kept: dict[str, list[Item]]) -> web.Response:
    items = kept.get(request[SANDBOX], [])
    return answer_list(
        request,
        items,
        Wanted.of_query(request),
        shown=lambda item: {key: value for key, value in item.items() if key != "baseConnectionIds"},
    )


def build_on(store: Store, sandbox: str, connection_id: str, name: str, *, flow: bool) -> Item:
    """Put a source connection on a base connection, and a flow on that if asked to; return the outermost of them."""
    source = _item(name, {"baseConnectionId": connection_id}, store.clock.now())
    store.source_connections.setdefault(sandbox, []).append(source)
    if not flow:
        return source
    inherited = {"sourceConnections": [{"id": source["id"], "baseConnection": {"id": connection_id}}]}
    made = _item(name, {"sourceConnectionIds": [source["id"]], "inheritedAttributes": inherited}, store.clock.now())
    made["baseConnectionIds"] = [connection_id]
    store.flows.setdefault(sandbox, []).append(made)
    return made


def _item(name: str, content: Item, now: float) -> Item:
    etag = new_etag("", now)
    identifier = etag.strip('"')[:8] + "-0000-4000-8000-000000000000"
    return {"id": identifier, "updatedAt": 1, "name": name, "state": "enabled", "version": etag, "etag": etag, **content}
