"""What every request passes through: counting, errors as answers, faults, the gateway's checks, the sandbox."""

from __future__ import annotations

import secrets

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.web_protocol import RequestPayloadError

from aep_simulator import faults
from aep_simulator.error_table import GATEWAY
from aep_simulator.errors import ApiError, FlowError, framework_error, gateway_error
from aep_simulator.recorder import REPLACED, as_recorded
from aep_simulator.settings import Settings
from aep_simulator.world import BODY, REQUEST_ID, SANDBOX, Handler, World, operation_of, world_of

_MINUTE = 60.0
_IN_SANDBOXES = tuple(f"/data/foundation/{service}/" for service in ("flowservice", "conversion", "catalog", "schemaregistry"))


@web.middleware
async def record(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count the exchange, and write it down if asked to."""
    recorder, operation = world_of(request).recorder, operation_of(request)
    response: web.StreamResponse | None = None
    if not operation.startswith("admin."):
        recorder.meet(request.transport)
    try:
        response = await handler(request)
    finally:
        recorder.count(operation, response.status if response is not None else "dropped")
    if recorder.file is not None and not operation.startswith("admin."):
        asked = as_recorded(request.headers, request[BODY], request.content_type)
        query = REPLACED if request.query_string and request.path.startswith("/ims/") else request.query_string
        body = response.body if isinstance(response, web.Response) and isinstance(response.body, bytes) else b""
        answered = as_recorded(response.headers, body, response.content_type)
        recorder.write(
            {
                "operation": operation,
                "request": {"method": request.method, "path": request.path, "query": query, **asked},
                "response": {"status": response.status, **answered},
            }
        )
    return response


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give each request an id, read its body, and turn errors into the service's answers."""
    request[REQUEST_ID], request[BODY] = secrets.token_urlsafe(16), b""
    response: web.StreamResponse
    try:
        request[BODY] = await request.read()
        response = await handler(request)
    except FlowError as error:
        response = _answer(error.as_answer(world_of(request).settings, request[REQUEST_ID]))
    except ApiError as error:
        response = _answer(error)
    except (RequestPayloadError, BadHttpMessage):
        response = _answer(framework_error(400, "BadRequestError", "The request body cannot be decoded"))
    except web.HTTPException as error:  # an unknown path or method, or a body that is too large; this shape is an assumption
        response = _answer(framework_error(error.status, error.reason, error.text or ""))
        response.headers.update({name: value for name, value in error.headers.items() if name == "Allow"})
    if not response.prepared:
        response.headers["X-Request-Id"] = request[REQUEST_ID]
        response.headers["Server"] = "APIP"
    return response


def _answer(error: ApiError) -> web.Response:
    return web.Response(status=error.status, text=error.text, content_type="application/json", headers=error.headers)


@web.middleware
async def inject_faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let go wrong what is due: before the request is handled, or after it was."""
    world = world_of(request)
    if not world.faults.active:
        return await handler(request)
    due = world.faults.due(operation_of(request))
    early = [answer for fault in due if (answer := await _before(fault, request, world)) is not None]
    return early[0] if early else await _after(due, request, await handler(request))


async def _before(fault: faults.Fault, request: web.Request, world: World) -> web.StreamResponse | None:
    """Return the answer of a fault that keeps the request from being handled, if it is one."""
    if fault.kind == "latency":
        await faults.wait(fault)
    elif fault.kind == "expire":
        world.store.tokens.clear()
    elif fault.kind == "error":
        raise gateway_error(fault.code, world.settings) if fault.code in GATEWAY else FlowError(fault.code)
    elif fault.kind == "status" and fault.when == "before":
        return faults.failing_answer(fault)
    elif fault.kind == "drop" and fault.when == "before":
        return await faults.cut_off(request, None)
    return None


async def _after(due: list[faults.Fault], request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    for fault in due:
        if fault.kind == "status":
            return faults.failing_answer(fault)
        if not isinstance(response, web.Response):
            continue
        if fault.kind == "drop":
            return await faults.cut_off(request, response if fault.when == "during" else None)
        if fault.kind == "slow":
            return await faults.drip(request, fault, response)
        if fault.kind == "body":
            response = faults.spoiled(fault, response)
    return response


class RateLimit:
    """So many requests in a minute."""

    def __init__(self) -> None:
        self._since, self._count = 0.0, 0

    def check(self, most: int, settings: Settings, now: float) -> None:
        """Count a request, and refuse it when there were too many."""
        if not 0 <= now - self._since < _MINUTE:
            self._since, self._count = now, 0
        self._count += 1
        if most and self._count > most:
            left = int(self._since + _MINUTE - now) + 1
            raise gateway_error("429050", settings, faults.retry_after(settings.retry_after, left))


RATE_LIMIT: web.AppKey[RateLimit] = web.AppKey("rate-limit", RateLimit)


@web.middleware
async def check_gateway(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Check token, api key, organization and sandbox, in the order in which the gateway and the service do."""
    if not request.path.startswith("/data/"):
        return await handler(request)
    world = world_of(request)
    settings = world.settings
    request.app[RATE_LIMIT].check(settings.rate_limit, settings, world.store.clock.now())
    code = _refusal(request, world)
    if code:
        raise gateway_error(code, settings)
    if request.headers["x-gw-ims-org-id"] != settings.org_id:
        raise FlowError("2000-401")
    if request.path.startswith(_IN_SANDBOXES):
        request[SANDBOX] = _sandbox(request, settings)
    return await handler(request)


def _refusal(request: web.Request, world: World) -> str | None:
    """Return the gateway's error code, if it refuses the request."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return "403010"
    if world.store.tokens.get(token, 0.0) <= world.store.clock.now():
        return "401013"
    api_key = request.headers.get("x-api-key")
    if api_key != world.settings.client_id:
        return "403003" if api_key else "403000"
    return None if request.headers.get("x-gw-ims-org-id") else "400003"


def _sandbox(request: web.Request, settings: Settings) -> str:
    if "x-sandbox-id" in request.headers:
        raise FlowError("2110-400")
    name = request.headers.get("x-sandbox-name", "")
    if not name and not settings.require_sandbox:
        return settings.sandboxes[0]
    if not name:
        raise FlowError("2105-400")
    if name == "*":
        raise FlowError("2112-400")
    if name not in settings.sandboxes:
        raise FlowError("2100-404", name=name)
    return name
