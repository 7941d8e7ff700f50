# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The dataflows that read through connections, and their runs, as typed calls (api-facts.md 3.3, 8, 9). Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from ansible_collections.aep.sources.plugins.module_utils.api.flow_parts import as_flow, as_source
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.api.values import part, required, unusable, whole_number
from ansible_collections.aep.sources.plugins.module_utils.flow import Flow, Run, Source

_LONGEST_FILTER = 1950  # characters of an encoded list of ids, so that an address stays well below the 4 KB that servers take


class Reading(NamedTuple):
    """A dataflow, and the source connection that it reads with, None if the service does not say which."""

    flow: Flow
    source: Source | None


def list_dataflows(flow: FlowService, connection_ids: Sequence[str]) -> dict[str, list[Reading]]:
    """Return the dataflows that use each connection, which they do through its source connections (api-facts.md 3.3).

    That takes a request for each page of the source connections of some 50 connections, and one for each page of the dataflows
    of some 50 of these: more ids do not fit into an address that every server takes.
    """
    action = f"look for the dataflows that use {_named(connection_ids)} of sandbox '{flow.sandbox}'"
    sources: dict[str, Source] = {}
    base_of: dict[str, str] = {}
    for batch in _batches(connection_ids):
        for item in flow.listed(action, "/sourceConnections", f"baseConnectionId=={','.join(batch)}"):
            base, *more = _users(action, item, "baseConnectionId", batch)
            if more:
                raise unusable(action, "the answer holds a source connection with more than one baseConnectionId")
            source = as_source(action, item)
            sources[source.id], base_of[source.id] = source, base
    found: dict[str, dict[str, Reading]] = {one: {} for one in connection_ids}
    for batch in _batches(sources):
        for item in flow.listed(action, "/flows", f"sourceConnectionIds[]=={','.join(batch)}"):
            one = as_flow(action, item)
            of_one_base = batch[:1] if len({base_of[source] for source in batch}) == 1 else []
            for used in _users(action, item, "sourceConnectionIds", of_one_base):
                known = sources.get(used) if one.source_ids or not batch[1:] else None
                found.get(base_of.get(used, ""), {}).setdefault(one.id, Reading(one, known))
    return {base: list(several.values()) for base, several in found.items()}


def list_runs(flow: FlowService, dataflow_ids: Iterable[str], since: int) -> list[Run]:
    """Return the runs of dataflows that began after a time, in milliseconds since 1970 (api-facts.md 9)."""
    action = f"look at the runs of dataflows of sandbox '{flow.sandbox}'"
    began = f"metrics.durationSummary.startedAtUTC>{since}"
    return [
        _run(action, item)
        for batch in _batches(dataflow_ids)
        for item in flow.listed(action, "/runs", f"flowId=={','.join(batch)}", began)
    ]


def _named(connection_ids: Sequence[str]) -> str:
    return f"base connection {connection_ids[0]}" if len(connection_ids) == 1 else f"{len(connection_ids)} base connections"


def _users(action: str, item: object, key: str, asked: Sequence[str]) -> Sequence[str]:
    """Return what an item belongs to: if it does not say so, the only thing that was asked for.

    Raises:
        NoAnswerError: it could belong to any of several, or says nothing that can be used.
    """
    value = part(str, item, key) or part(list, item, key)
    if not value and len(asked) == 1:
        return asked
    users = [value] if isinstance(value, str) else [one for one in value or [] if isinstance(one, str)]
    if not users:
        raise unusable(action, f"the answer holds no {key}")
    return users


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    """Yield ids in lists that a filter can hold, with commas between them; one that is longer than that comes alone."""
    batch: list[str] = []
    for one in dict.fromkeys(ids):
        if batch and len(quote(",".join([*batch, one]), safe="")) > _LONGEST_FILTER:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _run(action: str, item: Any) -> Run:
    times, rows, sizes = (part(dict, item, "metrics", key) or {} for key in ("durationSummary", "recordSummary", "sizeSummary"))
    return Run(
        id=required(str, action, "no id", item, "id"),
        flow_id=part(str, item, "flowId"),
        status=part(str, item, "metrics", "statusSummary", "status"),
        started_at=whole_number(times.get("startedAtUTC")),
        completed_at=whole_number(times.get("completedAtUTC")),
        rows_read=_count(rows.get("inputRecordCount")),
        rows_written=_count(rows.get("outputRecordCount")),
        rows_failed=_count(rows.get("failedRecordCount")),
        bytes_read=_count(sizes.get("inputBytes")),
        bytes_written=_count(sizes.get("outputBytes")),
        errors=tuple(
            (part(str, one, "code") or "", part(str, one, "message") or "")
            for one in part(list, item, "metrics", "statusSummary", "errors") or []
        ),
    )


def _count(value: object) -> int | None:
    """Return a count; one that failed may have -1, which says nothing."""
    number = whole_number(value)
    return None if number is None or number < 0 else number
