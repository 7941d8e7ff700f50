# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The work of the modules that change something, between their options and their result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.access import (
    check_access,
    check_platform_access,
    identity_of,
    ims_client,
    platform,
)
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.client.tokens import fetch_token
from ansible_collections.aep.sources.plugins.module_utils.information import failure_of
from ansible_collections.aep.sources.plugins.module_utils.module import Task
from ansible_collections.aep.sources.plugins.module_utils.outcome import Outcome, Run
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    ASSUMED_SPELLINGS,
    SSL_MODES,
    ConnectionStringAuthentication,
    properties_of,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired, Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import derive_key
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import (
    InputError,
    desired_connection,
    desired_connections,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.warnings import risks
from ansible_collections.aep.sources.plugins.module_utils.progress import converged
from ansible_collections.aep.sources.plugins.module_utils.reconcile import Reconciler

_SHORTEST_KEY = 16


def access_token(task: Task) -> dict[str, Any]:
    """Return the access token that was given, or fetch one."""
    task.validate(check_access)
    given = task.options["access_token"]
    if given:
        task.mask.reveal(given)
        return {"changed": False, "access_token": given, "expires_in": None}
    identity, ims = identity_of(task.options), ims_client(task.options, task.reporter)
    token = task.reporter.store(identity, None, lambda: fetch_token(ims, identity.credentials))
    return {"changed": False, "access_token": token.value, "expires_in": token.expires_in}


def postgres_connection(task: Task) -> dict[str, Any]:
    """Manage one base connection."""
    task.validate(check_platform_access)
    scope, wanted = _prepare(task, [desired_connection(task.options)])
    [outcome] = _reconcile(task, scope, wanted, lambda _outcome: None)
    result = {
        "changed": outcome.changed,
        "connection": _shown(outcome, scope),
        "actions": [{"action": outcome.action, "reasons": list(outcome.reasons)}] if outcome.changed else [],
    }
    if task.diff:
        result["diff"] = outcome.diff
    return result | (task.failure(outcome.error) if outcome.error else {})


def postgres_connections(task: Task) -> dict[str, Any]:
    """Manage the base connections of a sandbox."""
    task.validate(check_platform_access)
    options = task.options
    scope, wanted = _prepare(task, desired_connections(options["connections"], options["defaults"], options["credentials"]))

    def tell(outcome: Outcome) -> None:
        task.progress(converged(outcome, scope.sandbox, check=task.check))

    outcomes = _reconcile(task, scope, wanted, tell) if wanted or options["purge"] else []
    result: dict[str, Any] = {
        "changed": any(outcome.changed for outcome in outcomes),
        "sandbox": scope.sandbox,
        "connections": [_reported(task, outcome, scope) for outcome in outcomes],
    }
    if task.diff:
        changes = [outcome for outcome in outcomes if outcome.changed]
        result["diff"] = [{**one.diff, "before_header": one.name, "after_header": one.name} for one in changes]
    failures = [str(outcome.error) for outcome in outcomes if outcome.error]
    if failures:
        heading = f"{len(failures)} of {len(outcomes)} base connections of sandbox '{scope.sandbox}' failed. "
        result["msg"] = (heading if outcomes[1:] else "") + " ".join(failures)
    return result


def _prepare(task: Task, wanted: list[Desired]) -> tuple[Scope, list[Desired]]:
    """Return the sandbox, and what is wanted there as far as a change of credentials can be detected."""
    options = task.options
    _check_options(options)
    for desired in wanted:
        _mask_parts(task, desired)
    key, client_secret = options["fingerprint_key"], options["client_secret"]
    derived = derive_key(client_secret) if client_secret else None
    spellings = {**ASSUMED_SPELLINGS, **options["ssl_mode_spellings"]}
    scope = Scope(options["sandbox"], key.encode() if key else derived, spellings)
    for risk in risks(wanted, has_key=bool(scope.key), suppressed=options["suppress_warnings"]):
        task.warn(risk)
    if scope.key:
        return scope, wanted
    return scope, [
        replace(desired, update_credentials="on_create") if desired.update_credentials == "on_change" else desired
        for desired in wanted
    ]


def _check_options(options: Mapping[str, Any]) -> None:
    key = options["fingerprint_key"]
    if key is not None and len(key) < _SHORTEST_KEY:
        raise InputError(f"fingerprint_key is too short: give at least {_SHORTEST_KEY} characters, best random ones.")
    if options["wait_timeout"] < 0:
        raise InputError(f"wait_timeout is {options['wait_timeout']}: give the seconds to wait at most.")
    for mode, spelling in options["ssl_mode_spellings"].items():
        if mode not in SSL_MODES or not isinstance(spelling, str) or not spelling:
            raise InputError(f"ssl_mode_spellings has {mode}: give texts for {', '.join(SSL_MODES)}.")


def _mask_parts(task: Task, desired: Desired) -> None:
    """Mask a connection string that was composed, and the password inside of one."""
    if isinstance(desired.authentication, ConnectionStringAuthentication):
        whole = desired.authentication.connection_string
        task.mask.add(whole)
        for key in ("password", "pwd"):
            task.mask.add(properties_of(whole).get(key))


def _reconcile(task: Task, scope: Scope, wanted: list[Desired], tell: Callable[[Outcome], None]) -> list[Outcome]:
    options = task.options
    run = Run(
        check=task.check,
        wait_timeout=options["wait_timeout"] if options["wait"] else 0,
        ask_spellings=not options["ssl_mode_spellings"],
        retries=options["retries"],
        concurrency=options.get("concurrency", 1),
        purge=options.get("purge", False),
        finished=tell,
    )
    flow = FlowService(platform(options, task.reporter), scope.sandbox)
    outcomes = Reconciler(flow, scope, run).reconcile(wanted)
    for outcome in outcomes:
        for warning in outcome.warnings:
            task.warn(f"Base connection '{outcome.name}' of sandbox '{scope.sandbox}': {warning}.")
    return outcomes


def _shown(outcome: Outcome, scope: Scope) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "id": outcome.id,
        "sandbox": scope.sandbox,
        "description": outcome.description,
        "state": outcome.state,
        "etag": outcome.etag,
        "test": outcome.test,
        "test_before": outcome.test_before,
    }


def _reported(task: Task, outcome: Outcome, scope: Scope) -> dict[str, Any]:
    return {
        **_shown(outcome, scope),
        "action": outcome.action,
        "reasons": list(outcome.reasons),
        "changed": outcome.changed,
        **failure_of(task, outcome.error),
    }
