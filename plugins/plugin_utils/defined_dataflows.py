# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The dataflows in definitions of connections: what can be managed of them, and how they compare with what there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.aep.sources.plugins.plugin_utils.overview_words import LEFT_ALONE, NOT_COMPARED

Definition = Mapping[str, Any]
_KEY = "dataflows"


def has_dataflows(definitions: object) -> bool:
    """Return whether a definition has dataflows, be it an empty list of them."""
    return any(isinstance(one, dict) and _KEY in one for one in definitions) if isinstance(definitions, list) else False


def without_dataflows(definitions: Sequence[Any]) -> list[Any]:
    """Return definitions as the module takes them that manages connections."""
    return [{key: one[key] for key in one if key != _KEY} if isinstance(one, dict) else one for one in definitions]


def misplaced(definitions: Sequence[Any], default_state: object) -> str:
    """Return one sentence about dataflows that a definition cannot have, or an empty text.

    Parameters:
        definitions: those of a sandbox.
        default_state: the state of a definition that has none.
    """
    for one in definitions:
        if not has_dataflows([one]):
            continue
        found, label = one[_KEY], f"'{one.get('name') or one.get('connection_id')}' has"
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            return f"{label} dataflows that are no list of dictionaries: give a list, or [] for none."
        if any({"connection", "connection_id"} & set(each) for each in found):
            return f"{label} a dataflow with a connection of its own: leave it out, or move the dataflow to that definition."
        if found and one.get("state", default_state) == "absent":
            return f"{label} dataflows, but should be absent: set the state of each of them to absent first, and then its own."
    return ""


def manageable(definitions: Sequence[Definition], result: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the dataflows that can be managed now, and those that are left as they are, with the reasons.

    Parameters:
        definitions: those of a sandbox.
        result: what became of their connections, in this order.
    """
    wanted: list[dict[str, Any]] = []
    left_out: list[dict[str, Any]] = []
    for definition, connection in zip(definitions, result.get("connections") or [], strict=False):  # then come purged ones
        found = definition.get(_KEY) or []
        if connection.get("id") and not connection.get("failed"):
            wanted += [{**one, "connection_id": connection["id"]} for one in found]
        else:
            left_out += [
                _left_out(one, definition, "failed" if connection.get("failed") else "does not exist yet") for one in found
            ]
    return {"wanted": wanted, "left_out": left_out}


def _left_out(one: Mapping[str, Any], definition: Definition, how: str) -> dict[str, Any]:
    name, connection = one.get("name") or one.get("flow_id"), definition.get("name") or definition.get("connection_id")
    msg = f"Dataflow '{name}' was left as it is, as its base connection '{connection}' {how}."
    return {"name": name, "connection": connection, "reason": f"its base connection {how}", "msg": msg}


def compared(
    result: Mapping[str, Any], left_out: Sequence[Mapping[str, Any]], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return how the dataflows of a sandbox compare with their definitions, or what was done about that.

    Parameters:
        result: that of the module which manages them.
        left_out: those that were left as they are.
        names: the names of connections by id.
    """
    rows = [
        _row(one, names.get(str(one.get("connection_id"))), _difference(one), [*one["reasons"], *(one.get("left_alone") or [])])
        for one in result.get(_KEY) or []
    ]
    rows += [_row({"name": one["name"]}, one["connection"], NOT_COMPARED, [one["reason"]]) for one in left_out]
    return sorted(rows, key=lambda row: (row["name"].casefold(), str(row["id"])))


def _difference(one: Mapping[str, Any]) -> str:
    if one["action"] != "none":
        return str(one["action"])
    return LEFT_ALONE if one.get("left_alone") else ""


def _row(one: Mapping[str, Any], connection: str | None, difference: str, reasons: list[str]) -> dict[str, Any]:
    return {
        "name": str(one.get("name") or ""),
        "id": one.get("id"),
        "connection": connection,
        "state": one.get("state"),
        "difference": difference,
        "drift": difference not in ("", NOT_COMPARED),
        "reasons": reasons,
        "problem": str(one.get("msg") or ""),
    }
