"""Data Prep's ``/mappingSets``: list, create, get, change, validate, preview, delete (api-facts.md 9.3)."""

from __future__ import annotations

import uuid
from typing import Any

from aiohttp import web

from aep_simulator.documents import whole_number
from aep_simulator.errors import FlowError, framework_error
from aep_simulator.flow_rules import of_transformation
from aep_simulator.mapping_rules import Rule, problems, refused, rules_of, schema_id, transformed
from aep_simulator.settings import Settings
from aep_simulator.store import TECHNICAL_ACCOUNT, Item
from aep_simulator.world import SANDBOX, World, json_body, world_of

BASE = "/data/foundation/conversion"
_SIMPLE = ("id", "version", "createdDate", "modifiedDate", "createdBy", "modifiedBy")
_PARAMETERS = {"name", "start", "limit", "orderBy", "expandSchema"}
_CONTENT_TYPE = "application/vnd.adobe.xed-full+json;version=1"


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    table = [
        ("GET", "/mappingSets", list_all),
        ("POST", "/mappingSets", create),
        ("POST", "/mappingSets/validate", validate),
        ("POST", "/mappingSets/preview", preview),
        ("GET", "/mappingSets/{id}", get_one),
        ("PUT", "/mappingSets/{id}", replace),
        ("DELETE", "/mappingSets/{id}", delete),
        ("GET", "/mappingSets/{id}/mappings", list_mappings),
    ]
    return [web.route(method, BASE + path, handler) for method, path, handler in table]


def _held(request: web.Request) -> dict[str, list[Item]]:
    return world_of(request).store.mapping_sets.setdefault(request[SANDBOX], {})


def _versions(request: web.Request) -> list[Item]:
    identifier = request.match_info["id"]
    if identifier not in _held(request):
        raise framework_error(404, "NotFoundError", f"The mapping set {identifier[:200]} could not be found")
    return _held(request)[identifier]


def _content(request: web.Request, body: Any) -> Item:
    """Return what is kept of a mapping set that is sent."""
    settings = world_of(request).settings
    schema, rules = schema_id(body), rules_of(body, settings)
    if settings.mapping_checked and (wrong := next(filter(None, problems(rules, _schema(request, schema))), None)):
        raise refused(wrong)
    if not isinstance(body.get("name", ""), str | None):
        raise refused("name is a text")
    return {"name": body.get("name"), "schema": schema, "rules": rules}


def _schema(request: web.Request, identifier: str) -> Item | None:
    return world_of(request).store.schemas.get(request[SANDBOX], {}).get(identifier)


def _new_version(request: web.Request, content: Item, identifier: str, version: int) -> Item:
    now = world_of(request).store.next_ms()
    return {
        "id": identifier,
        "version": version,
        "createdDate": now,
        "modifiedDate": now,
        "createdBy": TECHNICAL_ACCOUNT,
        "modifiedBy": TECHNICAL_ACCOUNT,
        **content,
    }


async def create(request: web.Request) -> web.Response:
    """``POST /mappingSets``: 200, not 201."""
    content = _content(request, json_body(request))
    made = _new_version(request, content, uuid.uuid4().hex, 0)
    _held(request)[made["id"]] = [made]
    return web.json_response({key: made[key] for key in _SIMPLE})


async def replace(request: web.Request) -> web.Response:
    """``PUT /mappingSets/{id}``: a new version, of the whole."""
    versions = _versions(request)
    content = _content(request, json_body(request))
    made = _new_version(request, content, versions[-1]["id"], versions[-1]["version"] + 1)
    versions.append(made | {"createdDate": versions[0]["createdDate"]})
    return web.json_response({key: versions[-1][key] for key in _SIMPLE})


def _shown(kept: Item, settings: Settings) -> Item:
    reference = {"id": kept["schema"], "contentType": _CONTENT_TYPE}
    name = {} if kept["name"] is None else {"name": kept["name"]}
    return {
        **{key: kept[key] for key in _SIMPLE},
        **name,
        "outputSchema": {"schemaRef": reference},
        "schemaRef": reference,
        "xdmSchema": kept["schema"],
        "xdmVersion": "1.0",
        "mappings": _mappings(kept, settings),
        "status": "PUBLISHED",
    }


def _mappings(kept: Item, settings: Settings) -> list[Item]:
    ids = {"id": None, "version": 0} | {key: kept[key] for key in _SIMPLE if key not in ("id", "version")}
    return [
        ids | {"id": uuid.uuid5(uuid.NAMESPACE_DNS, f"{kept['id']}.{number}").hex} | rule.shown(settings)
        for number, rule in enumerate(kept["rules"])
    ]


async def list_all(request: web.Request) -> web.Response:
    """``GET /mappingSets``: what the filter by name means, and whether ``start`` is needed, are settings."""
    settings, query = world_of(request).settings, request.query
    unknown = [name for name in query if name not in _PARAMETERS]
    if unknown and settings.unknown_parameters == "refuse":
        raise refused(f"there is no parameter {unknown[0][:200]}")
    if settings.mapping_start_required and not {"start", "limit"} <= set(query):
        raise refused("start and limit are needed")
    start, limit = (whole_number(query.get(name, default)) for name, default in (("start", "0"), ("limit", "10")))
    if start is None or not limit:
        raise refused("start and limit are numbers")
    wanted = query.get("name", "")
    found = [versions[-1] for versions in _held(request).values() if _named(versions[-1], wanted, settings)]
    found.sort(key=lambda kept: (-kept["modifiedDate"], kept["id"]))
    chosen = found[start : start + limit]
    return web.json_response(
        {
            "data": [_shown(kept, settings) for kept in chosen],
            "_page": {"count": len(chosen), "limit": limit},
            "_links": {},
        }
    )


def _named(kept: Item, wanted: str, settings: Settings) -> bool:
    if not wanted or settings.mapping_name_filter == "ignore":
        return True
    name = kept["name"] or ""
    return bool(name == wanted if settings.mapping_name_filter == "exact" else wanted in name)


async def get_one(request: web.Request) -> web.Response:
    """``GET /mappingSets/{id}``: the newest version, or the one that is asked for."""
    return web.json_response(_shown(_version(request), world_of(request).settings))


def _version(request: web.Request) -> Item:
    versions = _versions(request)
    if "version" not in request.query:
        return versions[-1]
    number = whole_number(request.query["version"])
    if number is None or number >= len(versions):
        raise framework_error(404, "NotFoundError", "There is no such version of the mapping set")
    return versions[number]


async def list_mappings(request: web.Request) -> web.Response:
    """``GET /mappingSets/{id}/mappings``."""
    return web.json_response(_mappings(_version(request), world_of(request).settings))


async def validate(request: web.Request) -> web.Response:
    """``POST /mappingSets/validate``: changes nothing; an invalid mapping is an answer too."""
    body = json_body(request)
    schema, rules = schema_id(body), rules_of(body, world_of(request).settings)
    found = problems(rules, _schema(request, schema))
    return web.json_response({"validationResponse": [_verdict(*pair) for pair in zip(rules, found, strict=True)]})


def _verdict(rule: Rule, problem: str | None) -> Item:
    if problem is None:
        return {"status": "SUCCESS", "errors": None}
    error = {"source": rule.source, "destination": rule.destination, "sourceType": rule.kind, "exception": problem}
    return {"status": "FAILED", "errors": [error]}


async def preview(request: web.Request) -> web.Response:
    """``POST /mappingSets/preview``: what becomes of one row; expressions are not worked out."""
    body = json_body(request)
    row = body.get("data") if isinstance(body, dict) else None
    if isinstance(row, list) and row:
        row = row[0]
    if not isinstance(row, dict):
        raise refused("data and mappingSet are needed")
    data: Item = {}
    for rule in rules_of(body.get("mappingSet"), world_of(request).settings):
        _put(data, rule.destination.split("."), transformed(rule, row))
    return web.json_response({"data": data, "errors": []})


def _put(data: Item, path: list[str], value: Any) -> None:
    for part in path[:-1]:
        inner = data.get(part)
        data[part] = inner if isinstance(inner, dict) else {}
        data = data[part]
    data[path[-1]] = value


async def delete(request: web.Request) -> web.Response:
    """``DELETE /mappingSets/{id}``, if there is such an operation at all."""
    settings, versions = world_of(request).settings, _versions(request)
    if not settings.mapping_sets_deletable:
        raise framework_error(405, "Method Not Allowed", "405: Method Not Allowed")
    del _held(request)[versions[0]["id"]]
    return web.Response(status=settings.delete_status)


def check_mapping(world: World, sandbox: str, params: Item, schema: str | None) -> None:
    """Check the mapping set that a flow is to use: that it is there (1419) and for the schema of its target (1425)."""
    versions = world.store.mapping_sets.get(sandbox, {}).get(params.get("mappingId", ""), [])
    number = whole_number(params.get("mappingVersion", "0"))
    if number is None or number >= len(versions):
        raise FlowError("1419-400", text="there is no such mapping set, or no such version of it")
    chosen = versions[number]
    if schema is not None and chosen["schema"] != schema:
        raise FlowError("1425-400", text="it is not the one of the mapping set")
    wrong = next(filter(None, problems(chosen["rules"], world.store.schemas.get(sandbox, {}).get(chosen["schema"]))), None)
    if wrong:
        raise FlowError("1419-400", text=wrong)


def drop_mapping(world: World, sandbox: str, flow: Item) -> None:
    """Let go of the mapping set of a flow."""
    world.store.mapping_sets.get(sandbox, {}).pop(of_transformation(flow, "Mapping").get("mappingId", ""), None)
