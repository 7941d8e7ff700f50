# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""How the dataflows are doing that read through connections: their schedules in words, and how their last runs ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.dataflows import Dataflow, Run, list_dataflows, list_runs
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.api.values import utc

_MINUTE = 60 * 1000  # milliseconds
_HOUR = 60 * _MINUTE
_RECENT = 2 * _HOUR
_UNITS = ("minute", "hour", "day", "week")
SUCCESS, PARTIAL, FAILED, RUNNING = "success", "partial", "failed", "running"
# The service's words for how a run ended, in small letters alone; not all of them are documented (api-facts.md 9).
_RESULTS = {
    **dict.fromkeys(("success", "succeeded", "completed"), SUCCESS),
    **dict.fromkeys(("partial", "partialsuccess", "partiallysuccessful"), PARTIAL),
    **dict.fromkeys(("failed", "failure", "error"), FAILED),
    **dict.fromkeys(("inprogress", "processing", "running", "pending", "queued", "started"), RUNNING),
}


def monitored(flow: FlowService, connection_ids: Sequence[str], *, hours: int, now: float) -> dict[str, list[dict[str, Any]]]:
    """Return the dataflows of each connection, with their last runs.

    The list of dataflows says how the last run of each ended. Its rows and errors come from a list of runs.

    Parameters:
        flow: the sandbox.
        connection_ids: the connections.
        hours: how far that list goes back.
        now: the time in seconds since 1970.

    Raises:
        AepError: something could not be listed.
    """
    found = list_dataflows(flow, connection_ids)
    runs: dict[str | None, list[Run]] = defaultdict(list)
    flows = {one.id: one for several in found.values() for one in several}.values()
    for since, ids in _windows(flows, earliest=int(now * 1000) - hours * _HOUR, recent=int(now * 1000) - _RECENT):
        for run in list_runs(flow, ids, since):
            runs[run.flow_id].append(run)
    by_name = {base: sorted(several, key=lambda one: (one.name or "", one.id)) for base, several in found.items()}
    return {base: [_shown(one, runs[one.id]) for one in several] for base, several in by_name.items()}


def _windows(flows: Iterable[Dataflow], *, earliest: int, recent: int) -> list[tuple[int, list[str]]]:
    """Return from when on to look for the runs of which dataflows, in milliseconds since 1970.

    One that runs often has many runs in a long window, and one that runs rarely has none in a short one, so they are apart.
    """
    begun: dict[str, int] = {}
    for one in flows:
        start = one.last_run.started_at if one.last_run else None
        if start is None or _result(one.last_run) == RUNNING:  # what ended before is wanted as well
            begun[one.id] = earliest
        elif start >= earliest:
            begun[one.id] = max(start - _MINUTE, earliest)
    often = [one for one, start in begun.items() if start >= recent]
    rarely = [one for one in begun if one not in often]
    return [(min(begun[one] for one in ids), ids) for ids in (often, rarely) if ids]


def _shown(one: Dataflow, runs: Sequence[Run]) -> dict[str, Any]:
    """Return a dataflow with its last run that is over, if there is one; else the run that is not."""
    known = {run.id: run for run in ([one.last_run] if one.last_run else [])} | {run.id: run for run in runs}
    newest = sorted(known.values(), key=lambda run: run.started_at or 0, reverse=True)
    last = next((run for run in newest if _result(run) != RUNNING), None)
    return {
        "id": one.id,
        "name": one.name,
        "state": one.state,
        "schedule": _schedule(one),
        "running": bool(newest) and _result(newest[0]) == RUNNING,
        "last_run": last and _shown_run(last),
    }


def _shown_run(run: Run) -> Mapping[str, Any]:
    return {
        "id": run.id,
        "result": _result(run),
        "started_at": utc(run.started_at),
        "completed_at": utc(run.completed_at),
        "rows_written": run.rows_written,
        "rows_failed": run.rows_failed,
        "error": "; ".join(filter(None, (": ".join(filter(None, one)) for one in run.errors))),
        "error_codes": [code for code, _message in run.errors if code],
    }


def _result(run: Run | None) -> str | None:
    """Return how a run ended. One that succeeded with errors, or left out rows, did so in part."""
    if run is None or run.status is None:
        return None
    result = _RESULTS.get("".join(filter(str.isalpha, run.status.lower())), run.status.lower())
    return PARTIAL if result == SUCCESS and (run.errors or run.rows_failed) else result


def _schedule(one: Dataflow) -> str | None:
    """Return when a dataflow runs, in words."""
    begin = utc(one.start_time and one.start_time * 1000)
    if one.frequency == "once":
        return f"once, at {begin}" if begin else "once"
    if one.frequency not in _UNITS:
        return one.frequency
    rhythm = f"every {one.interval} {one.frequency}s" if (one.interval or 1) > 1 else f"every {one.frequency}"
    return f"{rhythm} since {begin}" if begin else rhythm
