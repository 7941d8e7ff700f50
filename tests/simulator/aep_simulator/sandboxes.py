"""The Sandbox Management API, as far as it is read (api-facts.md 7)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from aep_simulator.documents import whole_number
from aep_simulator.errors import ApiError
from aep_simulator.settings import Settings
from aep_simulator.world import world_of

_BASE = "/data/foundation/sandbox-management"
_DEFAULT_LIMIT = "50"


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    table = [("/", list_some), ("/sandboxes", list_some), ("/sandboxes/", list_some), ("/sandboxes/{name}", get_one)]
    return [web.get(_BASE + path, handler) for path, handler in [*table, ("/sandboxTypes", list_types), ("", list_some)]]


def _all(settings: Settings) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "title": name.capitalize(),
            "state": "active",
            "type": "production" if position == 0 else "development",
            "region": settings.region,
            "isDefault": position == 0,
            "eTag": 1,
            "createdDate": "2019-09-04 04:57:24",
            "lastModifiedDate": "2019-09-04 04:57:24",
            "createdBy": "{USER_ID}",
            "modifiedBy": "{USER_ID}",
        }
        for position, name in enumerate(settings.sandboxes)
    ]


def _error(status: int, title: str, code: str) -> ApiError:
    return ApiError(status, {"status": status, "title": title, "type": f"http://ns.adobe.com/aep/errors/SMS-{code}-{status}"})


async def list_some(request: web.Request) -> web.Response:
    """``GET /`` and ``GET /sandboxes``. ``limit`` and ``offset`` go together; the next link is a template, not an address."""
    query = request.query
    if ("limit" in query) != ("offset" in query):
        raise _error(400, "limit and offset must be given together", "2074")
    limit, offset = whole_number(query.get("limit", _DEFAULT_LIMIT)), whole_number(query.get("offset", "0"))
    if not limit or offset is None:
        raise _error(400, "limit and offset must be numbers", "2075")
    every = _all(world_of(request).settings)
    chosen = every[offset : offset + limit]
    links: dict[str, Any] = {}
    if offset + limit < len(every):
        href = "https://platform.adobe.io:443" + _BASE + "/sandboxes/?limit={limit}&offset={offset}"
        links["next"] = {"href": href, "templated": True}
    return web.json_response({"sandboxes": chosen, "_page": {"limit": limit, "count": len(chosen)}, "_links": links})


async def get_one(request: web.Request) -> web.Response:
    """``GET /sandboxes/{name}``: the bare object."""
    for sandbox in _all(world_of(request).settings):
        if sandbox["name"] == request.match_info["name"]:
            return web.json_response(sandbox)
    raise _error(404, "Sandbox not found", "2076")


async def list_types(request: web.Request) -> web.Response:
    """``GET /sandboxTypes``."""
    return web.json_response({"sandboxTypes": ["production", "development"]})
