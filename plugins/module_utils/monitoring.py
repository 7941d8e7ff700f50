# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""How the dataflows are doing that read through connections: their schedules in words, and how their last runs ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.dataflows import Reading, list_runs
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.api.values import utc
from ansible_collections.aep.sources.plugins.module_utils.flow import ONCE, Flow, Run, Schedule, Source
from ansible_collections.aep.sources.plugins.module_utils.mark import read_mark

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


@dataclass(frozen=True)
class Monitored:
    """A dataflow, the source connection that it reads with, and its runs as far as they are known, the newest first."""

    flow: Flow
    source: Source | None
    runs: Sequence[Run]

    @property
    def is_running(self) -> bool:
        """Whether a run has begun and is not over."""
        return bool(self.runs) and _result(self.runs[0]) == RUNNING

    @property
    def ended(self) -> list[Run]:
        """The runs that are over."""
        return [run for run in self.runs if _result(run) != RUNNING]


def monitored(
    flow: FlowService, found: Mapping[str, Sequence[Reading]], *, hours: int, now: float, most: int = 1
) -> dict[str, list[Monitored]]:
    """Return the dataflows of each connection, sorted by name, with their last runs.

    The list of dataflows says how the last run of each ended. Its rows and errors come from a list of runs.

    Parameters:
        flow: the sandbox.
        found: the dataflows of each connection.
        hours: how far that list goes back.
        now: the time in seconds since 1970.
        most: how many runs of each are wanted; for none, there is no list of runs.

    Raises:
        AepError: the runs could not be listed.
    """
    runs: dict[str | None, list[Run]] = defaultdict(list)
    flows = {one.flow.id: one.flow for several in found.values() for one in several}.values()
    earliest, recent = (int(now * 1000) - time for time in (hours * _HOUR, _RECENT))
    for since, ids in _windows(flows, earliest=earliest, recent=recent, most=most):
        for run in list_runs(flow, ids, since):
            runs[run.flow_id].append(run)
    return {
        base: [
            Monitored(one.flow, one.source, _newest_first(one.flow.last_run, runs[one.flow.id]))
            for one in sorted(several, key=lambda one: (one.flow.name or "", one.flow.id))
        ]
        for base, several in found.items()
    }


def _windows(flows: Iterable[Flow], *, earliest: int, recent: int, most: int) -> list[tuple[int, list[str]]]:
    """Return from when on to look for the runs of which dataflows, in milliseconds since 1970.

    One that runs often has many runs in a long window, and one that runs rarely has none in a short one, so they are apart.
    """
    begun: dict[str, int] = {}
    for one in flows if most else ():
        start = one.last_run.started_at if one.last_run else None
        if start is None or _result(one.last_run) == RUNNING:  # what ended before is wanted as well
            begun[one.id] = earliest
        elif start >= earliest:
            begun[one.id] = max(start - _MINUTE, earliest) if most == 1 else earliest
    often = [one for one, start in begun.items() if start >= recent]
    rarely = [one for one in begun if one not in often]
    return [(min(begun[one] for one in ids), ids) for ids in (often, rarely) if ids]


def _newest_first(last: Run | None, runs: Sequence[Run]) -> list[Run]:
    """Return runs, and the last one, of which a list says more if it is in it."""
    known = {run.id: run for run in ([last] if last else [])} | {run.id: run for run in runs}
    return sorted(known.values(), key=lambda run: run.started_at or 0, reverse=True)


def in_short(one: Monitored) -> dict[str, Any]:
    """Return a dataflow as one of those of a connection: with its last run that is over."""
    return {
        "id": one.flow.id,
        "name": one.flow.name,
        "state": one.flow.state,
        "schedule": _in_words(one.flow.schedule),
        "running": one.is_running,
        "last_run": next(map(_shown_run, one.ended), None),
    }


def in_full(one: Monitored, *, most: int) -> dict[str, Any]:
    """Return all that is known of a dataflow, with so many of its runs that are over."""
    flow, schedule = one.flow, one.flow.schedule
    description, mark = read_mark(flow.description)
    return {
        "name": flow.name,
        "id": flow.id,
        "description": description,
        "state": flow.state,
        "etag": flow.etag,
        "managed": mark is not None,
        "owner": mark.owner if mark else None,
        "created_at": utc(flow.created_at),
        "table": one.source.table if one.source else None,
        "columns": None if one.source is None or one.source.columns is None else sorted(one.source.columns),
        "delta_column": flow.delta_column,
        "schedule": {
            "frequency": schedule.frequency,
            "interval": schedule.interval,
            "start": _moment(schedule),
            "backfill": schedule.backfill,
        },
        "source_connection_id": one.source.id if one.source else None,
        "target_connection_id": next(iter(flow.target_ids), None),
        "mapping_set_id": flow.mapping_id,
        "running": one.is_running,
        "runs": [
            {
                **_shown_run(run),
                "rows_read": run.rows_read,
                "bytes_read": run.bytes_read,
                "bytes_written": run.bytes_written,
            }
            for run in one.ended[:most]
        ],
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


def _moment(schedule: Schedule) -> str | None:
    return utc(schedule.start and schedule.start * 1000)


def _in_words(schedule: Schedule) -> str | None:
    """Return when a dataflow runs, in words."""
    begin = _moment(schedule)
    if schedule.frequency == ONCE:
        return f"once, at {begin}" if begin else ONCE
    if schedule.frequency not in _UNITS:
        return schedule.frequency
    unit, interval = schedule.frequency, schedule.interval or 1
    rhythm = f"every {interval} {unit}s" if interval > 1 else f"every {unit}"
    return f"{rhythm} since {begin}" if begin else rhythm
