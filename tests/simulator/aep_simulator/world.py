"""What a running simulator consists of, and what every request's handler may ask of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from aep_simulator.documents import read_json
from aep_simulator.errors import FlowError, framework_error
from aep_simulator.faults import Faults
from aep_simulator.recorder import Recorder
from aep_simulator.settings import Settings
from aep_simulator.store import CONNECTIONS, Record, Store

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class World:
    """The state of one simulator. Settings are replaced as a whole when the admin endpoint changes them."""

    settings: Settings
    store: Store = field(default_factory=Store)
    faults: Faults = field(default_factory=Faults)
    recorder: Recorder = field(default_factory=Recorder)


WORLD: web.AppKey[World] = web.AppKey("world", World)
REQUEST_ID = "request-id"
BODY = "body"
SANDBOX = "sandbox"


def world_of(request: web.Request) -> World:
    """Return the world that a request is made to."""
    return request.app[WORLD]


def records(request: web.Request, kind: str) -> dict[str, Record]:
    """Return what there is of one kind in the request's sandbox."""
    return world_of(request).store.in_sandbox(kind, request[SANDBOX])


def find(request: web.Request, kind: str, identifier: Any) -> Record:
    """Return one resource of the request's sandbox; that a reference to none is told as a missing one is an assumption."""
    record = records(request, kind).get(identifier) if isinstance(identifier, str) else None
    if record is None:
        raise FlowError("1439-404", kind=kind, id=identifier)
    return record


def record_of(request: web.Request, kind: str = CONNECTIONS) -> Record:
    """Return the resource that a request's path names."""
    return find(request, kind, request.match_info["id"])


def operation_of(request: web.Request) -> str:
    """Return what a request does, as ``connections.create``: the name that counters, records and faults use."""
    if request.match_info.http_exception is not None:
        return "admin.unknown" if request.path.startswith("/admin/") else "unknown"
    handler = request.match_info.handler
    return f"{handler.__module__.rpartition('.')[2]}.{handler.__name__}"


def json_body(request: web.Request) -> Any:
    """Return a request's JSON document."""
    if request.content_type != "application/json":
        raise framework_error(400, "BadRequestError", "A valid content-type must be specified")
    if not request[BODY].strip():
        raise FlowError("1405-400")
    try:
        document = read_json(request[BODY])
    except ValueError:
        raise framework_error(400, "BadRequestError", "The request body is not valid JSON") from None
    if not document:
        raise FlowError("1405-400")
    return document
