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
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.mark import read_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import Action, Plan
from ansible_collections.aep.sources.plugins.module_utils.postgres.warnings import TEST_HINT

_NO_PLAN = Plan("none")
TEST_FAILED = "the service's test of its credentials failed"


@dataclass(frozen=True)
class Run:
    """How a run is made: ``check`` only says what would be done.

    ``wait_timeout`` is for how many seconds a connection may take to be ready, or to be gone; 0 does not wait.
    ``proof_timeout`` is for how many seconds that is waited for which must come first in any case: a throw-away connection that
    proves new credentials, or that a dataflow is disabled before another one takes its place.
    ``retries`` is how often a create is repeated at most that the service refused by rate.
    ``concurrency`` is how many connections are worked on at once.
    ``purge`` deletes those connections that carry this owner's mark and are not wanted any more.
    ``finished`` is told of each connection that took more than a look at the list, as soon as nothing more is to be done to it.
    """

    check: bool = False
    wait_timeout: float = 180.0
    proof_timeout: float = 180.0
    retries: int = 4
    concurrency: int = 1
    purge: bool = False
    finished: Callable[[Any], None] = lambda _outcome: None
    sleep: Callable[[float], None] = field(default_factory=lambda: time.sleep)
    now: Callable[[], float] = time.time


@dataclass(frozen=True)
class Outcome:
    """What became of one connection. An error takes nothing away from what was known when it happened.

    ``plan`` is the last one that was made, and ``applied`` whether it was carried out, or would be in check mode.
    ``connection`` is the connection as it was last seen, None if there is none. ``created_here`` is whether this run created
    it for certain: it neither adopted it, nor found it after an answer was lost.
    ``test`` is what the service's test says of the credentials that are stored now, None if it was not asked.
    """

    desired: Desired
    plan: Plan = _NO_PLAN
    connection: Connection | None = None
    applied: bool = False
    created_here: bool = False
    test: bool | None = None
    error: AepError | None = None

    @property
    def name(self) -> str:
        """What reports and messages call the connection."""
        return (self.connection.name if self.connection else None) or self.desired.label

    @property
    def id(self) -> str | None:
        """The connection's id."""
        return self.connection.id if self.connection else None

    @property
    def etag(self) -> str | None:
        """The connection's etag."""
        return self.connection.etag if self.connection else None

    @property
    def action(self) -> Action:
        """What was done, or would be in check mode."""
        return self.plan.action if self.applied else "none"

    @property
    def changed(self) -> bool:
        """Whether something was done, or would be in check mode."""
        return self.action != "none"

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it was done."""
        return self.plan.reasons if self.changed else ()

    @property
    def sent_credentials(self) -> bool:
        """Whether credentials were sent, or would be in check mode."""
        return self.applied and self.plan.sends_credentials

    @property
    def test_before(self) -> bool | None:
        """What the service's test said of the credentials that were replaced, None if it was not asked."""
        return self.plan.works if self.sent_credentials else None

    @property
    def diff(self) -> dict[str, dict[str, Any]]:
        """The connection before and after; nothing of either if nothing was done because of an error."""
        return {"before": self.plan.before, "after": self.plan.after} if self.applied else {"before": {}, "after": {}}

    @property
    def description(self) -> str | None:
        """The description without its mark."""
        if self.connection:
            return read_mark(self.connection.description)[0]
        return self.diff["after"].get("description")

    @property
    def state(self) -> str | None:
        """The service's word for the connection's state, ``absent`` once this run removed it."""
        removed = self.action == "delete" or (self.created_here and self.connection is None)
        return "absent" if removed else self.connection.state if self.connection else None

    def noting(self, *remarks: str) -> Outcome:
        """Return it with more things that were seen and left alone, each as half a sentence."""
        return replace(self, plan=replace(self.plan, notes=(*self.plan.notes, *remarks)))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was seen and left alone, each as half a sentence."""
        tolerated = self.test is False and self.error is None and self.desired.on_test_failure == "warn"
        return (
            *self.plan.left_alone,
            *self.plan.notes,
            *([f"{TEST_FAILED}. {TEST_HINT.rstrip('.')}"] if tolerated else []),
        )
