# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What is done to dataflows and their parts, and waited for: requests that change something, each harmless when repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ansible_collections.aep.sources.plugins.module_utils.api.flow_parts import FLOWS, SOURCES, TARGETS
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.dataflow.creation import Ingredients, mapping_step
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Seen
from ansible_collections.aep.sources.plugins.module_utils.dataflow.parts import (
    MAPPING,
    halves,
    is_old,
    is_ours,
    mapping_names,
    of_flow,
)
from ansible_collections.aep.sources.plugins.module_utils.dataflow.plan import Plan
from ansible_collections.aep.sources.plugins.module_utils.dataflow_questions import Services
from ansible_collections.aep.sources.plugins.module_utils.flow import Flow, MappingSet, Rule
from ansible_collections.aep.sources.plugins.module_utils.mark import Place
from ansible_collections.aep.sources.plugins.module_utils.outcome import Run
from ansible_collections.aep.sources.plugins.module_utils.polling import Polled, poll

_STAYS = "the service does not delete mapping sets, so {} stays"


class Work:
    """Creates, changes and removes the dataflows of one sandbox.

    Every method raises AepError where a service fails. What was done before is found by the next try, or the next run.
    """

    def __init__(self, services: Services, place: Place, run: Run) -> None:
        self._parts, self._mappings = services.parts, services.mappings
        self._place = place
        self._run = run

    def create(self, new: Ingredients, seen: Seen, spec: tuple[str, str], pause: Callable[[], None]) -> str:
        """Create a dataflow of what an interrupted try left, and of what has to be created, and return its id.

        Parameters:
            new: what it is made of.
            seen: what lists showed.
            spec: its flow spec.
            pause: called before the dataflow itself is created, when all of its parts are there.
        """
        sources, targets = halves(self._place, seen, new.mark.fingerprint)
        source_id = next((one.id for one in sources if new.is_source(one)), None)
        source_id = source_id or self._parts.create(SOURCES, new.name, new.source())
        target_id = next((one.id for one in targets if new.is_target(one)), None)
        target_id = target_id or self._parts.create(TARGETS, new.name, new.target())
        mapping = self._mapping(new, self._unused_mappings(seen, new.name, [new.mapping_name] if sources else []))
        pause()
        return self._parts.create(FLOWS, new.name, new.flow(spec, source_id, target_id, mapping, self._run.now()))

    def update(self, label: str, made: Plan, target: Flow, held: MappingSet | None) -> Flow:
        """Change a dataflow as its plan says, and return it as it is when that is done."""
        operations = list(made.operations)
        if made.rules is not None and held is not None:
            newest = self._mappings.get(label, held.id) or held
            version = self._with_rules(label, newest, made.schema_id, made.rules)
            path = f"/transformations/{target.mapping_index}"
            operations.append({"op": "replace", "path": path, "value": mapping_step(held.id, version)})
        if operations:
            etag = self._parts.patch(label, target.id, target.etag or "", operations)
            texts = {one["path"][1:]: one["value"] for one in operations if one["path"] in ("/name", "/description")}
            target = self._done(label, replace(target, etag=etag, **texts))
        return self.turn(label, target, made.turn) if made.turn else target

    def turn(self, label: str, flow: Flow, operation: str, timeout: float | None = None) -> Flow:
        """Enable or disable a dataflow, and return it as it is when that is done; ``timeout`` as of ``until_done``."""
        self._parts.act(label, flow.id, operation)
        state = f"{operation}d"
        return self._done(label, replace(flow, state=state), state, timeout)

    def until_done(self, label: str, flow: Flow, state: str | None = None, timeout: float | None = None) -> Flow | None:
        """Return a dataflow when nothing is at work on it any more, as it is when that failed, or None when it is gone.

        Parameters:
            label: how messages call it.
            flow: the dataflow, as it was shown last.
            state: the state that it should be in then, if that is known.
            timeout: for how many seconds to wait at most, instead of ``wait_timeout``.

        Raises:
            AepError: the service is at work on it after that time.
        """
        timeout = self._run.wait_timeout if timeout is None else timeout
        if not timeout:
            return flow

        def is_done(found: Flow | None) -> bool:
            return found is None or found.has_failed or not (found.is_busy or state not in (None, found.state))

        polled = self._poll(label, flow, is_done, timeout)
        return polled.or_fail(self._parts.doing("wait for", FLOWS, label), "the service is still at work on it")

    def _done(self, label: str, flow: Flow, state: str | None = None, timeout: float | None = None) -> Flow:
        found = self.until_done(label, flow, state, timeout)
        if found and found.has_failed:
            reason = f"the service could not carry it out: {'; '.join(found.problems) or found.operation}"
            raise AepError(self._parts.doing("change", FLOWS, label), reason, "Check what was to be changed, and run again.")
        return found or flow

    def _poll(self, label: str, flow: Flow, until: Callable[[Flow | None], bool], timeout: float) -> Polled[Flow | None]:
        return poll(lambda: self._parts.get(label, flow.id), until, timeout=timeout, sleep=self._run.sleep)

    def remove(self, label: str, flow: Flow, seen: Seen) -> list[str]:
        """Remove a dataflow, and then those of its parts that are ours and that it alone used. Return what stays, in words."""
        self._parts.delete(FLOWS, label, flow.id)
        if self._run.wait_timeout:
            polled = self._poll(label, flow, lambda found: found is None, self._run.wait_timeout)
            polled.or_fail(self._parts.doing("delete", FLOWS, label), "it is still there")
        sources, targets = of_flow(self._place, seen, flow)
        is_used = flow.mapping_id in {one.mapping_id for one in seen.without(flow).flows}
        mapping = None if is_used or not flow.mapping_id else self._mappings.get(label, flow.mapping_id)
        sets = [mapping.id] if mapping and is_ours(self._place, MAPPING, mapping.name) else []
        return self._delete(label, sets, targets, sources)

    def clean(self, label: str, seen: Seen, identity: str, now: float | None = None) -> list[str]:
        """Remove the parts of an identity that nothing uses; ``now`` as of halves. Return what stays, in words."""
        sources, targets = halves(self._place, seen, identity, now)
        if not sources and not targets:
            return []
        unused = self._unused_mappings(seen, label, mapping_names(self._place, sources))
        sets = [one.id for one in unused if now is None or is_old(one.created_at, now)]
        return self._delete(label, sets, [one.id for one in targets], [one.id for one in sources])

    def _delete(self, label: str, sets: list[str], targets: list[str], sources: list[str]) -> list[str]:
        """Delete parts, the source connections last. What a dataflow of another run uses by now stays, and is not remarked."""
        stay = [_STAYS.format(one) for one in sets if not self._mappings.delete(label, one)]
        for kind, parts in ((TARGETS, targets), (SOURCES, sources)):
            for one in parts:
                self._parts.delete(kind, label, one)
        return stay

    def _unused_mappings(self, seen: Seen, label: str, names: list[str]) -> list[MappingSet]:
        used = {flow.mapping_id for flow in seen.flows}
        return [one for name in names for one in self._mappings.named(label, name) if one.id not in used]

    def _mapping(self, new: Ingredients, there: list[MappingSet]) -> tuple[str, int]:
        schema_id = new.dataset.schema_id or ""
        if there:
            return there[0].id, self._with_rules(new.name, there[0], schema_id, new.rules)
        return self._mappings.create(new.name, new.mapping_name, schema_id, new.rules)

    def _with_rules(self, label: str, newest: MappingSet, schema_id: str, rules: frozenset[Rule]) -> int:
        """Return the number of a mapping set's version that has these rules; it gets a new one unless the newest has."""
        if newest.rules == rules and newest.schema_id in (None, schema_id):
            return newest.version or 0
        version = self._mappings.update(label, newest, schema_id, rules)
        return (newest.version or 0) + 1 if version is None else version
