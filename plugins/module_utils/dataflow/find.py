# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Which dataflow is meant, and which must not be touched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Desired, Seen
from ansible_collections.aep.sources.plugins.module_utils.dataflow.parts import read_flow
from ansible_collections.aep.sources.plugins.module_utils.flow import Flow
from ansible_collections.aep.sources.plugins.module_utils.mark import Place, read_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import PlanError

_ADOPT = "give its flow_id to adopt it, or choose another name."


def find(desired: Desired, seen: Seen, place: Place) -> list[Flow]:
    """Return the dataflows that are meant, the oldest first: the one with the id if one is given, else those with the mark.

    There are several after a run that was interrupted, or while several controllers are at work.

    Raises:
        PlanError: the id is unknown, or the name stands for a dataflow of somebody else.
    """
    if desired.identity:
        return []
    if desired.flow_id:
        return _by_id(desired, seen, place)
    named = [one for one in seen.flows if one.name == desired.name]
    ours = sorted((one for one in named if read_flow(place, one).is_true), key=lambda one: one.age)
    if named and not ours:
        raise PlanError(_refusal(named, place))
    for one in seen.flows:
        if not ours and read_flow(place, one, desired.name).is_true:
            raise PlanError(
                f"Dataflow '{one.name}' ({one.id}) was '{desired.name}' until somebody renamed it, and another one would "
                "ingest the same again: give its flow_id to rename it, or remove the mark at the end of its description."
            )
    for one in ours:
        _check_owner(one, place)
    return ours


def contested(wanted: Iterable[Desired], seen: Seen, place: Place) -> bool:
    """Return whether a wanted name stands for several enabled dataflows of ours, as while controllers create the same."""
    names = [one.name for one in seen.flows if one.state != "disabled" and read_flow(place, one).is_true]
    return any(names.count(desired.name) > 1 for desired in wanted if not desired.flow_id)


def _by_id(desired: Desired, seen: Seen, place: Place) -> list[Flow]:
    found = next((one for one in seen.flows if one.id == desired.flow_id), None)
    namesakes = [one for one in seen.flows if desired.name and one.name == desired.name and one.id != desired.flow_id]
    if desired.state == "absent":
        if namesakes or (found and desired.name not in (None, found.name)):
            raise PlanError(
                f"The dataflow with the flow_id '{desired.flow_id}' is not the one that is named '{desired.name}', "
                "so nothing was deleted: check both, or leave one of them out."
            )
        if found:
            _check_owner(found, place)
        return [found] if found else []
    if found is None:
        raise PlanError(
            f"No dataflow of a database has the flow_id '{desired.flow_id}' in this sandbox: "
            "check it, or leave it out to find the dataflow by its name."
        )
    if namesakes:
        raise PlanError(f"Another dataflow of this sandbox is named '{desired.name}' already: choose another name.")
    _check_owner(found, place)
    return [found]


def _check_owner(flow: Flow, place: Place) -> None:
    """Refuse what names another owner, whether or not that can be believed: it takes trust to delete, not to refuse."""
    found = read_mark(flow.description)[1]
    if place.owner and found and found.owner not in (None, place.owner):
        raise PlanError(
            f"Dataflow '{flow.name}' ({flow.id}) belongs to owner '{found.owner}', not to '{place.owner}', so nothing was "
            "changed: choose another name, or remove the mark at the end of its description to hand it over."
        )


def _refusal(named: Sequence[Flow], place: Place) -> str:
    ids = ", ".join(sorted(one.id for one in named))
    if any(read_flow(place, one).is_of_another_key for one in named):
        return (
            f"Dataflow '{named[0].name}' ({ids}) is marked with another key, so whose it is cannot be told, and nothing was "
            f"changed: use the fingerprint_key that made it, {_ADOPT}"
        )
    return f"Dataflow '{named[0].name}' ({ids}) was not made by this collection, so nothing was changed: {_ADOPT}"
