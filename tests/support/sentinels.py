"""Secrets that cannot be mistaken for anything else, and where they may have got to."""

from __future__ import annotations

import base64
import contextlib
import os
import pathlib
import secrets
import string
import threading
from collections.abc import Iterable, Iterator

AWKWARD = ';"p=%+/ä{} \\&'  # what each encoding has to change


def sentinel(*, awkward: bool = True) -> str:
    """Return a new secret. Its first eight characters are in each of its spellings but those of base64."""
    unique = "".join(secrets.choice(string.ascii_letters + string.digits) for _character in range(12))
    return unique + (AWKWARD if awkward else "") + "z"


def forms(secret: str) -> set[bytes]:
    """Return what to look for: the first eight characters, which all other encodings keep, and base64 at each alignment."""
    start = secret[:8].encode()
    shifted = {base64.b64encode(b"\0" * shift + start)[(8 * shift + 5) // 6 : -4] for shift in range(3)}
    return {start, start.hex().encode(), *shifted}


def found_in(data: bytes, sentinels: dict[str, str]) -> set[str]:
    """Return the names of the secrets that are in some bytes, in whatever spelling."""
    return {name for name, secret in sentinels.items() if any(form in data for form in forms(secret))}


def found_below(folder: pathlib.Path, sentinels: dict[str, str], *, but: Iterable[pathlib.Path] = ()) -> set[str]:
    """Return the names of the secrets that are in some file of a folder, with the file."""
    hits: set[str] = set()
    for path in folder.rglob("*"):
        if path.is_file() and path not in set(but):
            hits |= {f"{name} in {path.relative_to(folder)}" for name in found_in(path.read_bytes(), sentinels)}
    return hits


class ProcessWatch(threading.Thread):
    """Looks, all the time, at the arguments and the environment of every process of this machine."""

    def __init__(self, sentinels: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self._sentinels = sentinels
        self._known: set[bytes] = set()
        self._over = threading.Event()
        self.hits: set[str] = set()
        self.looks = 0

    def run(self) -> None:
        while not self._over.wait(0.01):
            self.looks += 1
            for part, data in _of_processes():
                if data not in self._known:  # most are as they were at the last look
                    self._known.add(data)
                    self.hits |= {f"{name} in {part} of a process" for name in found_in(data, self._sentinels)}

    def __enter__(self) -> ProcessWatch:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self.join()


def _of_processes() -> Iterator[tuple[str, bytes]]:
    for process in filter(str.isdigit, os.listdir("/proc")):
        for part in ("cmdline", "environ"):
            with contextlib.suppress(OSError), open(f"/proc/{process}/{part}", "rb", buffering=0) as file:  # it may have ended
                yield part, file.readall()
