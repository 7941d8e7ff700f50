# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Looking again until what is seen can be relied on: lists lag, and changes take their time. All that waits, waits here."""

from __future__ import annotations

import time
from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Generic, TypeVar

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import PAGE_SIZE, FlowService
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID

LIST_LAG = 7.5  # seconds; the list may show a new connection late (api-facts.md 10, row 19)
PAUSES = (0.5, 1.0, 2.0, 4.0, 5.0)  # seconds between two looks; the last one repeats

Found = TypeVar("Found")


@dataclass(frozen=True)
class Polled(Generic[Found]):
    """What the last look found, whether it was what was waited for, and how many looks and seconds it took."""

    found: Found
    done: bool
    looks: int
    seconds: float

    def or_fail(self, action: str, reason: str) -> Found:
        """Return what was found.

        Raises:
            AepError: it was not what was waited for; the error says that ``action`` failed for this ``reason``.
        """
        if self.done:
            return self.found
        raise AepError(action, f"{reason} after {self.seconds:.1f} s", "Raise wait_timeout, or run again later.")


def poll(
    look: Callable[[], Found],
    until: Callable[[Found], bool],
    *,
    timeout: float,
    sleep: Callable[[float], None],
    clock: Callable[[], float] = time.monotonic,
) -> Polled[Found]:
    """Look once, and again ever more patiently, until a condition holds or the time is over.

    Parameters:
        look: returns what there is to see. What it raises ends the polling.
        until: the condition.
        timeout: seconds to go on after the first look, looks included; with 0 there is no second one.
        sleep: waits for so many seconds.
        clock: returns the time in seconds.
    """
    found, looks, seconds = look(), 1, 0.0
    while not (done := until(found)) and seconds < timeout:
        pause = PAUSES[min(looks, len(PAUSES)) - 1]
        began = clock()
        sleep(pause)
        found = look()
        seconds += max(pause, clock() - began)
        looks += 1
    return Polled(found, done, looks, seconds)


class Watch:
    """Looks at the PostgreSQL connections of one sandbox.

    Parameters:
        flow: the sandbox's connections.
        wait_timeout: seconds that a connection may take to be ready, or to be gone; 0 looks once.
        sleep: waits for so many seconds.

    Every method raises AepError where the service fails.
    """

    def __init__(self, flow: FlowService, wait_timeout: float, sleep: Callable[[float], None]) -> None:
        self._flow = flow
        self._wait_timeout = wait_timeout
        self._sleep = sleep

    def list_until(self, enough: Callable[[list[Connection]], bool]) -> list[Connection]:
        """List until it is enough, or a list has had the time to show what is there; return what was seen last."""

        def look() -> list[Connection]:
            return [one for one in self._flow.list_connections(SPEC_ID) if not one.is_leaving]

        return poll(look, enough, timeout=LIST_LAG, sleep=self._sleep).found

    def list_with(self, ids: Set[str]) -> list[Connection]:
        """List until these connections were seen, and no other can have been missed; return all that were seen.

        While somebody deletes connections, those behind move to a page that was read already, and are missed. So several pages
        are believed when a look shows nothing new, and what a look misses that an earlier one showed still counts.
        """
        seen: dict[str, Connection] = {}

        def nothing_missed(found: list[Connection]) -> bool:
            known = len(seen)
            seen.update({one.id: one for one in found})
            return ids <= set(seen) and (len(found) < PAGE_SIZE or len(seen) == known)

        self.list_until(nothing_missed)
        return list(seen.values())

    def holds(self, name: str, connection_id: str) -> bool:
        """Return whether a connection is there now."""
        found = self._flow.get(name, connection_id)
        return found is not None and not found.is_leaving

    def until_ready(self, name: str, connection_id: str) -> Connection | None:
        """Return the connection when it is not initializing any more, or None when it is gone (api-facts.md 3.5).

        Raises:
            AepError: it still is after ``wait_timeout``.
        """
        polled = self._poll(name, connection_id, lambda found: found is None or not found.is_initializing)
        return polled.or_fail(self._flow.doing("wait for", name), "it is still initializing")

    def until_gone(self, name: str, connection_id: str) -> None:
        """Return when a deleted connection is gone, or at once if nobody waits.

        Raises:
            AepError: it is still there after ``wait_timeout``.
        """
        if self._wait_timeout:
            polled = self._poll(name, connection_id, lambda found: found is None)
            polled.or_fail(self._flow.doing("delete", name), "it is still there")

    def _poll(self, name: str, connection_id: str, until: Callable[[Connection | None], bool]) -> Polled[Connection | None]:
        return poll(lambda: self._flow.get(name, connection_id), until, timeout=self._wait_timeout, sleep=self._sleep)
