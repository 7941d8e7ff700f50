# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Dataflows and their source and target connections as typed calls (api-facts.md 8, 9). Decides nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import BEING_DELETED, FlowService, is_gone, is_in_use
from ansible_collections.aep.sources.plugins.module_utils.api.values import part, required, whole_number
from ansible_collections.aep.sources.plugins.module_utils.client.errors import ServiceError
from ansible_collections.aep.sources.plugins.module_utils.flow import LEAVING, Flow, Run, Schedule, Source, Target

FLOWS, SOURCES, TARGETS = "flows", "sourceConnections", "targetConnections"
_CALLED = {FLOWS: "dataflow", SOURCES: "the source connection of dataflow", TARGETS: "the target connection of dataflow"}
_LISTED = {FLOWS: "dataflows", SOURCES: "source connections", TARGETS: "target connections"}
COPY, MAPPING = "Copy", "Mapping"  # the transformations of a dataflow


class FlowParts:
    """The dataflows of one sandbox, and the two connections that each has."""

    def __init__(self, flow: FlowService) -> None:
        self._flow = flow
        self.sandbox = flow.sandbox

    def list_flows(self, spec_ids: Iterable[str]) -> list[Flow]:
        """Return the dataflows of some flow specs."""
        return self._list(FLOWS, as_flow, f"flowSpec.id=={','.join(spec_ids)}")

    def list_sources(self, spec_id: str) -> list[Source]:
        """Return the source connections of a connection spec."""
        return self._list(SOURCES, as_source, f"connectionSpec.id=={spec_id}")

    def list_targets(self, spec_id: str) -> list[Target]:
        """Return the target connections of a connection spec."""
        return self._list(TARGETS, _target, f"connectionSpec.id=={spec_id}")

    def get(self, name: str, flow_id: str) -> Flow | None:
        """Return one dataflow, or None when it is not there. The answer is a list of one, or the dataflow itself."""
        action = self.doing("look at", FLOWS, name)
        try:
            document = self._flow.call("GET", _path(FLOWS, flow_id), action)
        except ServiceError as error:
            if is_gone(error):
                return None
            raise
        items = part(list, document, "items")
        found = [document] if items is None else items
        return as_flow(action, found[0]) if found else None

    def spec(self, name: str) -> tuple[str, str] | None:
        """Return the id and the version of a flow spec, or None where there is none of this name, or none to be seen."""
        action = f"look for the flow spec {name} in sandbox '{self.sandbox}'"
        with contextlib.suppress(ServiceError):
            document = self._flow.call("GET", "/flowSpecs", action, query={"property": f'name=="{name}"'})
            for item in part(list, document, "items") or [document]:
                identifier = part(str, item, "id")
                if identifier and part(str, item, "name") == name:
                    return identifier, part(str, item, "version") or "1.0"
        return None

    def create(self, kind: str, name: str, body: Mapping[str, Any]) -> str:
        """Create a dataflow, or one of its connections, and return its id."""
        action = self.doing("create", kind, name)
        return required(str, action, "no id", self._flow.call("POST", f"/{kind}", action, body=body), "id")

    def patch(self, name: str, flow_id: str, etag: str, operations: Sequence[Mapping[str, Any]]) -> str:
        """Change a dataflow, if it is still at this etag, and return its new etag."""
        action = self.doing("update", FLOWS, name)
        headers = {"If-Match": etag}
        document = self._flow.call("PATCH", _path(FLOWS, flow_id), action, body=list(operations), headers=headers)
        return required(str, action, "no etag", document, "etag")

    def act(self, name: str, flow_id: str, operation: str) -> None:
        """Enable or disable a dataflow."""
        action = self.doing(operation, FLOWS, name)
        self._flow.call("POST", f"{_path(FLOWS, flow_id)}/action", action, query={"op": operation})

    def delete(self, kind: str, name: str, identifier: str) -> None:
        """Delete a dataflow, or one of its connections. One that is gone, or that another dataflow uses, is no error."""
        try:
            self._flow.call("DELETE", _path(kind, identifier), self.doing("delete", kind, name))
        except ServiceError as error:
            if not is_gone(error) and not is_in_use(error) and error.problem.code != BEING_DELETED:
                raise

    def doing(self, verb: str, kind: str, name: str) -> str:
        """Return what is done to a dataflow, or to one of its connections, for errors."""
        return f"{verb} {_CALLED[kind]} '{name}' in sandbox '{self.sandbox}'"

    def _list(self, kind: str, read: Callable[[str, Any], Any], condition: str) -> list[Any]:
        action = f"list the {_LISTED[kind]} of sandbox '{self.sandbox}'"
        found = [read(action, item) for item in self._flow.listed(action, f"/{kind}", condition)]
        return list({one.id: one for one in found if one.state not in LEAVING}.values())


def _path(kind: str, identifier: str) -> str:
    return f"/{kind}/{quote(identifier, safe='')}"


def _common(action: str, item: Any) -> dict[str, Any]:
    texts = {key: part(str, item, key) for key in ("name", "description", "state")}
    return {"id": required(str, action, "no id", item, "id"), "created_at": part(int, item, "createdAt"), **texts}


def as_flow(action: str, item: Any) -> Flow:
    """Return a dataflow from an answer; ``action`` is what was attempted, as a verb phrase, for errors."""
    steps = {part(str, step, "name"): (index, step) for index, step in enumerate(part(list, item, "transformations") or [])}
    mapping_index, mapping = steps.get(MAPPING, (None, {}))
    times = part(dict, item, "scheduleParams") or {}
    backfill = str(times.get("backfill", "")).lower()
    inherited = part(list, item, "inheritedAttributes", "sourceConnections") or []
    operation = part(str, item, "lastOperation", "status", "value")
    return Flow(
        **_common(action, item),
        etag=part(str, item, "etag"),
        source_ids=_texts(item, "sourceConnectionIds"),
        target_ids=_texts(item, "targetConnectionIds"),
        base_id=next((found for one in inherited if (found := part(str, one, "baseConnection", "id"))), None),
        schedule=Schedule(
            frequency=part(str, times, "frequency"),
            interval=whole_number(times.get("interval")),
            start=whole_number(times.get("startTime")),
            backfill={"true": True, "false": False}.get(backfill),
        ),
        delta_column=part(str, steps.get(COPY, (0, {}))[1], "params", "deltaColumn", "name"),
        mapping_id=part(str, mapping, "params", "mappingId"),
        mapping_version=whole_number((part(dict, mapping, "params") or {}).get("mappingVersion")),
        mapping_index=mapping_index,
        operation=operation and operation.lower(),
        problems=tuple(str(one) for one in part(list, item, "lastOperation", "status", "errors") or []),
        last_run=_last_run(item),
    )


def _last_run(item: Any) -> Run | None:
    shown = part(dict, item, "lastRunDetails")
    if not shown:
        return None
    began, ended = (whole_number(shown.get(key)) for key in ("startedAtUTC", "completedAtUTC"))
    return Run(part(str, shown, "id") or "", part(str, item, "id"), part(str, shown, "state"), began, ended)


def as_source(action: str, item: Any) -> Source:
    """Return a source connection from an answer; ``action`` as for a dataflow."""
    columns = part(list, item, "params", "columns")
    return Source(
        **_common(action, item),
        base_id=part(str, item, "baseConnectionId"),
        table=part(str, item, "params", "tableName"),
        columns=None if columns is None else frozenset(name for one in columns if (name := part(str, one, "name"))),
    )


def _target(action: str, item: Any) -> Target:
    schema = part(str, item, "data", "schema", "id") or part(str, item, "data", "schema", "schemaId")
    return Target(**_common(action, item), dataset_id=part(str, item, "params", "dataSetId"), schema_id=schema)


def _texts(item: Any, key: str) -> tuple[str, ...]:
    return tuple(one for one in part(list, item, key) or [] if isinstance(one, str))
