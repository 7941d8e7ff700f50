"""Counting every exchange, and writing it down as a line of JSON if asked to, with a word in place of each secret."""

from __future__ import annotations

import contextlib
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, TextIO
from weakref import WeakSet

from aep_simulator.documents import read_json

REPLACED = "(secret)"
_SECRET_KEYS = {"password", "connectionString", "client_secret", "access_token"}
_SECRET_HEADERS = {"authorization"}


def without_secrets(value: Any) -> Any:
    """Return a JSON document with a word in place of each secret in it."""
    if isinstance(value, dict):
        return {
            key: REPLACED if key in _SECRET_KEYS and isinstance(one, str) else without_secrets(one)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(one) for one in value]
    return value


@dataclass
class Recorder:
    """``counters`` count requests by operation and by operation and status, and the TCP connections that were opened for them.

    ``file`` takes the lines, if there is one.
    """

    counters: Counter[str] = field(default_factory=Counter)
    file: TextIO | None = None
    _met: WeakSet[object] = field(default_factory=WeakSet)

    def meet(self, transport: object) -> None:
        """Count the TCP connection that a request came by, if it is its first."""
        if transport is not None and transport not in self._met:
            self._met.add(transport)
            self.counters["tcp"] += 1

    def count(self, operation: str, status: int | str) -> None:
        """Count one exchange."""
        self.counters[operation] += 1
        self.counters[f"{operation} {status}"] += 1

    def write(self, exchange: dict[str, Any]) -> None:
        """Write one exchange down."""
        if self.file is not None:
            self.file.write(json.dumps({"time": round(time.time(), 6), **exchange}) + "\n")
            self.file.flush()


def as_recorded(headers: Any, text: bytes, content_type: str) -> dict[str, Any]:
    """Return one side of an exchange as it is written down. Secrets in what is no JSON cannot be found, so that is left out."""
    shown = {name: REPLACED if name.lower() in _SECRET_HEADERS else value for name, value in headers.items()}
    if not text:
        return {"headers": shown, "text": ""}
    if "json" in content_type:
        with contextlib.suppress(ValueError):
            return {"headers": shown, "body": without_secrets(read_json(text))}
    return {"headers": shown, "text": "(form)" if "form" in content_type else "(not JSON)"}
