# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The work of the modules that only look, and of the inventory plugin, between their options and their result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.access import (
    Reporter,
    access_risks,
    check_organization_access,
    check_platform_access,
    platform,
)
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.api.sandboxes import Sandbox, list_sandboxes
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.client.tokens import TokenStore
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.inspect import (
    Contents,
    Inspected,
    connections,
    inspect,
    tables,
)
from ansible_collections.aep.sources.plugins.module_utils.masking import MASK, Mask, separated
from ansible_collections.aep.sources.plugins.module_utils.module import Task
from ansible_collections.aep.sources.plugins.module_utils.options import AUTH
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import BasicAuthentication, visible_settings
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import read_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import InputError, desired_connection, quoted
from ansible_collections.aep.sources.plugins.module_utils.progress import inspected
from ansible_collections.aep.sources.plugins.module_utils.trial import PREFIX
from ansible_collections.aep.sources.plugins.module_utils.verification import verify

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_REGIONS_ON_AWS = ("VA6",)  # an inference (api-facts.md 7): nothing else tells the cloud of a sandbox
_SETTINGS = ("server", "port", "database", "username", "ssl_mode", "encryption_method", "validate_server_certificate")


def sandbox_info(task: Task) -> dict[str, Any]:
    """Return the sandboxes of the organization."""
    task.validate(check_organization_access)
    return {"changed": False, "sandboxes": sandboxes_of(task.options, task.reporter)}


def sandboxes_of(options: Mapping[str, Any], reporter: Reporter) -> list[dict[str, Any]]:
    """Return the sandboxes of the organization that the options ask for, as dictionaries.

    Parameters:
        options: who asks; ``all`` for all sandboxes instead of those that the credential can use; ``states`` and ``types``,
            an empty list of which stands for any.
        reporter: where remarks go.

    Raises:
        InputError: an option's value cannot be used.
        AepError: the sandboxes could not be listed.
    """
    check_organization_access(options)
    found = list_sandboxes(platform(options, reporter), all_of_them=options["all"])
    states, types = options["states"], options["types"]
    wanted = [one for one in found if (not states or one.state in states) and (not types or one.type in types)]
    return [_shown_sandbox(one) for one in sorted(wanted, key=lambda one: one.name)]


def listed_for_a_plugin(
    options: Mapping[str, Any], *, notify: Callable[[str], None], warn: Callable[[str], None], store: TokenStore
) -> tuple[list[dict[str, Any]], str]:
    """Return the sandboxes, or else what went wrong, in one sentence without a secret.

    Parameters:
        options: as for sandboxes_of.
        notify: is told of each wait, in one line.
        warn: is told of each risk.
        store: where tokens are kept.
    """
    mask = Mask()
    for secret in separated(AUTH, options)[1]:
        mask.add(secret)
    try:
        check_organization_access(options)
        for risk in access_risks(options):
            warn(risk)
        reporter = Reporter(lambda message: notify(mask.text(message)), mask.add, mask.text, store)
        return sandboxes_of(options, reporter), ""
    except (InputError, AepError) as error:
        return [], mask.text(str(error))


def postgres_connection_info(task: Task) -> dict[str, Any]:
    """Return the base connections of a sandbox that were asked for."""
    task.validate(check_platform_access)
    options = task.options
    flow = FlowService(platform(options, task.reporter), options["sandbox"])
    names, ids = options["names"], options["connection_ids"]
    chosen = [one for one in connections(flow) if (not names and not ids) or one.name in names or one.id in ids]
    answers = inspect(
        flow,
        chosen,
        test=options["test"],
        dataflows=options["dataflows"],
        concurrency=options["concurrency"],
        finished=lambda answer: task.progress(inspected(answer, flow.sandbox)),
    )
    return {
        "changed": False,
        "sandbox": flow.sandbox,
        "connections": [_shown(task, answer) for answer in answers],
        **_failures([answer.error for answer in answers], f"base connections of sandbox '{flow.sandbox}'"),
    }


def postgres_table_info(task: Task) -> dict[str, Any]:
    """Return the tables that can be read through a base connection."""
    task.validate(check_platform_access)
    options = task.options
    if options["rows"] < 0:
        raise InputError(f"rows is {options['rows']}: give how many rows to return of each table at most, or 0 for none.")
    flow = FlowService(platform(options, task.reporter), options["sandbox"])
    name, connection_id = _one_of(flow, options["name"], options["connection_id"])
    found = tables(
        flow,
        name,
        connection_id,
        patterns=options["tables"],
        columns=options["columns"],
        rows=options["rows"],
        concurrency=options["concurrency"],
    )
    return {
        "changed": False,
        "sandbox": flow.sandbox,
        "connection_id": connection_id,
        "tables": [_table(task, one, show_values=options["show_values"]) for one in found],
        **_failures([one.error for one in found], f"tables of base connection '{name}'"),
    }


def service_check(task: Task) -> dict[str, Any]:
    """Return how the service behaves where Adobe does not say."""
    task.validate(check_platform_access)
    options = task.options
    desired = desired_connection({**options, "name": PREFIX})
    if not isinstance(desired.authentication, BasicAuthentication):
        raise InputError("server, database, username and password are missing: name a database that may be read for this.")
    flow = FlowService(platform(options, task.reporter), options["sandbox"])
    found = [] if task.check else verify(flow, desired.authentication, wait_timeout=options["wait_timeout"])
    return {
        "changed": False,
        "sandbox": flow.sandbox,
        "findings": [{**asdict(one), "observed": task.mask.text(one.observed)} for one in found],
    }


def _shown_sandbox(sandbox: Sandbox) -> dict[str, Any]:
    cloud = None
    if sandbox.region:
        cloud = "aws" if sandbox.region.upper() in _REGIONS_ON_AWS else "azure"
    return {**asdict(sandbox), "cloud": cloud}


def _one_of(flow: FlowService, name: str | None, connection_id: str | None) -> tuple[str, str]:
    """Return what messages call the connection that is meant, and its id."""
    if connection_id:
        return connection_id, connection_id
    ids = [one.id for one in connections(flow) if one.name == name]
    if len(ids) == 1:
        return str(name), ids[0]
    action = f"find base connection {quoted(name)} in sandbox '{flow.sandbox}'"
    if ids:
        several = f"{len(ids)} have this name ({', '.join(ids)})"
        raise AepError(action, several, "Give the connection_id of the one that is meant.")
    raise AepError(action, "there is none of this name", "Check name and sandbox.")


def _shown(task: Task, answer: Inspected) -> dict[str, Any]:
    connection = answer.connection
    description, mark = read_mark(connection.description)
    flows = None if answer.dataflows is None else [asdict(flow) for flow in answer.dataflows]
    return {
        "name": connection.name,
        "id": connection.id,
        "description": description,
        "state": connection.state,
        "etag": connection.etag,
        "managed": mark is not None,
        "created_at": _time(connection.created_at),
        "updated_at": _time(connection.updated_at),
        "auth_type": connection.auth_spec,
        **_settings(connection),
        "test": answer.works,
        "dataflows": flows,
        **failure_of(task, answer.error),
    }


def _settings(connection: Connection) -> Mapping[str, Any]:
    """Return the settings that the service shows, each of them None where it does not."""
    visible: dict[str, Any] = dict.fromkeys(_SETTINGS) | visible_settings(connection.auth_params)
    if str(visible["port"]).isdecimal():
        visible["port"] = int(visible["port"])
    checked = visible["validate_server_certificate"]
    return visible | {"validate_server_certificate": checked and checked == "true"}


def _table(task: Task, contents: Contents, *, show_values: bool) -> dict[str, Any]:
    return {
        "path": contents.table.path,
        "name": contents.table.name,
        "type": contents.table.type,
        "columns": [asdict(column) for column in contents.columns],
        "rows": [row if show_values else _masked(row) for row in contents.rows],
        **failure_of(task, contents.error),
    }


def _masked(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if value is None else MASK for name, value in row.items()}


def failure_of(task: Task, error: AepError | None) -> dict[str, Any]:
    """Return what the part of a result about one of several things says of its failure."""
    return {"failed": True, **task.failure(error)} if error else {"failed": False, "msg": "", "failure": None}


def _failures(errors: Sequence[AepError | None], what: str) -> dict[str, Any]:
    """Return what a task says that could not look at everything: what it saw is returned all the same."""
    failed = [str(error) for error in errors if error]
    return {"msg": f"{len(failed)} of {len(errors)} {what} could not be looked at. " + " ".join(failed)} if failed else {}


def _time(milliseconds: int | None) -> str | None:
    """Return a time of the service as ISO 8601 in UTC, or None for one that it does not give or that no calendar has."""
    if milliseconds is None:
        return None
    try:
        return (_EPOCH + timedelta(milliseconds=milliseconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return None
