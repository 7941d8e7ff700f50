# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Finding out how a Flow Service behaves where Adobe does not say (api-facts.md 10), by connections made for it."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import Connection, FlowService
from ansible_collections.aep.sources.plugins.module_utils.http.errors import AepError, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    BasicAuthentication,
    ConnectionStringAuthentication,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.connection_string import compose
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID
from ansible_collections.aep.sources.plugins.module_utils.postgres.ssl_modes import ASSUMED_SPELLINGS, spellings_among
from ansible_collections.aep.sources.plugins.module_utils.waiting import Found, wait_for

PREFIX = "aep.sources verification"
_INITIALIZING = "initializing"
_NO_VERDICT = (401, 429)  # about who asks, and how often; not about what is asked


@dataclass(frozen=True)
class Finding:
    """One question, what the collection takes for granted, what was seen, and what to set because of it ("" for nothing)."""

    question: str
    assumed: str
    observed: str
    advice: str = ""


def verify(
    flow: FlowService, authentication: BasicAuthentication, *, wait_timeout: float, sleep: Callable[[float], None] = time.sleep
) -> list[Finding]:
    """Return what was found out. The connections made for it are deleted, whatever happens.

    Parameters:
        flow: the sandbox to do it in.
        authentication: credentials of a database that Experience Platform can reach.
        wait_timeout: seconds that a connection may take to be ready, listed or gone.
        sleep: waits for so many seconds.

    Raises:
        AepError: a base connection cannot be made at all, or one could not be deleted; the error says which.
    """
    trial = _Trial(flow, authentication, f"{PREFIX} {uuid.uuid4().hex[:8]}", wait_timeout, sleep)
    try:
        findings = list(trial.findings())
    except AepError:
        with contextlib.suppress(AepError):
            trial.clean_up()
        raise
    trial.clean_up()
    return findings


class _Trial:
    def __init__(
        self,
        flow: FlowService,
        authentication: BasicAuthentication,
        name: str,
        wait_timeout: float,
        sleep: Callable[[float], None],
    ) -> None:
        self._flow = flow
        self._authentication = authentication
        self._name = name
        self._wait_timeout = wait_timeout
        self._sleep = sleep
        self._created: set[str] = set()
        self._spellings: Mapping[str, str] = ASSUMED_SPELLINGS

    def findings(self) -> Iterator[Finding]:
        """Ask one thing after the other."""
        identifier, spelling = self._first()
        yield spelling
        first = self._get(identifier)
        yield self._listing(identifier)
        yield self._readiness(first)
        yield self._shown(identifier)
        yield self._names()
        yield self._check_of_credentials()
        yield self._connection_string()
        yield self._patch(
            identifier, "Can the password alone be changed?", "it can", [_replace("password", self._authentication.password)]
        )
        yield self._patch(identifier, "May If-Match be a star?", "not relied on", [_DESCRIBE], etag="*")
        yield self._kind(identifier)
        yield self._sandbox()
        yield self._missing()
        yield self._deletion(identifier)

    def clean_up(self) -> None:
        """Delete every connection that was made, also one whose answer was lost."""
        lost = {one.id for one in self._flow.list_connections(SPEC_ID) if (one.name or "").startswith(self._name)}
        for identifier in sorted(self._created | lost):
            self._ready(identifier)
            self._flow.delete(self._name, identifier)

    def _create(self, name: str, authentication: BasicAuthentication | ConnectionStringAuthentication) -> str:
        body = {
            "name": name,
            "auth": {"specName": authentication.spec_name, "params": authentication.params(self._spellings)},
            "connectionSpec": {"id": SPEC_ID, "version": "1.0"},
        }
        identifier = self._flow.create(name, body)
        self._created.add(identifier)
        return identifier

    def _first(self) -> tuple[str, Finding]:
        mode = self._authentication.ssl_mode
        published = self._flow.published_values(SPEC_ID, self._authentication.spec_name, "sslMode")
        offered = spellings_among(published)
        words = mode.split("-")
        tried = [offered[mode]] if mode in offered else [ASSUMED_SPELLINGS[mode], mode, *_spelled(words)]
        for number, spelling in enumerate(tried, 1):
            self._spellings = {mode: spelling}
            try:
                identifier = self._create(self._name, self._authentication)
            except ServiceError as error:
                if error.problem.status != 400 or number == len(tried):
                    raise
                continue
            how = "published by the service" if published else "found by trying"
            advice = "" if published or spelling == ASSUMED_SPELLINGS[mode] else f"ssl_mode_spellings: {{{mode}: {spelling}}}"
            return identifier, Finding(
                f"How is sslMode spelled for {mode}?", ASSUMED_SPELLINGS[mode], f"{spelling}, {how}", advice
            )
        raise AssertionError("the last spelling is raised")  # pragma: no cover

    def _listing(self, identifier: str) -> Finding:
        looks = 0

        def look() -> tuple[bool, None]:
            nonlocal looks
            looks += 1
            return any(one.id == identifier for one in self._flow.list_connections(SPEC_ID)), None

        self._wait(look, "list a new base connection", "it is not listed")
        return Finding("Is a new connection listed at once?", "maybe not", "at once" if looks == 1 else "later")

    def _readiness(self, first: Connection) -> Finding:
        ready = self._ready(first.id)
        observed = f"{first.state}, then {ready.state}" if first.state != ready.state else str(first.state)
        return Finding("In which state is a new connection?", "enabled, on AWS initializing before", observed)

    def _shown(self, identifier: str) -> Finding:
        params = self._get(identifier).auth_params
        password = params.get("password")
        if not params:
            observed = "no parameters are shown"
        elif not password:
            observed = "the password is left out"
        elif password == self._authentication.password:
            observed = "the password is shown in plain"
        else:
            observed = "something else is shown for the password"
        shown = (
            "" if observed != "the password is shown in plain" else "let few people list connections: they can read passwords"
        )
        return Finding("How do stored secrets come back?", "not relied on", observed, shown)

    def _names(self) -> Finding:
        return Finding(
            "May two connections have one name?",
            "they may",
            self._tried(lambda: self._create(self._name, self._authentication)),
        )

    def _check_of_credentials(self) -> Finding:
        wrong = replace(self._authentication, password=uuid.uuid4().hex)
        observed = self._tried(lambda: self._create(f"{self._name} wrong", wrong))
        answer = "not at create" if observed == "accepted" else f"at create: {observed}"
        return Finding("Are credentials checked at create?", "not at create", answer)

    def _connection_string(self) -> Finding:
        observed = self._tried(lambda: self._create(f"{self._name} string", self._as_string()))
        advice = "" if observed == "accepted" else "auth_type: basic"
        return Finding("Is a connection string offered?", "on Azure, not on AWS", observed, advice)

    def _patch(
        self, identifier: str, question: str, assumed: str, operations: list[dict[str, Any]], etag: str | None = None
    ) -> Finding:
        current = etag or str(self._ready(identifier).etag)
        return Finding(
            question, assumed, self._tried(lambda: self._flow.patch(self._name, identifier, current, operations) or identifier)
        )

    def _kind(self, identifier: str) -> Finding:
        other = self._as_string()
        operations: list[dict[str, Any]] = [
            {"op": "replace", "path": "/auth/specName", "value": other.spec_name},
            {"op": "replace", "path": "/auth/params", "value": other.params(self._spellings)},
        ]
        return self._patch(identifier, "Can the kind of authentication be changed?", "it cannot", operations)

    def _sandbox(self) -> Finding:
        observed = self._tried(lambda: str(self._flow.without_sandbox("look for connections without naming a sandbox")))
        known = {"accepted": "the default sandbox is taken"}
        return Finding("What if no sandbox is named?", "refused", known.get(observed, observed))

    def _missing(self) -> Finding:
        nobody = str(uuid.uuid4())
        found = self._flow.get(self._name, nobody)
        return Finding("Is a connection that is not there told apart?", "it is", "it is" if found is None else "it is not")

    def _deletion(self, identifier: str) -> Finding:
        self._ready(identifier)
        self._flow.delete(self._name, identifier)
        looks = 0

        def look() -> tuple[bool, None]:
            nonlocal looks
            looks += 1
            return self._flow.get(self._name, identifier) is None, None

        self._wait(look, "delete a base connection", "it is still there")
        return Finding("When is a deleted connection gone?", "maybe later", "at once" if looks == 1 else "later")

    def _as_string(self) -> ConnectionStringAuthentication:
        known = self._authentication
        return ConnectionStringAuthentication(
            compose(
                server=known.server, database=known.database, port=known.port, username=known.username, password=known.password
            )
        )

    def _get(self, identifier: str) -> Connection:
        found = self._flow.get(self._name, identifier)
        if found is None:
            raise AepError(f"look at base connection '{self._name}'", "somebody else deleted it", "Run again.")
        return found

    def _ready(self, identifier: str) -> Connection:
        def look() -> tuple[bool, Connection]:
            found = self._flow.get(self._name, identifier) or Connection(id=identifier)
            return found.state != _INITIALIZING, found

        return self._wait(look, "wait for a new base connection", "it is still being initialized")

    def _wait(self, look: Callable[[], tuple[bool, Found]], action: str, otherwise: str) -> Found:
        return wait_for(look, timeout=self._wait_timeout, sleep=self._sleep, action=action, otherwise=otherwise)

    @staticmethod
    def _tried(request: Callable[[], str]) -> str:
        try:
            request()
        except ServiceError as error:
            if error.problem.status in _NO_VERDICT or error.problem.status >= 500:
                raise
            return " ".join(filter(None, ["refused with", str(error.problem.status), error.problem.code]))
        return "accepted"


_DESCRIBE = {"op": "add", "path": "/description", "value": "verified"}


def _replace(parameter: str, value: str) -> dict[str, str]:
    return {"op": "replace", "path": f"/auth/params/{parameter}", "value": value}


def _spelled(words: list[str]) -> list[str]:
    """Return further spellings that Adobe's pages show: Verify Full, Verify_full, VerifyFull, and a boolean."""
    titles = [word.title() for word in words]
    others = [" ".join(titles), "_".join([titles[0], *words[1:]]), "".join(titles), "false" if words == ["disable"] else "true"]
    return list(dict.fromkeys(others))
