# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""gather -> plan -> apply -> report: the one loop, and the only place where the plan and the service meet."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService, is_gone, is_in_use
from ansible_collections.aep.sources.plugins.module_utils.client.client import TOO_MANY_REQUESTS, UNAUTHORIZED
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError, NoAnswerError, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.concurrency import results_of
from ansible_collections.aep.sources.plugins.module_utils.listing import PATIENCE, Listing, observed
from ansible_collections.aep.sources.plugins.module_utils.outcome import Outcome, Run
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import BasicAuthentication
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID, Desired, Observed, Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import FAILED, mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import Plan, PlanError, contested, find, plan, surplus
from ansible_collections.aep.sources.plugins.module_utils.postgres.ssl_modes import spellings_among
from ansible_collections.aep.sources.plugins.module_utils.waiting import Found, wait_for

_CREATES = 3  # a create that may or may not have arrived is tried at most this often
_CHANGES = 2  # a connection that somebody else changed meanwhile is planned once more
_PRECONDITION_FAILED = 412
_INITIALIZING = "initializing"

Step: TypeAlias = Callable[[Desired, Outcome], Outcome]
Known: TypeAlias = "Callable[[Desired, Outcome], Outcome | None]"

TEST_HINT = (
    "Check that the database admits Adobe's addresses (IP allow list, firewall, pg_hba.conf), "
    "that server, port and database are right, that the role may log in with this password, "
    "and that ssl_mode or encryption_method fits the server."
)


class Converger:
    """Makes the PostgreSQL connections of one sandbox what they should be.

    Parameters:
        flow: the sandbox's connections.
        scope: the sandbox, the key of its fingerprints, and the spellings of sslMode.
        run: how it is done.
    """

    def __init__(self, flow: FlowService, scope: Scope, run: Run) -> None:
        self._flow = flow
        self._listing = Listing(flow, run.sleep)
        self._scope = scope
        self._run = run
        self._ask_spellings = run.ask_spellings
        self._asking = threading.Lock()

    def converge(self, wanted: Sequence[Desired]) -> list[Outcome]:
        """Return what became of each connection: of those wanted in their order, then of those that were purged.

        One that fails does not stop the others.

        Raises:
            AepError: the sandbox's connections could not be listed; nothing was done.
        """
        existing = self._listing.until(lambda found: not contested(wanted, found))
        wanted = [*wanted, *(surplus(wanted, existing) if self._run.purge else [])]
        new = [Outcome(desired.label) for desired in wanted]
        later = (_not_created, self._not_to_be_tested)
        outcomes = self._each(wanted, new, partial(self._at_rest, existing), partial(self._settle, existing), later)
        created = {outcome.id for outcome in outcomes if outcome.action == "create" and outcome.id}
        if created:
            listed = self._listing.all_seen(created)
            outcomes = self._each(wanted, outcomes, _not_created, partial(self._finish_create, listed), later[1:])
        return self._each(wanted, outcomes, self._not_to_be_tested, self._tested)

    def _each(
        self, wanted: Sequence[Desired], outcomes: Sequence[Outcome], known: Known, step: Step, later: Sequence[Known] = ()
    ) -> list[Outcome]:
        """Take a step with every connection whose outcome is not known without it. One that failed takes no more steps.

        A connection is finished if none of the later steps is for it.
        """

        def outcome_known(pair: tuple[Desired, Outcome]) -> Outcome | None:
            return pair[1] if pair[1].error else known(*pair)

        def outcome_of(pair: tuple[Desired, Outcome]) -> Outcome:
            desired, outcome = pair
            try:
                outcome = step(desired, outcome)
            except AepError as error:
                outcome = replace(outcome, error=error)
            except PlanError as error:
                outcome = replace(outcome, error=AepError(self._doing("plan", desired), str(error)))
            if outcome.error or all(is_known(desired, outcome) for is_known in later):
                self._run.finished(outcome)
            return outcome

        pairs = list(zip(wanted, outcomes, strict=True))
        return results_of(outcome_of, pairs, known=outcome_known, workers=self._run.concurrency)

    def _at_rest(self, existing: list[Observed], desired: Desired, outcome: Outcome) -> Outcome | None:
        """Return the outcome of a connection that is as it should be, if that takes no request to see."""
        try:
            made = plan(desired, existing, self._scope)
        except PlanError:
            return None
        to_be_done = made.action != "none" or (made.target is not None and desired.mends_what_fails)
        return None if to_be_done else outcome.reporting(made, made.target)

    def _settle(self, existing: list[Observed], desired: Desired, outcome: Outcome) -> Outcome:
        """Plan and apply; when the connection moved meanwhile, or a create may have arrived, look and plan again.

        When a look after a try finds the work done, that try did it.
        """
        tried = None
        current = self._plan(desired, existing)
        tries = 0
        while True:
            tries += 1
            try:
                if not self._run.check and current.action in ("update", "delete"):
                    current = self._ready_to_change(desired, current)
                return outcome.reporting(
                    tried if tried and current.action == "none" else current, self._apply(desired, current)
                )
            except AepError as error:
                if tries >= self._most_tries(current, error):
                    raise
                if _status(error) == TOO_MANY_REQUESTS:
                    self._run.sleep(PATIENCE[min(tries, len(PATIENCE) - 1)])
                expected = current.action == "create" and _may_be_done(error)
            tried = tried or current
            current = self._plan(desired, self._look_again(desired, expected=expected))

    def _most_tries(self, current: Plan, error: AepError) -> int:
        """Return how often a plan is made at most: more than once if the connection moved, or to create it is not over yet."""
        status = _status(error)
        if current.action == "create":
            refused = {TOO_MANY_REQUESTS: 1 + self._run.retries, UNAUTHORIZED: _CHANGES}
            return _CREATES if _may_be_done(error) else refused.get(status, 1)
        moved = status == _PRECONDITION_FAILED or (isinstance(error, ServiceError) and is_gone(error))
        return _CHANGES if current.action == "update" and moved else 1

    def _look_again(self, desired: Desired, *, expected: bool) -> list[Observed]:
        """List again; when a create is expected to have been done, until it shows or the list has had time enough for it."""
        return self._listing.until(
            lambda found: not contested([desired], found) and not (expected and find(desired, found) is None)
        )

    def _plan(self, desired: Desired, existing: list[Observed]) -> Plan:
        made = plan(desired, existing, self._scope)
        target = made.target
        if target and target.works is None and not made.sends_credentials and desired.mends_what_fails:
            tested = replace(target, works=self._flow.test(desired.label, target.id))
            existing = [tested if one.id == target.id else one for one in existing]
            made = plan(desired, existing, self._scope)
        if made.sends_credentials and isinstance(desired.authentication, BasicAuthentication):
            self._learn_spellings(desired.authentication)
            made = plan(desired, existing, self._scope)
        return made

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

    def _ready_to_change(self, desired: Desired, current: Plan) -> Plan:
        """Wait until a connection that is being prepared is ready, and plan again with what it is then (api-facts.md 3.5)."""
        target = current.target
        if target is None or (target.etag and target.state != _INITIALIZING):
            return current
        ready = self._wait_until_ready(desired, target.id)
        return self._plan(desired, [ready]) if ready else current

    def _apply(self, desired: Desired, current: Plan) -> Observed | None:
        """Do what the plan says and return the connection as far as it is known then."""
        target = current.target
        if self._run.check or current.action == "none":
            return target
        if current.action == "create":
            return Observed(self._flow.create(desired.label, current.body), desired.name, current.body.get("description"))
        if target is None or not target.etag:
            raise AepError(self._doing("change", desired), "it has no etag yet", "Run again in some minutes.")
        if current.action == "delete":
            self._delete(desired, target.id)
            return target
        etag = self._flow.patch(desired.label, target.id, target.etag, current.operations)
        return replace(target, name=current.after["name"], description=current.after["description"], etag=etag)

    def _delete(self, desired: Desired, connection_id: str) -> None:
        """Delete a connection and wait until it is gone; when dataflows hold it, name them."""
        try:
            self._flow.delete(desired.label, connection_id)
        except ServiceError as error:
            if not is_in_use(error):
                raise
            flows = [f"'{one.name}' ({one.id})" for one in self._flow.dataflows(connection_id)]
            holding = ", ".join(flows) or "dataflows that this credential cannot see"
            hint = "Delete these dataflows first."
            raise AepError(self._doing("delete", desired), f"it is in use by {holding}", hint) from None
        if self._run.wait_timeout:
            self._wait(
                lambda: (self._flow.get(desired.label, connection_id) is None, None), "delete", desired, "it is still there"
            )

    def _wait_until_ready(self, desired: Desired, connection_id: str) -> Observed | None:
        """Return the connection when it is not initializing any more, or None when it is gone."""

        def look() -> tuple[bool, Observed | None]:
            found = self._flow.get(desired.label, connection_id)
            return found is None or found.state != _INITIALIZING, observed(found) if found else None

        return self._wait(look, "wait for", desired, "it is still initializing")

    def _wait(self, look: Callable[[], tuple[bool, Found]], verb: str, desired: Desired, otherwise: str) -> Found:
        action = self._doing(verb, desired)
        return wait_for(look, timeout=self._run.wait_timeout, sleep=self._run.sleep, action=action, otherwise=otherwise)

    def _doing(self, verb: str, desired: Desired) -> str:
        return f"{verb} base connection '{desired.label}' of sandbox '{self._scope.sandbox}'"

    def _finish_create(self, listed: list[Observed], desired: Desired, outcome: Outcome) -> Outcome:
        """Keep the oldest of several connections of a name that were created at once, and wait until it is ready."""
        namesakes = sorted((one for one in listed if one.name == desired.name), key=lambda one: (one.created_at or 0, one.id))
        # Ours goes only if the older one is there at this moment: a list may show what another run took back meanwhile.
        oldest = next((one for one in namesakes if one.id == outcome.id or self._listing.holds(desired.label, one.id)), None)
        if oldest and oldest.id != outcome.id:
            self._flow.delete(desired.label, str(outcome.id))
            adopted = self._settle(listed, replace(desired, connection_id=oldest.id), outcome)
            return replace(adopted, action="create", reasons=outcome.reasons, before=outcome.before, after=outcome.after)
        if self._run.wait_timeout and (oldest is None or oldest.state == _INITIALIZING):
            oldest = self._wait_until_ready(desired, str(outcome.id))
        return replace(outcome, etag=oldest.etag, state=oldest.state) if oldest else outcome

    def _not_to_be_tested(self, desired: Desired, outcome: Outcome) -> Outcome | None:
        wanted = desired.test == "always" or (desired.test == "on_change" and outcome.sent_credentials)
        pending = self._run.check and outcome.changed
        testable = outcome.id is not None and desired.state == "present" and outcome.state != _INITIALIZING
        return None if wanted and testable and not pending else outcome

    def _tested(self, desired: Desired, outcome: Outcome) -> Outcome:
        works = outcome.works if outcome.works is not None else self._flow.test(desired.label, str(outcome.id))
        return replace(outcome, works=True) if works else self._failed_test(desired, replace(outcome, works=False))

    def _failed_test(self, desired: Desired, outcome: Outcome) -> Outcome:
        """Say what is to be checked, and leave nothing behind that looks as if all were well."""
        said = "the service's test of its credentials says false"
        if desired.on_test_failure == "rollback" and outcome.action == "create" and outcome.id:
            self._delete(desired, outcome.id)
            error = AepError(self._doing("use", desired), f"{said}, so it was removed again", TEST_HINT)
            return replace(outcome, action="none", reasons=(), id=None, etag=None, state="absent", after={}, error=error)
        outcome = self._marked_as_failed(desired, outcome)
        if desired.on_test_failure == "warn":
            return replace(outcome, notes=(*outcome.notes, f"{said}. {TEST_HINT.rstrip('.')}"))
        return replace(outcome, error=AepError(self._doing("use", desired), said, TEST_HINT))

    def _marked_as_failed(self, desired: Desired, outcome: Outcome) -> Outcome:
        """Replace the fingerprint of credentials that do not work, so that the next run sends and tests them again."""
        if desired.update_credentials != "on_change" or not outcome.sent_credentials or not outcome.id or not outcome.etag:
            return outcome
        operation = {"op": "replace", "path": "/description", "value": mark(outcome.description or "", FAILED)}
        with contextlib.suppress(AepError):  # the failed test is what has to be told
            return replace(outcome, etag=self._flow.patch(desired.label, outcome.id, outcome.etag, [operation]))
        return outcome


def _not_created(_desired: Desired, outcome: Outcome) -> Outcome | None:
    return None if outcome.action == "create" and outcome.id else outcome


def _may_be_done(error: AepError) -> bool:
    return error.may_have_arrived if isinstance(error, NoAnswerError) else _status(error) >= 500


def _status(error: AepError) -> int:
    return error.problem.status if isinstance(error, ServiceError) else 0
