# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What the service sees through a connection: tables, columns, and rows as a preview (api-facts.md 3.8). Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.api.values import part, required

_SENT = ("name", "type", "meta:xdmType", "xdm")  # what of a column a source connection holds


@dataclass(frozen=True)
class Table:
    """A table or a view. ``path`` is how the service wants it named; ``has_preview`` is whether it shows rows of it."""

    path: str
    name: str
    type: str | None = None
    has_preview: bool = True


@dataclass(frozen=True)
class Column:
    """A column, with its type as the service translates it; ``format`` is that of a text, as ``date-time``."""

    name: str
    type: str | None = None
    format: str | None = None


def list_tables(flow: FlowService, name: str, connection_id: str) -> list[Table]:
    """Return what can be read through a connection, by path.

    Raises:
        ServiceError: the service refused, or could not reach the database.
        NoAnswerError: no usable answer came.
    """
    found: dict[str, Table] = {}
    action = flow.doing("explore", name)
    for item in required(list, action, "no list of tables", flow.explore(name, connection_id, objectType="root")):
        path = required(str, action, "a table without a path", item, "path")
        shown = part(str, item, "name")
        found[path] = Table(
            path, path if shown is None else shown, part(str, item, "type"), part(bool, item, "canPreview") is not False
        )
    return [found[path] for path in sorted(found)]


def read_table(
    flow: FlowService, name: str, connection_id: str, path: str, *, preview: bool
) -> tuple[list[Column], list[dict[str, Any]]]:
    """Return a table's columns, and some of its rows if a preview is wanted; how many is up to the service.

    Raises:
        ServiceError: the service refused, or could not read the table.
        NoAnswerError: no usable answer came.
    """
    query = {"objectType": "table", "object": path, **({"preview": "true"} if preview else {})}
    document = flow.explore(name, connection_id, **query)
    action, lack = flow.doing("explore", name), f"no columns of {path}"
    columns = required(list, action, lack, document, "schema", "columns")
    rows = required(list, action, lack, {"data": [], **document}, "data")
    return [_column(action, one) for one in columns], [row for row in rows if isinstance(row, dict)]


def read_columns(flow: FlowService, name: str, connection_id: str, path: str) -> list[dict[str, Any]]:
    """Return a table's columns as a source connection names them, each with its name and type.

    Raises:
        ServiceError: the service refused, or could not read the table.
        NoAnswerError: no usable answer came.
    """
    document = flow.explore(name, connection_id, objectType="table", object=path)
    action = flow.doing("explore", name)
    columns = required(list, action, f"no columns of {path}", document, "schema", "columns")
    for one in columns:
        required(str, action, "a column without a name", one, "name")
    return [{key: one[key] for key in _SENT if key in one} for one in columns]


def _column(action: str, item: Any) -> Column:
    shown = required(str, action, "a column without a name", item, "name")
    return Column(shown, part(str, item, "type"), part(str, item, "xdm", "format"))
