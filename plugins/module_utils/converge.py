# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""gather -> plan -> apply -> report: the one loop, and the only place where the plan and the service meet."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import Connection, FlowService, is_gone
from ansible_collections.aep.sources.plugins.module_utils.http.errors import AepError, NoAnswerError, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import BasicAuthentication
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID, Desired, Observed, Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.fingerprint import read_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import Action, Plan, PlanError, find, plan
from ansible_collections.aep.sources.plugins.module_utils.postgres.ssl_modes import spellings_among

LIST_LAG_WAITS = (0.0, 0.5, 1.0, 2.0, 4.0)  # seconds; the list may show a new connection late (api-facts.md 10, row 19)
_TRIES = 3  # a plan is made at most this often before its error stands
_PRECONDITION_FAILED = 412
_PAUSES = (0.5, 1.0, 2.0, 4.0, 5.0)  # seconds between two looks at a connection that is being prepared or deleted
_INITIALIZING = "initializing"
_LEAVING = ("delete-finalizing", "deleting", "deleted")  # states of a connection that is as good as gone

_Found = TypeVar("_Found")

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


@dataclass(frozen=True)
class Run:
    """How a run is made: ``check`` only says what would be done.

    ``wait_timeout`` is for how many seconds a connection may take to be ready, or to be gone; 0 does not wait.
    ``ask_spellings`` lets the connection spec say how sslMode is spelled, where it does.
    """

    check: bool = False
    wait_timeout: float = 180.0
    ask_spellings: bool = True
    sleep: Callable[[float], None] = time.sleep


class Converger:
    """Makes the PostgreSQL connections of one sandbox what they should be.

    Parameters:
        flow: the sandbox's connections.
        scope: the sandbox, the key of its fingerprints, and the spellings of sslMode.
        run: how it is done.
    """

    def __init__(self, flow: FlowService, scope: Scope, run: Run) -> None:
        self._flow = flow
        self._scope = scope
        self._run = run
        self._ask_spellings = run.ask_spellings

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
                self._attempt(self._finish_create, desired, outcome, listed) if outcome in created else outcome
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
            return replace(outcome, error=AepError(self._doing("plan", desired), str(error)))

    def _gather(self) -> list[Observed]:
        found = [_observed(connection) for connection in self._flow.list_connections(SPEC_ID)]
        return [one for one in found if one.state not in _LEAVING]

    def _gather_until(self, enough: Callable[[list[Observed]], bool]) -> list[Observed]:
        found: list[Observed] = []
        for seconds in LIST_LAG_WAITS:
            self._run.sleep(seconds)
            found = self._gather()
            if enough(found):
                break
        return found

    def _settle(self, desired: Desired, outcome: Outcome, existing: list[Observed]) -> Outcome:
        """Plan and apply; when the connection moved meanwhile, or a create may have arrived, look and plan again."""
        first = current = self._plan(desired, existing)
        for tries_left in reversed(range(_TRIES)):
            try:
                if not self._run.check and current.action in ("update", "delete"):
                    current = self._ready_to_change(desired, current)
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
        made = plan(desired, existing, self._scope)
        if made.sends_credentials and isinstance(desired.authentication, BasicAuthentication) and self._ask_spellings:
            self._learn_spellings(desired.authentication)
            made = plan(desired, existing, self._scope)
        return made

    def _learn_spellings(self, authentication: BasicAuthentication) -> None:
        """Take the spellings of sslMode from the connection spec, where it publishes them; asked once."""
        self._ask_spellings = False
        try:
            published = self._flow.published_values(SPEC_ID, authentication.spec_name, "sslMode")
        except AepError:
            return  # what is assumed is as good as it was, and the request that follows says what is wrong
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
            self._flow.delete(desired.label, target.id)
            self._wait_until_gone(desired, target.id)
            return target
        etag = self._flow.patch(desired.label, target.id, target.etag, current.operations)
        return replace(target, name=current.after["name"], description=current.after["description"], etag=etag)

    def _wait_until_ready(self, desired: Desired, connection_id: str) -> Observed | None:
        """Return the connection when it is not initializing any more, or None when it is gone."""

        def look() -> tuple[bool, Observed | None]:
            found = self._flow.get(desired.label, connection_id)
            return found is None or found.state != _INITIALIZING, _observed(found) if found else None

        return self._wait(look, self._doing("wait for", desired), "it is still initializing")

    def _wait_until_gone(self, desired: Desired, connection_id: str) -> None:
        def look() -> tuple[bool, None]:
            return self._flow.get(desired.label, connection_id) is None, None

        if self._run.wait_timeout:
            self._wait(look, self._doing("delete", desired), "it is still there")

    def _wait(self, look: Callable[[], tuple[bool, _Found]], action: str, otherwise: str) -> _Found:
        """Look until it is as it should be, ever more patiently, and at most for the time that is given."""
        waited = 0.0
        for pause in itertools.chain(_PAUSES, itertools.repeat(_PAUSES[-1])):
            done, found = look()
            if done:
                return found
            if waited >= self._run.wait_timeout:
                raise AepError(action, f"{otherwise} after {waited:g} s", "Raise wait_timeout, or run again later.")
            self._run.sleep(pause)
            waited += pause
        raise AssertionError("pauses do not end")

    def _doing(self, verb: str, desired: Desired) -> str:
        return f"{verb} base connection '{desired.label}' of sandbox '{self._scope.sandbox}'"

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

    def _finish_create(self, desired: Desired, outcome: Outcome, listed: list[Observed]) -> Outcome:
        """Keep the oldest of several connections of a name that were created at once, and wait until it is ready."""
        namesakes = sorted((one for one in listed if one.name == desired.name), key=lambda one: (one.created_at or 0, one.id))
        oldest = namesakes[0] if namesakes else None
        if oldest and outcome.id and oldest.id != outcome.id:
            self._flow.delete(desired.label, outcome.id)
            adopted = self._settle(replace(desired, connection_id=oldest.id), outcome, listed)
            return replace(adopted, action="create", reasons=outcome.reasons, before=outcome.before, after=outcome.after)
        if outcome.id and self._run.wait_timeout and (oldest is None or oldest.state == _INITIALIZING):
            oldest = self._wait_until_ready(desired, outcome.id)
        return replace(outcome, etag=oldest.etag, state=oldest.state) if oldest else outcome

    def _tested(self, desired: Desired, outcome: Outcome) -> Outcome:
        wanted = desired.test == "always" or (desired.test == "on_change" and outcome.sent_credentials)
        pending = self._run.check and outcome.changed
        if not wanted or pending or outcome.id is None or desired.state == "absent" or outcome.state == _INITIALIZING:
            return outcome
        works = self._flow.test(desired.label, outcome.id)
        error = None
        if not works:
            error = AepError(self._doing("use", desired), "the service's test of its credentials says false", TEST_HINT)
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
