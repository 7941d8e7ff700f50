# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What became of one dataflow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Desired, Facts, Seen
from ansible_collections.aep.sources.plugins.module_utils.dataflow.plan import Action, Plan
from ansible_collections.aep.sources.plugins.module_utils.flow import Flow

_NO_PLAN = Plan("none")
_NOTHING_SEEN = Seen()
_NO_FACTS = Facts()


@dataclass(frozen=True)
class Outcome:
    """What became of one dataflow. An error takes nothing away from what was known when it happened.

    ``plan`` is what was done, or would be in check mode, once it is ``applied``. ``flow`` is the dataflow as it was last seen,
    in ``seen``, None if there is none. ``facts`` are what was asked for it. ``created`` is the id of the one that this run
    created.
    """

    desired: Desired
    plan: Plan = _NO_PLAN
    flow: Flow | None = None
    seen: Seen = _NOTHING_SEEN
    facts: Facts = _NO_FACTS
    applied: bool = False
    created: str | None = None
    error: AepError | None = None

    @property
    def name(self) -> str:
        """What reports and messages call it."""
        return (self.flow.name if self.flow else None) or self.desired.label

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
    def diff(self) -> dict[str, dict[str, Any]]:
        """The dataflow before and after; nothing of either if nothing was done because of an error."""
        return {"before": self.plan.before, "after": self.plan.after} if self.applied else {"before": {}, "after": {}}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was seen and left alone, each as half a sentence."""
        return (*self.plan.left_alone, *self.plan.notes)

    def noting(self, *remarks: str) -> Outcome:
        """Return it with more things that were seen, each as half a sentence."""
        return replace(self, plan=replace(self.plan, notes=(*self.plan.notes, *remarks)))
