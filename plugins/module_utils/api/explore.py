# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What the service sees through a connection: tables, columns, and rows as a preview (api-facts.md 3.8). Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.api.values import mapping, text
from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError


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
    document = flow.explore(name, connection_id, objectType="root")
    if not isinstance(document, list):
        raise _unusable(name, "holds no list of tables")
    found: dict[str, Table] = {}
    for item in document:
        if not isinstance(item, dict) or not isinstance(item.get("path"), str):
            raise _unusable(name, "holds a table without a path")
        path = item["path"]
        name_shown = text(item.get("name"))
        found[path] = Table(
            path, path if name_shown is None else name_shown, text(item.get("type")), item.get("canPreview") is not False
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
    columns = mapping(mapping(document).get("schema")).get("columns")
    rows = document.get("data", []) if isinstance(document, dict) else None
    if not isinstance(columns, list) or not isinstance(rows, list):
        raise _unusable(name, f"holds no columns of {path}")
    return [_column(name, one) for one in columns], [row for row in rows if isinstance(row, dict)]


def _column(name: str, item: Any) -> Column:
    values = mapping(item)
    if not isinstance(values.get("name"), str):
        raise _unusable(name, "holds a column without a name")
    return Column(values["name"], text(values.get("type")), text(mapping(values.get("xdm")).get("format")))


def _unusable(name: str, what: str) -> NoAnswerError:
    return NoAnswerError(f"explore base connection '{name}'", f"the answer {what}", "Check base_url.", may_have_arrived=True)
