# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Settling one connection: plan, apply, and when that was in vain or its answer does not tell, look and plan anew."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import replace

from ansible_collections.aep.sources.plugins.module_utils.api.dataflows import list_dataflows
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService, is_gone, is_in_use
from ansible_collections.aep.sources.plugins.module_utils.client.client import TOO_MANY_REQUESTS, UNAUTHORIZED
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError, NoAnswerError, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.concurrency import once_for_each
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.outcome import Outcome, Run
from ansible_collections.aep.sources.plugins.module_utils.polling import PAUSES, Watch
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import Authentication, BasicAuthentication
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID, Desired, PlanError, Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import Plan, contested, plan
from ansible_collections.aep.sources.plugins.module_utils.proof import Prover

_PRECONDITION_FAILED = 412
NOT_READY = "whether its credentials work could not be tested yet, as it is still initializing"


class Settler:
    """Settles the connections of one sandbox, each on its own. Parameters as of Reconciler."""

    def __init__(self, flow: FlowService, scope: Scope, run: Run) -> None:
        self._flow = flow
        self.watch = Watch(flow, run.wait_timeout, run.sleep)
        self.patient = Watch(flow, run.proof_timeout, run.sleep)
        self._prover = Prover(flow, self.patient, self.settle, marks=scope.key is not None)
        self._scope = scope
        self._run = run
        self._published = once_for_each(self._ask_for_spellings)
        self._repeats = {  # how often a plan is made anew at most, by its action and by why it failed
            ("create", "in doubt"): 2,
            ("create", "refused by rate"): run.retries,
            ("create", "token refused"): 1,
            ("update", "in doubt"): 1,
            ("update", "moved"): 1,
        }

    def look_at(self, existing: list[Connection], desired: Desired) -> Outcome:
        """Plan as far as that takes no request. A connection that needs none is settled then, and so is one without a plan."""
        try:
            made = self._planned(desired, existing)
        except AepError as error:
            return Outcome(desired, error=error)
        return Outcome(desired, made, made.target, applied=made.action == "none" and not made.needs_test)

    def settle(self, existing: list[Connection], outcome: Outcome) -> Outcome:
        """Return the outcome with its plan applied, or with the error that stopped it."""
        before: Plan | None = None
        tried: Plan | None = None
        failures: Counter[tuple[str, str]] = Counter()
        try:
            while not outcome.applied:
                outcome = self._plan(existing, outcome, before)
                try:
                    outcome = self._apply(outcome)
                except AepError as error:
                    existing = self._look_again(outcome, cause_of(error), failures, error)
                    before = outcome.plan
                    if cause_of(error) != "moved":  # else it was not done for certain
                        tried = tried or outcome.plan
            if outcome.action == "delete" and not self._run.check:
                self.watch.until_gone(outcome.desired.label, str(outcome.id))
        except AepError as error:
            return replace(outcome, error=error)
        if tried and not outcome.changed:  # the look found the work done, so the try did it
            return replace(outcome, plan=tried)
        return outcome

    def _planned(
        self, desired: Desired, existing: list[Connection], works: bool | None = None, scope: Scope | None = None
    ) -> Plan:
        try:
            return plan(desired, existing, scope or self._scope, works)
        except PlanError as error:
            raise AepError(self._flow.doing("plan", desired.label), str(error)) from None

    def _plan(self, existing: list[Connection], outcome: Outcome, before: Plan | None) -> Outcome:
        """Plan with all that has to be asked for it: whether the connection is ready, and whether its credentials work.

        ``before`` is what was tried in vain, or perhaps not: credentials that have arrived are tested when all is settled.
        """
        desired = outcome.desired
        made = self._planned(desired, existing)
        target, is_sent = made.target, before is not None and before.sends_credentials and made.is_unproven
        works = before.works if before and not is_sent else None
        if target and not self._run.check and self._is_awaited(target, made, asks=made.needs_test and not is_sent):
            ready = self.watch.until_ready(desired.label, target.id)
            existing = [ready] if ready else []
            made = self._planned(desired, existing)
        if made.target and made.needs_test and not is_sent and not made.target.is_initializing:
            works = self._flow.test(desired.label, made.target.id) if works is None else works
            made = self._planned(desired, existing, works)
        if made.sends_credentials and desired.authentication:
            made = self._planned(desired, existing, works, self._spelled(desired.authentication))
        planned = replace(outcome, plan=made, connection=made.target, test=works)
        return planned.noting(NOT_READY) if made.needs_test and not is_sent else planned

    def _is_awaited(self, target: Connection, made: Plan, *, asks: bool) -> bool:
        """Return whether a connection has to be ready first: to be changed, or to be tested, for which nobody has to wait."""
        is_ready = target.etag and not target.is_initializing
        return not is_ready and (made.action != "none" or (asks and self._run.wait_timeout > 0))

    def _spelled(self, authentication: Authentication) -> Scope:
        """Return the scope with the spellings of sslMode; the connection spec is asked once, unless the user gave some."""
        if not isinstance(authentication, BasicAuthentication):
            return self._scope
        own = self._scope.own_spellings
        published = [] if own else self._published(authentication.spec_name)
        return replace(self._scope, spellings=authentication.spellings(own, published))

    def _ask_for_spellings(self, auth_spec: str) -> list[str]:
        """Return what is published. Without an answer, the request that follows says what is wrong."""
        with contextlib.suppress(AepError):
            return self._flow.published_values(SPEC_ID, auth_spec, "sslMode")
        return []

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
            raise AepError(self._flow.doing("change", desired.label), "it has no etag yet", "Run again in some minutes.")
        if made.action == "delete":
            self.delete(desired, target.id)
            return applied
        remarks = self._prove(desired, made)
        etag = self._flow.patch(desired.label, target.id, target.etag, made.operations)
        changed = replace(target, name=made.after["name"], description=made.description, etag=etag)
        return replace(applied, connection=changed).noting(*remarks)

    def _prove(self, desired: Desired, made: Plan) -> tuple[str, ...]:
        """See to it that credentials work before they replace others, unless those are known not to work.

        Returns:
            What is to be remarked.

        Raises:
            AepError: they do not, or it could not be found out; nothing was changed.
        """
        is_wanted = desired.prove_first and desired.test != "never" and made.works is not False
        if not made.sends_credentials or not is_wanted or desired.authentication is None:
            return ()
        proof = self._prover.prove(desired.authentication)
        if proof.problem:
            raise AepError(self._flow.doing("update", desired.label), "; ".join([proof.problem, *proof.remarks]), proof.hint)
        return proof.remarks

    def _look_again(
        self, outcome: Outcome, cause: str, failures: Counter[tuple[str, str]], error: AepError
    ) -> list[Connection]:
        """List again, unless it failed too often; a connection that is expected to be there is given the time to show."""
        desired, failure = outcome.desired, (outcome.plan.action, cause)
        failures[failure] += 1
        if failures[failure] > self._repeats.get(failure, 0):
            raise error
        if failure == ("create", "refused by rate"):
            self._run.sleep(PAUSES[min(failures[failure], len(PAUSES)) - 1])
        expected = {desired.name} if failure == ("create", "in doubt") else set()
        return self.watch.list_until(lambda found: not contested([desired], found) and expected <= {one.name for one in found})

    def delete(self, desired: Desired, connection_id: str) -> None:
        """Delete a connection; when dataflows hold it, name them."""
        try:
            self._flow.delete(desired.label, connection_id)
        except ServiceError as error:
            if not is_in_use(error):
                raise
            used = [one.flow for one in list_dataflows(self._flow, [connection_id])[connection_id]]
            flows = ", ".join(f"'{one.name}' ({one.id})" for one in used)
            reason = f"it is in use by {flows or 'dataflows that this credential cannot see'}"
            raise AepError(self._flow.doing("delete", desired.label), reason, "Delete these dataflows first.") from None


def cause_of(error: AepError) -> str:
    """Return why a request failed, as far as that says how to go on."""
    if isinstance(error, NoAnswerError):
        return "in doubt" if error.may_have_arrived else "not sent"
    if not isinstance(error, ServiceError):
        return "not possible"
    if error.problem.status == _PRECONDITION_FAILED or is_gone(error):
        return "moved"
    causes = {TOO_MANY_REQUESTS: "refused by rate", UNAUTHORIZED: "token refused"}
    return "in doubt" if error.problem.status >= 500 else causes.get(error.problem.status, "refused")
