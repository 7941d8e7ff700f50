"""The Flow Service's ``/connections``: list, search, create, get, patch, delete, action (api-facts.md 1 to 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from aep_simulator import database, resources
from aep_simulator.errors import ApiError, FlowError
from aep_simulator.lists import Wanted
from aep_simulator.resources import (
    check_etag,
    check_spec,
    check_state,
    check_texts,
    flows_of,
    keep,
    kept,
    list_of,
    list_of_one,
    operations_of,
    patched,
    state_of_new,
)
from aep_simulator.routing import with_and_without_slash
from aep_simulator.settings import Settings
from aep_simulator.specs import POSTGRES, check_auth, shown
from aep_simulator.store import CONNECTIONS, SOURCES, Item
from aep_simulator.world import json_body, record_of, records, world_of

STATES = ("enabled", "disabled", "initializing")
_EDITABLE = ("name", "description", "auth", "state")


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    return with_and_without_slash(
        [
            ("POST", "/connections", create),
            ("GET", "/connections", list_all),
            ("POST", "/connections/search", search),
            ("GET", "/connections/{id}", get_one),
            ("PATCH", "/connections/{id}", patch),
            ("DELETE", "/connections/{id}", delete),
            ("POST", "/connections/{id}/action", action),
        ]
    )


async def create(request: web.Request) -> web.Response:
    """``POST /connections``."""
    world = world_of(request)
    settings = world.settings
    body = json_body(request)
    state = state_of_new(request)
    content = _content(body, settings)
    taken = any(record.item["name"] == content["name"] for record in records(request, CONNECTIONS).values())
    if taken and settings.unique_names != "no":
        message = f"A connection named {content['name']} exists already."
        raise ApiError(int(settings.unique_names), {"errorMessage": message, "errorDetails": message})
    works = await _checked(content["auth"], settings)
    content["state"] = state if works else settings.failed_state
    return resources.create(request, CONNECTIONS, content)[1]


def _content(body: Any, settings: Settings) -> Item:
    """Return what a create keeps of its body, once that is found to be in order."""
    check_spec(body, "connectionSpec", POSTGRES)
    content = kept(body, "name", "description", "connectionSpec", "auth")
    check_texts(content, settings)
    check_auth(content.get("auth"), settings)
    return content


async def _checked(auth: Item, settings: Settings) -> bool:
    """Return whether credentials work, where they are checked; refuse them where that is done at once."""
    if settings.validate == "off":
        return True
    reason = await database.failure(auth, settings)
    if reason and settings.validate == "sync":
        raise FlowError("1100-400", text=reason)
    return reason is None


async def list_all(request: web.Request) -> web.Response:
    """``GET /connections``: filtered, ordered, in pages."""
    return _listed(request, Wanted.of_query(request))


async def search(request: web.Request) -> web.Response:
    """``POST /connections/search``."""
    return _listed(request, Wanted.of_body(request, json_body(request)))


def _listed(request: web.Request, wanted: Wanted) -> web.Response:
    view = world_of(request).settings.secret_view
    return list_of(request, CONNECTIONS, wanted, shown=lambda item: shown(item, view))


async def get_one(request: web.Request) -> web.Response:
    """``GET /connections/{id}``: a list of one (3.1)."""
    settings = world_of(request).settings
    return list_of_one(shown(record_of(request).as_item(), settings.secret_view), settings)


async def patch(request: web.Request) -> web.Response:
    """``PATCH /connections/{id}``: JSON Patch, if the etag is the current one (3.2)."""
    settings, record = world_of(request).settings, record_of(request)
    check_etag(request, record)
    check_state(record, "1457-400")
    operations = operations_of(json_body(request), _path_check(settings))
    changed = patched(record.item, _EDITABLE, operations)
    check_texts(changed, settings)
    check_auth(changed.get("auth"), settings)
    if changed.get("state") not in STATES and changed.get("state") != record.item["state"]:
        raise FlowError("1456-400", state=changed.get("state"))
    if changed["auth"] != record.item["auth"]:
        await _checked(changed["auth"], settings)
    return keep(request, record, _EDITABLE, changed)


def _path_check(settings: Settings) -> Callable[[str], None]:
    allowed = {
        "/name": True,
        "/description": True,
        "/auth/params": True,
        "/auth/specName": settings.patch_specname,
        "/state": settings.patch_state,
    }

    def check(path: str) -> None:
        if path.startswith("/connectionSpec"):
            raise FlowError("1414-400")
        single = path.startswith("/auth/params/") and settings.patch_subpath
        if not allowed.get(path, single):
            raise FlowError("1455-400", field=path)

    return check


async def delete(request: web.Request) -> web.Response:
    """``DELETE /connections/{id}``, unless something is built on it."""
    world, record = world_of(request), record_of(request)
    check_state(record, "1458-400")
    identifier = record.item["id"]
    if flows_of(request, CONNECTIONS, identifier):
        raise FlowError("1418-400", id=identifier)
    sources = records(request, SOURCES).values()
    if world.settings.block_on_source and any(source.item["baseConnectionId"] == identifier for source in sources):
        raise FlowError("1447-400", id=identifier)
    return resources.delete(request, record)


async def action(request: web.Request) -> web.Response:
    """``POST /connections/{id}/action``: publish a draft; all else is for providers (3.4)."""
    return resources.publish(request, CONNECTIONS)
