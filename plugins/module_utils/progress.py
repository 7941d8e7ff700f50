# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What is said while a task is at work: one line for each connection that is finished."""

from __future__ import annotations

from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.outcome import Outcome

_WORDS = {"create": "created", "update": "updated", "delete": "deleted", "none": "unchanged"}


def converged(outcome: Outcome, sandbox: str, *, check: bool) -> str:
    """Return the line about a connection that was reconciled, or that failed."""
    word = _WORDS[outcome.action]
    if outcome.error:
        word = "failed"
    elif check and outcome.changed:
        word = f"would be {word}"
    return f"{sandbox}: {outcome.name}: {word}{_tested(outcome.test)}"


def looked_at(connection: Connection, sandbox: str, *, works: bool | None, failed: bool) -> str:
    """Return the line about a connection that something was asked of."""
    return f"{sandbox}: {connection.name or connection.id}: {'no answer' if failed else f'looked at{_tested(works)}'}"


def _tested(works: bool | None) -> str:
    return "" if works is None else ", works" if works else ", does not work"
