# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The work of the modules that only look, and of the inventory plugin, between their options and their result."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.dataflows import list_dataflows
from ansible_collections.aep.sources.plugins.module_utils.api.explore import Column, Table, list_tables, read_table
from ansible_collections.aep.sources.plugins.module_utils.api.flow_parts import FlowParts
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.api.sandboxes import Sandbox, list_sandboxes
from ansible_collections.aep.sources.plugins.module_utils.api.values import utc
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.concurrency import map_concurrently
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import TARGET_SPEC_ID
from ansible_collections.aep.sources.plugins.module_utils.mark import COMPLETE, read_mark
from ansible_collections.aep.sources.plugins.module_utils.masking import MASK
from ansible_collections.aep.sources.plugins.module_utils.module import Task
from ansible_collections.aep.sources.plugins.module_utils.monitoring import in_full, in_short, monitored
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    has_other_properties,
    visible_settings,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import InputError, quoted

_REGIONS_ON_AWS = ("VA6",)  # an inference (api-facts.md 7): nothing else tells the cloud of a sandbox
_SANDBOX_TYPES = ("production", "development")  # api-facts.md 7; the states are not all documented
_TESTABLE = ("enabled", None)  # what is being prepared or deleted, or was disabled, has nothing to be tested
_WILDCARD = re.compile(r"[*?\[]")
_SETTINGS = ("server", "port", "database", "username", "ssl_mode", "encryption_method", "validate_server_certificate")


def sandbox_info(task: Task) -> dict[str, Any]:
    """Return the sandboxes of the organization."""
    options = task.options
    states, types = options["states"], options["types"]
    for one in types:
        if one not in _SANDBOX_TYPES:
            raise InputError(f"types has {quoted(one)}: give {' or '.join(_SANDBOX_TYPES)}, or an empty list for all types.")
    found = list_sandboxes(task.platform(), all_of_them=options["all"])
    if states and found and not any(one.state in states for one in found):
        there = ", ".join(sorted({quoted(one.state) for one in found}))
        task.warn(
            f"No sandbox is in a state of states, {', '.join(map(quoted, states))}: the states of those found are {there}."
        )
    wanted = [one for one in found if (not states or one.state in states) and (not types or one.type in types)]
    return {"changed": False, "sandboxes": [_shown_sandbox(one) for one in sorted(wanted, key=lambda one: one.name)]}


def postgres_connection_info(task: Task) -> dict[str, Any]:
    """Return the base connections of a sandbox that were asked for."""
    flow, options = task.flow_service(), task.options
    names, ids = options["names"], options["connection_ids"]
    chosen = [one for one in _connections(flow) if (not names and not ids) or one.name in names or one.id in ids]
    dataflows, problem = _dataflows(task, flow, chosen) if options["dataflows"] else ({}, "")
    shown = map_concurrently(partial(_connection, task, flow, dataflows), chosen, options["concurrency"])
    untested = [one for one in chosen if options["test"] and one.state not in _TESTABLE]
    if untested:
        said = ", ".join(f"{quoted(one.name or one.id)} is {quoted(one.state)}" for one in untested)
        task.warn(f"Not tested, as only enabled base connections are: in sandbox '{flow.sandbox}', {said}.")
    problems = _problems(shown, f"base connections of sandbox '{flow.sandbox}'", problem)
    unlisted = {"dataflows_msg": problem} if problem else {}
    found = {"org_id": options["org_id"], "sandbox": flow.sandbox, "connections": shown}
    return {"changed": False, **found, **problems, **unlisted}


def postgres_dataflow_info(task: Task) -> dict[str, Any]:
    """Return the dataflows of a base connection, or of all of a sandbox."""
    flow, options = task.flow_service(), task.options
    names, ids, most = options["names"], options["flow_ids"], options["runs"]
    called = _named_ones(flow, options["connection"], options["connection_id"])
    chosen = {
        base: [one for one in several if (not names and not ids) or one.flow.name in names or one.flow.id in ids]
        for base, several in list_dataflows(flow, list(called)).items()
    }
    datasets = {one.id: one.dataset_id for one in FlowParts(flow).list_targets(TARGET_SPEC_ID)} if any(chosen.values()) else {}
    shown = [
        {
            **(full := in_full(one, most=most)),
            "connection": called[base],
            "connection_id": base,
            "dataset_id": datasets.get(full["target_connection_id"]),
        }
        for base, several in monitored(flow, chosen, hours=options["hours"], now=time.time(), most=most).items()
        for one in several
    ]
    return {
        "changed": False,
        "sandbox": flow.sandbox,
        "dataflows": sorted(shown, key=lambda one: (one["name"] or "", one["id"])),
    }


def postgres_table_info(task: Task) -> dict[str, Any]:
    """Return the tables that can be read through a base connection."""
    flow, options = task.flow_service(), task.options
    name, connection_id = _one_of(flow, options["name"], options["connection_id"])
    listed, wanted = list_tables(flow, name, connection_id), options["tables"]
    chosen = [one for one in listed if any(one.path == each or fnmatchcase(one.path, each) for each in wanted)]
    shown = map_concurrently(partial(_table, task, flow, name, connection_id), chosen, options["concurrency"])
    absent = set(wanted) - {one.path for one in listed}
    missing = ", ".join(quoted(one) for one in wanted if one in absent and not _WILDCARD.search(one))
    hint = "check tables, and the rights of its PostgreSQL role."
    said = f"No table {missing} can be read through base connection '{name}': {hint}" if missing else ""
    problems = _problems(shown, f"tables of base connection '{name}'", said)
    return {"changed": False, "sandbox": flow.sandbox, "connection_id": connection_id, "tables": shown, **problems}


def _connections(flow: FlowService) -> list[Connection]:
    return sorted(flow.list_connections(SPEC_ID), key=lambda one: (one.name or "", one.id))


def _problems(shown: Sequence[Mapping[str, Any]], what: str, more: str = "") -> dict[str, str]:
    """Return what a task says that could not look at everything: what it saw is returned all the same."""
    failed = [one["msg"] for one in shown if one["failed"]]
    said = [f"{len(failed)} of {len(shown)} {what} could not be looked at.", *failed] if failed else []
    return {"msg": " ".join(filter(None, [*said, more]))} if said or more else {}


def _shown_sandbox(sandbox: Sandbox) -> dict[str, Any]:
    cloud = None
    if sandbox.region:
        cloud = "aws" if sandbox.region.upper() in _REGIONS_ON_AWS else "azure"
    return {**asdict(sandbox), "cloud": cloud}


def _one_of(flow: FlowService, name: str | None, connection_id: str | None) -> tuple[str, str]:
    """Return what messages call the connection that is meant, and its id."""
    if connection_id:
        return connection_id, connection_id
    ids = [one.id for one in _connections(flow) if one.name == name]
    if len(ids) == 1:
        return str(name), ids[0]
    action = f"find base connection {quoted(name)} in sandbox '{flow.sandbox}'"
    if ids:
        several = f"{len(ids)} have this name ({', '.join(ids)})"
        raise AepError(action, several, "Give the connection_id of the one that is meant.")
    raise AepError(action, "there is none of this name", "Check name and sandbox.")


def _named_ones(flow: FlowService, name: str | None, connection_id: str | None) -> dict[str, str | None]:
    """Return the names by id of the connections that are meant, which are all of them if neither a name nor an id is given."""
    there = {one.id: one.name for one in _connections(flow)}
    if not name and not connection_id:
        return there
    found = {one: called for one, called in there.items() if (one == connection_id if connection_id else called == name)}
    if not found:
        action = f"find base connection {quoted(connection_id or name)} in sandbox '{flow.sandbox}'"
        raise AepError(action, "there is none", "Check connection or connection_id, and sandbox.")
    return found


def _dataflows(task: Task, flow: FlowService, chosen: Sequence[Connection]) -> tuple[dict[str, Any], str]:
    """Return the dataflows of each connection, or nothing and why not: what else is known is returned all the same."""
    try:
        found = list_dataflows(flow, [one.id for one in chosen])
        seen = monitored(flow, found, hours=task.options["dataflow_hours"], now=time.time())
    except AepError as error:
        return {}, task.failure(error)["msg"]
    return {base: list(map(in_short, several)) for base, several in seen.items()}, ""


def _connection(
    task: Task, flow: FlowService, dataflows: Mapping[str, list[dict[str, Any]]], connection: Connection
) -> dict[str, Any]:
    """Return a connection and the answers about it, None where nothing was asked, or nothing answered because of an error."""
    description, mark = read_mark(connection.description)
    test: bool | None = None
    error: AepError | None = None
    tested = task.options["test"] and connection.state in _TESTABLE
    try:
        if tested:
            test = flow.test(connection.name or connection.id, connection.id)
    except AepError as caught:
        error = caught
    if tested:
        became, works = ("no answer", None) if error else ("looked at", test)
        task.progress(flow.sandbox, connection.name or connection.id, became, works)
    return {
        "name": connection.name,
        "id": connection.id,
        "description": description,
        "state": connection.state,
        "etag": connection.etag,
        "managed": mark is not None,
        "owner": mark.owner if mark else None,
        "proven": mark.state == COMPLETE if mark else None,
        "created_at": utc(connection.created_at),
        "updated_at": utc(connection.updated_at),
        "auth_type": connection.auth_spec,
        **_settings(connection),
        "other_properties": has_other_properties(connection.auth_params),
        "test": test,
        "dataflows": dataflows.get(connection.id),
        **task.failure(error),
    }


def _settings(connection: Connection) -> Mapping[str, Any]:
    """Return the settings that the service shows, each of them None where it does not."""
    visible: dict[str, Any] = dict.fromkeys(_SETTINGS) | visible_settings(connection.auth_params)
    if str(visible["port"]).isdecimal():
        visible["port"] = int(visible["port"])
    checked = visible["validate_server_certificate"]
    return visible | {"validate_server_certificate": checked and checked == "true"}


def _table(task: Task, flow: FlowService, name: str, connection_id: str, table: Table) -> dict[str, Any]:
    """Return a table with its columns and some of its rows, for each of which there is a request only if they are wanted."""
    columns: list[Column] = []
    rows: list[dict[str, Any]] = []
    error: AepError | None = None
    most = task.options["rows"]
    if task.options["columns"] or most:
        try:
            columns, rows = read_table(flow, name, connection_id, table.path, preview=most > 0 and table.has_preview)
        except AepError as caught:
            error = caught
    return {
        "path": table.path,
        "name": table.name,
        "type": table.type,
        "columns": [asdict(one) for one in columns],
        "rows": [_with_plain_keys(row if task.options["show_values"] else _masked(row)) for row in rows[:most]],
        **task.failure(error),
    }


def _masked(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if value is None else MASK for name, value in row.items()}


def _with_plain_keys(value: Any) -> Any:
    """Return a value of the service without the keys by which Ansible marks a trusted template or a vaulted text in JSON.

    Ansible writes results as JSON into its cache of facts, and would take such an object for its own when it reads it.
    """
    if isinstance(value, dict):
        return {key.lstrip("_") if key.startswith("__ansible") else key: _with_plain_keys(one) for key, one in value.items()}
    return [_with_plain_keys(one) for one in value] if isinstance(value, list) else value
