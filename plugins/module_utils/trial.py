# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Base connections that are made to see what becomes of them, and deleted afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.polling import Found, poll
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    ASSUMED_SPELLINGS,
    Authentication,
    BasicAuthentication,
    ConnectionStringAuthentication,
    compose,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import creation

PREFIX = "aep.sources verification"


class Trial:
    """The connections of one trial. Most is asked of the first of them.

    Parameters:
        flow: the sandbox that they are made in.
        known: credentials of a database that Experience Platform can reach.
        wait_timeout: seconds that a connection may take to be ready, listed or gone.
        sleep: waits for so many seconds.

    Every method raises AepError where the service fails, refuses, or takes too long.
    """

    def __init__(
        self, flow: FlowService, known: BasicAuthentication, wait_timeout: float, sleep: Callable[[float], None]
    ) -> None:
        self.flow = flow
        self.known = known
        self.wrong = replace(known, password=uuid.uuid4().hex)
        parts = {name: getattr(known, name) for name in ("server", "database", "port", "username", "password")}
        self.string = ConnectionStringAuthentication(compose(**parts))
        self.name = f"{PREFIX} {uuid.uuid4().hex[:8]}"
        self.spellings: Mapping[str, str] = ASSUMED_SPELLINGS
        self.created: list[str] = []
        self.first_state: str | None = None
        self._wait_timeout = wait_timeout
        self._sleep = sleep

    def create(self, suffix: str = "", by: Authentication | None = None, spellings: Mapping[str, str] | None = None) -> None:
        """Create a connection, whose name may end in something of its own, by the trial's credentials or by others."""
        auth = by or self.known
        body = creation(self.name + suffix, auth, auth.params(spellings or self.spellings))
        self.created.append(self.flow.create(self.name, body))

    def another(self, suffix: str) -> str:
        """Create a connection, whose name ends in something of its own, and return its id when it is ready."""
        self.create(suffix)
        self._until_ready(self.created[-1])
        return self.created[-1]

    def patch(self, changes: Mapping[str, object], etag: Callable[[str], str] = str) -> None:
        """Change the first connection, by path, when it is ready: at its etag or at what is made of that."""
        ops = {"/description": "add"}  # there is none to replace
        operations = [{"op": ops.get(path, "replace"), "path": path, "value": value} for path, value in changes.items()]
        self.flow.patch(self.name, self.created[0], etag(str(self.ready().etag)), operations)

    def replace_params(self, **changes: str) -> None:
        """Change all parameters of the first connection to those of the trial, but for some."""
        self.patch({"/auth/params": {**self.known.params(self.spellings), **changes}})

    def works(self) -> bool:
        """Return what the service's test says of the first connection."""
        return self.flow.test(self.name, self.created[0])

    def get(self) -> Connection:
        """Return the first connection as it is now."""
        found = self.flow.get(self.name, self.created[0])
        if found is None:
            raise AepError(f"look at base connection '{self.name}'", "somebody else deleted it", "Run again.")
        return found

    def ready(self) -> Connection:
        """Return the first connection as soon as it is not being initialized any more."""
        return self._wait("be ready", self.get, lambda found: not found.is_initializing)[0]

    def listed(self) -> str:
        """Wait until the newest connection is listed, and return how soon it was."""
        newest = self.created[-1]
        return self._wait("be listed", lambda: any(one.id == newest for one in self.flow.list_connections(SPEC_ID)), bool)[1]

    def deleted(self) -> str:
        """Delete the first connection, wait until it is gone, and return how soon it was."""
        self._delete(self.created[0])
        return self._wait("be gone", lambda: self.flow.get(self.name, self.created[0]) is None, bool)[1]

    def clean_up(self) -> None:
        """Delete every connection that was made, also one whose answer was lost. One that stays does not hold up the others.

        Raises:
            AepError: the last thing that failed.
        """
        with ExitStack() as deletions:  # goes through all of them, whatever is raised
            for identifier in self.created:
                deletions.callback(self._delete, identifier)
            for one in self.flow.list_connections(SPEC_ID):
                if (one.name or "").startswith(self.name) and one.id not in self.created:
                    deletions.callback(self._delete, one.id)

    def _delete(self, identifier: str) -> None:
        self._until_ready(identifier)
        self.flow.delete(self.name, identifier)

    def _until_ready(self, identifier: str) -> None:
        self._wait(
            "be ready", lambda: self.flow.get(self.name, identifier), lambda found: not (found and found.is_initializing)
        )

    def _wait(self, what: str, look: Callable[[], Found], until: Callable[[Found], bool]) -> tuple[Found, str]:
        return self.wait(f"wait for a base connection to {what}", look, until)

    def wait(self, action: str, look: Callable[[], Found], until: Callable[[Found], bool]) -> tuple[Found, str]:
        """Return what was waited for, and how soon it came; ``action`` is what errors call that."""
        polled = poll(look, until, timeout=self._wait_timeout, sleep=self._sleep)
        return polled.or_fail(action, "it is still as it was"), "at once" if polled.looks == 1 else "later"
