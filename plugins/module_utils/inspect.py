# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Looking without changing anything: connections, whether they work, what depends on them, and the tables behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.explore import Column, Table, list_tables, read_table
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import Dataflow, FlowService
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.concurrency import map_concurrently
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID

_TESTABLE = ("enabled", None)  # what is being prepared or deleted, or was disabled, has nothing to be tested


@dataclass(frozen=True)
class Inspected:
    """A connection and the answers; None stands for what was not asked, or not answered for the reason in ``error``."""

    connection: Connection
    works: bool | None = None
    dataflows: tuple[Dataflow, ...] | None = None
    error: AepError | None = None


@dataclass(frozen=True)
class Contents:
    """A table, its columns and some of its rows; ``error`` says why there are none."""

    table: Table
    columns: tuple[Column, ...] = ()
    rows: tuple[dict[str, Any], ...] = ()
    error: AepError | None = None


def connections(flow: FlowService) -> list[Connection]:
    """Return the PostgreSQL connections of a sandbox, by name.

    Raises:
        AepError: they could not be listed.
    """
    return sorted(flow.list_connections(SPEC_ID), key=lambda one: (one.name or "", one.id))


def inspect(
    flow: FlowService,
    found: Sequence[Connection],
    *,
    test: bool,
    dataflows: bool,
    concurrency: int,
    finished: Callable[[Inspected], None],
) -> list[Inspected]:
    """Return the answers about each connection, in their order. One that cannot be answered does not stop the others.

    Parameters:
        flow: the sandbox's connections.
        found: those to ask about.
        test, dataflows: what to ask; no request is made for a connection of which nothing is asked.
        concurrency: how many are asked about at once.
        finished: is told of each connection that something was asked of.
    """

    def answered(one: Connection) -> Inspected:
        result = Inspected(one)
        tested = test and one.state in _TESTABLE
        try:
            if tested:
                result = replace(result, works=flow.test(one.name or one.id, one.id))
            if dataflows:
                result = replace(result, dataflows=tuple(flow.dataflows(one.id)))
        except AepError as error:
            result = replace(result, error=error)
        if tested or dataflows:
            finished(result)
        return result

    return map_concurrently(answered, found, concurrency if test or dataflows else 1)


def tables(
    flow: FlowService,
    name: str,
    connection_id: str,
    *,
    patterns: Sequence[str],
    columns: bool,
    rows: int,
    concurrency: int,
) -> list[Contents]:
    """Return the tables that can be read through a connection. One that cannot be looked into does not stop the others.

    Parameters:
        flow: the sandbox's connections.
        name, connection_id: the connection.
        patterns: which tables, with the wildcards of a shell.
        columns: whether to look into each of them; no request for a table is made otherwise.
        rows: how many rows to return of each at most; 0 asks for none.
        concurrency: how many tables are looked into at once.

    Raises:
        AepError: the tables could not be listed.
    """
    chosen = [one for one in list_tables(flow, name, connection_id) if any(fnmatchcase(one.path, each) for each in patterns)]

    def contents(table: Table) -> Contents:
        try:
            found, shown = read_table(flow, name, connection_id, table.path, preview=rows > 0 and table.has_preview)
        except AepError as error:
            return Contents(table, error=error)
        return Contents(table, tuple(found), tuple(shown[:rows]))

    if not columns and not rows:
        return [Contents(table) for table in chosen]
    return map_concurrently(contents, chosen, concurrency)
