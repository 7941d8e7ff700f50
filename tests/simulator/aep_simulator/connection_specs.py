"""The Flow Service's ``/connectionSpecs`` (api-facts.md 4.2)."""

from __future__ import annotations

from aiohttp import web

from aep_simulator.errors import FlowError
from aep_simulator.lists import answer_list, filters_of
from aep_simulator.routing import with_and_without_slash
from aep_simulator.specs import POSTGRES, published_spec
from aep_simulator.world import json_body, world_of


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    return with_and_without_slash(
        [
            ("GET", "/connectionSpecs", list_all),
            ("POST", "/connectionSpecs", write),
            ("GET", "/connectionSpecs/{id}", get_one),
            ("PUT", "/connectionSpecs/{id}", write),
            ("GET", "/connectionSpecs/{id}/explore", explore),
            ("GET", "/connectionSpecs/{id}/configs", explore),
        ]
    )


async def list_all(request: web.Request) -> web.Response:
    """``GET /connectionSpecs``: there is one here."""
    spec = published_spec(world_of(request).settings) | {"updatedAt": 0}
    response: web.Response = answer_list(
        request, [spec], filters_of(request), 1, None, shown=lambda one: {key: one[key] for key in one if key != "updatedAt"}
    )
    return response


async def get_one(request: web.Request) -> web.Response:
    """``GET /connectionSpecs/{id}``: a list of one."""
    _check_id(request)
    return web.json_response({"items": [published_spec(world_of(request).settings)]})


async def write(request: web.Request) -> web.Response:
    """``POST`` and ``PUT``: not for users."""
    await json_body(request)
    raise FlowError("1426-400")


async def explore(request: web.Request) -> web.Response:
    """``GET /connectionSpecs/{id}/explore`` and ``/configs``: not for databases."""
    _check_id(request)
    raise FlowError("1336-400")


def _check_id(request: web.Request) -> None:
    if request.match_info["id"] != POSTGRES:
        raise FlowError("1413-400")
