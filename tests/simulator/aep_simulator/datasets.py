"""Catalog's ``/dataSets``: list and get, each an object keyed by id (api-facts.md 9.2)."""

from __future__ import annotations

from aiohttp import web

from aep_simulator.documents import whole_number
from aep_simulator.errors import ApiError, framework_error
from aep_simulator.settings import Settings
from aep_simulator.store import Item
from aep_simulator.world import SANDBOX, world_of

BASE = "/data/foundation/catalog"
_PARAMETERS = {"name", "limit", "start", "properties", "orderBy"}
_MOST = 100


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    return [web.get(f"{BASE}/dataSets", list_all), web.get(f"{BASE}/dataSets/{{id}}", get_one)]


def _held(request: web.Request) -> dict[str, Item]:
    return world_of(request).store.datasets.get(request[SANDBOX], {})


def _refused(reason: str) -> ApiError:
    return framework_error(400, "BadRequestError", reason)


async def list_all(request: web.Request) -> web.Response:
    """``GET /dataSets``: a page of them, the newest first."""
    settings, query = world_of(request).settings, request.query
    unknown = [name for name in query if name not in _PARAMETERS]
    if unknown and settings.unknown_parameters == "refuse":
        raise _refused(f"there is no parameter {unknown[0][:200]}")
    start, limit = (whole_number(query.get(name, default)) for name, default in (("start", "0"), ("limit", "20")))
    if start is None or not limit or limit > _MOST:
        raise _refused(f"start and limit are numbers, limit from 1 to {_MOST}")
    found = [one for one in _held(request).items() if _named(one[1], query.get("name", ""), settings)]
    chosen = sorted(found, key=lambda one: (-one[1]["created"], one[0]))[start : start + limit]
    return web.json_response({identifier: _shown(request, item) for identifier, item in chosen})


def _named(item: Item, wanted: str, settings: Settings) -> bool:
    name = item["name"]
    if not wanted or name == wanted:
        return True
    if settings.dataset_name_filter == "contains":
        return wanted in name
    return settings.dataset_name_filter == "blind" and name.lower() == wanted.lower()


def _shown(request: web.Request, item: Item) -> Item:
    """Return a dataset, or those of its properties that are asked for."""
    wanted = request.query.get("properties")
    return item if wanted is None else {key: value for key, value in item.items() if key in wanted.split(",")}


async def get_one(request: web.Request) -> web.Response:
    """``GET /dataSets/{id}``: an object with the one dataset."""
    identifier = request.match_info["id"]
    if identifier not in _held(request):
        raise framework_error(404, "NotFoundError", f"The dataset {identifier[:200]} could not be found")
    return web.json_response({identifier: _shown(request, _held(request)[identifier])})
