# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What is there in a sandbox, and what has to be asked for one dataflow: requests that change nothing."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from ansible_collections.aep.sources.plugins.module_utils.api.catalog import Catalog
from ansible_collections.aep.sources.plugins.module_utils.api.explore import list_tables, read_columns
from ansible_collections.aep.sources.plugins.module_utils.api.flow_parts import FlowParts
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.api.mapping_sets import MappingSets
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.concurrency import map_concurrently, once_for_each
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import (
    FLOW_SPEC_ID,
    FLOW_SPEC_NAME,
    FLOW_SPEC_VERSION,
    TARGET_SPEC_ID,
    Desired,
    Facts,
    Seen,
    similar,
)
from ansible_collections.aep.sources.plugins.module_utils.flow import Dataset, Flow, MappingSet
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID, PlanError

_IS_ID = re.compile(r"[0-9a-f]{24}")


class Services(NamedTuple):
    """The services of one sandbox, as typed calls."""

    flow: FlowService
    parts: FlowParts
    mappings: MappingSets
    catalog: Catalog


class Questions:
    """Asks each thing once in a run, whichever dataflow it is asked for.

    Every method raises AepError where a service fails.
    """

    def __init__(self, services: Services) -> None:
        self._flow, self._parts, self._mappings, self._catalog = services
        self._connections: Callable[[None], list[Connection]] = once_for_each(lambda _: self._flow.list_connections(SPEC_ID))
        self._by_id: Callable[[str], Dataset | None] = once_for_each(self._catalog.get)
        self._datasets: Callable[[None], list[Dataset]] = once_for_each(lambda _: self._catalog.list_datasets())
        self._spec: Callable[[str], tuple[str, str] | None] = once_for_each(self._parts.spec)
        self._columns: Callable[[tuple[str, str, str]], list[dict[str, Any]]] = once_for_each(self._ask_for_columns)
        self._schema: Callable[[str], Mapping[str, Any] | None] = once_for_each(self._catalog.schema)
        self._spec_ids: tuple[str, ...] = (FLOW_SPEC_ID,)

    def look(self, wanted: Iterable[Desired] = ()) -> Seen:
        """Return what there is. What the options of dataflows name is listed at the same time, if there are such options."""
        spec_ids = self._spec_ids
        steps: list[Callable[[], Any]] = []
        if any(one.connection for one in wanted):
            steps.append(partial(self._ahead, self._connections))
        if any(one.dataset and not _IS_ID.fullmatch(one.dataset) for one in wanted):
            steps.append(partial(self._ahead, self._datasets))
        lists: list[Callable[[], Any]] = [
            partial(self._parts.list_flows, spec_ids),
            partial(self._parts.list_sources, SPEC_ID),
            partial(self._parts.list_targets, TARGET_SPEC_ID),
        ]
        flows, sources, targets, *_rest = map_concurrently(lambda step: step(), [*lists, *steps], len(lists) + len(steps))
        return Seen(tuple(flows), tuple(sources), tuple(targets), spec_ids)

    def _ahead(self, question: Callable[[None], Any]) -> None:
        with contextlib.suppress(AepError):  # it is asked again, and told, where it is needed
            question(None)

    def spec(self) -> tuple[str, str]:
        """Return the id and the version of the flow spec; from now on its dataflows are listed, too."""
        found = self._spec(FLOW_SPEC_NAME) or (FLOW_SPEC_ID, FLOW_SPEC_VERSION)
        self._spec_ids = tuple(dict.fromkeys((FLOW_SPEC_ID, found[0])))
        return found

    def named(self, desired: Desired, stored: Dataset | None = None) -> Facts:
        """Return the connection and the dataset that options name.

        Parameters:
            desired: what is wanted.
            stored: the dataset that is in use, which needs not be asked for.

        Raises:
            PlanError: there is none of this name, or several.
        """
        base_id = desired.connection_id or (self._base_id(desired.connection) if desired.connection else None)
        if desired.dataset and stored and stored.id == desired.dataset:
            return Facts(base_id, stored)
        return Facts(base_id, self._dataset(desired.dataset) if desired.dataset else None)

    def mapping(self, label: str, flow: Flow) -> MappingSet | None:
        """Return the version of a mapping set that a dataflow uses."""
        return self._mappings.get(label, flow.mapping_id, flow.mapping_version) if flow.mapping_id else None

    def columns(self, base_id: str, table: str, *, label: str) -> list[dict[str, Any]]:
        """Return the columns of a table that is read through a base connection, which errors call by its label.

        Raises:
            PlanError: there is no such table.
        """
        return self._columns((base_id, table, label))

    def schema(self, schema_id: str) -> Mapping[str, Any] | None:
        """Return a schema, if it can be seen."""
        return self._schema(schema_id)

    def _base_id(self, name: str) -> str:
        there = self._connections(None)
        ids = [one.id for one in there if one.name == name]
        if len(ids) > 1:
            raise PlanError(f"{len(ids)} base connections are named '{name}' ({', '.join(ids)}): give a connection_id.")
        if not ids:
            raise PlanError(
                f"There is no base connection '{name}'{similar(name, (one.name for one in there))}: correct connection."
            )
        return ids[0]

    def _dataset(self, text: str) -> Dataset:
        found = self._by_id(text) if _IS_ID.fullmatch(text) else None
        if found:
            return found
        there = self._datasets(None)
        datasets = [one for one in there if text in (one.id, one.name)]
        if len(datasets) > 1:
            ids = ", ".join(one.id for one in datasets)
            raise PlanError(f"{len(datasets)} datasets are named '{text}' ({ids}): give the id of the one that is meant.")
        if not datasets:
            raise PlanError(f"There is no dataset '{text}'{similar(text, (one.name for one in there))}: correct dataset.")
        return datasets[0]

    def _ask_for_columns(self, place: tuple[str, str, str]) -> list[dict[str, Any]]:
        base_id, table, label = place
        try:
            return read_columns(self._flow, label, base_id, table)
        except ServiceError as error:
            tables = self._tables(base_id, label) or [table]
            if table in tables:
                raise
            raise PlanError(
                f"There is no table {table} that can be read through base connection '{label}'{similar(table, tables)}: "
                "correct table, or check the rights of its PostgreSQL role."
            ) from error

    def _tables(self, base_id: str, label: str) -> list[str]:
        with contextlib.suppress(AepError):
            return [one.path for one in list_tables(self._flow, label, base_id)]
        return []
