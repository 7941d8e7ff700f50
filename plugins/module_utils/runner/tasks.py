# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The work of each module, between its options and its result."""

from __future__ import annotations

from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.converge import Converger, Outcome
from ansible_collections.aep.sources.plugins.module_utils.http.ims import fetch_token
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import ConnectionStringAuthentication
from ansible_collections.aep.sources.plugins.module_utils.postgres.connection_string import properties_of
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired, Policy
from ansible_collections.aep.sources.plugins.module_utils.postgres.fingerprint import derive_key
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import InputError, desired_connection
from ansible_collections.aep.sources.plugins.module_utils.runner.access import (
    check_access,
    check_platform_access,
    credentials_of,
    ims_transport,
    platform,
)
from ansible_collections.aep.sources.plugins.module_utils.runner.module import Task

_SHORTEST_KEY = 16


def access_token(task: Task) -> dict[str, Any]:
    """Return the access token that was given, or fetch one."""
    check_access(task.options)
    given = task.options["access_token"]
    if given:
        return {"changed": False, "access_token": given, "expires_in": None}
    token = fetch_token(ims_transport(task.options, task.reporter), credentials_of(task.options))
    return {"changed": False, "access_token": token.value, "expires_in": token.expires_in}


def postgres_connection(task: Task) -> dict[str, Any]:
    """Make one base connection what it should be."""
    check_platform_access(task.options)
    desired = desired_connection(task.options)
    policy = _policy(task)
    _register_parts(task, desired)
    converger = Converger(
        FlowService(platform(task.options, task.reporter), policy.sandbox),
        policy,
        check=task.check,
        test=task.options["test"],
    )
    outcome = converger.converge([desired])[0]
    for note in outcome.notes:
        task.warn(f"Base connection '{outcome.name}' of sandbox '{policy.sandbox}': {note}.")
    result = {
        "changed": outcome.changed,
        "connection": _shown(outcome, policy.sandbox),
        "actions": [{"action": outcome.action, "reasons": list(outcome.reasons)}] if outcome.changed else [],
    }
    if task.diff:
        result["diff"] = {"before": outcome.before, "after": outcome.after}
    if outcome.error:
        result |= task.failure(outcome.error)
    return result


def _policy(task: Task) -> Policy:
    key = task.options["fingerprint_key"]
    if key is not None and len(key) < _SHORTEST_KEY:
        raise InputError(f"fingerprint_key is too short: give at least {_SHORTEST_KEY} characters, best random ones.")
    client_secret = task.options["client_secret"]
    update_credentials = task.options["update_credentials"]
    if update_credentials == "on_change" and not key and not client_secret:
        task.warn(
            "Changed credentials cannot be detected without fingerprint_key or client_secret, "
            "so they are sent at creation only: give one of them, or say with update_credentials: on_create that this is meant."
        )
        update_credentials = "on_create"
    derived = derive_key(client_secret) if client_secret else None
    return Policy(task.options["sandbox"], update_credentials, key.encode() if key else derived)


def _register_parts(task: Task, desired: Desired) -> None:
    """Mask the password inside a connection string too, and a connection string that was composed."""
    if isinstance(desired.authentication, ConnectionStringAuthentication):
        whole = desired.authentication.connection_string
        task.mask.add(whole)
        for key in ("password", "pwd"):
            task.mask.add(properties_of(whole).get(key))


def _shown(outcome: Outcome, sandbox: str) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "id": outcome.id,
        "sandbox": sandbox,
        "description": outcome.description,
        "state": outcome.state,
        "etag": outcome.etag,
        "test": outcome.works,
    }
