# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The pace that all requests to a host share: a refusal by rate that one thread meets holds the others too."""

from __future__ import annotations

import threading
import time


class Pace:
    """When requests to a host may go on."""

    def __init__(self) -> None:
        self._resumes_at = 0.0
        self._lock = threading.Lock()

    def hold(self, seconds: float) -> None:
        """Let nobody begin a request for so many seconds."""
        with self._lock:
            self._resumes_at = max(self._resumes_at, time.monotonic() + seconds)

    def keep(self) -> None:
        """Wait until requests may go on."""
        seconds = self._resumes_at - time.monotonic()
        if seconds > 0:
            time.sleep(seconds)
