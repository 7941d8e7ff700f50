# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The case of one dataflow: what is wanted, what is there, and what follows from both alone."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Desired, Facts, Seen
from ansible_collections.aep.sources.plugins.module_utils.dataflow.difference import (
    Difference,
    View,
    as_shown,
    differences,
    fixed,
    stored_view,
)
from ansible_collections.aep.sources.plugins.module_utils.dataflow.parts import halves, identity_of, read_flow
from ansible_collections.aep.sources.plugins.module_utils.flow import Flow
from ansible_collections.aep.sources.plugins.module_utils.mark import Place, read_mark


@dataclass(frozen=True)
class Case:
    """One dataflow, as it is wanted and as it is.

    Parameters:
        desired: the desired state.
        target: the dataflow that is meant, if there is one.
        others: further ones that carry the same mark.
        seen: what lists showed of the sandbox.
        facts: what was asked about this dataflow.
        place: the sandbox, the owner, and the key of its marks.
        now: the time in seconds since 1970.
    """

    desired: Desired
    target: Flow | None
    others: tuple[Flow, ...]
    seen: Seen
    facts: Facts
    place: Place
    now: float

    @property
    def identity(self) -> str:
        """What its marks have in common."""
        held = read_flow(self.place, self.target) if self.target else None
        if held and held.mark and held.is_true:
            return held.mark.fingerprint
        return self.desired.identity or identity_of(
            self.place, self.desired.name or (self.target.name if self.target else None)
        )

    @property
    def has_halves(self) -> bool:
        """Whether there are parts of it that no dataflow uses, and no run is about to use, unless none is wanted."""
        now = None if self.desired.state == "absent" else self.now
        return any(halves(self.place, self.seen, self.identity, now))

    def differences(self, flow: Flow) -> list[Difference]:
        """Return what differs of a dataflow."""
        return differences(self.desired, flow, self.seen, self.facts)

    def fixed(self, flow: Flow) -> dict[Difference, str]:
        """Return what differs of a dataflow and cannot be changed, and why not."""
        return fixed(self.differences(flow), flow.schedule, self.now)

    def schema_id(self, flow: Flow) -> str:
        """Return the schema of what a dataflow writes, or an empty text where it is not shown."""
        places = (self.facts.mapping, self.seen.target_of(flow), self.facts.dataset)
        return next((one.schema_id for one in places if one and one.schema_id), "")

    @property
    def changes_mapping(self) -> bool:
        """Whether the dataflow that there is gets another mapping."""
        return self.target is not None and any(one.key == "mapping" for one in self.differences(self.target))

    @property
    def before(self) -> View:
        """The dataflow as a diff shows it."""
        return shown(self.target, stored_view(self.target, self.seen, self.facts)) if self.target else {}


def shown(flow: Flow | None, view: View, state: str | None = None) -> View:
    """Return a dataflow as a diff shows it."""
    text, found = read_mark(flow.description if flow else None)
    shown = {"description": text, "mark": str(found) if found else None, "state": flow.state if flow else state}
    return {**as_shown(view), **shown}
