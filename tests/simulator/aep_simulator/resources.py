"""What all resources of the Flow Service have in common: texts, specs, etags, patches, deletes (api-facts.md 1 to 3)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

import jsonpatch
from aiohttp import web

from aep_simulator.errors import ApiError, FlowError
from aep_simulator.lists import Wanted, answer_list
from aep_simulator.routing import BASE
from aep_simulator.settings import Settings
from aep_simulator.store import DELETING, INITIALIZING, SOURCES, TARGETS, Item, Record
from aep_simulator.world import SANDBOX, record_of, world_of


def check_texts(content: Item, settings: Settings) -> None:
    """Check name and description."""
    name = content.get("name")
    if not isinstance(name, str) or not name:
        raise FlowError("1304-400", field="name")
    if settings.name_max and len(name) > settings.name_max:
        raise FlowError("1312-400", field="name", value=name)
    if not isinstance(content.get("description", ""), str):
        raise FlowError("1312-400", field="description", value=content["description"])


def check_spec(body: Any, key: str, identifier: str) -> None:
    """Check that a create names the one spec that there is here, in its version."""
    spec = body.get(key) if isinstance(body, dict) else None
    if not isinstance(spec, dict) or spec.get("id") != identifier:
        raise FlowError("1413-400")
    if not spec.get("version"):
        message = f"{key}.version 'version' is required for spec info"
        raise ApiError(422, {"errorMessage": message, "errorDetails": message})
    if spec["version"] != "1.0":
        raise FlowError("1413-400")


def written(record: Record, settings: Settings, status: int, etag: str | None = None) -> web.Response:
    """Return the answer to what wrote a resource."""
    etag = etag or record.item["etag"]
    response = web.json_response({"id": record.item["id"], "etag": etag}, status=status)
    if settings.etag_header:
        response.headers["ETag"] = etag
    return response


def create(request: web.Request, kind: str, content: Item) -> tuple[Record, web.Response]:
    """Keep something new, and return it with the answer."""
    world = world_of(request)
    record = world.store.add(kind, request[SANDBOX], world.settings, content)
    etag = record.item["etag"]
    if world.settings.second_write:
        world.store.touch(record, world.settings.region)
    response = written(record, world.settings, 201, etag)
    response.headers["Location"] = f"{BASE}/{kind}/{record.item['id']}"
    return record, response


def kept(body: Item, *keys: str) -> Item:
    """Return what a create keeps of its body."""
    return {key: body[key] for key in keys if body.get(key) is not None}


def list_of(request: web.Request, kind: str, wanted: Wanted, shown: Callable[[Item], Item] = lambda item: item) -> web.Response:
    """Return the list of one kind."""
    items = [record.as_item() for record in world_of(request).store.listed(kind, request[SANDBOX])]
    return answer_list(request, items, wanted, shown)


def list_of_one(item: Item, settings: Settings) -> web.Response:
    """Return the answer to a GET by id (3.1)."""
    response = web.json_response({"items": [item]})
    if settings.etag_header and "etag" in item:
        response.headers["ETag"] = item["etag"]
    return response


def check_etag(request: web.Request, record: Record) -> None:
    """Check that a request's If-Match is the current version (3.2)."""
    settings, given, current = world_of(request).settings, request.headers.get("If-Match"), record.item["etag"]
    if not given:
        raise FlowError("1403-400")
    accepted = {current} if settings.strict_etag else {current, current.strip('"'), "*"}
    if given not in accepted:
        raise FlowError("1404-412", given=given, current=current)


def check_state(record: Record, code: str) -> None:
    """Check that a resource can be changed (1457) or deleted (1458) now."""
    if record.state == INITIALIZING:
        raise FlowError("1417-400")
    if record.state == DELETING:
        raise FlowError(code, state=record.state)


def operations_of(document: Any, check_path: Callable[[str], None]) -> list[Item]:
    """Return the operations of a JSON Patch, which is an array or one of them, with ``op`` in lower case (3.2)."""
    return [_operation(one, check_path) for one in (document if isinstance(document, list) else [document])]


def _operation(operation: Any, check_path: Callable[[str], None]) -> Item:
    if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
        raise FlowError("1455-400", field="path")
    kind = str(operation.get("op", "")).lower()
    if kind not in ("add", "replace", "remove"):
        raise FlowError("1434-400", op=operation.get("op"))
    check_path(operation["path"])
    return {**operation, "op": kind}


def patched(item: Item, keys: Iterable[str], operations: list[Item]) -> Item:
    """Return those parts of a resource that can be changed, as they are after all operations."""
    editable = {key: copy.deepcopy(item[key]) for key in keys if key in item}
    try:
        changed: Item = jsonpatch.apply_patch(editable, operations)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, ValueError) as error:
        raise FlowError("1455-400", field=str(error)) from None
    return changed


def keep(request: web.Request, record: Record, keys: Iterable[str], changed: Item) -> web.Response:
    """Put changed parts in the place of what was there, and return the answer."""
    world = world_of(request)
    for key in keys:
        record.item.pop(key, None)
    record.item.update(changed)
    world.store.touch(record, world.settings.region)
    return written(record, world.settings, 200)


def path_among(allowed: Iterable[str]) -> Callable[[str], None]:
    """Return the check that a path of a patch is one of these, or below one that ends in ``/**``; a star is one part."""

    def check(path: str) -> None:
        if not any(_fits(path.split("/"), pattern.split("/")) for pattern in allowed):
            raise FlowError("1365-400", path=path)

    return check


def _fits(parts: list[str], pattern: list[str]) -> bool:
    if pattern[-1] == "**":
        parts, pattern = parts[: len(pattern) - 1], pattern[:-1]
    return len(parts) == len(pattern) and all(wanted in ("*", part) for part, wanted in zip(parts, pattern, strict=True))


def delete(request: web.Request, record: Record) -> web.Response:
    """Let a resource go."""
    settings = world_of(request).settings
    record.gone_at = record.clock.now() + settings.delete_delay
    return web.Response(status=settings.delete_status)


def publish(request: web.Request, kind: str) -> web.Response:
    """Answer ``POST /…/{id}/action``: publish a draft; all else is for providers (3.4, 3.6)."""
    world, record = world_of(request), record_of(request, kind)
    name = request.query.get("op", "")
    if name.upper() in ("FINALIZE", "FINALIZE_UPDATE"):
        raise FlowError("1402-400", action=name)
    if name.upper() != "PUBLISH":
        raise FlowError("1435-400", action=name)
    if record.item["state"] == "draft":
        record.item["state"] = "enabled"
        world.store.touch(record, world.settings.region)
    return written(record, world.settings, 200)


def state_of_new(request: web.Request, refusal: str = "1451-400") -> str:
    """Return the state of something new: a draft, if that is asked for and supported (3.6)."""
    if "mode" not in request.query:
        return "enabled"
    if request.query["mode"] != "draft" or not world_of(request).settings.draft_supported:
        raise FlowError(refusal, field="mode")
    return "draft"


def flows_of(request: web.Request, kind: str, identifier: str) -> list[Record]:
    """Return the flows that use a base, source or target connection."""
    flows = world_of(request).store.in_sandbox("flows", request[SANDBOX]).values()
    return [flow for flow in flows if identifier in _used_by(flow.item, kind)]


def _used_by(flow: Item, kind: str) -> list[str]:
    if kind in (SOURCES, TARGETS):
        ids: list[str] = flow.get("sourceConnectionIds" if kind == SOURCES else "targetConnectionIds", [])
        return ids
    return [source["baseConnection"]["id"] for source in flow["inheritedAttributes"]["sourceConnections"]]


def delete_part(request: web.Request, kind: str) -> web.Response:
    """Let a source or target connection go, unless a flow uses it."""
    record = record_of(request, kind)
    check_state(record, "1458-400")
    if world_of(request).settings.delete_used_parts == "refuse" and flows_of(request, kind, record.item["id"]):
        raise FlowError("1447-400", id=record.item["id"])
    return delete(request, record)
