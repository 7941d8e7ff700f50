# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What of a dataflow differs from what is wanted, and whether it can be changed: both sides in the words of the options."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Desired, Facts, Seen
from ansible_collections.aep.sources.plugins.module_utils.dataflow.terms import moment
from ansible_collections.aep.sources.plugins.module_utils.flow import ONCE, Flow, Schedule

View = dict[str, Any]
_TIMES = ("frequency", "interval", "start", "backfill")
_KEPT = ("connection", "table", "columns", "dataset", "delta_column", "backfill")
_KEPT_BY_ONCE = ("frequency", "interval", "start", "mapping")


class Difference(NamedTuple):
    """What differs, as it is and as it is wanted."""

    key: str
    stored: Any
    wanted: Any

    def __str__(self) -> str:
        """Return it as a reason."""
        if self.key in ("description", "mapping"):
            return f"{self.key} differs"
        return f"{self.key} differs: {_shown(self.key, self.stored)} → {_shown(self.key, self.wanted)}"


# When a difference cannot be changed, by what differs, the schedule as it is and as it is wanted, and the time; and why not.
_FIXED: tuple[tuple[Callable[[Difference, Schedule, float], bool], str], ...] = (
    (lambda one, _stored, _now: one.key in _KEPT, "a dataflow keeps it for good"),
    (
        lambda one, stored, _now: (
            one.key in _KEPT_BY_ONCE and ONCE in (stored.frequency, one.wanted if one.key == "frequency" else None)
        ),
        "a dataflow that runs once stays so",
    ),
    (lambda one, _stored, now: one.key == "start" and (one.stored or 0) <= now, "its start has passed"),
)


def wanted_view(desired: Desired, facts: Facts) -> View:
    """Return what is wanted: only what was given."""
    view = {
        "name": desired.name,
        "connection": facts.base_id,
        "table": desired.table,
        "columns": desired.columns,
        "dataset": facts.dataset.id if facts.dataset else None,
        "delta_column": desired.delta_column,
        "mapping": desired.mapping,
        **{key: getattr(desired.schedule, key) for key in _TIMES},
    }
    return {key: value for key, value in view.items() if value is not None}


def stored_view(flow: Flow, seen: Seen, facts: Facts) -> View:
    """Return what there is: of the two connections and the mapping, only what the service shows."""
    source, target = seen.source_of(flow), seen.target_of(flow)
    backfill, mapping = flow.schedule.backfill, facts.mapping
    is_used = mapping is not None and (mapping.version is None or flow.mapping_version in (None, mapping.version))
    shown = {
        "connection": (source.base_id if source else None) or flow.base_id,
        "table": source.table if source else None,
        "columns": source.columns if source else None,
        "dataset": target.dataset_id if target else None,
        "mapping": None if mapping is None else mapping.rules if is_used else frozenset(),  # else they are of another version
    }
    return {
        "name": flow.name,
        **{key: value for key, value in shown.items() if value is not None},
        "delta_column": flow.delta_column,
        **{key: getattr(flow.schedule, key) for key in _TIMES},
        "backfill": flow.schedule.frequency != ONCE if backfill is None else backfill,
    }


def differences(desired: Desired, flow: Flow, seen: Seen, facts: Facts) -> list[Difference]:
    """Return what of a dataflow differs, as far as it is shown."""
    stored, wanted = stored_view(flow, seen, facts), wanted_view(desired, facts)
    return [Difference(key, stored[key], value) for key, value in wanted.items() if stored.get(key, value) != value]


def fixed(found: Iterable[Difference], stored: Schedule, now: float) -> dict[Difference, str]:
    """Return the differences that cannot be changed, and why not."""
    reasons = [(one, next((why for is_so, why in _FIXED if is_so(one, stored, now)), None)) for one in found]
    return {one: why for one, why in reasons if why}


def as_shown(view: View) -> View:
    """Return a view as a diff shows it."""
    return {key: _shown(key, value) for key, value in view.items()}


def _shown(key: str, value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(str(one) for one in value)
    return moment(value) if key == "start" else value
