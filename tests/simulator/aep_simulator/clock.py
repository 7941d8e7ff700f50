"""The time of the simulated service: that of this machine, and what tests have let pass in a moment."""

from __future__ import annotations

import time


class Clock:
    """The seconds since the epoch, as the service sees them."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """Return the time."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self._ahead += seconds
