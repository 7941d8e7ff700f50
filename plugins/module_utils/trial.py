# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Base connections that are made to see what becomes of them, and deleted afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.polling import Found, Polled, poll
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    ASSUMED_SPELLINGS,
    Authentication,
    BasicAuthentication,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID

PREFIX = "aep.sources verification"
ACCEPTED = "accepted"
_NO_VERDICT = (401, 429)  # about who asks, and how often; not about what is asked


class Trial:
    """The connections of one trial.

    Parameters:
        flow: the sandbox that they are made in.
        authentication: credentials of a database that Experience Platform can reach.
        wait_timeout: seconds that a connection may take to be ready, listed or gone.
        sleep: waits for so many seconds.

    Every method raises AepError where the service fails, refuses, or takes too long.
    """

    def __init__(
        self, flow: FlowService, authentication: BasicAuthentication, wait_timeout: float, sleep: Callable[[float], None]
    ) -> None:
        self.flow = flow
        self.authentication = authentication
        self.name = f"{PREFIX} {uuid.uuid4().hex[:8]}"
        self.spellings: Mapping[str, str] = ASSUMED_SPELLINGS
        self._wait_timeout = wait_timeout
        self._sleep = sleep
        self._created: set[str] = set()

    def create(self, authentication: Authentication, suffix: str = "") -> str:
        """Create a connection, whose name may end in something of its own, and return its id."""
        body = {
            "name": self.name + suffix,
            "auth": {"specName": authentication.spec_name, "params": authentication.params(self.spellings)},
            "connectionSpec": {"id": SPEC_ID, "version": "1.0"},
        }
        identifier = self.flow.create(self.name, body)
        self._created.add(identifier)
        return identifier

    def patch(self, identifier: str, *operations: Mapping[str, Any], etag: Callable[[str], str] = str) -> None:
        """Change a connection that is ready, at its etag or at what is made of that."""
        self.flow.patch(self.name, identifier, etag(str(self.ready(identifier).etag)), operations)

    def replace_params(self, identifier: str, **changes: str) -> None:
        """Change all parameters of a connection to those of the trial, but for some."""
        params = {**self.authentication.params(self.spellings), **changes}
        self.patch(identifier, {"op": "replace", "path": "/auth/params", "value": params})

    def get(self, identifier: str) -> Connection:
        """Return a connection."""
        found = self.flow.get(self.name, identifier)
        if found is None:
            raise AepError(f"look at base connection '{self.name}'", "somebody else deleted it", "Run again.")
        return found

    def ready(self, identifier: str) -> Connection:
        """Return a connection as soon as it is not being initialized any more."""
        polled = self._poll(
            lambda: self.flow.get(self.name, identifier) or Connection(identifier), lambda found: not found.is_initializing
        )
        return polled.or_fail("wait for a new base connection", "it is still being initialized")

    def listed(self, identifier: str) -> str:
        """Wait until a connection is listed, and return how soon it was."""
        polled = self._poll(lambda: any(one.id == identifier for one in self.flow.list_connections(SPEC_ID)), bool)
        return _how_soon(polled, "list a new base connection", "it is not listed")

    def deleted(self, identifier: str) -> str:
        """Delete a connection, wait until it is gone, and return how soon it was."""
        self._delete(identifier)
        polled = self._poll(lambda: self.flow.get(self.name, identifier) is None, bool)
        return _how_soon(polled, "delete a base connection", "it is still there")

    def clean_up(self) -> None:
        """Delete every connection that was made, also one whose answer was lost. One that stays does not hold up the others.

        Raises:
            AepError: the first thing that failed.
        """
        errors = [self._failure_of(self._find_lost)]
        errors += [self._failure_of(partial(self._delete, identifier)) for identifier in sorted(self._created)]
        failed = next(filter(None, errors), None)
        if failed:
            raise failed

    def _find_lost(self) -> None:
        found = self.flow.list_connections(SPEC_ID)
        self._created |= {one.id for one in found if (one.name or "").startswith(self.name)}

    def _delete(self, identifier: str) -> None:
        self.ready(identifier)
        self.flow.delete(self.name, identifier)

    @staticmethod
    def _failure_of(step: Callable[[], None]) -> AepError | None:
        try:
            step()
        except AepError as error:
            return error
        return None

    def _poll(self, look: Callable[[], Found], until: Callable[[Found], bool]) -> Polled[Found]:
        return poll(look, until, timeout=self._wait_timeout, sleep=self._sleep)


def _how_soon(polled: Polled[bool], action: str, otherwise: str) -> str:
    polled.or_fail(action, otherwise)
    return "at once" if polled.looks == 1 else "later"


def answer_to(request: Callable[[], object]) -> str:
    """Return ACCEPTED, or in words how the service refused a request."""
    try:
        request()
    except ServiceError as error:
        if error.problem.status in _NO_VERDICT or error.problem.status >= 500:
            raise
        return " ".join(filter(None, ["refused with", str(error.problem.status), error.problem.code]))
    return ACCEPTED
