"""The token service: OAuth Server-to-Server (api-facts.md 5.1)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import web

from aep_simulator.errors import ims_error
from aep_simulator.gateway import RateLimit
from aep_simulator.world import BODY, World, world_of

IMS_RATE: web.AppKey[RateLimit] = web.AppKey("ims-rate", RateLimit)


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    return [web.post("/ims/token/v3", token), web.post("/ims/token/v2", token_v2)]


async def token(request: web.Request) -> web.Response:
    """``POST /ims/token/v3``: a token for the client credentials in the form."""
    form = request[BODY] if request.content_type == "application/x-www-form-urlencoded" else b""
    return _grant(request, dict(parse_qsl(form.decode("utf-8", "replace"))))


async def token_v2(request: web.Request) -> web.Response:
    """``POST /ims/token/v2``: the same, with the credentials in the query, as older samples do."""
    return _grant(request, request.query)


def _grant(request: web.Request, given: Mapping[str, str]) -> web.Response:
    world: World = world_of(request)
    settings = world.settings
    request.app[IMS_RATE].check(settings.ims_rate, settings, world.store.clock.now())
    if given.get("grant_type") != "client_credentials":
        raise ims_error(400, "unsupported_grant_type", "invalid grant_type parameter")
    if given.get("client_id") != settings.client_id:
        raise ims_error(400, "invalid_client", "invalid client_id parameter")
    if given.get("client_secret") != settings.client_secret:
        raise ims_error(400, "invalid_client", "invalid client_secret parameter")
    if not given.get("scope"):
        raise ims_error(400, "invalid_scope", "invalid scope parameter")
    value = secrets.token_urlsafe(48)
    world.store.tokens[value] = world.store.clock.now() + settings.token_seconds
    return web.json_response({"access_token": value, "token_type": "bearer", "expires_in": settings.token_seconds})
