"""The Flow Service's ``/connections``: list, search, create, get, patch, delete, action (api-facts.md 1 to 3)."""

from __future__ import annotations

import copy
from typing import Any

import jsonpatch
from aiohttp import web

from aep_simulator import database
from aep_simulator.errors import ApiError, FlowError
from aep_simulator.lists import Wanted, answer_list
from aep_simulator.routing import BASE, with_and_without_slash
from aep_simulator.settings import Settings
from aep_simulator.specs import POSTGRES, check_auth, shown
from aep_simulator.store import DELETING, INITIALIZING, Item, Record
from aep_simulator.world import SANDBOX, json_body, record_of, records, world_of

STATES = ("enabled", "disabled", "initializing")


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


def _written(record: Record, settings: Settings, status: int, etag: str | None = None) -> web.Response:
    etag = etag or record.item["etag"]
    response = web.json_response({"id": record.item["id"], "etag": etag}, status=status)
    if settings.etag_header:
        response.headers["ETag"] = etag
    return response


async def create(request: web.Request) -> web.Response:
    """``POST /connections``."""
    world = world_of(request)
    settings = world.settings
    body = json_body(request)
    if "mode" in request.query and not (request.query["mode"] == "draft" and settings.draft_supported):
        raise FlowError("1451-400", field="mode")
    content = _content(body, settings)
    taken = any(record.item["name"] == content["name"] for record in records(request).values())
    if taken and settings.unique_names != "no":
        message = f"A connection named {content['name']} exists already."
        raise ApiError(int(settings.unique_names), {"errorMessage": message, "errorDetails": message})
    works = await _checked(content["auth"], settings)
    state = "draft" if "mode" in request.query else "enabled"
    record = world.store.add(request[SANDBOX], settings, content, state=state, works=works)
    etag = record.item["etag"]
    if settings.second_write:
        world.store.touch(record, settings.region)
    response = _written(record, settings, 201, etag)
    response.headers["Location"] = f"{BASE}/connections/{record.item['id']}"
    return response


def _content(body: Any, settings: Settings) -> Item:
    """Return what a create keeps of its body, once that is found to be in order."""
    spec = body.get("connectionSpec") if isinstance(body, dict) else None
    if not isinstance(spec, dict) or spec.get("id") != POSTGRES:
        raise FlowError("1413-400")
    if not spec.get("version"):
        message = "connectionSpec.version 'version' is required for spec info"
        raise ApiError(422, {"errorMessage": message, "errorDetails": message})
    if spec["version"] != "1.0":
        raise FlowError("1413-400")
    content = {key: body[key] for key in ("name", "description", "connectionSpec", "auth") if body.get(key) is not None}
    _check_texts(content, settings)
    check_auth(content.get("auth"), settings)
    return content


def _check_texts(content: Item, settings: Settings) -> None:
    name = content.get("name")
    if not isinstance(name, str) or not name:
        raise FlowError("1304-400", field="name")
    if settings.name_max and len(name) > settings.name_max:
        raise FlowError("1312-400", field="name", value=name)
    if not isinstance(content.get("description", ""), str):
        raise FlowError("1312-400", field="description", value=content["description"])


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
    world = world_of(request)
    view = world.settings.secret_view
    return answer_list(request, world.store.listed(request[SANDBOX]), wanted, shown=lambda item: shown(item, view))


async def get_one(request: web.Request) -> web.Response:
    """``GET /connections/{id}``: a list of one (3.1)."""
    settings = world_of(request).settings
    item = record_of(request).as_item()
    response = web.json_response({"items": [shown(item, settings.secret_view)]})
    if settings.etag_header and "etag" in item:
        response.headers["ETag"] = item["etag"]
    return response


async def patch(request: web.Request) -> web.Response:
    """``PATCH /connections/{id}``: JSON Patch, if the etag is the current one (3.2)."""
    world = world_of(request)
    settings, record = world.settings, record_of(request)
    _check_etag(request.headers.get("If-Match"), record.item["etag"], settings)
    _check_state(record, "1457-400")
    document = json_body(request)
    operations = [_operation(one, settings) for one in (document if isinstance(document, list) else [document])]
    keys = ("name", "description", "auth", "state")
    editable = {key: copy.deepcopy(record.item[key]) for key in keys if key in record.item}
    try:
        changed = jsonpatch.apply_patch(editable, operations)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, ValueError) as error:
        raise FlowError("1455-400", field=str(error)) from None
    _check_texts(changed, settings)
    check_auth(changed.get("auth"), settings)
    if changed.get("state") not in STATES and changed.get("state") != record.item["state"]:
        raise FlowError("1456-400", state=changed.get("state"))
    if changed["auth"] != record.item["auth"]:
        await _checked(changed["auth"], settings)
    for key in keys:
        record.item.pop(key, None)
    record.item.update(changed)
    world.store.touch(record, settings.region)
    return _written(record, settings, 200)


def _check_etag(given: str | None, current: str, settings: Settings) -> None:
    if not given:
        raise FlowError("1403-400")
    accepted = {current} if settings.strict_etag else {current, current.strip('"'), "*"}
    if given not in accepted:
        raise FlowError("1404-412", given=given, current=current)


def _check_state(record: Record, code: str) -> None:
    if record.state == INITIALIZING:
        raise FlowError("1417-400")
    if record.state == DELETING:
        raise FlowError(code, state=record.state)


def _operation(operation: Any, settings: Settings) -> dict[str, Any]:
    if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
        raise FlowError("1455-400", field="path")
    kind = str(operation.get("op", "")).lower()
    if kind not in ("add", "replace", "remove"):
        raise FlowError("1434-400", op=operation.get("op"))
    path = operation["path"]
    if path.startswith("/connectionSpec"):
        raise FlowError("1414-400")
    allowed = {
        "/name": True,
        "/description": True,
        "/auth/params": True,
        "/auth/specName": settings.patch_specname,
        "/state": settings.patch_state,
    }
    single = path.startswith("/auth/params/") and settings.patch_subpath
    if not allowed.get(path, single):
        raise FlowError("1455-400", field=path)
    return {**operation, "op": kind}


async def delete(request: web.Request) -> web.Response:
    """``DELETE /connections/{id}``, unless something is built on it."""
    world = world_of(request)
    settings, record = world.settings, record_of(request)
    _check_state(record, "1458-400")
    identifier, sandbox = record.item["id"], request[SANDBOX]
    if any(identifier in flow["baseConnectionIds"] for flow in world.store.flows.get(sandbox, [])):
        raise FlowError("1418-400", id=identifier)
    sources = world.store.source_connections.get(sandbox, [])
    if settings.block_on_source and any(source["baseConnectionId"] == identifier for source in sources):
        raise FlowError("1447-400", id=identifier)
    record.gone_at = record.clock.now() + settings.delete_delay
    return web.Response(status=settings.delete_status)


async def action(request: web.Request) -> web.Response:
    """``POST /connections/{id}/action``: publish a draft; all else is for providers (3.4)."""
    world, record = world_of(request), record_of(request)
    name = request.query.get("op", "")
    if name.upper() in ("FINALIZE", "FINALIZE_UPDATE"):
        raise FlowError("1402-400", action=name)
    if name.upper() != "PUBLISH":
        raise FlowError("1435-400", action=name)
    if record.item["state"] == "draft":
        record.item["state"] = "enabled"
        world.store.touch(record, world.settings.region)
    return _written(record, world.settings, 200)
