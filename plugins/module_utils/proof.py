# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Proving credentials on a throw-away connection, before they replace others that may work."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import NamedTuple

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.concurrency import once_for_each
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.outcome import Outcome
from ansible_collections.aep.sources.plugins.module_utils.polling import Watch
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import Authentication
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID, Desired, UpdateCredentials
from ansible_collections.aep.sources.plugins.module_utils.postgres.warnings import TEST_HINT

_NAME = "aep.sources proof"
_TEXT = "Throw-away connection that proves credentials. It may be deleted."
_FALSE = (
    "the new credentials do not work on a throw-away connection, so nothing was changed: it goes on with its former credentials"
)
_UNKNOWN = "whether the new credentials work could not be found out on a throw-away connection, so nothing was changed"


class Proof(NamedTuple):
    """What came of it: nothing against the credentials, or the reason why they are not used; and what stayed behind."""

    problem: str = ""
    hint: str = ""
    remarks: tuple[str, ...] = ()


class Prover:
    """Finds out once for each set of credentials whether the service can use them in this sandbox.

    Parameters:
        flow: the sandbox's connections.
        watch: how long a throw-away connection may take to be ready.
        settle: creates a connection, given those that exist, whatever happens to the request.
        marks: whether there is a key to mark it with.
    """

    def __init__(
        self, flow: FlowService, watch: Watch, settle: Callable[[list[Connection], Outcome], Outcome], *, marks: bool
    ) -> None:
        self._flow = flow
        self._watch = watch
        self._settle = settle
        self._policy: UpdateCredentials = "on_change" if marks else "on_create"
        self.prove: Callable[[Authentication], Proof] = once_for_each(self._prove)

    def _prove(self, authentication: Authentication) -> Proof:
        """Return whether the service's test says that credentials work."""
        name, policy = f"{_NAME} {uuid.uuid4().hex[:12]}", self._policy
        proof = Desired(name, None, "present", _TEXT, authentication, policy, is_proof=True)
        made = self._settle([], Outcome(proof))
        result = Proof(f"{_UNKNOWN}: {made.error}") if made.error else self._test(name, str(made.id))
        try:
            # it may be there although its creation was answered with an error
            there = [made.id] if made.id else [one.id for one in self._flow.list_connections(SPEC_ID) if one.name == name]
            for identifier in there:
                self._flow.delete(name, identifier)
        except AepError as error:
            return result._replace(remarks=(f"the throw-away connection '{name}' ({made.id}) stayed behind ({error})",))
        return result

    def _test(self, name: str, connection_id: str) -> Proof:
        try:
            self._watch.until_ready(name, connection_id)
            return Proof() if self._flow.test(name, connection_id) else Proof(_FALSE, TEST_HINT)
        except AepError as error:
            return Proof(f"{_UNKNOWN}: {error}")
