# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""From what is wanted to what is there: list, settle each dataflow, confirm each that was created, report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.concurrency import map_concurrently
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Desired, Seen
from ansible_collections.aep.sources.plugins.module_utils.dataflow.parts import surplus
from ansible_collections.aep.sources.plugins.module_utils.dataflow_outcome import Outcome
from ansible_collections.aep.sources.plugins.module_utils.dataflow_questions import Services
from ansible_collections.aep.sources.plugins.module_utils.dataflow_settle import Settler
from ansible_collections.aep.sources.plugins.module_utils.mark import Place
from ansible_collections.aep.sources.plugins.module_utils.outcome import Run

_NOT_LISTED = "it is not listed yet, so whether it is the only one of its name is left to the next run"


class Reconciler:
    """Reconciles the dataflows of one sandbox with their desired state; ``remarks`` say what was left alone.

    Parameters:
        services: the services of the sandbox.
        place: the sandbox, the owner and the key of its marks.
        run: how it is done.
    """

    def __init__(self, services: Services, place: Place, run: Run) -> None:
        self._settler = Settler(services, place, run)
        self._place = place
        self._run = run
        self.remarks: list[str] = []

    def reconcile(self, wanted: Sequence[Desired]) -> list[Outcome]:
        """Return what became of each dataflow: of those wanted in their order, then of those that were removed unasked.

        One that fails does not stop the others.

        Raises:
            AepError: the sandbox's dataflows could not be listed; nothing was done.
        """
        seen = self._settler.list_until(wanted)
        outcomes = self._each(partial(self._settle, seen), [Outcome(desired) for desired in wanted])
        unasked = self._purged(wanted, seen, outcomes)
        outcomes += self._each(partial(self._settle, seen), [Outcome(desired) for desired in unasked])
        created = {outcome.created for outcome in outcomes if self._is_new(outcome)}
        if not created:
            return outcomes
        try:
            listed: Seen | AepError = self._settler.list_until((), lambda found: created <= {one.id for one in found.flows})
        except AepError as error:
            listed = error
        return self._each(partial(self._confirm, listed), outcomes)

    def _each(self, step: partial[Outcome], outcomes: list[Outcome]) -> list[Outcome]:
        return map_concurrently(step, outcomes, self._run.concurrency)

    def _is_new(self, outcome: Outcome) -> bool:
        return outcome.created is not None and outcome.error is None

    def _settle(self, seen: Seen, outcome: Outcome) -> Outcome:
        outcome = self._settler.settle(seen, outcome)
        if not self._is_new(outcome) and (outcome.changed or outcome.error):
            self._run.finished(outcome)
        return outcome

    def _purged(self, wanted: Sequence[Desired], seen: Seen, outcomes: list[Outcome]) -> list[Desired]:
        """Return what is to be purged: nothing as long as it is unclear what is wanted."""
        if not self._run.purge:
            return []
        if any(outcome.error for outcome in outcomes):
            self.remarks.append("nothing was purged, as a dataflow in the list failed")
            return []
        return list(surplus(wanted, seen, self._place, self._run.now()))

    def _confirm(self, listed: Seen | AepError, outcome: Outcome) -> Outcome:
        """See to it that a new dataflow is the only one of its name, as it is wanted, and ready."""
        new = outcome.plan.new
        if new is None or not self._is_new(outcome):
            return outcome
        if isinstance(listed, AepError):
            outcome = replace(outcome, error=listed)
        elif not any(one.id == outcome.created for one in listed.flows):
            outcome = self._disabled(outcome.noting(_NOT_LISTED))
        else:
            desired = replace(outcome.desired, flow_id=None, name=new.name)
            found = self._settler.settle(listed, Outcome(desired), makes=False)
            outcome = replace(outcome, flow=found.flow, seen=found.seen, facts=found.facts, error=found.error)
            outcome = self._awaited(outcome.noting(*found.warnings))
        self._run.finished(outcome)
        return outcome

    def _disabled(self, outcome: Outcome) -> Outcome:
        """Disable a new dataflow that no list shows yet, if it should be: it could not be created so."""
        label, flow = outcome.desired.label, outcome.flow
        if outcome.desired.state != "disabled" or flow is None:
            return outcome
        try:
            ready = self._settler.work.until_done(label, flow)
            return replace(outcome, flow=self._settler.work.turn(label, ready or flow, "disable"))
        except AepError as error:
            return replace(outcome, error=error)

    def _awaited(self, outcome: Outcome) -> Outcome:
        """Wait until a new dataflow is ready; what a list has shown ready needs no look."""
        if outcome.error or outcome.flow is None or not outcome.flow.is_busy:
            return outcome
        try:
            return replace(outcome, flow=self._settler.work.until_done(outcome.desired.label, outcome.flow))
        except AepError as error:
            return replace(outcome, error=error)
