"""The Flow Service's ``/connections`` and ``/connectionSpecs`` (facts dossier 1 to 4)."""

from __future__ import annotations

import copy
from typing import Any

import jsonpatch
from aiohttp import web

from aep_simulator import database
from aep_simulator.errors import ApiError, flow_error
from aep_simulator.platform import REQUEST_ID, SANDBOX, SETTINGS, STORE, json_body
from aep_simulator.queries import matches, ordered, page
from aep_simulator.specs import POSTGRES, check_auth, connection_spec, shown
from aep_simulator.store import Item

_BASE = "/data/foundation/flowservice"
_PATCHABLE = ("/name", "/description", "/auth/params")
_OBJECT_TYPES = ("root", "table")


def routes() -> list[web.RouteDef]:
    """Return the routes, each with and without a slash at its end (3.3)."""
    table = [
        ("POST", "/connections", create),
        ("GET", "/connections", list_all),
        ("GET", "/connections/{id}", get_one),
        ("PATCH", "/connections/{id}", patch),
        ("DELETE", "/connections/{id}", delete),
        ("GET", "/connections/{id}/test", test),
        ("GET", "/connections/{id}/explore", explore),
        ("GET", "/connectionSpecs", list_specs),
        ("GET", "/connectionSpecs/{id}", get_spec),
    ]
    return [web.route(method, _BASE + path + slash, handler) for method, path, handler in table for slash in ("", "/")]


def _mine(request: web.Request) -> dict[str, Item]:
    return request.app[STORE].in_sandbox(request[SANDBOX])


def _item(request: web.Request) -> Item:
    identifier = request.match_info["id"]
    item = _mine(request).get(identifier)
    if item is None:
        raise flow_error("1439-404", request[REQUEST_ID], kind="connections", id=identifier)
    return item


def _written(item: Item, status: int) -> web.Response:
    return web.json_response({"id": item["id"], "etag": item["etag"]}, status=status)


async def create(request: web.Request) -> web.Response:
    """``POST /connections``."""
    settings, request_id = request.app[SETTINGS], request[REQUEST_ID]
    body = await json_body(request)
    spec = body.get("connectionSpec") if isinstance(body, dict) else None
    if not isinstance(spec, dict) or spec.get("id") != POSTGRES:
        raise flow_error("1413-400", request_id)
    if not spec.get("version"):
        message = "`connectionSpec.version 'version' is required for spec info"
        raise ApiError(422, {"errorMessage": message, "errorDetails": message})
    if not isinstance(body.get("name"), str) or not body["name"]:
        raise flow_error("1304-400", request_id, field="name")
    check_auth(body.get("auth"), settings, request_id)
    content = {key: body[key] for key in ("name", "description", "connectionSpec", "auth") if key in body}
    item = request.app[STORE].add(request[SANDBOX], settings.org_id, settings.client_id, content)
    response = _written(item, 201)
    response.headers["Location"] = f"{_BASE}/connections/{item['id']}"
    return response


async def list_all(request: web.Request) -> web.Response:
    """``GET /connections``: filtered, ordered, in pages."""
    settings, request_id, query = request.app[SETTINGS], request[REQUEST_ID], request.query
    count = query.get("count", "false").lower() == "true"
    if count and "limit" in query:
        raise flow_error("1401-400", request_id)
    text = query.get("limit", str(settings.default_limit))
    if not text.isdigit() or not 1 <= int(text) <= settings.max_limit:
        raise flow_error("1451-400", request_id, field="limit")
    filters = query.getall("property", [])
    found = [item for item in _mine(request).values() if all(matches(item, one, request_id) for one in filters)]
    if count:
        return web.json_response({"count": len(found)})
    chosen, links = page(
        ordered(found, query.get("orderby"), request_id), int(text), query.get("continuationToken"), request_id
    )
    return web.json_response({"items": [shown(item, settings) for item in chosen], "_links": links})


async def get_one(request: web.Request) -> web.Response:
    """``GET /connections/{id}``: a list of one (3.1)."""
    return web.json_response({"items": [shown(_item(request), request.app[SETTINGS])]})


async def patch(request: web.Request) -> web.Response:
    """``PATCH /connections/{id}``: JSON Patch, if the etag is the current one (3.2)."""
    settings, request_id = request.app[SETTINGS], request[REQUEST_ID]
    item = _item(request)
    given = request.headers.get("If-Match")
    if not given:
        raise flow_error("1403-400", request_id)
    if given != item["etag"] and (settings.strict_etag or given.strip('"') != item["etag"].strip('"')):
        raise flow_error("1404-412", request_id, given=given, current=item["etag"])
    document = await json_body(request)
    operations = [_operation(one, request_id) for one in (document if isinstance(document, list) else [document])]
    editable = {key: copy.deepcopy(item[key]) for key in ("name", "description", "auth") if key in item}
    try:
        changed = jsonpatch.apply_patch(editable, operations)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
        raise flow_error("1455-400", request_id, field=str(error)[:100]) from None
    check_auth(changed.get("auth"), settings, request_id)
    for key in ("name", "description", "auth"):
        item.pop(key, None)
    item.update(changed)
    request.app[STORE].touch(item)
    return _written(item, 200)


def _operation(operation: Any, request_id: str) -> dict[str, Any]:
    if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
        raise flow_error("1455-400", request_id, field="path")
    kind = str(operation.get("op", "")).lower()
    if kind not in ("add", "replace", "remove"):
        raise flow_error("1434-400", request_id, op=operation.get("op"))
    path = operation["path"]
    if path.startswith("/connectionSpec"):
        raise flow_error("1414-400", request_id)
    if not any(path == one or path.startswith("/auth/params/") for one in _PATCHABLE):
        raise flow_error("1455-400", request_id, field=path)
    return {**operation, "op": kind}


async def delete(request: web.Request) -> web.Response:
    """``DELETE /connections/{id}``."""
    item = _item(request)
    del _mine(request)[item["id"]]
    return web.Response(status=request.app[SETTINGS].delete_status)


async def test(request: web.Request) -> web.Response:
    """``GET /connections/{id}/test``: a failed test is an answer too, not an error (3.7)."""
    item, settings = _item(request), request.app[SETTINGS]
    if settings.test_result != "real":
        return web.json_response({"result": settings.test_result == "true"})
    return web.json_response({"result": await database.works(item["auth"], settings)})


async def explore(request: web.Request) -> web.Response:
    """``GET /connections/{id}/explore``: tables, or one table's columns and rows (3.8)."""
    item, settings, request_id, query = _item(request), request.app[SETTINGS], request[REQUEST_ID], request.query
    kind = query.get("objectType", "").lower()
    if not kind:
        raise flow_error("1359-400", request_id)
    if kind not in _OBJECT_TYPES:
        raise flow_error("1358-400", request_id)
    try:
        if kind == "root":
            return web.json_response(await database.tables(item["auth"], settings))
        table = query.get("object", "")
        if not table:
            raise flow_error("1337-400", request_id, field="object", kind=kind)
        answer = await database.columns(item["auth"], settings, table, preview=query.get("preview", "").lower() == "true")
    except database.DatabaseError as error:
        raise flow_error("1100-400", request_id, text=str(error)) from None
    if answer is None:
        raise flow_error("1330-400", request_id, table=table)
    return web.json_response(answer)


async def list_specs(request: web.Request) -> web.Response:
    """``GET /connectionSpecs``."""
    spec = connection_spec(request.app[SETTINGS])
    filters = request.query.getall("property", [])
    found = [spec] if all(matches(spec, one, request[REQUEST_ID]) for one in filters) else []
    return web.json_response({"items": found, "_links": {}})


async def get_spec(request: web.Request) -> web.Response:
    """``GET /connectionSpecs/{id}``: a list of one."""
    if request.match_info["id"] != POSTGRES:
        raise flow_error("1413-400", request[REQUEST_ID])
    return web.json_response({"items": [connection_spec(request.app[SETTINGS])]})
