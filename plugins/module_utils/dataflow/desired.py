# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The desired state of a dataflow, and what is known of its sandbox when a plan is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Literal

from ansible_collections.aep.sources.plugins.module_utils.flow import (
    NO_SCHEDULE,
    Dataset,
    Flow,
    MappingSet,
    Rule,
    Schedule,
    Source,
    Target,
)

FLOW_SPEC_NAME = "CRMToAEP"  # which all databases have
FLOW_SPEC_ID = "14518937-270c-4525-bdec-c2ba7cce3860"
FLOW_SPEC_VERSION = "1.0"
TARGET_SPEC_ID = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"  # the data lake
TARGET_SPEC_VERSION = "1.0"
FIRST_START = 5 * 60  # seconds after its creation, unless something else is asked for

State = Literal["enabled", "disabled", "absent"]


@dataclass(frozen=True)
class Desired:
    """The desired state of one dataflow. None leaves a property as it is; an empty description clears it.

    ``replace`` lets a new dataflow take the place of one that cannot be changed. ``identity`` tells the parts of one that is
    not there any more, ``reason`` says why an absent one should be so.
    """

    name: str | None
    flow_id: str | None = None
    state: State = "enabled"
    description: str | None = None
    connection: str | None = None
    connection_id: str | None = None
    table: str | None = None
    columns: frozenset[str] | None = None
    dataset: str | None = None
    mapping: frozenset[Rule] | None = None
    schedule: Schedule = NO_SCHEDULE
    delta_column: str | None = None
    replace: bool = False
    identity: str | None = None
    reason: str = "it should be absent"

    @property
    def label(self) -> str:
        """How messages call it."""
        return self.name or self.flow_id or ""


@dataclass(frozen=True)
class Seen:
    """What lists showed of a sandbox; ``spec_ids`` are the flow specs whose dataflows were listed."""

    flows: tuple[Flow, ...] = ()
    sources: tuple[Source, ...] = ()
    targets: tuple[Target, ...] = ()
    spec_ids: tuple[str, ...] = (FLOW_SPEC_ID,)

    def without(self, flow: Flow) -> Seen:
        """Return it as it is when a dataflow is gone."""
        return replace(self, flows=tuple(one for one in self.flows if one.id != flow.id))

    def updated(self, flow: Flow) -> Seen:
        """Return it with a dataflow as it is now."""
        return replace(self, flows=(*self.without(flow).flows, flow))

    def source_of(self, flow: Flow) -> Source | None:
        """Return the source connection of a dataflow."""
        return next((one for one in self.sources if one.id in flow.source_ids), None)

    def target_of(self, flow: Flow) -> Target | None:
        """Return the target connection of a dataflow."""
        return next((one for one in self.targets if one.id in flow.target_ids), None)


@dataclass(frozen=True)
class Facts:
    """What was asked about one dataflow: what its options name, and what it uses now. None is what was not asked.

    ``columns`` are those of the table, as the service describes them, ``schema`` is that of the dataset, if it can be seen, and
    ``problem`` says why the columns could not be compared.
    """

    base_id: str | None = None
    dataset: Dataset | None = None
    mapping: MappingSet | None = None
    columns: Sequence[Mapping[str, Any]] | None = None
    schema: Mapping[str, Any] | None = None
    problem: str = ""


def similar(name: str, known: Iterable[str | None]) -> str:
    """Return what a message says about names that are like one that is not there."""
    there = {one: one.casefold() for one in known if one}
    near = get_close_matches(name.casefold(), there.values())
    found = [f"'{one}'" for one in sorted(there) if there[one] in near]
    return f" (there is {', '.join(found)})" if found else ""
