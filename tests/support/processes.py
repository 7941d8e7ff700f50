"""Processes that are found by a variable of their environment, and work that no interrupt cuts off."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import time
from collections.abc import Iterator

_INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def running_with(name: str, value: str) -> dict[int, str]:
    """Return the processes, with their command lines, that have a variable in their environment, whoever their parent is."""
    found = {}
    for place in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"{name}={value}".encode() in (place / "environ").read_bytes().split(b"\0"):
                is_zombie = (place / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
                command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found |= {} if is_zombie else {int(place.name): command}
    return found


def kill_all_with(name: str, value: str) -> None:
    """Kill each process that has a variable in its environment, and those that they start meanwhile."""
    while found := running_with(name, value):
        for process in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.02)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let an interrupt wait for the end of what is done here, so that it is known then what there is to stop."""
    received: list[int] = []
    former = {number: signal.signal(number, lambda number, _frame: received.append(number)) for number in _INTERRUPTS}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        if received:
            signal.raise_signal(received[0])
