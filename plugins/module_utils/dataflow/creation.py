# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What a new dataflow is made of, and the bodies of the requests that make it, in their documented form."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import (
    FIRST_START,
    TARGET_SPEC_ID,
    TARGET_SPEC_VERSION,
    Desired,
    Facts,
    similar,
)
from ansible_collections.aep.sources.plugins.module_utils.dataflow.parts import MAPPING, SOURCE, TARGET, flow_mark, marked
from ansible_collections.aep.sources.plugins.module_utils.dataflow.terms import lacking, moment
from ansible_collections.aep.sources.plugins.module_utils.flow import SCHEMA_VERSION, Dataset, Rule, Schedule, Source, Target
from ansible_collections.aep.sources.plugins.module_utils.mark import Mark, Place, with_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID, SPEC_VERSION, PlanError

DATE_FORMAT = "yyyy-MM-dd HH:mm:ss"  # the only one that databases have, by Adobe's page
Body = dict[str, Any]


@dataclass(frozen=True)
class Ingredients:
    """What a new dataflow is made of. ``columns`` are as the service describes them."""

    place: Place
    name: str
    mark: Mark
    description: str
    base_id: str
    table: str
    columns: tuple[Mapping[str, Any], ...]
    dataset: Dataset
    rules: frozenset[Rule]
    schedule: Schedule
    delta_column: str | None

    @property
    def column_names(self) -> frozenset[str]:
        """The names of its columns."""
        return frozenset(str(one["name"]) for one in self.columns)

    @property
    def mapping_name(self) -> str:
        """What its mapping set is called."""
        return marked(self.place, MAPPING, self.mark.fingerprint, self.name, self.mark.owner)

    def is_source(self, part: Source) -> bool:
        """Return whether a source connection is what is wanted, as far as all of it is shown."""
        return (part.base_id, part.table, part.columns) == (self.base_id, self.table, self.column_names)

    def is_target(self, part: Target) -> bool:
        """Return whether a target connection is what is wanted, as far as all of it is shown."""
        return (part.dataset_id, part.schema_id) == (self.dataset.id, self.dataset.schema_id)

    def source(self) -> Body:
        """Return the body that creates the source connection."""
        return {
            **self._named(SOURCE),
            "baseConnectionId": self.base_id,
            "data": {"format": "tabular"},
            "params": {"tableName": self.table, "columns": [dict(one) for one in self.columns]},
            "connectionSpec": {"id": SPEC_ID, "version": SPEC_VERSION},
        }

    def target(self) -> Body:
        """Return the body that creates the target connection."""
        return {
            **self._named(TARGET),
            "data": {"schema": {"id": self.dataset.schema_id, "version": SCHEMA_VERSION}},
            "params": {"dataSetId": self.dataset.id},
            "connectionSpec": {"id": TARGET_SPEC_ID, "version": TARGET_SPEC_VERSION},
        }

    def flow(self, spec: tuple[str, str], source_id: str, target_id: str, mapping: tuple[str, int], now: float) -> Body:
        """Return the body that creates the dataflow. Its numbers are those of the flow spec's schema."""
        one, delta = self.schedule, self.delta_column
        copy = {"name": "Copy", "params": {"deltaColumn": {"name": delta, "dateFormat": DATE_FORMAT, "timezone": "UTC"}}}
        times = {"startTime": one.start or int(now) + FIRST_START, "frequency": one.frequency, "interval": one.interval}
        times |= {} if one.backfill is None else {"backfill": one.backfill}
        return {
            "name": self.name,
            "description": with_mark(self.description, self.mark),
            "flowSpec": {"id": spec[0], "version": spec[1]},
            "sourceConnectionIds": [source_id],
            "targetConnectionIds": [target_id],
            "transformations": [*([copy] if delta else []), mapping_step(*mapping)],
            "scheduleParams": {key: value for key, value in times.items() if value is not None},
        }

    def _named(self, kind: str) -> Body:
        text = f"Part of dataflow '{self.name}'"
        description = marked(self.place, kind, self.mark.fingerprint, text, self.mark.owner)
        return {"name": self.name, "description": description}


def mapping_step(identifier: str, version: int) -> Body:
    """Return the transformation by which a dataflow names its mapping set."""
    return {"name": "Mapping", "params": {"mappingId": identifier, "mappingVersion": str(version)}}


def ingredients(desired: Desired, facts: Facts, place: Place, identity: str, now: float) -> Ingredients:
    """Return what a new dataflow is made of.

    Raises:
        PlanError: the table, the dataset's schema or the calendar lacks something of what is wanted.
    """
    base_id, dataset, table, rules = facts.base_id, facts.dataset, desired.table, desired.mapping
    if base_id is None or dataset is None or table is None or rules is None or desired.name is None:
        raise PlanError(
            f"What dataflow '{desired.label}' is made of cannot be seen: give connection, table, dataset and mapping."
        )
    if dataset.schema_id is None:
        raise PlanError(f"Dataset '{dataset.name or dataset.id}' shows no schema: give another dataset.")
    check_start(desired.schedule.start, now)
    there = {str(one["name"]): one for one in facts.columns or ()}
    delta = [desired.delta_column] if desired.delta_column else []
    check_columns("columns", table, desired.columns or (), there)
    check_columns("delta_column", table, delta, there)
    check_rules(rules, table, there, facts.schema)
    columns = tuple(one for name, one in there.items() if desired.columns is None or name in desired.columns)
    mark = flow_mark(place, desired.name, identity, place.owner)
    return Ingredients(
        place, desired.name, mark, desired.description or "", base_id, table, columns, dataset, rules, desired.schedule,
        desired.delta_column,
    )  # fmt: skip


def check_start(start: int | None, now: float) -> None:
    """Raise a PlanError about a start that would be sent and has passed."""
    if start is not None and start <= now:
        raise PlanError(f"schedule.start {moment(start)} has passed: give a later time, or leave it out.")


def check_rules(
    rules: Collection[Rule], table: str | None, columns: Collection[str] | None, schema: Mapping[str, Any] | None
) -> None:
    """Raise a PlanError about what the table or the dataset's schema lacks for a mapping, as far as they can be seen."""
    if columns is not None:
        check_columns("mapping", table, {one.source for one in rules if not one.is_expression}, columns)
    if missing := list(lacking(schema, rules)):
        raise PlanError(f"mapping: the schema of the dataset has no {', '.join(missing)}: correct the target.")


def check_columns(option: str, table: str | None, wanted: Collection[str], there: Collection[str]) -> None:
    """Raise a PlanError about columns that an option names and that are not there."""
    if absent := [f"'{one}'{similar(one, there)}" for one in sorted(wanted) if one not in there]:
        raise PlanError(f"{option}: of table {table}, {', '.join(absent)} cannot be read: correct the name.")
