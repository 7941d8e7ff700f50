# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""When a request is sent again, and how long to wait before."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.client.pace import Pace

try:
    from urllib3.exceptions import InvalidHeader
    from urllib3.util import Retry
except ImportError:  # the transport says so, in words
    InvalidHeader = ValueError  # type: ignore[misc, assignment]
    Retry = object  # type: ignore[misc, assignment]

TOO_MANY_REQUESTS = 429
REPEATABLE_STATUSES = frozenset({TOO_MANY_REQUESTS, 500, 502, 503, 504})
REPEATABLE_METHODS = frozenset({"GET", "DELETE", "PATCH"})

FIRST_WAIT = 0.5
LONGEST_BACKOFF = 30.0
LONGEST_RETRY_AFTER = 60.0


class ServiceRetry(Retry):
    """urllib3's policy, with what this service needs (api-facts.md 6.6).

    A refusal by rate (429), a failure of the service or of the network repeats only the methods that may be repeated; a request
    that certainly did not arrive repeats always. After a refused POST whoever sent it looks before it is sent again: nothing
    promises that a refusal by rate means that nothing was done.
    ``Retry-After`` is obeyed up to LONGEST_RETRY_AFTER seconds; without it the wait doubles, with jitter.
    """

    notify: Callable[[str], None]
    repeatable: frozenset[str]
    pace: Pace

    @classmethod
    def of(cls, retries: int, *, repeat_post: bool, notify: Callable[[str], None], pace: Pace) -> ServiceRetry:
        """Return the policy.

        Parameters:
            retries: how often a request is repeated at most.
            repeat_post: whether POST may be repeated like GET, which is so for asking a token.
            notify: is told of each wait, in one line.
            pace: is held by a refusal by rate, for all who keep it.
        """
        repeatable = REPEATABLE_METHODS | ({"POST"} if repeat_post else frozenset())
        # other=0: what fails beside the network is TLS, and a certificate does not get better
        policy = cls(total=retries, other=0, allowed_methods=repeatable, raise_on_status=False)
        policy.notify, policy.repeatable, policy.pace = notify, repeatable, pace
        return policy

    def new(self, **changes: Any) -> ServiceRetry:
        """Return the policy after one more try."""
        policy = super().new(**changes)
        policy.notify, policy.repeatable, policy.pace = self.notify, self.repeatable, self.pace
        return policy

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:  # noqa: ARG002 (urllib3's signature)
        """Return whether an answer of this status asks for another try of this method."""
        if not self.total:
            return False
        return status_code in REPEATABLE_STATUSES and method.upper() in self.repeatable

    def wait_seconds(self, response: Any = None) -> float:
        """Return how long to wait before the next try, in seconds."""
        try:
            asked = self.get_retry_after(response) if response is not None else None
        except (InvalidHeader, ValueError, OverflowError):
            asked = None
        if asked is not None:
            return float(min(max(asked, 0.0), LONGEST_RETRY_AFTER))
        doubled = min(FIRST_WAIT * 2 ** max(len(self.history) - 1, 0), LONGEST_BACKOFF)
        return float(doubled * random.uniform(0.5, 1.0))

    def sleep(self, response: Any = None) -> None:
        """Wait before the next try, and say so."""
        seconds = self.wait_seconds(response)
        cause = f"status {response.status}" if response is not None else "no answer"
        tried, left = len(self.history), int(self.total or 0)
        self.notify(f"try {tried} of {tried + left + 1}: {cause}; trying again in {seconds:.1f} s")
        if response is not None and response.status == TOO_MANY_REQUESTS:
            self.pace.hold(seconds)
        time.sleep(seconds)
