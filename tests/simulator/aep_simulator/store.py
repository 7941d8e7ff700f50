"""What the service holds: connections by sandbox, and the tokens it gave out."""

from __future__ import annotations

import copy
import secrets
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

Item = dict[str, Any]


def epoch_ms() -> int:
    """Return the time in milliseconds, as the service counts it."""
    return time.time_ns() // 10**6


def new_etag() -> str:
    """Return an etag as the service on Azure makes them: quotes included, the time of the write at its end (1.3)."""
    return f'"{secrets.token_hex(4)}-0000-0200-0000-{int(time.time()):08x}0000"'


@dataclass
class Store:
    """Everything that a restart forgets."""

    connections: dict[str, dict[str, Item]] = field(default_factory=dict)
    tokens: dict[str, float] = field(default_factory=dict)
    _last_ms: int = 0

    def in_sandbox(self, sandbox: str) -> dict[str, Item]:
        """Return the connections of one sandbox by id."""
        return self.connections.setdefault(sandbox, {})

    def add(self, sandbox: str, org_id: str, client_id: str, content: Item) -> Item:
        """Keep a new connection and return it whole."""
        now = self._next_ms()
        etag = new_etag()
        item = {
            "id": str(uuid.uuid4()),
            "createdAt": now,
            "updatedAt": now,
            "createdBy": "acme@techacct.adobe.com",
            "updatedBy": "acme@techacct.adobe.com",
            "createdClient": client_id,
            "updatedClient": client_id,
            "sandboxId": str(uuid.uuid5(uuid.NAMESPACE_DNS, sandbox)),
            "sandboxName": sandbox,
            "imsOrgId": org_id,
            **copy.deepcopy(content),
            "state": "enabled",
            "version": etag,
            "etag": etag,
        }
        self.in_sandbox(sandbox)[item["id"]] = item
        return item

    def touch(self, item: Item) -> None:
        """Give a connection that was changed its new version."""
        item["updatedAt"] = self._next_ms()
        item["version"] = item["etag"] = new_etag()

    def _next_ms(self) -> int:
        """Return a time that no other write has, so that the order of writes is never in doubt."""
        self._last_ms = max(epoch_ms(), self._last_ms + 1)
        return self._last_ms
