"""The Flow Service's ``/targetConnections``: which dataset, and its schema (api-facts.md 9.2)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from aep_simulator import resources
from aep_simulator.errors import FlowError
from aep_simulator.lists import Wanted
from aep_simulator.routing import with_and_without_slash
from aep_simulator.settings import Settings
from aep_simulator.store import TARGETS, Item
from aep_simulator.world import SANDBOX, json_body, record_of, world_of

DATA_LAKE = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
_EDITABLE = ("name", "description", "data", "params")
_PATHS = ("/name", "/description", "/data/**", "/params/**")
_VERSION = "application/vnd.adobe.xed-full+json;version="


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    return with_and_without_slash(
        [
            ("POST", "/targetConnections", create),
            ("GET", "/targetConnections", list_all),
            ("GET", "/targetConnections/{id}", get_one),
            ("PATCH", "/targetConnections/{id}", patch),
            ("DELETE", "/targetConnections/{id}", delete),
            ("POST", "/targetConnections/{id}/action", action),
        ]
    )


async def create(request: web.Request) -> web.Response:
    """``POST /targetConnections``."""
    body = json_body(request)
    state = resources.state_of_new(request)
    resources.check_spec(body, "connectionSpec", DATA_LAKE)
    content = resources.kept(body, "name", "description", "data", "params", "connectionSpec")
    _check(request, content)
    return resources.create(request, TARGETS, content | {"state": state})[1]


def _check(request: web.Request, content: dict[str, Any]) -> None:
    world = world_of(request)
    resources.check_texts(content, world.settings)
    data, params = content.get("data"), content.get("params")
    schema = data.get("schema") if isinstance(data, dict) else None
    if not isinstance(schema, dict) or not isinstance(schema.get("id"), str) or not schema["id"]:
        raise FlowError("1304-400", field="data.schema.id")
    if not _is_version(schema.get("version"), world.settings):
        raise FlowError("1312-400", field="data.schema.version", value=schema.get("version"))
    dataset = params.get("dataSetId") if isinstance(params, dict) else None
    if not isinstance(dataset, str) or not dataset:
        raise FlowError("1304-400", field="params.dataSetId")
    if dataset not in world.store.datasets.get(request[SANDBOX], {}):
        raise FlowError(world.settings.bad_dataset, field="params.dataSetId", value=dataset, kind="dataSets", id=dataset)


def _is_version(given: Any, settings: Settings) -> bool:
    accepted = ("1", "1.0") if settings.schema_version == "both" else (settings.schema_version,)
    return given in [_VERSION + one for one in accepted]


def _shown(item: Item, settings: Settings) -> Item:
    if settings.target_schema_key == "id":
        return item
    schema = {"schemaId" if key == "id" else key: value for key, value in item["data"]["schema"].items()}
    return {**item, "data": {**item["data"], "schema": schema}}


async def list_all(request: web.Request) -> web.Response:
    """``GET /targetConnections``."""
    settings = world_of(request).settings
    return resources.list_of(request, TARGETS, Wanted.of_query(request), shown=lambda item: _shown(item, settings))


async def get_one(request: web.Request) -> web.Response:
    """``GET /targetConnections/{id}``: a list of one."""
    settings = world_of(request).settings
    return resources.list_of_one(_shown(record_of(request, TARGETS).as_item(), settings), settings)


async def patch(request: web.Request) -> web.Response:
    """``PATCH /targetConnections/{id}``."""
    record = record_of(request, TARGETS)
    resources.check_etag(request, record)
    resources.check_state(record, "1457-400")
    operations = resources.operations_of(json_body(request), resources.path_among(_PATHS))
    changed = resources.patched(record.item, _EDITABLE, operations)
    _check(request, changed)
    return resources.keep(request, record, _EDITABLE, changed)


async def delete(request: web.Request) -> web.Response:
    """``DELETE /targetConnections/{id}``."""
    return resources.delete_part(request, TARGETS)


async def action(request: web.Request) -> web.Response:
    """``POST /targetConnections/{id}/action``: publish a draft."""
    return resources.publish(request, TARGETS)
