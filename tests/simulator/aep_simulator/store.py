"""What the service holds: connections by sandbox, what is built on them, and the tokens it gave out."""

from __future__ import annotations

import copy
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aep_simulator.clock import Clock
from aep_simulator.settings import Settings

Item = dict[str, Any]

INITIALIZING = "initializing"
DELETING = "delete-finalizing"


def new_etag(region: str, now: float) -> str:
    """Return an etag, quotes included: as Azure makes them, with the time of the write at the end, or as AWS does (1.3)."""
    if region == "VA6":
        return f'"{uuid.uuid4()}"'
    return f'"{secrets.token_hex(4)}-0000-0200-0000-{int(now):08x}0000"'


@dataclass
class Record:
    """One connection: what is kept of it, and from when on (seconds since the epoch) it is ready, listed and gone."""

    item: Item
    clock: Clock
    ready_at: float
    listed_at: float
    gone_at: float | None = None

    @property
    def state(self) -> str:
        """The state now."""
        if self.gone_at is not None:
            return DELETING
        return INITIALIZING if self.clock.now() < self.ready_at else str(self.item["state"])

    def as_item(self) -> Item:
        """Return the connection as the service shows it now: without version and etag while it is initializing (3.5)."""
        state = self.state
        if state != INITIALIZING:
            return {**self.item, "state": state}
        return {key: value for key, value in self.item.items() if key not in ("version", "etag")} | {"state": state}


@dataclass
class Store:
    """Everything that a restart forgets."""

    clock: Clock = field(default_factory=Clock)
    connections: dict[str, dict[str, Record]] = field(default_factory=dict)
    source_connections: dict[str, list[Item]] = field(default_factory=dict)
    flows: dict[str, list[Item]] = field(default_factory=dict)
    runs: dict[str, list[Item]] = field(default_factory=dict)
    tokens: dict[str, float] = field(default_factory=dict)
    _last_ms: int = 0

    def in_sandbox(self, sandbox: str) -> dict[str, Record]:
        """Return the connections of one sandbox by id, without those that are gone by now."""
        records = self.connections.setdefault(sandbox, {})
        now = self.clock.now()
        for identifier in [one for one, record in records.items() if record.gone_at is not None and record.gone_at <= now]:
            del records[identifier]
        return records

    def listed(self, sandbox: str) -> Iterator[Item]:
        """Yield the connections of one sandbox that the list shows by now."""
        now = self.clock.now()
        return (record.as_item() for record in self.in_sandbox(sandbox).values() if record.listed_at <= now)

    def add(self, sandbox: str, settings: Settings, content: Item, *, state: str, works: bool) -> Record:
        """Keep a new connection."""
        now, moment = self.clock.now(), self._next_ms()
        etag = new_etag(settings.region, now)
        item = {
            "id": str(uuid.uuid4()),
            "createdAt": moment,
            "updatedAt": moment,
            "createdBy": "acme@techacct.adobe.com",
            "updatedBy": "acme@techacct.adobe.com",
            "createdClient": settings.client_id,
            "updatedClient": settings.client_id,
            "sandboxId": str(uuid.uuid5(uuid.NAMESPACE_DNS, sandbox)),
            "sandboxName": sandbox,
            "imsOrgId": settings.org_id,
            **copy.deepcopy(content),
            "state": state if works else settings.failed_state,
            "version": etag,
            "etag": etag,
        }
        record = Record(item, self.clock, now + settings.initializing, now + settings.list_lag)
        self.in_sandbox(sandbox)[item["id"]] = record
        return record

    def touch(self, record: Record, region: str) -> None:
        """Give a connection that was changed its new version."""
        record.item["updatedAt"] = self._next_ms()
        record.item["version"] = record.item["etag"] = new_etag(region, self.clock.now())

    def _next_ms(self) -> int:
        """Return a time that no other write has, so that the order of writes is never in doubt."""
        self._last_ms = max(int(self.clock.now() * 1000), self._last_ms + 1)
        return self._last_ms
