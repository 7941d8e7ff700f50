# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The work of the module that tries a service, between its options and its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.catalog import Catalog
from ansible_collections.aep.sources.plugins.module_utils.api.flow_parts import FlowParts
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.api.mapping_sets import MappingSets
from ansible_collections.aep.sources.plugins.module_utils.api.sandboxes import list_sandboxes
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Desired
from ansible_collections.aep.sources.plugins.module_utils.dataflow.validation import desired_dataflow
from ansible_collections.aep.sources.plugins.module_utils.dataflow_questions import Services
from ansible_collections.aep.sources.plugins.module_utils.module import Task
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import BasicAuthentication
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import PlanError
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import InputError, desired_connection, quoted
from ansible_collections.aep.sources.plugins.module_utils.probe import Finding
from ansible_collections.aep.sources.plugins.module_utils.trial import PREFIX
from ansible_collections.aep.sources.plugins.module_utils.verification import questions, verify

_SCHEDULE = {"frequency": "hour", "interval": 1}


def service_check(task: Task) -> dict[str, Any]:
    """Return how the service behaves where Adobe does not say."""
    client, options = task.platform("sandbox"), task.options
    desired = desired_connection({**options, "name": PREFIX})
    if not isinstance(desired.authentication, BasicAuthentication):
        raise InputError("server, database, username and password are missing: name a database that may be read for this.")
    throw_away = _throw_away(options["throw_away"])
    sandbox = options["sandbox"]
    if not options["allow_production"]:
        _refuse_production(client, sandbox)
    found = questions() if task.check else _verified(task, client, desired.authentication, throw_away)
    return {
        "changed": True,  # connections were made, though none is left
        "sandbox": sandbox,
        "findings": [{**asdict(one), "observed": task.mask.text(one.observed)} for one in found],
    }


def _refuse_production(client: Client, sandbox: str) -> None:
    """Raise an error about a sandbox that is not known to be one for development."""
    reason = "its type cannot be told"
    try:
        kind = next((one.type for one in list_sandboxes(client, all_of_them=False) if one.name == sandbox), None)
    except AepError as error:
        kind, reason = None, f"{reason}, {error.reason}"
    if kind != "development":
        reason = f"its type is {quoted(kind)}" if kind else reason
        action, hint = f"try the service in sandbox '{sandbox}'", "Name a development sandbox, or set allow_production to true."
        raise AepError(action, reason, hint)


def _throw_away(given: Mapping[str, Any] | None) -> Desired | None:
    """Return what a dataflow may be made of."""
    if given is None:
        return None
    try:
        return desired_dataflow({**given, "name": PREFIX, "schedule": _SCHEDULE})
    except InputError as error:
        raise InputError(f"throw_away: {error}") from None


def _verified(task: Task, client: Client, authentication: BasicAuthentication, throw_away: Desired | None) -> list[Finding]:
    sandbox = task.options["sandbox"]
    flow = FlowService(client, sandbox)
    services = Services(flow, FlowParts(flow), MappingSets(client, sandbox), Catalog(client, sandbox))
    try:
        return verify(services, authentication, throw_away, wait_timeout=task.options["wait_timeout"])
    except PlanError as error:
        raise InputError(f"throw_away: {error}") from None
