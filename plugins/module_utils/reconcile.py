# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""list -> settle each -> confirm each -> report: the one loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.concurrency import map_concurrently
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.outcome import TEST_FAILED, Outcome, Run
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired, Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import completed
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import contested, left_behind, surplus
from ansible_collections.aep.sources.plugins.module_utils.postgres.warnings import TEST_HINT
from ansible_collections.aep.sources.plugins.module_utils.settle import NOT_READY, Settler

_NOT_COMPLETED = "it works, but its mark could not say so, so that the next run tests it again"


class Reconciler:
    """Reconciles the PostgreSQL connections of one sandbox with their desired state; ``remarks`` say what was left alone.

    Parameters:
        flow: the sandbox's connections.
        scope: the sandbox, the owner and the key of its marks, and the spellings of sslMode.
        run: how it is done.
    """

    def __init__(self, flow: FlowService, scope: Scope, run: Run) -> None:
        self._flow = flow
        self._settler = Settler(flow, scope, run)
        self._watch, self._patient = self._settler.watch, self._settler.patient
        self.remarks: list[str] = []
        self._scope = scope
        self._run = run

    def reconcile(self, wanted: Sequence[Desired]) -> list[Outcome]:
        """Return what became of each connection: of those wanted in their order, then of those that were removed unasked.

        One that fails does not stop the others.

        Raises:
            AepError: the sandbox's connections could not be listed; nothing was done.
        """
        existing = self._watch.list_until(lambda found: not contested(wanted, found))
        outcomes = [self._settler.look_at(existing, desired) for desired in wanted]
        unasked = [*left_behind(existing, self._scope, self._run.now()), *self._purged(wanted, existing, outcomes)]
        outcomes += [self._settler.look_at(existing, desired) for desired in unasked]
        for outcome in outcomes:
            if outcome.error:
                self._run.finished(outcome)
        outcomes = self._each(outcomes, lambda one: not one.applied and not one.error, partial(self._settle, existing))
        listed = self._list_new(outcomes)
        return self._each(outcomes, self._is_to_be_confirmed, partial(self._confirm, listed))

    def _each(
        self, outcomes: list[Outcome], needs_step: Callable[[Outcome], bool], step: Callable[[Outcome], Outcome]
    ) -> list[Outcome]:
        """Take a step with those that need it, several at once; the others stay as they are."""
        results = iter(map_concurrently(step, list(filter(needs_step, outcomes)), self._run.concurrency))
        return [next(results) if needs_step(outcome) else outcome for outcome in outcomes]

    def _purged(self, wanted: Sequence[Desired], existing: list[Connection], outcomes: list[Outcome]) -> list[Desired]:
        """Return what is to be purged: nothing as long as it is unclear what is wanted."""
        if not self._run.purge:
            return []
        if any(outcome.error for outcome in outcomes):
            self.remarks.append("nothing was purged, as a connection in the list could not be planned")
            return []
        gone, unclear = surplus(wanted, existing, self._scope)
        if unclear:
            self.remarks.append(
                f"{', '.join(unclear)} stay, as another key made the mark: use that fingerprint_key to purge them"
            )
        return gone

    def _settle(self, existing: list[Connection], outcome: Outcome) -> Outcome:
        outcome = self._settler.settle(existing, outcome)
        if outcome.error and outcome.desired.is_proof:  # nobody asked for it, so it is no failure of this task
            outcome = replace(outcome, error=None).noting(f"{outcome.desired.reason}, and it stays ({outcome.error})")
        if not self._is_to_be_confirmed(outcome):
            self._run.finished(outcome)
        return outcome

    def _list_new(self, outcomes: list[Outcome]) -> list[Connection] | AepError:
        """List once for all that were created; an error is that of each of them, and of no other."""
        created = {outcome.id for outcome in outcomes if outcome.id and self._is_new(outcome)}
        try:
            return self._watch.list_with(created) if created else []
        except AepError as error:
            return error

    def _is_new(self, outcome: Outcome) -> bool:
        return outcome.action == "create" and not outcome.error and not self._run.check

    def _is_to_be_tested(self, outcome: Outcome) -> bool:
        desired, connection = outcome.desired, outcome.connection
        if outcome.error or connection is None or connection.is_initializing or (self._run.check and outcome.changed):
            return False
        asked = desired.test == "always" or (desired.test == "on_change" and outcome.sent_credentials)
        return asked and desired.state == "present"

    def _is_to_be_confirmed(self, outcome: Outcome) -> bool:
        return self._is_new(outcome) or self._is_to_be_tested(outcome)

    def _confirm(self, listed: list[Connection] | AepError, outcome: Outcome) -> Outcome:
        """See to it that a new connection is the only one of its name and ready, and that what was sent works."""
        try:
            if self._is_new(outcome):
                if isinstance(listed, AepError):
                    raise listed
                outcome = self._yield_to_older(listed, outcome)
                outcome = self._await_new(outcome)
            if outcome.connection and outcome.connection.is_initializing and outcome.sent_credentials:
                outcome = outcome.noting(NOT_READY) if outcome.desired.test != "never" else outcome
            if self._is_to_be_tested(outcome):
                if outcome.test is None:
                    outcome = replace(outcome, test=self._flow.test(outcome.desired.label, str(outcome.id)))
                outcome = self._complete_mark(outcome) if outcome.test else self._after_failed_test(outcome)
        except AepError as error:
            outcome = replace(outcome, error=error)
        self._run.finished(outcome)
        return outcome

    def _yield_to_older(self, listed: list[Connection], outcome: Outcome) -> Outcome:
        """Of several connections of a name that were created at once the oldest stays: adopt it, if ours is another."""
        if not outcome.created_here:  # found after an unclear answer, so it may be somebody else's
            return outcome
        ours = str(outcome.id)
        namesakes = [one for one in listed if one.name == outcome.desired.name]
        for oldest in sorted(namesakes, key=lambda one: (one.created_at or 0, one.id)):
            if oldest.id == ours:
                return replace(outcome, connection=oldest)
            # Ours goes only if the older one is there at this moment: a list may show what another run took back meanwhile.
            if self._watch.holds(outcome.desired.label, oldest.id):
                if any(one.id == ours and one.is_initializing for one in namesakes):  # until it is ready, it cannot be deleted
                    self._patient.until_ready(outcome.desired.label, ours)
                self._flow.delete(outcome.desired.label, ours)
                adopted = self._settler.settle(listed, Outcome(replace(outcome.desired, connection_id=oldest.id)))
                return replace(
                    outcome, connection=adopted.connection, created_here=False, test=adopted.test, error=adopted.error
                )
        return outcome

    def _await_new(self, outcome: Outcome) -> Outcome:
        """Wait until a new connection is ready; what a list has shown ready needs no look."""
        connection = outcome.connection
        seen_ready = connection is not None and connection.state is not None and not connection.is_initializing
        if outcome.error or not self._run.wait_timeout or seen_ready:
            return outcome
        ready = self._watch.until_ready(outcome.desired.label, str(outcome.id))
        return replace(outcome, connection=ready or connection)

    def _after_failed_test(self, outcome: Outcome) -> Outcome:
        """Say what is to be checked. The mark goes on saying that the credentials are not proven."""
        desired, reason = outcome.desired, TEST_FAILED
        if desired.on_test_failure == "warn":
            return outcome
        if desired.on_test_failure == "rollback" and outcome.created_here:
            self._settler.delete(desired, str(outcome.id))
            self._watch.until_gone(desired.label, str(outcome.id))
            outcome, reason = replace(outcome, connection=None, applied=False), f"{reason}, so it was removed again"
        return replace(outcome, error=AepError(self._flow.doing("use", desired.label), reason, TEST_HINT))

    def _complete_mark(self, outcome: Outcome) -> Outcome:
        """Write down that credentials are proven. Where that fails, the next run tests them again, so it is only remarked."""
        desired, connection = outcome.desired, outcome.connection
        if connection is None or not outcome.sent_credentials:
            return outcome
        description = completed(connection.description or "", self._scope, connection.name)
        if description == connection.description:
            return outcome
        try:
            etag = connection.etag or getattr(self._flow.get(desired.label, connection.id), "etag", None) or ""
            operation = {"op": "replace", "path": "/description", "value": description}
            etag = self._flow.patch(desired.label, connection.id, etag, [operation])
        except AepError as error:
            return outcome.noting(f"{_NOT_COMPLETED} ({error})")
        return replace(outcome, connection=replace(connection, description=description, etag=etag))
