# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Which dataflows are failing, and what to say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_SOURCE_ERROR = "CONNECTOR-1001-"  # copying from the source failed (api-facts.md 9)
_LEFT_OUT = "Its dataflows were not listed, though they count: set postgres_connections_dataflows to true."
_LONGEST = 200  # characters of an error in a summary


def failing(dataflows: Sequence[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    """Return the dataflows that are enabled and whose last run failed. One that succeeded in part does not fail."""
    return [one for one in dataflows or [] if one["state"] == "enabled" and (one["last_run"] or {}).get("result") == "failed"]


def told(dataflow: Mapping[str, Any]) -> str:
    """Return what is said of a failing dataflow."""
    run = dataflow["last_run"]
    error = run["error"] if len(run["error"]) <= _LONGEST else f"{run['error'][:_LONGEST]}..."
    when = f" at {run['started_at']}" if run["started_at"] else ""
    return f"dataflow '{dataflow['name'] or dataflow['id']}' failed{when}" + (f": {error}" if error else "")


def unlisted(connections: Sequence[Mapping[str, Any]], reason: str) -> str:
    """Return why nothing is known of the dataflows of some connections, or an empty text if all are known.

    Parameters:
        connections: those of a sandbox.
        reason: what the service said, if they were to be listed.
    """
    return (reason or _LEFT_OUT) if any(one.get("dataflows") is None for one in connections) else ""


def contradiction(test: bool | None, dataflows: Sequence[Mapping[str, Any]]) -> str:
    """Return what is said of a connection that works while its dataflows cannot read through it, or an empty text.

    Parameters:
        test: whether the connection works.
        dataflows: those that are failing.
    """
    codes = [code for one in dataflows for code in one["last_run"]["error_codes"]]
    if not test or not any(code.startswith(_SOURCE_ERROR) for code in codes):
        return ""
    return (
        "The connection works, but copying from the source failed: check the table, the role's rights to it, and its columns."
    )
