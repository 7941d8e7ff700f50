# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Proving credentials on a throw-away connection, before they replace others that may work."""

from __future__ import annotations

import contextlib
import threading
import uuid

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.polling import Watch
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import Authentication
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID, Desired, Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import PROOF, fingerprint, signed, with_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import plan

NAME = "aep.sources proof"
_TEXT = "Throw-away connection that proves credentials. It may be deleted."


class Prover:
    """Finds out once for each set of credentials whether the service can use them in this sandbox.

    Parameters:
        flow: the sandbox's connections.
        watch: how long a throw-away connection may take to be ready.
    """

    def __init__(self, flow: FlowService, watch: Watch) -> None:
        self._flow = flow
        self._watch = watch
        self._proven: dict[str, bool] = {}
        self._locks: dict[str, threading.Lock] = {}

    def works(self, authentication: Authentication, scope: Scope) -> bool:
        """Return whether the service's test says that credentials work. Nothing is left behind.

        Raises:
            AepError: it could not be found out, or the throw-away connection could not be removed. One that an interrupted run
                leaves behind is removed by the next run of the same owner and key.
        """
        set_of_credentials = repr(sorted(authentication.identity.items()))
        with self._locks.setdefault(set_of_credentials, threading.Lock()):
            if set_of_credentials not in self._proven:
                self._proven[set_of_credentials] = self._prove(authentication, scope)
            return self._proven[set_of_credentials]

    def _prove(self, authentication: Authentication, scope: Scope) -> bool:
        name = f"{NAME} {uuid.uuid4().hex[:12]}"
        proof = Desired(name, authentication=authentication, update_credentials="on_create", description=_TEXT)
        body = plan(proof, [], scope).body
        if scope.key:
            mark = signed(scope, name, owner=scope.owner, state=PROOF, print_=fingerprint(scope, authentication))
            body["description"] = with_mark(_TEXT, mark)
        made: list[str] = []
        try:
            made.append(self._flow.create(name, body))
            self._watch.until_ready(name, made[0])
            works = self._flow.test(name, made[0])
        except AepError:
            with contextlib.suppress(AepError):  # the next run removes it; what went wrong first has to be told
                for identifier in made or [one.id for one in self._flow.list_connections(SPEC_ID) if one.name == name]:
                    self._flow.delete(name, identifier)
            raise
        self._flow.delete(name, made[0])
        return works
