"""``/admin``: settings, faults and counters of a running simulator. It listens on the loopback address, as all of it does."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
from typing import Any

from aiohttp import web

from aep_simulator.documents import is_whole, read_json
from aep_simulator.errors import ApiError
from aep_simulator.faults import Fault
from aep_simulator.handmade import add_dataset, add_schema, build_on, run_of
from aep_simulator.settings import LARGEST, changed
from aep_simulator.specs import connection_spec
from aep_simulator.store import CONNECTIONS, Store
from aep_simulator.world import BODY, world_of


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    return [
        web.get("/admin/settings", settings),
        web.patch("/admin/settings", change_settings),
        web.get("/admin/faults", faults),
        web.post("/admin/faults", add_faults),
        web.delete("/admin/faults", clear_faults),
        web.get("/admin/counters", counters),
        web.delete("/admin/counters", clear_counters),
        web.get("/admin/connections", connections),
        web.get("/admin/tokens", tokens),
        web.post("/admin/clock", advance_clock),
        web.post("/admin/flows", add_flow),
        web.post("/admin/runs", add_run),
        web.post("/admin/schemas", add_a_schema),
        web.post("/admin/datasets", add_a_dataset),
        web.post("/admin/reset", reset),
        web.post("/admin/stop", stop),
    ]


def _refused(reason: str) -> ApiError:
    return ApiError(400, {"message": reason})


def _document(request: web.Request) -> Any:
    try:
        return read_json(request[BODY])
    except ValueError:
        raise _refused("the body is not JSON") from None


def _with_texts(request: web.Request, *names: str) -> dict[str, Any]:
    document = _document(request)
    if not isinstance(document, dict) or not all(isinstance(document.get(name), str) for name in names):
        raise _refused(f"{', '.join(names[:-1])} and {names[-1]} are needed")
    return document


async def settings(request: web.Request) -> web.Response:
    """``GET /admin/settings``."""
    return web.json_response(dataclasses.asdict(world_of(request).settings))


async def change_settings(request: web.Request) -> web.Response:
    """``PATCH /admin/settings`` with an object of some settings."""
    document = _document(request)
    world = world_of(request)
    try:
        new = changed(world.settings, document)
        connection_spec(new)  # a file that holds none is told now
    except (OSError, TypeError, ValueError) as error:
        raise _refused(str(error)) from None
    world.settings = new
    return await settings(request)


async def faults(request: web.Request) -> web.Response:
    """``GET /admin/faults``: those that are still to come."""
    return web.json_response([dataclasses.asdict(fault) for fault in world_of(request).faults.active])


async def add_faults(request: web.Request) -> web.Response:
    """``POST /admin/faults`` with one fault or a list of them."""
    document = _document(request)
    try:
        made = [Fault.of(one) for one in (document if isinstance(document, list) else [document])]
    except (TypeError, ValueError) as error:
        raise _refused(str(error)) from None
    world_of(request).faults.active.extend(made)
    return await faults(request)


async def clear_faults(request: web.Request) -> web.Response:
    """``DELETE /admin/faults``."""
    world_of(request).faults.active.clear()
    return web.Response(status=204)


async def counters(request: web.Request) -> web.Response:
    """``GET /admin/counters``: requests by operation, and by operation and status; and TCP connections."""
    counted = world_of(request).recorder.counters
    return web.json_response({name: counted[name] for name in sorted(counted) if not name.startswith("admin.")})


async def clear_counters(request: web.Request) -> web.Response:
    """``DELETE /admin/counters``."""
    world_of(request).recorder.counters.clear()
    return web.Response(status=204)


async def connections(request: web.Request) -> web.Response:
    """``GET /admin/connections``: everything that is held, by sandbox, secrets included, for tests to look at."""
    return web.json_response(world_of(request).store.of_kind(CONNECTIONS))


async def tokens(request: web.Request) -> web.Response:
    """``GET /admin/tokens``: the access tokens that were given out, for tests to look for."""
    return web.json_response(sorted(world_of(request).store.tokens))


async def advance_clock(request: web.Request) -> web.Response:
    """``POST /admin/clock`` with ``advance``: let so many seconds pass in a moment."""
    document = _document(request)
    try:
        seconds = float(document["advance"])
    except (KeyError, OverflowError, TypeError, ValueError):
        raise _refused("advance is needed, in seconds") from None
    if not abs(seconds) <= LARGEST:
        raise _refused("advance is too large")
    world_of(request).store.clock.advance(seconds)
    return web.Response(status=204)


async def add_flow(request: web.Request) -> web.Response:
    """``POST /admin/flows``: ``sandbox``, ``baseConnectionId``, ``name``; with ``flow`` false a source connection alone.

    What else there is, for example ``scheduleParams`` and ``state``, is part of the flow.
    """
    document = _with_texts(request, "sandbox", "baseConnectionId", "name")
    world = world_of(request)
    given = {name: document.pop(name) for name in ("sandbox", "baseConnectionId", "name")}
    flow = bool(document.pop("flow", True))
    made = build_on(world.store, world.settings, *given.values(), flow=flow, more=document)
    return web.json_response(made, status=201)


async def add_run(request: web.Request) -> web.Response:
    """``POST /admin/runs``: ``sandbox``, ``flowId`` and ``status`` of a run, and what else is known of it, see ``run_of``."""
    document = _with_texts(request, "sandbox", "flowId", "status")
    world = world_of(request)
    if not all(is_whole(document.get(name, 0)) for name in ("startedAtUTC", "completedAtUTC")):
        raise _refused("startedAtUTC and completedAtUTC are numbers, in milliseconds")
    try:
        made = run_of(world.store, world.settings, document.pop("sandbox"), document.pop("flowId"), **document)
    except LookupError:
        raise _refused("there is no such flow") from None
    return web.json_response(made, status=201)


async def add_a_schema(request: web.Request) -> web.Response:
    """``POST /admin/schemas``: ``sandbox``, ``title``, ``fields``, an object of dotted paths and types; ``id`` if wanted."""
    document = _with_texts(request, "sandbox", "title")
    fields, identifier = document.get("fields", {}), document.get("id")
    texts = isinstance(fields, dict) and all(isinstance(one, str) and path.count(".") < 50 for path, one in fields.items())
    if not texts or not isinstance(identifier, str | None):
        raise _refused("fields are an object of paths and types")
    made = add_schema(world_of(request).store, document["sandbox"], document["title"], fields, identifier)
    return web.json_response(made, status=201)


async def add_a_dataset(request: web.Request) -> web.Response:
    """``POST /admin/datasets``: ``sandbox``, ``name``, and ``schema``, the ``$id`` of one."""
    document = _with_texts(request, "sandbox", "name", "schema")
    world = world_of(request)
    made = add_dataset(world.store, world.settings, document["sandbox"], document["name"], document["schema"])
    return web.json_response(made, status=201)


async def reset(request: web.Request) -> web.Response:
    """``POST /admin/reset``: forget everything that is kept, faults, counters and time that was let pass; settings stay."""
    world = world_of(request)
    world.store = Store()
    world.faults.active.clear()
    world.recorder.counters.clear()
    return web.Response(status=204)


async def stop(request: web.Request) -> web.Response:
    """``POST /admin/stop``: end the program, as SIGTERM does."""
    asyncio.get_running_loop().call_later(0.1, os.kill, os.getpid(), signal.SIGTERM)
    return web.Response(status=204)
