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

from ansible_collections.aep.sources.plugins.module_utils import mark
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Desired, Seen
from ansible_collections.aep.sources.plugins.module_utils.flow import Flow, Source, Target
from ansible_collections.aep.sources.plugins.module_utils.mark import DATAFLOW, Description, Mark, Place, read_mark, with_mark

LONGEST_CREATION = 15 * 60  # seconds; parts that are older and that nothing uses belong to a run that was interrupted
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


def halves(place: Place, seen: Seen, identity: str) -> tuple[list[Source], list[Target]]:
    """Return the source and target connections of an identity that no dataflow uses, the oldest first."""
    sources, targets = unused(place, seen)
    return (
        [one for one in sources if _identity_in(one.description) == identity],
        [one for one in targets if _identity_in(one.description) == identity],
    )


def unused(place: Place, seen: Seen) -> tuple[list[Source], list[Target]]:
    """Return our source and target connections that no dataflow uses, the oldest first."""
    used = {part for flow in seen.flows for part in (*flow.source_ids, *flow.target_ids)}
    sources = [one for one in seen.sources if one.id not in used and is_ours(place, SOURCE, one.description)]
    targets = [one for one in seen.targets if one.id not in used and is_ours(place, TARGET, one.description)]
    return sorted(sources, key=_age), sorted(targets, key=_age)


def strangers(place: Place, seen: Seen, flow: Flow) -> list[str]:
    """Return the ids of the connections that only this dataflow uses and that this collection did not make."""
    others = {part for one in seen.flows if one.id != flow.id for part in (*one.source_ids, *one.target_ids)}
    ours = {one.id for one in seen.targets if is_ours(place, TARGET, one.description)}
    ours |= {one.id for one in seen.sources if is_ours(place, SOURCE, one.description)}
    return [one for one in (*flow.source_ids, *flow.target_ids) if one not in ours | others]


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
    orphans: dict[str, Source] = {}
    for source in unused(place, seen)[0]:
        found = read_mark(source.description)[1]
        if found and found.owner == place.owner and (source.created_at or 0) / 1000 < now - LONGEST_CREATION:
            orphans.setdefault(found.fingerprint, source)
    for identity, source in orphans.items():
        if identity not in kept:
            yield Desired(source.name, None, "absent", identity=identity, reason="an interrupted run left parts of it behind")


def _identity_in(text: str | None) -> str | None:
    found = read_mark(text)[1]
    return found.fingerprint if found else None


def _age(part: Source | Target) -> tuple[int, str]:
    return part.created_at or 0, part.id
