# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""gather -> plan -> apply -> report: the one loop, and the only place where the plan and the service meet."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import Connection, FlowService, is_gone
from ansible_collections.aep.sources.plugins.module_utils.http.errors import AepError, NoAnswerError, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID, Desired, Observed, Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.fingerprint import read_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import Action, Plan, PlanError, find, plan

LIST_LAG_WAITS = (0.0, 0.5, 1.0, 2.0, 4.0)  # seconds; the list may show a new connection late (api-facts.md 10, row 19)
_TRIES = 3  # a plan is made at most this often before its error stands
_PRECONDITION_FAILED = 412

TEST_HINT = (
    "Check that the database admits Adobe's addresses (IP allow list, firewall, pg_hba.conf), "
    "that server, port and database are right, that the role may log in with this password, "
    "and that ssl_mode or encryption_method fits the server."
)


@dataclass(frozen=True)
class Outcome:
    """What became of one connection. ``works`` is the answer of the service's test, None when it was not asked."""

    name: str
    action: Action = "none"
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    id: str | None = None
    description: str | None = None
    etag: str | None = None
    state: str | None = None
    works: bool | None = None
    sent_credentials: bool = False
    error: AepError | None = None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether something was done, or would be in check mode."""
        return self.action != "none"


class Converger:
    """Makes the PostgreSQL connections of one sandbox what they should be.

    Parameters:
        flow: the sandbox's connections.
        scope: the sandbox, and the key of its fingerprints.
        check: only say what would be done.
        sleep: waits for so many seconds.
    """

    def __init__(self, flow: FlowService, scope: Scope, *, check: bool, sleep: Callable[[float], None] = time.sleep) -> None:
        self._flow = flow
        self._scope = scope
        self._check = check
        self._sleep = sleep

    def converge(self, wanted: Sequence[Desired]) -> list[Outcome]:
        """Return what became of each connection, in the order given. One that fails does not stop the others.

        Raises:
            AepError: the sandbox's connections could not be listed; nothing was done.
        """
        existing = self._gather()
        outcomes = [self._attempt(self._settle, desired, Outcome(desired.label), existing) for desired in wanted]
        created = [outcome for outcome in outcomes if outcome.action == "create" and outcome.id]
        if created:
            listed = self._gather_until(lambda found: {one.id for one in found} >= {one.id for one in created})
            outcomes = [
                self._attempt(self._yield_to_older, desired, outcome, listed) if outcome in created else outcome
                for desired, outcome in zip(wanted, outcomes, strict=True)
            ]
        return [self._attempt(self._tested, desired, outcome) for desired, outcome in zip(wanted, outcomes, strict=True)]

    def _attempt(self, step: Callable[..., Outcome], desired: Desired, outcome: Outcome, *more: Any) -> Outcome:
        if outcome.error:
            return outcome
        try:
            return step(desired, outcome, *more)
        except AepError as error:
            return replace(outcome, error=error)
        except PlanError as error:
            action = f"plan base connection '{desired.label}' of sandbox '{self._scope.sandbox}'"
            return replace(outcome, error=AepError(action, str(error)))

    def _gather(self) -> list[Observed]:
        return [_observed(connection) for connection in self._flow.list_connections(SPEC_ID)]

    def _gather_until(self, enough: Callable[[list[Observed]], bool]) -> list[Observed]:
        found: list[Observed] = []
        for seconds in LIST_LAG_WAITS:
            self._sleep(seconds)
            found = self._gather()
            if enough(found):
                break
        return found

    def _settle(self, desired: Desired, outcome: Outcome, existing: list[Observed]) -> Outcome:
        """Plan and apply; when the connection moved meanwhile, or a create may have arrived, look and plan again."""
        first = current = self._plan(desired, existing)
        for tries_left in reversed(range(_TRIES)):
            try:
                return self._reported(outcome, current if current.action != "none" else first, self._apply(desired, current))
            except AepError as error:
                if not tries_left or not _worth_another_look(current, error):
                    raise
            current = self._plan(desired, self._look_again(desired, created=current.action == "create"))
        raise AssertionError("the last try returns or raises")

    def _look_again(self, desired: Desired, *, created: bool) -> list[Observed]:
        """List again; after a create that may have arrived, until it shows or the list has had time enough to show it."""
        return self._gather_until(lambda found: not created or find(desired, found) is not None)

    def _plan(self, desired: Desired, existing: list[Observed]) -> Plan:
        if desired.update_credentials == "on_failure" and desired.authentication and desired.state == "present":
            current = find(desired, existing)
            if current:
                tested = replace(current, works=self._flow.test(desired.label, current.id))
                existing = [tested if one.id == current.id else one for one in existing]
        return plan(desired, existing, self._scope)

    def _apply(self, desired: Desired, current: Plan) -> Observed | None:
        """Do what the plan says and return the connection as far as it is known then."""
        target = current.target
        if self._check or current.action == "none":
            return target
        if current.action == "create":
            return Observed(self._flow.create(desired.label, current.body), desired.name, current.body.get("description"))
        if target is None:
            raise AssertionError("an update or a delete has a target")
        if current.action == "delete":
            self._flow.delete(desired.label, target.id)
            return target
        if not target.etag:
            raise AepError(
                f"update base connection '{desired.label}' in sandbox '{self._scope.sandbox}'",
                f"the service is still preparing it (state {target.state}, no etag)",
                "Run again in some minutes.",
            )
        etag = self._flow.patch(desired.label, target.id, target.etag, current.operations)
        return replace(target, name=current.after["name"], description=current.after["description"], etag=etag)

    def _reported(self, outcome: Outcome, done: Plan, now: Observed | None) -> Outcome:
        """Return the outcome of a plan that was executed. When a second look found its work done, the first plan did it."""
        description = read_mark(now.description)[0] if now else done.after.get("description")
        return replace(
            outcome,
            action=done.action,
            reasons=done.reasons,
            notes=done.notes,
            id=now.id if now else None,
            name=now.name or outcome.name if now else outcome.name,
            description=description,
            etag=now.etag if now else None,
            state="absent" if done.action == "delete" else now.state if now else None,
            sent_credentials=done.sends_credentials,
            before=done.before,
            after=done.after,
        )

    def _yield_to_older(self, desired: Desired, outcome: Outcome, listed: list[Observed]) -> Outcome:
        """Keep one of several connections of a name that were created at once: the oldest. Ours goes if it is not that one."""
        namesakes = sorted((one for one in listed if one.name == desired.name), key=lambda one: (one.created_at or 0, one.id))
        if not namesakes:
            return outcome
        oldest = namesakes[0]
        if oldest.id == outcome.id or outcome.id is None:
            return replace(outcome, etag=oldest.etag, state=oldest.state)
        self._flow.delete(desired.label, outcome.id)
        adopted = self._settle(replace(desired, connection_id=oldest.id), outcome, listed)
        return replace(adopted, action="create", reasons=outcome.reasons, before=outcome.before, after=outcome.after)

    def _tested(self, desired: Desired, outcome: Outcome) -> Outcome:
        wanted = desired.test == "always" or (desired.test == "on_change" and outcome.sent_credentials)
        pending = self._check and outcome.changed
        if not wanted or pending or outcome.id is None or desired.state == "absent":
            return outcome
        works = self._flow.test(desired.label, outcome.id)
        error = None
        if not works:
            action = f"use base connection '{desired.label}' of sandbox '{self._scope.sandbox}'"
            error = AepError(action, "the service's test of its credentials says false", TEST_HINT)
        return replace(outcome, works=works, error=error)


def _worth_another_look(current: Plan, error: AepError) -> bool:
    """Return whether the connection moved since it was listed, or whether a create may have been done all the same."""
    if current.action == "create":
        if isinstance(error, NoAnswerError):
            return error.may_have_arrived
        return isinstance(error, ServiceError) and error.problem.status >= 500
    moved = isinstance(error, ServiceError) and (error.problem.status == _PRECONDITION_FAILED or is_gone(error))
    return current.action == "update" and moved


def _observed(connection: Connection) -> Observed:
    return Observed(
        id=connection.id,
        name=connection.name,
        description=connection.description,
        etag=connection.etag,
        state=connection.state,
        auth_spec=connection.auth_spec,
        params=connection.auth_params,
        created_at=connection.created_at,
    )
