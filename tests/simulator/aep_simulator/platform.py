"""What every request has in common: the token service, the gateway's checks, the sandbox, and errors as answers."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from aep_simulator.errors import ApiError, flow_error, framework_error, gateway_error, ims_error
from aep_simulator.settings import Settings
from aep_simulator.store import Store

SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)
STORE: web.AppKey[Store] = web.AppKey("store", Store)
REQUEST_ID = "request-id"
SANDBOX = "sandbox"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give each request an id, and turn errors into the service's answers."""
    request[REQUEST_ID] = secrets.token_urlsafe(16)
    try:
        response = await handler(request)
    except ApiError as error:
        response = web.Response(status=error.status, text=error.text, content_type="application/json", headers=error.headers)
    response.headers["X-Request-Id"] = request[REQUEST_ID]
    response.headers["Server"] = "APIP"
    return response


@web.middleware
async def check_gateway(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Check token, api key, organization and sandbox, in the order in which the gateway and the service do."""
    if not request.path.startswith("/data/"):
        return await handler(request)
    settings = request.app[SETTINGS]
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise gateway_error("403010")
    if request.app[STORE].tokens.get(token, 0.0) <= time.time():
        raise gateway_error("401013")
    api_key = request.headers.get("x-api-key")
    if not api_key:
        raise gateway_error("403000")
    if api_key != settings.client_id:
        raise gateway_error("403003")
    org_id = request.headers.get("x-gw-ims-org-id")
    if not org_id:
        raise gateway_error("400003")
    if org_id != settings.org_id:
        raise flow_error("2000-401", request[REQUEST_ID])
    if "/flowservice" in request.path:
        request[SANDBOX] = _sandbox(request, settings)
    return await handler(request)


def _sandbox(request: web.Request, settings: Settings) -> str:
    if "x-sandbox-id" in request.headers:
        raise flow_error("2110-400", request[REQUEST_ID])
    name = request.headers.get("x-sandbox-name", "")
    if not name:
        if settings.require_sandbox:
            raise flow_error("2105-400", request[REQUEST_ID])
        return settings.sandboxes[0]
    if name not in settings.sandboxes:
        raise flow_error("2100-404", request[REQUEST_ID], name=name)
    return name


async def json_body(request: web.Request) -> Any:
    """Return a request's JSON document."""
    if request.content_type != "application/json":
        raise framework_error(400, "BadRequestError", "A valid content-type must be specified")
    text = await request.read()
    if not text.strip():
        raise flow_error("1405-400", request[REQUEST_ID])
    try:
        document = json.loads(text)
    except ValueError:
        raise framework_error(400, "BadRequestError", "The request body is not valid JSON") from None
    if not document:
        raise flow_error("1405-400", request[REQUEST_ID])
    return document


async def give_token(request: web.Request) -> web.Response:
    """``POST /ims/token/v3``: a token for the client credentials in the form."""
    settings = request.app[SETTINGS]
    form = await request.post()
    if form.get("grant_type") != "client_credentials":
        raise ims_error(400, "unsupported_grant_type", "invalid grant_type parameter")
    if form.get("client_id") != settings.client_id:
        raise ims_error(400, "invalid_client", "invalid client_id parameter")
    if form.get("client_secret") != settings.client_secret:
        raise ims_error(400, "invalid_client", "invalid client_secret parameter")
    if not form.get("scope"):
        raise ims_error(400, "invalid_scope", "invalid scope parameter")
    token = secrets.token_urlsafe(48)
    request.app[STORE].tokens[token] = time.time() + settings.token_seconds
    return web.json_response({"access_token": token, "token_type": "bearer", "expires_in": settings.token_seconds})
