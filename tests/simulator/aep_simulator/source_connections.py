"""The Flow Service's ``/sourceConnections``: which table of a base connection, and which of its columns (api-facts.md 9.1)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from aep_simulator import resources
from aep_simulator.errors import FlowError
from aep_simulator.lists import Wanted
from aep_simulator.routing import with_and_without_slash
from aep_simulator.settings import Settings
from aep_simulator.specs import POSTGRES
from aep_simulator.store import CONNECTIONS, SOURCES
from aep_simulator.world import find, json_body, record_of, world_of

_EDITABLE = ("name", "description", "data", "params")
_PATHS = ("/name", "/description", "/data/**", "/params/**")
_OF_OTHER_DATABASES = ("cdcEnabled", "filters")


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    return with_and_without_slash(
        [
            ("POST", "/sourceConnections", create),
            ("GET", "/sourceConnections", list_all),
            ("GET", "/sourceConnections/{id}", get_one),
            ("PATCH", "/sourceConnections/{id}", patch),
            ("DELETE", "/sourceConnections/{id}", delete),
            ("POST", "/sourceConnections/{id}/action", action),
        ]
    )


async def create(request: web.Request) -> web.Response:
    """``POST /sourceConnections``."""
    body, settings = json_body(request), world_of(request).settings
    state = resources.state_of_new(request)
    resources.check_spec(body, "connectionSpec", POSTGRES)
    if body.get("baseConnectionId") is None:
        raise FlowError("1304-400", field="baseConnectionId")
    find(request, CONNECTIONS, body["baseConnectionId"])
    content = resources.kept(body, "name", "description", "baseConnectionId", "data", "params", "connectionSpec")
    _check(content, settings)
    return resources.create(request, SOURCES, content | {"state": state})[1]


def _check(content: dict[str, Any], settings: Settings) -> None:
    resources.check_texts(content, settings)
    data, params = content.get("data"), content.get("params")
    if not isinstance(data, dict):
        raise FlowError("1304-400", field="data")
    if not isinstance(params, dict) or not isinstance(params.get("tableName"), str) or not params["tableName"]:
        raise FlowError("1304-400", field="params.tableName")
    for name in _OF_OTHER_DATABASES:
        if params.get(name):
            raise FlowError("1312-400", field=f"params.{name}", value=params[name])
    _check_columns(params.get("columns"), settings)


def _check_columns(columns: Any, settings: Settings) -> None:
    if columns is None and settings.columns_optional:
        return
    if not isinstance(columns, list) or not columns:
        raise FlowError("1304-400", field="params.columns")
    for column in columns:
        if not isinstance(column, dict) or not isinstance(column.get("name"), str):
            raise FlowError("1312-400", field="params.columns", value=column)


async def list_all(request: web.Request) -> web.Response:
    """``GET /sourceConnections``."""
    return resources.list_of(request, SOURCES, Wanted.of_query(request))


async def get_one(request: web.Request) -> web.Response:
    """``GET /sourceConnections/{id}``: a list of one."""
    return resources.list_of_one(record_of(request, SOURCES).as_item(), world_of(request).settings)


async def patch(request: web.Request) -> web.Response:
    """``PATCH /sourceConnections/{id}``."""
    record = record_of(request, SOURCES)
    resources.check_etag(request, record)
    resources.check_state(record, "1457-400")
    operations = resources.operations_of(json_body(request), resources.path_among(_PATHS))
    changed = resources.patched(record.item, _EDITABLE, operations)
    _check(changed, world_of(request).settings)
    return resources.keep(request, record, _EDITABLE, changed)


async def delete(request: web.Request) -> web.Response:
    """``DELETE /sourceConnections/{id}``."""
    return resources.delete_part(request, SOURCES)


async def action(request: web.Request) -> web.Response:
    """``POST /sourceConnections/{id}/action``: publish a draft."""
    return resources.publish(request, SOURCES)
