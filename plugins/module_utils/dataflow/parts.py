# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The parts of a dataflow, and whose they are.

A dataflow, its source and target connection, and its mapping set carry a mark with the same fingerprint, its identity. So what
an interrupted run left is found, and told from what others made. The source connection is made first and removed last: as long
as there is anything else that no dataflow uses, there is a source connection that none uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from ansible_collections.aep.sources.plugins.module_utils import mark
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Desired, Seen
from ansible_collections.aep.sources.plugins.module_utils.flow import Flow, Source, Target
from ansible_collections.aep.sources.plugins.module_utils.mark import DATAFLOW, Description, Mark, Place, read_mark, with_mark

LONGEST_CREATION = 15 * 60  # seconds; parts that are older and that nothing uses belong to a run that was interrupted
Part = TypeVar("Part", Source, Target)
FLOW, SOURCE, TARGET, MAPPING = "dataflow", "source connection", "target connection", "mapping set"


def identity_of(place: Place, name: str | None) -> str:
    """Return the identity of the dataflow that is created with this name."""
    return mark.fingerprint(place, "dataflow", name)


def flow_mark(place: Place, name: str | None, identity: str, owner: str | None) -> Mark:
    """Return the mark of a dataflow of this name."""
    return mark.signed(place, FLOW, name, owner=owner, state=DATAFLOW, print_=identity)


def marked(place: Place, kind: str, identity: str, text: str, owner: str | None) -> str:
    """Return a text with the mark of a part."""
    return with_mark(text, mark.signed(place, kind, None, owner=owner, state=DATAFLOW, print_=identity))


def read_flow(place: Place, flow: Flow, name: str | None = None) -> Description:
    """Return what a dataflow's description says, as if it were called by another name if one is given."""
    return mark.read(place, FLOW, flow.name if name is None else name, flow.description)


def is_ours(place: Place, kind: str, text: str | None) -> bool:
    """Return whether a part's mark is true, and not that of another owner."""
    held = mark.read(place, kind, None, text)
    return held.is_true and held.mark is not None and (place.owner is None or held.mark.owner in (None, place.owner))


def halves(place: Place, seen: Seen, identity: str, now: float | None = None) -> tuple[list[Source], list[Target]]:
    """Return the source and target connections of an identity that no dataflow uses, the oldest first.

    Parameters:
        place: the sandbox, the owner, and the key of its marks.
        seen: what there is in the sandbox.
        identity: what the marks have in common.
        now: the time in seconds since 1970, to leave out what a run that is at work may be about to use.
    """
    used = {part for flow in seen.flows for part in (*flow.source_ids, *flow.target_ids)}

    def chosen(kind: str, parts: Iterable[Part]) -> list[Part]:
        ours = [one for one in parts if one.id not in used and is_ours(place, kind, one.description)]
        found = [
            one for one in ours if identity_in(one.description) == identity and (now is None or is_old(one.created_at, now))
        ]
        return sorted(found, key=lambda one: (one.created_at or 0, one.id))

    return chosen(SOURCE, seen.sources), chosen(TARGET, seen.targets)


def is_old(created_at: int | None, now: float) -> bool:
    """Return whether something was created so long ago that the run that did it is over."""
    return (created_at or 0) / 1000 < now - LONGEST_CREATION


def of_flow(place: Place, seen: Seen, flow: Flow) -> tuple[list[str], list[str]]:
    """Return the ids of the source and of the target connections of a dataflow that are ours and that no other one uses."""
    used = {part for one in seen.without(flow).flows for part in (*one.source_ids, *one.target_ids)}
    sources = [one.id for one in seen.sources if one.id in flow.source_ids and is_ours(place, SOURCE, one.description)]
    targets = [one.id for one in seen.targets if one.id in flow.target_ids and is_ours(place, TARGET, one.description)]
    return [one for one in sources if one not in used], [one for one in targets if one not in used]


def without(place: Place, seen: Seen, flow: Flow) -> Seen:
    """Return what there is when a dataflow is removed with its parts."""
    sources, targets = of_flow(place, seen, flow)
    return replace(
        seen.without(flow),
        sources=tuple(one for one in seen.sources if one.id not in sources),
        targets=tuple(one for one in seen.targets if one.id not in targets),
    )


def strangers(place: Place, seen: Seen, flow: Flow) -> list[str]:
    """Return the ids of the connections that only this dataflow uses and that this collection did not make."""
    ours = [one for parts in of_flow(place, seen, flow) for one in parts]
    used = {part for one in seen.without(flow).flows for part in (*one.source_ids, *one.target_ids)}
    return [one for one in (*flow.source_ids, *flow.target_ids) if one not in used and one not in ours]


def mapping_names(place: Place, sources: Iterable[Source]) -> list[str]:
    """Return what the mapping sets are called that were made after these source connections."""
    found: dict[str, None] = {}
    for one in sources:
        if mark_ := read_mark(one.description)[1]:
            found[marked(place, MAPPING, mark_.fingerprint, one.name or "", mark_.owner)] = None
    return list(found)


def surplus(wanted: Sequence[Desired], seen: Seen, place: Place, now: float) -> Iterator[Desired]:
    """Yield, to be absent, what the owner has and does not want any more: dataflows, and parts that none uses.

    Parameters:
        wanted: what the owner wants.
        seen: what there is in the sandbox.
        place: the sandbox, the owner, and the key of its marks.
        now: the time in seconds since 1970.
    """
    names, ids = {one.name for one in wanted}, {one.flow_id for one in wanted}
    for flow in seen.flows:
        held = read_flow(place, flow)
        if held.is_true and held.mark and held.mark.owner == place.owner and flow.name not in names and flow.id not in ids:
            yield Desired(flow.name, flow.id, "absent", reason="it is not listed any more")
    kept = {identity_of(place, name) for name in names}
    orphans = {identity_in(one.description) or "": one for one in reversed(seen.sources)}
    for identity, source in orphans.items():
        found = read_mark(source.description)[1]
        is_owners = found is not None and found.owner == place.owner and identity not in kept
        if is_owners and source in halves(place, seen, identity, now)[0]:
            yield Desired(source.name, None, "absent", identity=identity, reason="an interrupted run left parts of it behind")


def identity_in(text: str | None) -> str | None:
    """Return the identity that a text's mark names, whether or not it can be believed."""
    found = read_mark(text)[1]
    return found.fingerprint if found else None
