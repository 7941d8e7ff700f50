"""What takes long to make and is the same for many tests: made once for all workers of a run, and copied for each test."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import shutil
import socket
from collections.abc import Callable, Iterator

import pytest

LOOPBACK = "127.0.0.1"


@contextlib.contextmanager
def shared_folder(factory: pytest.TempPathFactory, name: str) -> Iterator[pathlib.Path]:
    """Yield a folder that all workers of this run share. The last one to leave removes it, as it is large."""
    base = factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with place.with_suffix(".users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        place.mkdir(exist_ok=True)
        try:
            yield place
        finally:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(place)


def once(place: pathlib.Path, make: Callable[[pathlib.Path], None]) -> pathlib.Path:
    """Return a folder that is there with all that ``make`` puts into it: whoever comes first makes it, the others wait."""
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            unfinished = place.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(place)
    return place


@contextlib.contextmanager
def held_port() -> Iterator[int]:
    """Yield a port of the loopback address that is given to nobody else meanwhile; a server that sets SO_REUSEADDR can have it.

    One that was free a moment ago may be another's when a server starts, the sooner the busier the machine is.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((LOOPBACK, 0))
        port: int = holder.getsockname()[1]
        yield port
