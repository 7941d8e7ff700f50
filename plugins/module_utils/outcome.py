# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""How a run is made, and what became of one connection in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Observed
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import read_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import Action, Plan


@dataclass(frozen=True)
class Run:
    """How a run is made: ``check`` only says what would be done.

    ``wait_timeout`` is for how many seconds a connection may take to be ready, or to be gone; 0 does not wait.
    ``ask_spellings`` lets the connection spec say how sslMode is spelled, where it does.
    ``retries`` is how often a create is repeated at most that the service refused by rate.
    ``concurrency`` is how many connections are worked on at once.
    ``purge`` deletes those connections that carry this collection's mark and are not wanted any more.
    ``finished`` is told of each connection that took more than a look at the list, as soon as nothing more is to be done to it.
    """

    check: bool = False
    wait_timeout: float = 180.0
    ask_spellings: bool = True
    retries: int = 4
    concurrency: int = 1
    purge: bool = False
    finished: Callable[[Outcome], None] = lambda _outcome: None
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Outcome:
    """What became of one connection.

    ``works`` is the answer of the service's test, None when it was not asked; ``worked_before`` is what it said before
    credentials were sent because of it. ``etag`` and ``state`` are the last that were seen.
    """

    name: str
    action: Action = "none"
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    id: str | None = None
    description: str | None = None
    etag: str | None = None
    state: str | None = None
    works: bool | None = None
    worked_before: bool | None = None
    sent_credentials: bool = False
    error: AepError | None = None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether something was done, or would be in check mode."""
        return self.action != "none"

    def reporting(self, done: Plan, now: Observed | None) -> Outcome:
        """Return the outcome of a plan that was executed, with the connection as far as it is known then."""
        before = done.target.works if done.target else None
        return replace(
            self,
            action=done.action,
            reasons=done.reasons,
            notes=done.notes,
            id=now.id if now else None,
            name=now.name or self.name if now else self.name,
            description=read_mark(now.description)[0] if now else done.after.get("description"),
            etag=now.etag if now else None,
            state="absent" if done.action == "delete" else now.state if now else None,
            works=None if done.sends_credentials else before,
            worked_before=before if done.sends_credentials else None,
            sent_credentials=done.sends_credentials,
            before=done.before,
            after=done.after,
        )
