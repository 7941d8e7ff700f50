"""What is behind a connection: ``/test``, ``/explore`` and ``/configs`` (api-facts.md 3.7, 3.8)."""

from __future__ import annotations

from aiohttp import web

from aep_simulator import database
from aep_simulator.errors import FlowError
from aep_simulator.routing import with_and_without_slash
from aep_simulator.world import record_of, world_of

_OBJECT_TYPES = {"root": True, "table": True, "file": False, "folder": False, "rest": False}


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    table = {"/test": test, "/explore": explore, "/configs": configs}
    return with_and_without_slash(("GET", f"/connections/{{id}}{path}", handler) for path, handler in table.items())


async def test(request: web.Request) -> web.Response:
    """``GET /connections/{id}/test``: a failed test is an answer too, not an error."""
    record, settings = record_of(request), world_of(request).settings
    if settings.test_result != "real":
        return web.json_response({"result": settings.test_result == "true"})
    return web.json_response({"result": await database.failure(record.item["auth"], settings) is None})


async def explore(request: web.Request) -> web.Response:
    """``GET /connections/{id}/explore``: tables, or one table's columns and rows."""
    record, settings, query = record_of(request), world_of(request).settings, request.query
    kind = query.get("objectType", "").lower()
    if not kind:
        raise FlowError("1359-400")
    if kind not in _OBJECT_TYPES:
        raise FlowError("1358-400")
    if not _OBJECT_TYPES[kind]:
        raise FlowError("1336-400")
    table = query.get("object", "")
    if kind == "table" and not table:
        raise FlowError("1337-400", field="object", kind=kind)
    try:
        if kind == "root":
            return web.json_response(await database.tables(record.item["auth"], settings))
        preview = query.get("preview", "").lower() == "true"
        answer = await database.columns(record.item["auth"], settings, table, preview=preview)
    except database.DatabaseError as error:
        raise FlowError("1100-400", text=str(error)) from None
    if answer is None:
        raise FlowError("1330-400", table=table)
    return web.json_response(answer)


async def configs(request: web.Request) -> web.Response:
    """``GET /connections/{id}/configs``: nothing is published of it for PostgreSQL."""
    record_of(request)
    raise FlowError("1336-400")
