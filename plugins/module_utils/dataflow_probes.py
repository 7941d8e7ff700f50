# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What is asked about dataflows: one probe for each assumption that can be tried without waiting for a run."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping

from ansible_collections.aep.sources.plugins.module_utils.api.flow_parts import FLOWS, SOURCES, TARGETS
from ansible_collections.aep.sources.plugins.module_utils.dataflow.creation import mapping_step
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import FLOW_SPEC_ID, FLOW_SPEC_NAME
from ansible_collections.aep.sources.plugins.module_utils.dataflow_trial import MAPPINGS, DataflowTrial
from ansible_collections.aep.sources.plugins.module_utils.probe import Probe

_NO_FIELD = "_aep_sources_verification"  # which no schema has
_TELL = "tell the maintainers: dataflows cannot be managed there"
_ALL, _IT_IS, _IT_IS_NOT = "all of it", "it is", "it is not"
_DIFFERENT = {_IT_IS_NOT: _TELL}
_DAY = 24 * 60 * 60  # seconds
_REPLACE = "replace: true, where this is to be changed"


def _spec(tried: DataflowTrial) -> str:
    found = tried.parts.spec(FLOW_SPEC_NAME)
    if found is None:
        return "none of this name is shown"
    return "as published" if found[0] == FLOW_SPEC_ID else f"another one, {found[0]}"


def _told_apart(found: object) -> str:
    return _IT_IS if found is None else _IT_IS_NOT


def _source_without_columns(tried: DataflowTrial) -> None:
    body = tried.source.source()
    tried.create(SOURCES, {**body, "params": {"tableName": body["params"]["tableName"]}})


def _source_listed(tried: DataflowTrial) -> str:
    tried.create(SOURCES, tried.source.source())
    return str(tried.listed(SOURCES)[1])


def _lacking(shown: Mapping[str, tuple[object, object]]) -> str:
    """Return which of several things are not shown as they were sent."""
    wrong = [name for name, (found, sent) in shown.items() if found != sent]
    return f"not {', '.join(wrong)}" if wrong else _ALL


def _shown_source(tried: DataflowTrial) -> str:
    found, sent = tried.listed(SOURCES)[0], tried.source
    return _lacking(
        {
            "description": (found.description, sent.source()["description"]),
            "base connection": (found.base_id, sent.base_id),
            "table": (found.table, sent.table),
            "columns": (found.columns, sent.column_names),
        }
    )


def _schema(tried: DataflowTrial) -> str:
    return "it cannot" if tried.new.dataset and tried.schema is None else "it can"


def _validation(tried: DataflowTrial) -> str:
    rules = [type(one)(_NO_FIELD, one.source, one.is_expression) for one in sorted(tried.new.rules)[:1]]
    return "it does" if tried.mappings.problems(tried.name, str(tried.dataset.schema_id), rules) else "it does not"


def _shown_target(tried: DataflowTrial) -> str:
    found, sent = tried.listed(TARGETS)[0], tried.new
    return _lacking(
        {
            "description": (found.description, sent.target()["description"]),
            "dataset": (found.dataset_id, sent.dataset.id),
            "schema": (found.schema_id, sent.dataset.schema_id),
        }
    )


def _mapping_by_name(tried: DataflowTrial) -> str:
    tried.create_mapping()
    newest = tried.part(MAPPINGS)
    return _IT_IS if any(one.id == newest for one in tried.mappings.named(tried.name, tried.new.mapping_name)) else _IT_IS_NOT


def _shown_rule(tried: DataflowTrial) -> str:
    found = tried.mapping()
    kinds = sorted({str(one.get("sourceType")) for one in found.shown["mappings"] if isinstance(one, dict)})
    return f"as {', '.join(kinds)}" if found.rules == tried.new.rules else "not as it was sent"


def _new_dataflow(tried: DataflowTrial) -> str:
    flow, soon = tried.ready()
    return "never, it failed" if flow.has_failed else soon


def _shown_dataflow(tried: DataflowTrial) -> str:
    found, sent = tried.listed(FLOWS)[0], tried.new
    body = sent.flow(("", ""), "", "", ("", 0), 0)
    schedule = found.schedule
    return _lacking(
        {
            "description": (found.description, body["description"]),
            "source connection": (found.source_ids, (tried.part(SOURCES),)),
            "target connection": (found.target_ids, (tried.part(TARGETS),)),
            "base connection": (found.base_id, sent.base_id),
            "schedule": ((schedule.frequency, schedule.interval, schedule.start), ("hour", 1, sent.schedule.start)),
            "delta column": (found.delta_column, sent.delta_column),
            "mapping set": ((found.mapping_id, found.mapping_version), (tried.part(MAPPINGS), 0)),
        }
    )


def _backfill(tried: DataflowTrial) -> str:
    shown = tried.ready()[0].schedule.backfill
    return _IT_IS_NOT if shown is None else f"it is, as {str(shown).lower()}"


def _change_start(tried: DataflowTrial) -> str | None:
    return tried.patch("/scheduleParams/startTime", (tried.new.schedule.start or 0) + _DAY)


def _next_version(tried: DataflowTrial) -> str:
    held = tried.mapping()
    tried.ready()
    version = tried.mappings.update(tried.name, held, str(tried.dataset.schema_id), tried.new.rules)
    return "the answer names none" if version is None else f"version {version} after {held.version}"


def _kept_version(tried: DataflowTrial) -> str:
    return "it does" if tried.ready()[0].mapping_version == 0 else "it takes the newest"


def _take_version(tried: DataflowTrial) -> str | None:
    flow, newest = tried.ready()[0], tried.mapping()
    said = tried.patch(f"/transformations/{flow.mapping_index}", mapping_step(newest.id, newest.version or 0))
    return said or (None if tried.ready()[0].mapping_version == newest.version else "accepted, but not shown")


def _deleted_with_it(tried: DataflowTrial) -> str:
    there = {kind: {one.id for one in tried.all_of(kind)} for kind in (SOURCES, TARGETS)}
    gone = [
        called
        for kind, called in ((SOURCES, "source connection"), (TARGETS, "target connection"))
        if tried.part(kind) not in there[kind]
    ]
    gone += [] if tried.mappings.get(tried.name, tried.part(MAPPINGS)) else ["mapping set"]
    return ", ".join(gone) or "nothing"


def _delete_mapping(tried: DataflowTrial) -> str:
    tried.mapping()  # or it is gone
    return "they can" if tried.mappings.delete(tried.name, tried.part(MAPPINGS)) else "they cannot"


# Those that need no dataset.
_WITHOUT_DATA: tuple[Probe[DataflowTrial], ...] = (
    Probe("Which flow spec do databases have?", "as published, else looked up", _spec),
    Probe("May dataflows be listed by flow spec?", "they may", lambda tried: tried.all_of(FLOWS), _TELL),
    Probe(
        "May datasets be listed?", "they may", lambda tried: tried.catalog.list_datasets(), "let the credential view datasets"
    ),
    Probe(
        "Is a dataset that is not there told apart?",
        "it is",
        lambda tried: _told_apart(tried.catalog.get(secrets.token_hex(12))),
        _TELL,
        _DIFFERENT,
    ),
    Probe(
        "Is a mapping set that is not there told apart?",
        "it is",
        lambda tried: _told_apart(tried.mappings.get(tried.name, uuid.uuid4().hex)),
        _TELL,
        _DIFFERENT,
    ),
    Probe(
        "Is a dataflow that is not there told apart?",
        "it is",
        lambda tried: _told_apart(tried.parts.get(tried.name, str(uuid.uuid4()))),
        _TELL,
        _DIFFERENT,
    ),
    Probe("May mapping sets be listed by name?", "they may", lambda tried: tried.mappings.named(tried.name, tried.name), _TELL),
    Probe("May a source connection leave out its columns?", "not relied on", _source_without_columns),
    Probe("Is a new source connection listed at once?", "maybe not", _source_listed, _TELL),
    Probe("What is listed of a source connection?", _ALL, _shown_source),
)

# Those that need a dataset that may be thrown away, and a table.
_WITH_DATA: tuple[Probe[DataflowTrial], ...] = (
    Probe("Can the schema of a dataset be seen?", "it can, or the service validates", _schema),
    Probe("Does validation tell of a field that is not there?", "it does", _validation),
    Probe("Is a mapping set checked at create?", "not relied on", lambda tried: tried.create_mapping(field=_NO_FIELD)),
    Probe("May version 1 of a schema be written to?", "it may", lambda tried: tried.create(TARGETS, tried.new.target()), _TELL),
    Probe("What is listed of a target connection?", _ALL, _shown_target),
    Probe("Is a mapping set found by its name?", "it is", _mapping_by_name, _TELL),
    Probe("How is the rule for a column shown?", "as ATTRIBUTE or text/x.schema-path", _shown_rule),
    Probe("May the numbers of a schedule be numbers?", "they may", DataflowTrial.create_dataflow, _TELL),
    Probe("When is a new dataflow ready?", "maybe later", _new_dataflow),
    Probe("What is listed of a dataflow?", _ALL, _shown_dataflow),
    Probe(
        "Is a backfill shown that was not sent?",
        "not relied on",
        _backfill,
        advice={"it is, as false": "schedule: {backfill: true}, where it is meant"},
    ),
    Probe("Can the interval be changed?", "it can", lambda tried: tried.patch("/scheduleParams/interval", 2), _REPLACE),
    Probe("Can the frequency be changed?", "it can", lambda tried: tried.patch("/scheduleParams/frequency", "day"), _REPLACE),
    Probe("Can a start in the future be changed?", "it can", _change_start, _REPLACE),
    Probe("Can the backfill be changed?", "it cannot", lambda tried: tried.patch("/scheduleParams/backfill", False, "add")),
    Probe("What does a change of a mapping set make?", "the next version", _next_version, _REPLACE),
    Probe("Does a dataflow keep its version of the mapping?", "it does", _kept_version),
    Probe("Can a dataflow take another version of it?", "it can", _take_version, _REPLACE),
    Probe("Can a dataflow be disabled?", "it can", lambda tried: tried.turn("disable"), "state: enabled"),
    Probe("May it be disabled twice?", "not relied on", lambda tried: tried.turn("disable")),
    Probe("Can it be enabled again?", "it can", lambda tried: tried.turn("enable")),
    Probe("When is a deleted dataflow gone?", "maybe later", DataflowTrial.deleted),
    Probe("What is deleted with a dataflow?", "maybe some of its parts", _deleted_with_it),
    Probe("Can mapping sets be deleted?", "they can, or they stay", _delete_mapping),
)

PROBES = _WITHOUT_DATA + _WITH_DATA
