# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The work of the modules that manage dataflows, between their options and their result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.catalog import Catalog
from ansible_collections.aep.sources.plugins.module_utils.api.flow_parts import FlowParts
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.api.mapping_sets import MappingSets
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Desired
from ansible_collections.aep.sources.plugins.module_utils.dataflow.terms import moment
from ansible_collections.aep.sources.plugins.module_utils.dataflow.validation import desired_dataflow, desired_dataflows
from ansible_collections.aep.sources.plugins.module_utils.dataflow_outcome import Outcome
from ansible_collections.aep.sources.plugins.module_utils.dataflow_questions import Services
from ansible_collections.aep.sources.plugins.module_utils.dataflow_reconcile import Reconciler
from ansible_collections.aep.sources.plugins.module_utils.mark import Place, read_mark
from ansible_collections.aep.sources.plugins.module_utils.module import Task
from ansible_collections.aep.sources.plugins.module_utils.outcome import Run
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import InputError
from ansible_collections.aep.sources.plugins.module_utils.tasks import BECAME, check_managed, key_of_marks


def postgres_dataflow(task: Task) -> dict[str, Any]:
    """Manage one dataflow."""
    [outcome] = _reconcile(task, [desired_dataflow(task.options)])
    result = {
        "changed": outcome.changed,
        "dataflow": _shown(task, outcome),
        "actions": [{"action": outcome.action, "reasons": list(outcome.reasons)}] if outcome.changed else [],
    }
    if task.diff:
        result["diff"] = outcome.diff
    return result | (task.failure(outcome.error) if outcome.error else {})


def postgres_dataflows(task: Task) -> dict[str, Any]:
    """Manage the dataflows of a sandbox."""
    options, sandbox = task.options, task.options["sandbox"]

    def tell(outcome: Outcome) -> None:
        would_be = "would be " if task.check and outcome.changed else ""
        task.progress(sandbox, outcome.name, "failed" if outcome.error else would_be + BECAME[outcome.action], None)

    outcomes = _reconcile(task, desired_dataflows(options["dataflows"], options["defaults"]), tell)
    result: dict[str, Any] = {
        "changed": any(outcome.changed for outcome in outcomes),
        "sandbox": sandbox,
        "dataflows": [_reported(task, outcome) for outcome in outcomes],
    }
    if task.diff:
        result["diff"] = [_diff(outcome) for outcome in outcomes if outcome.changed]
    failures = [str(outcome.error) for outcome in outcomes if outcome.error]
    if failures:
        heading = f"{len(failures)} of {len(outcomes)} dataflows of sandbox '{sandbox}' failed. "
        result["msg"] = (heading if outcomes[1:] else "") + " ".join(failures)
    return result


def _reconcile(task: Task, wanted: list[Desired], tell: Callable[[Outcome], None] = lambda _outcome: None) -> list[Outcome]:
    options, client = task.options, task.platform("sandbox")
    check_managed(options, "dataflows", is_empty=all(desired.state == "absent" for desired in wanted))
    key = key_of_marks(options)
    if not key:
        raise InputError(
            "fingerprint_key and client_secret are missing, without which the parts of a dataflow cannot be told from those of "
            "others: give one of them."
        )
    purge = options.get("purge", False)
    if not wanted and not purge:
        return []
    sandbox = options["sandbox"]
    flow = FlowService(client, sandbox)
    services = Services(flow, FlowParts(flow), MappingSets(client, sandbox), Catalog(client, sandbox))
    run = Run(
        check=task.check,
        wait_timeout=options["wait_timeout"] if options["wait"] else 0,
        proof_timeout=options["wait_timeout"],
        retries=options["retries"],
        concurrency=options.get("concurrency", 1),
        purge=purge,
        finished=tell,
    )
    reconciler = Reconciler(services, Place(sandbox, key, options["org_id"], options["owner"]), run)
    outcomes = reconciler.reconcile(wanted)
    for remark in reconciler.remarks:
        task.warn(f"Sandbox '{sandbox}': {remark}.")
    for outcome in outcomes:
        for warning in outcome.warnings:
            task.warn(f"Dataflow '{outcome.name}' in sandbox '{sandbox}': {warning}.")
    return outcomes


def _shown(task: Task, outcome: Outcome) -> dict[str, Any]:
    """Return a dataflow as it was last seen. One that is only predicted has no ids."""
    flow, seen, facts = outcome.flow, outcome.seen, outcome.facts
    source, target = (seen.source_of(flow), seen.target_of(flow)) if flow else (None, None)
    schedule = flow.schedule if flow else outcome.desired.schedule
    return {
        "name": outcome.name,
        "id": flow.id if flow else None,
        "sandbox": task.options["sandbox"],
        "description": read_mark(flow.description)[0] if flow else outcome.diff["after"].get("description"),
        "state": "absent" if outcome.action == "delete" else flow.state if flow else None,
        "etag": flow.etag if flow else None,
        "connection_id": (source.base_id if source else None) or (flow.base_id if flow else None) or facts.base_id,
        "table": source.table if source else outcome.desired.table,
        "dataset_id": (target.dataset_id if target else None) or (facts.dataset.id if facts.dataset else None),
        "schedule": {
            "frequency": schedule.frequency,
            "interval": schedule.interval,
            "start": moment(schedule.start),
            "backfill": schedule.backfill,
        },
        "delta_column": flow.delta_column if flow else outcome.desired.delta_column,
        "source_connection_id": source.id if source else None,
        "target_connection_id": target.id if target else None,
        "mapping_set_id": flow.mapping_id if flow else None,
        "left_alone": list(outcome.plan.left_alone),
    }


def _reported(task: Task, outcome: Outcome) -> dict[str, Any]:
    return {
        **_shown(task, outcome),
        "action": outcome.action,
        "reasons": list(outcome.reasons),
        "changed": outcome.changed,
        **task.failure(outcome.error),
    }


def _diff(outcome: Outcome) -> dict[str, Any]:
    names = {f"{side}_header": shown.get("name", outcome.name) for side, shown in outcome.diff.items()}
    return {**outcome.diff, **names}
