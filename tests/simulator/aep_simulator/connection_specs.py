"""The Flow Service's ``/connectionSpecs`` (api-facts.md 4.2)."""

from __future__ import annotations

from aiohttp import web

from aep_simulator.errors import FlowError
from aep_simulator.lists import Wanted, answer_list
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
    return answer_list(request, [published_spec(world_of(request).settings)], Wanted.of_query(request))


async def get_one(request: web.Request) -> web.Response:
    """``GET /connectionSpecs/{id}``: a list of one."""
    _check_id(request)
    return web.json_response({"items": [published_spec(world_of(request).settings)]})


async def write(request: web.Request) -> web.Response:
    """``POST`` and ``PUT``: not for users."""
    json_body(request)
    raise FlowError("1426-400")


async def explore(request: web.Request) -> web.Response:
    """``GET /connectionSpecs/{id}/explore`` and ``/configs``: not for databases."""
    _check_id(request)
    raise FlowError("1336-400")


def _check_id(request: web.Request) -> None:
    if request.match_info["id"] != POSTGRES:
        raise FlowError("1413-400")
