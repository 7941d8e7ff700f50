"""The Flow Service's ``/runs``: list, get, run now (api-facts.md 9, 9.8)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from aep_simulator import ingestion, resources
from aep_simulator.documents import is_whole
from aep_simulator.errors import FlowError
from aep_simulator.flow_rules import ONCE
from aep_simulator.lists import Wanted, answer_list
from aep_simulator.queries import Filter, filter_of
from aep_simulator.routing import with_and_without_slash
from aep_simulator.settings import Settings
from aep_simulator.store import FLOWS, RUNS, Item, Progress, Record, Window
from aep_simulator.world import SANDBOX, find, json_body, record_of, world_of

_LATEST = 10**15  # of any time, whatever its unit
_TIMES = ("startTime", "windowStartTime", "windowEndTime")
_STATUS = ("state", "metrics.statusSummary.status")
_NOT_SHOWN = ("state", "version")
_SPELT_BY_SPEC = {"etag": "eTag", "activities": "activites"}


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    return with_and_without_slash(
        [
            ("GET", "/runs", list_all),
            ("POST", "/runs", create),
            ("GET", "/runs/{id}", get_one),
            ("PUT", "/runs/{id}", write),
            ("GET", "/flows/{id}/runs", list_of_flow),
        ]
    )


def _now(record: Record) -> Item:
    """Return a run with its state: it is in progress until it is completed, and has counted nothing until then."""
    item = record.as_item()
    metrics = item["metrics"]
    completed = metrics["durationSummary"].get("completedAtUTC")
    if completed is None or completed > record.clock.now() * 1000:
        durations = {key: value for key, value in metrics["durationSummary"].items() if key != "completedAtUTC"}
        metrics = {"durationSummary": durations, "statusSummary": {"status": ingestion.IN_PROGRESS, "errors": []}}
    return {**item, "metrics": metrics, "state": metrics["statusSummary"]["status"]}


def _shown(item: Item, settings: Settings) -> Item:
    names = _SPELT_BY_SPEC if settings.run_spelling == "spec" else {}
    return {names.get(key, key): value for key, value in item.items() if key not in _NOT_SHOWN}


async def list_all(request: web.Request) -> web.Response:
    """``GET /runs``: filtered, ordered, in pages."""
    return await _listed(request, None)


async def list_of_flow(request: web.Request) -> web.Response:
    """``GET /flows/{id}/runs``: the same of one flow."""
    return await _listed(request, record_of(request, FLOWS).item["id"])


async def _listed(request: web.Request, flow_id: str | None) -> web.Response:
    world, wanted = world_of(request), Wanted.of_query(request)
    await ingestion.catch_up(world, request[SANDBOX])
    listed = [_now(record) for record in world.store.listed(RUNS, request[SANDBOX])]
    found = [item for item in listed if flow_id in (None, item["flowId"])]
    if world.settings.status_filter == "blind":
        wanted = wanted.with_filters([_blind(one) or filter_of(one) for one in wanted.expressions])
    return answer_list(request, found, wanted, shown=lambda item: _shown(item, world.settings))


def _blind(expression: str) -> Filter | None:
    """Return the test of a run's status that does not mind case, if an expression is one."""
    path, equals, text = expression.partition("==")
    if not equals or path not in _STATUS:
        return None
    wanted = [one.strip().strip('"').lower() for one in text.split(",")]
    return lambda item: item["state"].lower() in wanted


async def get_one(request: web.Request) -> web.Response:
    """``GET /runs/{id}``: a list of one."""
    world = world_of(request)
    record = record_of(request, RUNS)
    await ingestion.catch_up(world, request[SANDBOX])
    return resources.list_of_one(_shown(_now(record), world.settings), world.settings)


async def write(request: web.Request) -> web.Response:
    """``PUT /runs/{id}``: not for users."""
    json_body(request)
    raise FlowError("1427-400")


async def create(request: web.Request) -> web.Response:
    """``POST /runs``: run a flow now, or at a time to come; only for those that are scheduled once."""
    body, world = json_body(request), world_of(request)
    if not isinstance(body, dict) or not body.get("flowId"):
        raise FlowError("1446-400")
    flow = find(request, FLOWS, body["flowId"])
    progress = world.store.progress.get(flow.item["id"])
    if progress is None or flow.item["scheduleParams"]["frequency"] != ONCE:
        raise FlowError("1312-400", field="flowId", value=body["flowId"])
    window = _window(body.get("params"), progress, world.settings)
    progress.delta_column = window.column
    run = ingestion.new_run(world, request[SANDBOX], flow.item, window)
    progress.waiting[run.item["id"]] = window
    answer = {"id": run.item["id"], "etag": run.item["etag"]}
    return web.json_response({"items": [answer]} if world.settings.run_answer == "items" else answer, status=201)


def _window(params: Any, progress: Progress, settings: Settings) -> Window:
    """Return what a run on demand reads."""
    if not isinstance(params, dict):
        raise FlowError("1304-400", field="params")
    unit = 1000 if settings.run_units == "milliseconds" else 1
    for name in _TIMES:
        if name not in params:
            raise FlowError("1304-400", field=f"params.{name}")
        if not is_whole(params[name]) or not 0 <= params[name] <= _LATEST * unit // 1000:
            raise FlowError("1312-400", field=f"params.{name}", value=params[name])
    at, start, end = (params[name] / unit for name in _TIMES)
    return Window(at, start, end, _delta_column(params.get("deltaColumn"), progress.delta_column))


def _delta_column(given: Any, known: str | None) -> str:
    """Return the delta column of a run on demand, which the first one names, and no later one."""
    if known is not None and given is not None:
        raise FlowError("1312-400", field="params.deltaColumn", value=given)
    name = known or (given.get("name") if isinstance(given, dict) else None)
    if not isinstance(name, str):
        raise FlowError("1304-400", field="params.deltaColumn.name")
    return name
