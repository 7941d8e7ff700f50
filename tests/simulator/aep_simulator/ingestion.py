"""What flows do by themselves: the runs that their schedules make due are done when somebody asks (api-facts.md 9.8).

A run really reads the table through the base connection and counts its rows; where ``/test`` is not real, it reads nothing.
"""

from __future__ import annotations

import math

from aep_simulator import database
from aep_simulator.flow_rules import Schedule, of_transformation, schedule_of
from aep_simulator.settings import Settings
from aep_simulator.store import CONNECTIONS, FLOWS, RUNS, SOURCES, Item, Progress, Record, Window
from aep_simulator.world import World

_MOST_AT_ONCE = 50  # runs of a flow that are done when the clock has been moved far; older ones are left out
_COPY_FAILED, _PROCESSING_FAILED = "CONNECTOR-1001-500", "CONNECTOR-2001-500"
IN_PROGRESS = "inProgress"


class _Failure(Exception):
    """A run came to nothing."""

    def __init__(self, code: str, message: str) -> None:
        self.error = {"code": code, "message": message}
        super().__init__(message)


def due(schedule: Schedule, done_until: float, now: float) -> list[float]:
    """Return the times since the last run that was due at which a schedule makes one due, the earliest first."""
    if not schedule.period:
        return [schedule.start] if done_until < schedule.start <= now else []
    passed = math.floor((done_until - schedule.start) / schedule.period) + 1
    first = max(0, passed)
    last = math.floor((now - schedule.start) / schedule.period)
    first = max(first, last + 1 - _MOST_AT_ONCE)
    return [schedule.start + number * schedule.period for number in range(first, last + 1)]


def _windows(flow: Record, progress: Progress, now: float) -> list[tuple[Window, str | None]]:
    """Return what a flow has to read by now, each with the run that waits for it, if there is one already."""
    if flow.state != "enabled":
        return []
    schedule = schedule_of(flow.item["scheduleParams"])
    column = of_transformation(flow.item, "Copy").get("deltaColumn", {}).get("name")
    scheduled = [Window(at, None, at, column) for at in due(schedule, progress.done_until, now)]
    waiting = [(window, run) for run, window in progress.waiting.items() if window.at <= now]
    return sorted([*((window, None) for window in scheduled), *waiting], key=lambda one: one[0].at)


async def catch_up(world: World, sandbox: str) -> None:
    """Do all runs of a sandbox that are due by now, once, however many ask at the same time."""
    store = world.store
    now = store.clock.now()
    kept = store.in_sandbox(FLOWS, sandbox)
    flows = [(flow, store.progress[one]) for one, flow in kept.items() if one in store.progress]
    if not any(_windows(flow, progress, now) for flow, progress in flows):
        return
    async with store.ingesting:
        for flow, progress in flows:
            for window, run in _windows(flow, progress, now):
                await _do(world, sandbox, flow, window, run)


def skip_missed(world: World, flow: Record, now: float) -> None:
    """Leave out what would have been due while a flow was disabled. What it then reads begins where it had come to."""
    progress = world.store.progress.get(flow.item["id"])
    if progress is not None:
        progress.done_until = max(progress.done_until, now)


async def _do(world: World, sandbox: str, flow: Record, window: Window, waiting: str | None) -> None:
    """Do one run, and keep it."""
    store, settings, progress = world.store, world.settings, world.store.progress[flow.item["id"]]
    schedule = schedule_of(flow.item["scheduleParams"])
    if waiting is None:
        progress.done_until = window.at
        begin = progress.read_until
        if begin is None and not schedule.backfill:
            begin = float(schedule.start)
        window = Window(window.at, begin, window.end, window.column)
    try:
        rows, size = await _read(world, sandbox, flow.item, window, periodic=bool(schedule.period))
        metrics = _metrics(window, settings, rows, size, [])
        if waiting is None and window.column:
            progress.read_until = window.end
    except _Failure as failure:
        metrics = _metrics(window, settings, settings.failed_counts, 0, [failure.error])
    run = store.in_sandbox(RUNS, sandbox).get(waiting or "") or new_run(world, sandbox, flow.item, window)
    progress.waiting.pop(waiting or "", None)
    run.item["metrics"] = metrics
    run.item["updatedAt"] = metrics["durationSummary"]["completedAtUTC"]
    times = {key: metrics["durationSummary"][key] for key in ("startedAtUTC", "completedAtUTC")}
    flow.item["lastRunDetails"] = {"id": run.item["id"], "state": metrics["statusSummary"]["status"], **times}


def new_run(world: World, sandbox: str, flow: Item, window: Window) -> Record:
    """Keep a run that has read nothing yet."""
    began = int(window.at * 1000)
    return world.store.add(
        RUNS,
        sandbox,
        world.settings,
        {
            "createdAt": began,
            "updatedAt": began,
            "flowId": flow["id"],
            "flowSpec": flow["flowSpec"],
            "providerRefId": f"M-{flow['id']}-incremental-0",
            "metrics": {"durationSummary": _durations(window), "statusSummary": {"status": IN_PROGRESS, "errors": []}},
            "activities": [],
        },
    )


def _durations(window: Window) -> Item:
    bounds = {"windowStart": window.start, "windowEnd": window.end}
    extensions = {name: int(bound * 1000) for name, bound in bounds.items() if bound is not None and window.column}
    return {"startedAtUTC": int(window.at * 1000), "extensions": extensions}


async def _read(world: World, sandbox: str, flow: Item, window: Window, *, periodic: bool) -> tuple[int, int]:
    store = world.store
    source = store.in_sandbox(SOURCES, sandbox).get(flow["sourceConnectionIds"][0])
    base = store.in_sandbox(CONNECTIONS, sandbox).get(source.item["baseConnectionId"]) if source else None
    if source is None or base is None:
        raise _Failure(_COPY_FAILED, "The source connection or its base connection is not there.")
    if of_transformation(flow, "Mapping").get("mappingId") not in store.mapping_sets.get(sandbox, {}):
        raise _Failure(_PROCESSING_FAILED, "The mapping set is not there.")
    if periodic and not window.column:
        raise _Failure(_PROCESSING_FAILED, "There is no delta column.")
    if world.settings.test_result != "real":
        if world.settings.test_result == "false":
            raise _Failure(_COPY_FAILED, "The database does not let these credentials in.")
        return 0, 0
    params = source.item["params"]
    columns = [column["name"] for column in params.get("columns", [])]
    try:
        return await database.measure(base.item["auth"], world.settings, params["tableName"], columns, window)
    except database.DatabaseError as error:
        raise _Failure(_COPY_FAILED, str(error)) from None


def _metrics(window: Window, settings: Settings, rows: int, size: int, errors: list[Item]) -> Item:
    began = int(window.at * 1000)
    counted = ("inputRecordCount", "outputRecordCount", "createdRecordCount")
    return {
        "durationSummary": _durations(window) | {"completedAtUTC": began + int(settings.run_seconds * 1000)},
        "sizeSummary": {"inputBytes": size, "outputBytes": size},
        "recordSummary": {**dict.fromkeys(counted, rows), "failedRecordCount": min(rows, 0)},
        "fileSummary": {"inputFileCount": 0, "outputFileCount": int(rows > 0)},
        "statusSummary": {"status": "failed" if errors else "success", "errors": errors},
    }
