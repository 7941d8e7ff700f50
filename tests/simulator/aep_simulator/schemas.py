"""The Schema Registry's ``/tenant/schemas/{id}``: one schema, in the form that Accept asks for (api-facts.md 9.2)."""

from __future__ import annotations

import re

from aiohttp import web

from aep_simulator.errors import framework_error
from aep_simulator.store import Item
from aep_simulator.world import SANDBOX, world_of

BASE = "/data/foundation/schemaregistry"
_ACCEPT = re.compile(r"application/vnd\.adobe\.xed(-full)?\+json; ?version=1(\.0)?")


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    return [web.get(f"{BASE}/tenant/schemas/{{id}}", get_one)]


async def get_one(request: web.Request) -> web.Response:
    """``GET /tenant/schemas/{id}``: by ``$id``, percent-encoded, or by ``meta:altId``. Its errors are assumptions."""
    identifier = request.match_info["id"]
    held = world_of(request).store.schemas.get(request[SANDBOX], {})
    schema = next((one for one in held.values() if identifier in (one["$id"], one["meta:altId"])), None)
    accepted = _ACCEPT.fullmatch(request.headers.get("Accept", ""))
    if accepted is None:
        raise framework_error(406, "NotAcceptableError", "Accept must name a form of schemas and a version")
    if schema is None:
        raise framework_error(404, "NotFoundError", f"The schema {identifier[:200]} could not be found")
    shown = schema if accepted[1] else {key: value for key, value in schema.items() if key != "properties"}
    return web.json_response(shown)


def schema_of(identifier: str, title: str, fields: dict[str, str]) -> Item:
    """Return a schema whose fields are dotted paths, each with its type or ``date-time``."""
    schema: Item = {
        "$id": identifier,
        "meta:altId": "_" + re.sub(r"[^A-Za-z0-9]+", ".", identifier.removeprefix("https://ns.adobe.com/")),
        "version": "1.0",
        "title": title,
        "type": "object",
        "allOf": [{"$ref": "https://ns.adobe.com/xdm/context/profile"}],
        "properties": {},
    }
    for path, kind in fields.items():
        place = schema
        *outer, name = path.split(".")
        for part in outer:
            place = place["properties"].setdefault(part, {"type": "object", "properties": {}})
            place.setdefault("properties", {})
        form = {"type": "string", "format": kind} if kind in ("date", "date-time") else {"type": kind}
        place["properties"][name] = form
    return schema
