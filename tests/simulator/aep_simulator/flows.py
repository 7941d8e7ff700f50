"""The Flow Service's ``/flows``: list, search, create, get, patch, delete, action (api-facts.md 9, 9.5 to 9.7)."""

from __future__ import annotations

from aiohttp import web

from aep_simulator import flow_rules, flow_view, ingestion, resources
from aep_simulator.errors import FlowError
from aep_simulator.flow_rules import ONCE
from aep_simulator.flow_specs import FLOW_SPEC
from aep_simulator.lists import Wanted, answer_list
from aep_simulator.mapping_sets import check_mapping, drop_mapping
from aep_simulator.routing import with_and_without_slash
from aep_simulator.store import FLOWS, SOURCES, TARGETS, Item, Progress, Record
from aep_simulator.world import SANDBOX, find, json_body, record_of, records, world_of

_EDITABLE = ("name", "description", "scheduleParams", "transformations", "state")
_ACTIONS = {"ENABLE": "enabled", "DISABLE": "disabled"}


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    return with_and_without_slash(
        [
            ("POST", "/flows", create),
            ("GET", "/flows", list_all),
            ("POST", "/flows/search", search),
            ("GET", "/flows/{id}", get_one),
            ("PATCH", "/flows/{id}", patch),
            ("DELETE", "/flows/{id}", delete),
            ("POST", "/flows/{id}/action", action),
        ]
    )


async def create(request: web.Request) -> web.Response:
    """``POST /flows``."""
    body, world = json_body(request), world_of(request)
    if isinstance(body, dict) and "state" in body:
        raise FlowError("1410-400")
    if isinstance(body, dict) and "mode" in body:
        raise FlowError("1368-400")
    state = resources.state_of_new(request, refusal="1368-400")
    resources.check_spec(body, "flowSpec", FLOW_SPEC)
    keys = ("name", "description", "flowSpec", "sourceConnectionIds", "targetConnectionIds")
    content = resources.kept(body, *keys, "scheduleParams", "transformations")
    resources.check_texts(content, world.settings)
    source, target = (_part(request, content, key, kind) for key, kind in _PARTS.items())
    schedule = flow_rules.check_schedule(content.get("scheduleParams"), world.settings)
    flow_rules.check_start(schedule, world.store.clock.now())
    transformations = flow_rules.check_transformations(content.get("transformations", []), world.settings)
    flow_rules.check_delta_rule(transformations, once=content["scheduleParams"]["frequency"] == ONCE)
    if "Mapping" not in transformations:
        raise FlowError("1370-400")
    check_mapping(world, request[SANDBOX], transformations["Mapping"], target.item["data"]["schema"]["id"])
    content |= {
        "state": state,
        "inheritedAttributes": _inherited(request, source, target),
        "lastOperation": _operation("create", world.store.clock.now()),
    }
    record, response = resources.create(request, FLOWS, content)
    world.store.progress[record.item["id"]] = Progress()
    return response


_PARTS = {"sourceConnectionIds": SOURCES, "targetConnectionIds": TARGETS}


def _part(request: web.Request, content: Item, key: str, kind: str) -> Record:
    ids = content.get(key)
    if not isinstance(ids, list) or not ids:
        raise FlowError("1304-400", field=key)
    if len(ids) > 1:
        raise FlowError("1312-400", field=key, value=ids)
    return find(request, kind, ids[0])


def _inherited(request: web.Request, source: Record, target: Record) -> Item:
    base = find(request, "connections", source.item["baseConnectionId"]).item
    of_base = {key: base[key] for key in ("id", "connectionSpec")}
    shown = [{key: part.item[key] for key in ("id", "connectionSpec")} for part in (source, target)]
    return {"sourceConnections": [shown[0] | {"baseConnection": of_base}], "targetConnections": [shown[1]]}


def _operation(name: str, now: float, operations: list[Item] | None = None, errors: list[Item] | None = None) -> Item:
    """Return ``lastOperation`` as it is in the end; while it goes on it is shown in another way."""
    return {
        "started": int(now * 1000),
        "updated": int(now * 1000),
        "percentCompleted": 100.0,
        "status": {"value": "failed" if errors else "completed", "errors": errors or []},
        "ops": operations or [],
        "operation": name,
    }


async def list_all(request: web.Request) -> web.Response:
    """``GET /flows``: filtered, ordered, in pages."""
    return await _listed(request, Wanted.of_query(request))


async def search(request: web.Request) -> web.Response:
    """``POST /flows/search``."""
    return await _listed(request, Wanted.of_body(request, json_body(request)))


async def _listed(request: web.Request, wanted: Wanted) -> web.Response:
    world = world_of(request)
    await ingestion.catch_up(world, request[SANDBOX])
    shown = [flow_view.shown(record, world, request[SANDBOX]) for record in world.store.listed(FLOWS, request[SANDBOX])]
    hidden = () if world.settings.last_run_details else ("lastRunDetails",)
    return answer_list(
        request, shown, wanted, shown=lambda item: {key: value for key, value in item.items() if key not in hidden}
    )


async def get_one(request: web.Request) -> web.Response:
    """``GET /flows/{id}``: a list of one."""
    world = world_of(request)
    record = record_of(request, FLOWS)
    await ingestion.catch_up(world, request[SANDBOX])
    return resources.list_of_one(flow_view.shown(record, world, request[SANDBOX]), world.settings)


async def patch(request: web.Request) -> web.Response:
    """``PATCH /flows/{id}``: JSON Patch of what can be changed."""
    world, record = world_of(request), record_of(request, FLOWS)
    settings, now = world.settings, world.store.clock.now()
    resources.check_etag(request, record)
    resources.check_state(record, "1457-400")
    state = flow_view.state(record, settings)
    if state != record.item["state"]:
        raise FlowError("1420-400", state=state)
    document = json_body(request)
    operations = resources.operations_of(document, resources.path_among(settings.patch_flow_paths))
    changed = resources.patched(record.item, _EDITABLE, operations)
    resources.check_texts(changed, settings)
    _check_change(request, record.item, changed)
    await ingestion.catch_up(world, request[SANDBOX])
    errors = [{"code": "FLOW-1102-500", "message": "It fails on purpose."}] if settings.operation_result == "failed" else []
    changed = resources.patched(record.item, _EDITABLE, []) if errors else changed
    record.item["lastOperation"] = _operation("update", now, operations, errors)
    if changed["state"] != state:
        ingestion.skip_missed(world, record, now)
    return resources.keep(request, record, _EDITABLE, changed)


def _check_change(request: web.Request, before: Item, changed: Item) -> None:
    world = world_of(request)
    settings, now = world.settings, world.store.clock.now()
    if changed.get("state") not in _ACTIONS.values() and changed.get("state") != before["state"]:
        raise FlowError("1456-400", state=changed.get("state"))
    schedule = flow_rules.check_schedule(changed.get("scheduleParams"), settings)
    transformations = flow_rules.check_transformations(changed.get("transformations"), settings)
    once = before["scheduleParams"]["frequency"] == ONCE
    if once and not settings.patch_once and changed["scheduleParams"] != before["scheduleParams"]:
        raise FlowError("1365-400", path="/scheduleParams")
    if changed["scheduleParams"]["startTime"] != before["scheduleParams"]["startTime"]:
        if flow_rules.schedule_of(before["scheduleParams"]).start <= now:
            raise FlowError("1366-400")
        flow_rules.check_start(schedule, now)
    if settings.patch_delta_rule:
        flow_rules.check_delta_rule(transformations, once=changed["scheduleParams"]["frequency"] == ONCE)
    if "Mapping" in transformations and changed["transformations"] != before["transformations"]:
        target = records(request, TARGETS).get(before["targetConnectionIds"][0])
        schema = target.item["data"]["schema"]["id"] if target else None
        check_mapping(world, request[SANDBOX], transformations["Mapping"], schema)


async def action(request: web.Request) -> web.Response:
    """``POST /flows/{id}/action``: enable or disable, or publish a draft; all else is for providers."""
    world, record, name = world_of(request), record_of(request, FLOWS), request.query.get("op", "")
    settings = world.settings
    wanted = _ACTIONS.get(name.upper())
    if wanted is None or record.item["state"] == "draft":
        return resources.publish(request, FLOWS)
    if {"any": name, "lower": name.lower(), "upper": name.upper()}[settings.action_spelling] != name:
        raise FlowError("1435-400", action=name)
    if "If-Match" in request.headers:
        resources.check_etag(request, record)
    resources.check_state(record, "1457-400")
    state = flow_view.state(record, settings)
    if state != record.item["state"]:
        raise FlowError("1421-400", state=state)
    if state == wanted and settings.repeat_action == "refuse":
        raise FlowError("1422-400", action=name, state=state)
    await ingestion.catch_up(world, request[SANDBOX])
    errors = [{"code": "FLOW-1102-500", "message": "It fails on purpose."}] if settings.operation_result == "failed" else []
    now = world.store.clock.now()
    record.item["lastOperation"] = _operation(name.lower(), now, errors=errors)
    if not errors:
        ingestion.skip_missed(world, record, now)
    return resources.keep(request, record, ("state",), {"state": state if errors else wanted})


async def delete(request: web.Request) -> web.Response:
    """``DELETE /flows/{id}``, and with it what only it used, where that is how it is."""
    world, record = world_of(request), record_of(request, FLOWS)
    resources.check_state(record, "1458-400")
    state = flow_view.state(record, world.settings)
    if state != record.item["state"]:
        raise FlowError("1458-400", state=state)
    answer = resources.delete(request, record)
    if world.settings.flow_cascade != "none":
        _delete_parts(request, record)
    if world.settings.flow_cascade == "all":
        drop_mapping(world, request[SANDBOX], record.item)
    return answer


def _delete_parts(request: web.Request, flow: Record) -> None:
    for key, kind in _PARTS.items():
        for identifier in flow.item.get(key, []):
            part = records(request, kind).get(identifier)
            if part is not None and resources.flows_of(request, kind, identifier) in ([], [flow]):
                resources.delete(request, part)
