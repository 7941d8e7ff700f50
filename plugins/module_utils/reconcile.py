# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""list -> settle each -> confirm each -> report: the one loop, and the only place where the plan and the service meet."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService, is_gone, is_in_use
from ansible_collections.aep.sources.plugins.module_utils.client.client import TOO_MANY_REQUESTS, UNAUTHORIZED
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError, NoAnswerError, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.concurrency import map_concurrently
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.outcome import TEST_HINT, TEST_SAYS_FALSE, Outcome, Run
from ansible_collections.aep.sources.plugins.module_utils.polling import PAUSES, Watch
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import BasicAuthentication, spellings_among
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID, Desired, Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import FAILED, mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import Plan, PlanError, contested, find, plan, surplus

_PRECONDITION_FAILED = 412


class Reconciler:
    """Reconciles the PostgreSQL connections of one sandbox with their desired state.

    Parameters:
        flow: the sandbox's connections.
        scope: the sandbox, the key of its fingerprints, and the spellings of sslMode.
        run: how it is done.
    """

    def __init__(self, flow: FlowService, scope: Scope, run: Run) -> None:
        self._flow = flow
        self._watch = Watch(flow, run.wait_timeout, run.sleep)
        self._scope = scope
        self._run = run
        self._ask_spellings = run.ask_spellings
        self._asking = threading.Lock()
        self._repeats = {  # how often a plan is made anew at most, by its action and by why it failed
            ("create", "in doubt"): 2,
            ("create", "refused by rate"): run.retries,
            ("create", "token refused"): 1,
            ("update", "in doubt"): 1,
            ("update", "moved"): 1,
        }

    def reconcile(self, wanted: Sequence[Desired]) -> list[Outcome]:
        """Return what became of each connection: of those wanted in their order, then of those that were purged.

        One that fails does not stop the others.

        Raises:
            AepError: the sandbox's connections could not be listed; nothing was done.
        """
        existing = self._watch.list_until(lambda found: not contested(wanted, found))
        unwanted = surplus(wanted, existing) if self._run.purge else []
        outcomes = [self._look_at(existing, desired) for desired in (*wanted, *unwanted)]
        outcomes = self._each(outcomes, self._is_to_be_settled, partial(self._settle, existing))
        listed = self._list_new(outcomes)
        return self._each(outcomes, self._is_to_be_confirmed, partial(self._confirm, listed))

    def _each(
        self, outcomes: list[Outcome], needs_step: Callable[[Outcome], bool], step: Callable[[Outcome], Outcome]
    ) -> list[Outcome]:
        """Take a step with those that need it, several at once; the others stay as they are."""
        results = iter(map_concurrently(step, list(filter(needs_step, outcomes)), self._run.concurrency))
        return [next(results) if needs_step(outcome) else outcome for outcome in outcomes]

    def _look_at(self, existing: list[Connection], desired: Desired) -> Outcome:
        """Plan as far as that takes no request. A connection that needs none is settled then."""
        try:
            made = plan(desired, existing, self._scope)
        except PlanError as error:
            outcome = self._failed(Outcome(desired), error)
            self._run.finished(outcome)
            return outcome
        needs_request = made.action != "none" or (made.target is not None and desired.retests_credentials)
        return Outcome(desired, made, made.target, applied=not needs_request)

    @staticmethod
    def _is_to_be_settled(outcome: Outcome) -> bool:
        return not outcome.applied and not outcome.error

    def _settle(self, existing: list[Connection], outcome: Outcome) -> Outcome:
        outcome = self._carry_out(existing, outcome)
        if not self._is_to_be_confirmed(outcome):
            self._run.finished(outcome)
        return outcome

    def _carry_out(self, existing: list[Connection], outcome: Outcome) -> Outcome:
        """Plan and apply; when it was in vain, or its answer does not tell, look and plan anew as often as the cause allows."""
        tried: Plan | None = None
        failures: Counter[tuple[str, str]] = Counter()
        try:
            while not outcome.applied:
                outcome = self._plan(existing, outcome)
                try:
                    outcome = self._apply(outcome)
                except AepError as error:
                    failure = (outcome.plan.action, _cause(error))
                    failures[failure] += 1
                    if failures[failure] > self._repeats.get(failure, 0):
                        raise
                    if failure == ("create", "refused by rate"):
                        self._run.sleep(PAUSES[min(failures[failure], len(PAUSES)) - 1])
                    tried = tried or outcome.plan
                    existing = self._look_again(outcome.desired, expected=failure == ("create", "in doubt"))
            if outcome.action == "delete" and not self._run.check:
                self._watch.until_gone(outcome.desired.label, str(outcome.id))
        except (AepError, PlanError) as error:
            return self._failed(outcome, error)
        if tried and not outcome.changed:  # the look found the work done, so the try did it
            return replace(outcome, plan=tried)
        return outcome

    def _plan(self, existing: list[Connection], outcome: Outcome) -> Outcome:
        """Plan with all that has to be asked for it: whether the connection is ready, and whether its credentials work."""
        outcome = self._plan_now(existing, outcome)
        target = outcome.connection
        if self._run.check or target is None or outcome.plan.action == "none" or (target.etag and not target.is_initializing):
            return outcome
        ready = self._watch.until_ready(outcome.desired.label, str(outcome.id))
        return self._plan_now([ready] if ready else [], outcome)

    def _plan_now(self, existing: list[Connection], outcome: Outcome) -> Outcome:
        desired, works = outcome.desired, None
        made = plan(desired, existing, self._scope)
        outcome = replace(outcome, plan=made, connection=made.target, test=None)
        if made.target and not made.sends_credentials and desired.retests_credentials:
            works = self._flow.test(desired.label, made.target.id)
            made = plan(desired, existing, self._scope, works)
        if made.sends_credentials and isinstance(desired.authentication, BasicAuthentication):
            self._learn_spellings(desired.authentication)
            made = plan(desired, existing, self._scope, works)
        return replace(outcome, plan=made, test=works)

    def _learn_spellings(self, authentication: BasicAuthentication) -> None:
        """Take the spellings of sslMode from the connection spec, where it publishes them; asked once."""
        with self._asking:
            if not self._ask_spellings:
                return
            self._ask_spellings = False
            # Without an answer, what is assumed is as good as it was, and the request that follows says what is wrong.
            with contextlib.suppress(AepError):
                published = self._flow.published_values(SPEC_ID, authentication.spec_name, "sslMode")
                if published:
                    self._scope = replace(self._scope, spellings=spellings_among(published))

    def _apply(self, outcome: Outcome) -> Outcome:
        """Do what the plan says; in check mode, say so."""
        desired, made, target = outcome.desired, outcome.plan, outcome.connection
        applied = replace(outcome, applied=True, test=None if made.sends_credentials else outcome.test)
        if self._run.check or made.action == "none":
            return applied
        if made.action == "create":
            created = Connection(self._flow.create(desired.label, made.body), desired.name, made.body.get("description"))
            return replace(applied, connection=created, created_here=True)
        if target is None or not target.etag:
            raise AepError(self._doing("change", desired), "it has no etag yet", "Run again in some minutes.")
        if made.action == "delete":
            self._delete(desired, target.id)
            return applied
        etag = self._flow.patch(desired.label, target.id, target.etag, made.operations)
        changed = replace(target, name=made.after["name"], description=made.after["description"], etag=etag)
        return replace(applied, connection=changed)

    def _look_again(self, desired: Desired, *, expected: bool) -> list[Connection]:
        """List again; a connection that is expected to be there is given the time to show."""
        return self._watch.list_until(
            lambda found: not contested([desired], found) and not (expected and find(desired, found) is None)
        )

    def _delete(self, desired: Desired, connection_id: str) -> None:
        """Delete a connection; when dataflows hold it, name them."""
        try:
            self._flow.delete(desired.label, connection_id)
        except ServiceError as error:
            if not is_in_use(error):
                raise
            flows = ", ".join(f"'{one.name}' ({one.id})" for one in self._flow.dataflows(connection_id))
            reason = f"it is in use by {flows or 'dataflows that this credential cannot see'}"
            raise AepError(self._doing("delete", desired), reason, "Delete these dataflows first.") from None

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
            if self._is_to_be_tested(outcome):
                if outcome.test is None:
                    outcome = replace(outcome, test=self._flow.test(outcome.desired.label, str(outcome.id)))
                if not outcome.test:
                    outcome = self._after_failed_test(outcome)
        except AepError as error:
            outcome = self._failed(outcome, error)
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
                self._flow.delete(outcome.desired.label, ours)
                adopted = self._carry_out(listed, Outcome(replace(outcome.desired, connection_id=oldest.id)))
                return replace(outcome, connection=adopted.connection, created_here=False, error=adopted.error)
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
        """Say what is to be checked, and leave nothing behind that looks as if all were well."""
        desired = outcome.desired
        if desired.on_test_failure == "rollback" and outcome.created_here:
            self._delete(desired, str(outcome.id))
            self._watch.until_gone(desired.label, str(outcome.id))
            error = AepError(self._doing("use", desired), f"{TEST_SAYS_FALSE}, so it was removed again", TEST_HINT)
            return replace(outcome, connection=None, applied=False, error=error)
        outcome = self._mark_as_failed(outcome)
        if desired.on_test_failure == "warn":
            return outcome
        return replace(outcome, error=AepError(self._doing("use", desired), TEST_SAYS_FALSE, TEST_HINT))

    def _mark_as_failed(self, outcome: Outcome) -> Outcome:
        """Replace the fingerprint of credentials that do not work, so that the next run sends and tests them again."""
        desired, connection = outcome.desired, outcome.connection
        if desired.update_credentials != "on_change" or not outcome.sent_credentials or not connection or not connection.etag:
            return outcome
        marked = mark(outcome.description or "", FAILED)
        operation = {"op": "replace", "path": "/description", "value": marked}
        with contextlib.suppress(AepError):  # the failed test is what has to be told
            etag = self._flow.patch(desired.label, connection.id, connection.etag, [operation])
            return replace(outcome, connection=replace(connection, description=marked, etag=etag))
        return outcome

    def _failed(self, outcome: Outcome, error: AepError | PlanError) -> Outcome:
        if isinstance(error, PlanError):
            error = AepError(self._doing("plan", outcome.desired), str(error))
        return replace(outcome, error=error)

    def _doing(self, verb: str, desired: Desired) -> str:
        return f"{verb} base connection '{desired.label}' of sandbox '{self._scope.sandbox}'"


def _cause(error: AepError) -> str:
    """Return why a request failed, as far as that says how to go on."""
    if isinstance(error, NoAnswerError):
        return "in doubt" if error.may_have_arrived else "not sent"
    if not isinstance(error, ServiceError):
        return "not possible"
    if error.problem.status == _PRECONDITION_FAILED or is_gone(error):
        return "moved"
    causes = {TOO_MANY_REQUESTS: "refused by rate", UNAUTHORIZED: "token refused"}
    return "in doubt" if error.problem.status >= 500 else causes.get(error.problem.status, "refused")
