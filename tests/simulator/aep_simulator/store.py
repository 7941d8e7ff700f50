"""What the services hold: connections by sandbox, what is built on them, and the tokens that were given out."""

from __future__ import annotations

import asyncio
import copy
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aep_simulator.clock import Clock
from aep_simulator.settings import Settings

Item = dict[str, Any]

CONNECTIONS, SOURCES, TARGETS, FLOWS, RUNS = "connections", "sourceConnections", "targetConnections", "flows", "runs"
TECHNICAL_ACCOUNT = "acme@techacct.adobe.com"
INITIALIZING = "initializing"
DELETING = "delete-finalizing"


def new_etag(region: str, now: float) -> str:
    """Return an etag, quotes included: as Azure makes them, with the time of the write at the end, or as AWS does (1.3)."""
    if region == "VA6":
        return f'"{uuid.uuid4()}"'
    return f'"{secrets.token_hex(4)}-0000-0200-0000-{int(now):08x}0000"'


@dataclass
class Record:
    """One resource: what is kept of it, and from when on (seconds since the epoch) it is ready, listed and gone."""

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
        """Return it as the service shows it now: without version and etag while it is initializing (3.5)."""
        state = self.state
        if state != INITIALIZING:
            return {**self.item, "state": state}
        return {key: value for key, value in self.item.items() if key not in ("version", "etag")} | {"state": state}


@dataclass
class Progress:
    """How far the ingestion of a flow has come, in seconds since the epoch.

    ``done_until`` is the time of the last run that was due, ``read_until`` that until which its rows were read, and
    ``delta_column`` the one that the first run on demand named; ``waiting`` are runs on demand that are not due yet, by id.
    """

    done_until: float = -1.0
    read_until: float | None = None
    delta_column: str | None = None
    waiting: dict[str, Window] = field(default_factory=dict)


@dataclass(frozen=True)
class Window:
    """When a run is due, and which rows it reads, in seconds since the epoch; all if there is no column."""

    at: float
    start: float | None = None
    end: float | None = None
    column: str | None = None


@dataclass
class Store:
    """Everything that a restart forgets.

    ``kept`` has the Flow Service's resources by kind, as in its paths, and sandbox; the others are of other services. A mapping
    set is the list of its versions. ``progress`` has what only this service knows of a flow.
    """

    clock: Clock = field(default_factory=Clock)
    kept: dict[tuple[str, str], dict[str, Record]] = field(default_factory=dict)
    mapping_sets: dict[str, dict[str, list[Item]]] = field(default_factory=dict)
    datasets: dict[str, dict[str, Item]] = field(default_factory=dict)
    schemas: dict[str, dict[str, Item]] = field(default_factory=dict)
    progress: dict[str, Progress] = field(default_factory=dict)
    ingesting: asyncio.Lock = field(default_factory=asyncio.Lock)
    tokens: dict[str, float] = field(default_factory=dict)
    _last_ms: int = 0

    def in_sandbox(self, kind: str, sandbox: str) -> dict[str, Record]:
        """Return what there is of one kind in one sandbox by id, without what is gone by now."""
        records = self.kept.setdefault((kind, sandbox), {})
        now = self.clock.now()
        for identifier in [one for one, record in records.items() if record.gone_at is not None and record.gone_at <= now]:
            del records[identifier]
        return records

    def listed(self, kind: str, sandbox: str) -> Iterator[Record]:
        """Yield what the list of one kind in one sandbox shows by now."""
        now = self.clock.now()
        return (record for record in self.in_sandbox(kind, sandbox).values() if record.listed_at <= now)

    def of_kind(self, kind: str) -> dict[str, list[Item]]:
        """Return everything of one kind as it is kept, by sandbox."""
        sandboxes = [sandbox for one, sandbox in self.kept if one == kind]
        return {sandbox: [one.item for one in self.in_sandbox(kind, sandbox).values()] for sandbox in sandboxes}

    def add(self, kind: str, sandbox: str, settings: Settings, content: Item) -> Record:
        """Keep something new."""
        now, moment = self.clock.now(), self.next_ms()
        etag = new_etag(settings.region, now)
        item = {
            "id": str(uuid.uuid4()),
            "createdAt": moment,
            "updatedAt": moment,
            "createdBy": TECHNICAL_ACCOUNT,
            "updatedBy": TECHNICAL_ACCOUNT,
            "createdClient": settings.client_id,
            "updatedClient": settings.client_id,
            "sandboxId": str(uuid.uuid5(uuid.NAMESPACE_DNS, sandbox)),
            "sandboxName": sandbox,
            "imsOrgId": settings.org_id,
            "state": "enabled",
            **copy.deepcopy(content),
            "version": etag,
            "etag": etag,
        }
        ready_at = now + (settings.initializing if kind == CONNECTIONS else 0)
        record = Record(item, self.clock, ready_at, now + settings.list_lag)
        self.in_sandbox(kind, sandbox)[item["id"]] = record
        return record

    def touch(self, record: Record, region: str) -> None:
        """Give what was changed its new version."""
        record.item["updatedAt"] = self.next_ms()
        record.item["version"] = record.item["etag"] = new_etag(region, self.clock.now())

    def next_ms(self) -> int:
        """Return a time that no other write has, so that the order of writes is never in doubt."""
        self._last_ms = max(int(self.clock.now() * 1000), self._last_ms + 1)
        return self._last_ms
