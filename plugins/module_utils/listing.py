# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What a sandbox holds, looked at again until it can be what is there: lists lag, and shift while others work."""

from __future__ import annotations

from collections.abc import Callable, Set

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import PAGE_SIZE, Connection, FlowService
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID, Observed

PATIENCE = (0.0, 0.5, 1.0, 2.0, 4.0)  # seconds; the list may show a new connection late (api-facts.md 10, row 19)
_LEAVING = ("delete-finalizing", "deleting", "deleted")  # states of a connection that is as good as gone


class Listing:
    """The PostgreSQL base connections of one sandbox.

    Parameters:
        flow: the sandbox's connections.
        sleep: waits for so many seconds.
    """

    def __init__(self, flow: FlowService, sleep: Callable[[float], None]) -> None:
        self._flow = flow
        self._sleep = sleep

    def until(self, enough: Callable[[list[Observed]], bool]) -> list[Observed]:
        """Look until it is enough, ever more patiently, and return what was seen last."""
        found: list[Observed] = []
        for seconds in PATIENCE:
            self._sleep(seconds)
            found = [observed(one) for one in self._flow.list_connections(SPEC_ID) if one.state not in _LEAVING]
            if enough(found):
                break
        return found

    def all_seen(self, ids: Set[str]) -> list[Observed]:
        """Look until these connections were seen, and no other can have been missed; return all that were seen.

        While somebody deletes connections, those behind move to a page that was read already, and are missed. So several pages
        are believed when a look shows nothing new, and what a look misses that an earlier one showed still counts.
        """
        seen: dict[str, Observed] = {}

        def nothing_missed(found: list[Observed]) -> bool:
            known = len(seen)
            seen.update({one.id: one for one in found})
            return ids <= set(seen) and (len(found) < PAGE_SIZE or len(seen) == known)

        self.until(nothing_missed)
        return list(seen.values())

    def holds(self, name: str, connection_id: str) -> bool:
        """Return whether a connection is there now."""
        found = self._flow.get(name, connection_id)
        return found is not None and found.state not in _LEAVING


def observed(connection: Connection) -> Observed:
    """Return a connection as plans see it."""
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
