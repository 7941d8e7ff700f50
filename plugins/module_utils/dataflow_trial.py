# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""One dataflow that is made to see what becomes of it, with its parts. It begins in a year, and all is deleted before."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.flow_parts import FLOWS, SOURCES, TARGETS
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.dataflow.creation import Ingredients, ingredients
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import TARGET_SPEC_ID, Desired, Facts
from ansible_collections.aep.sources.plugins.module_utils.dataflow.parts import flow_mark
from ansible_collections.aep.sources.plugins.module_utils.dataflow_questions import Questions, Services
from ansible_collections.aep.sources.plugins.module_utils.flow import NO_SCHEDULE, Dataset, Flow, MappingSet, Schedule
from ansible_collections.aep.sources.plugins.module_utils.mark import Place
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID
from ansible_collections.aep.sources.plugins.module_utils.probe import NotAskedError
from ansible_collections.aep.sources.plugins.module_utils.trial import Trial

MAPPINGS = "mapping sets"
_CALLED = {SOURCES: "source connection", TARGETS: "target connection", MAPPINGS: "mapping set", FLOWS: "dataflow"}
_WITHOUT = "without a throw-away dataset"
_UNTIL_START = 365 * 24 * 60 * 60  # seconds, in which nothing runs
_COLUMN = {"name": "id", "type": "string"}


class DataflowTrial:
    """The dataflow of a trial, and its parts.

    Parameters:
        trial: makes the base connection that they are made for, and gives them their name.
        services: those of its sandbox.
        wanted: table, dataset, mapping and delta column, of which the dataset is thrown away; None if there is none.

    Every method raises AepError where a service fails, refuses, or takes too long, and NotAskedError where there is not what
    it needs.
    """

    def __init__(self, trial: Trial, services: Services, wanted: Desired | None) -> None:
        self.flow, self.parts, self.mappings, self.catalog = services
        self.name = trial.name
        self._trial = trial
        self._wanted = wanted and replace(wanted, name=trial.name)
        self._questions = Questions(services)
        self._place = Place(self.flow.sandbox, secrets.token_bytes(32))  # a key that nobody knows: it is nobody's to purge
        self._identity = secrets.token_urlsafe(16)
        self._begun: set[str] = set()
        self._created: list[tuple[str, str]] = []

    @cached_property
    def dataset(self) -> Dataset:
        """The dataset.

        Raises:
            PlanError: there is none of this name, or several.
        """
        found = self._questions.named(self._throw_away).dataset
        return found or Dataset("")

    @cached_property
    def schema(self) -> Mapping[str, Any] | None:
        """The dataset's schema, None if it cannot be seen."""
        return self._questions.schema(self.dataset.schema_id) if self.dataset.schema_id else None

    @cached_property
    def new(self) -> Ingredients:
        """What the dataflow is made of.

        Raises:
            PlanError: table or dataset lack something of it.
        """
        wanted = replace(self._throw_away, schedule=Schedule("hour", 1, int(time.time()) + _UNTIL_START))
        columns = self._questions.columns(self._base_id, wanted.table or "", label=self.name)
        facts = Facts(self._base_id, self.dataset, columns=columns, schema=self.schema)
        return ingredients(wanted, facts, self._place, self._identity, time.time())

    @cached_property
    def source(self) -> Ingredients:
        """What a source connection is made of, for which nothing has to be there."""
        if self._wanted:
            return self.new
        mark = flow_mark(self._place, self.name, self._identity, None)
        return Ingredients(
            self._place, self.name, mark, "", self._base_id, "public.verification", (_COLUMN,), Dataset(""), frozenset(),
            NO_SCHEDULE, None,
        )  # fmt: skip

    @property
    def _throw_away(self) -> Desired:
        if self._wanted is None:
            raise NotAskedError(_WITHOUT)
        return self._wanted

    @cached_property
    def _base_id(self) -> str:
        return self._trial.another(" dataflow")

    def check(self) -> None:
        """Look for the dataset, before anything is made.

        Raises:
            PlanError: there is none of this name, or several.
        """
        if self._wanted:
            _found = self.dataset

    def create(self, kind: str, body: Mapping[str, Any]) -> None:
        """Create a dataflow, or one of its connections."""
        self._begun.add(kind)
        self._created.append((kind, self.parts.create(kind, self.name, body)))

    def create_mapping(self, *, field: str | None = None) -> None:
        """Create the mapping set, whose first rule may name another field."""
        rules = sorted(self.new.rules)
        rules = [replace(rules[0], target=field), *rules[1:]] if field else rules
        self._begun.add(MAPPINGS)
        name = self.new.mapping_name
        self._created.append((MAPPINGS, self.mappings.create(self.name, name, str(self.dataset.schema_id), rules)[0]))

    def part(self, kind: str) -> str:
        """Return the id of the newest of a kind."""
        for made, identifier in reversed(self._created):
            if made == kind:
                return identifier
        raise NotAskedError(f"as there is no {_CALLED[kind]}" if self._wanted else _WITHOUT)

    def create_dataflow(self) -> None:
        """Create the dataflow of its parts."""
        source, target, mapping = (self.part(kind) for kind in (SOURCES, TARGETS, MAPPINGS))
        self.create(FLOWS, self.new.flow(self._questions.spec(), source, target, (mapping, 0), time.time()))

    def listed(self, kind: str) -> tuple[Any, str]:
        """Wait until the newest of a kind is listed, and return it as it is then, and how soon it was."""
        newest = self.part(kind)

        def look() -> Any:
            return next((one for one in self.all_of(kind) if one.id == newest), None)

        return self._wait(f"be listed as a {_CALLED[kind]}", look, lambda found: found is not None)

    def all_of(self, kind: str) -> Any:
        """Return all of a kind that the sandbox has."""
        if kind == FLOWS:
            return self.parts.list_flows([self._questions.spec()[0]])
        return self.parts.list_sources(SPEC_ID) if kind == SOURCES else self.parts.list_targets(TARGET_SPEC_ID)

    def mapping(self) -> MappingSet:
        """Return the mapping set as it is now."""
        found = self.mappings.get(self.name, self.part(MAPPINGS))
        if found is None:
            raise NotAskedError("as the mapping set is gone")
        return found

    def ready(self) -> tuple[Flow, str]:
        """Return the dataflow as soon as nothing is at work on it, and how soon that was."""
        identifier = self.part(FLOWS)
        found, soon = self._wait(
            "be ready", lambda: self.parts.get(self.name, identifier), lambda one: one is None or not one.is_busy
        )
        if found is None:
            raise AepError(f"look at dataflow '{self.name}'", "somebody else deleted it", "Run again.")
        return found, soon

    def patch(self, path: str, value: object, op: str = "replace") -> str | None:
        """Change one thing about the dataflow; return what is to be said if that is accepted and comes to nothing."""
        flow, _soon = self.ready()
        self.parts.patch(self.name, flow.id, str(flow.etag), [{"op": op, "path": path, "value": value}])
        return "accepted, and then it failed" if self.ready()[0].has_failed else None

    def turn(self, operation: str) -> str | None:
        """Enable or disable the dataflow; return as patch does."""
        self.parts.act(self.name, self.ready()[0].id, operation)
        flow, _soon = self.ready()
        if flow.has_failed:
            return "accepted, and then it failed"
        return None if flow.state == f"{operation}d" else f"accepted, but the state is {flow.state}"

    def deleted(self) -> str:
        """Delete the dataflow, wait until it is gone, and return how soon it was."""
        identifier = self.ready()[0].id
        return self._delete_flow(identifier)

    def clean_up(self) -> None:
        """Delete all that was made, also what no answer told of: the dataflow first, as it uses the others.

        Raises:
            AepError: the last thing that failed.
        """
        with ExitStack() as deletions:  # goes through all of them, the last one first, whatever is raised
            for kind in (SOURCES, TARGETS):
                deletions.callback(self._delete_all, kind, partial(self._delete_part, kind))
            deletions.callback(self._delete_all, MAPPINGS, lambda one: self.mappings.delete(self.name, one))
            deletions.callback(self._delete_all, FLOWS, self._delete_flow)

    def _delete_all(self, kind: str, delete: Callable[[str], object]) -> None:
        with ExitStack() as deletions:
            known = [identifier for made, identifier in self._created if made == kind]
            for identifier in known:
                deletions.callback(delete, identifier)
            for identifier in self._named(kind) if kind in self._begun else []:
                if identifier not in known:
                    deletions.callback(delete, identifier)

    def _named(self, kind: str) -> list[str]:
        if kind == MAPPINGS:
            return [one.id for one in self.mappings.named(self.name, self.new.mapping_name)]
        return [one.id for one in self.all_of(kind) if one.name == self.name]

    def _delete_part(self, kind: str, identifier: str) -> None:
        """Delete a connection of the dataflow, and see that it is gone: one that is in use stays without an error."""
        self.parts.delete(kind, self.name, identifier)
        self._wait(
            f"lose a {_CALLED[kind]}", lambda: {one.id for one in self.all_of(kind)}, lambda there: identifier not in there
        )

    def _delete_flow(self, identifier: str) -> str:
        def look() -> Flow | None:
            return self.parts.get(self.name, identifier)

        self._wait("be ready", look, lambda found: found is None or not found.is_busy)
        self.parts.delete(FLOWS, self.name, identifier)
        return self._wait("be gone", look, lambda found: found is None)[1]

    def _wait(self, what: str, look: Callable[[], Any], until: Callable[[Any], bool]) -> tuple[Any, str]:
        return self._trial.wait(f"wait for dataflow '{self.name}' to {what}", look, until)
