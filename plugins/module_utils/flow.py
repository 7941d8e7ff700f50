# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""A dataflow and its parts as the service shows them, whichever way it spells numbers and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ONCE = "once"
SCHEMA_VERSION = "application/vnd.adobe.xed-full+json;version=1"
_COMPLETED = "completed"
LEAVING = ("delete-finalizing", "deleting", "deleted")  # states of what is as good as gone
_FAILED = ("failed", "failure", "error")  # not all words are documented


@dataclass(frozen=True)
class Schedule:
    """When a dataflow runs; ``start`` is in seconds since 1970. None is what is not said."""

    frequency: str | None = None
    interval: int | None = None
    start: int | None = None
    backfill: bool | None = None


NO_SCHEDULE = Schedule()


@dataclass(frozen=True, order=True)
class Rule:
    """One rule of a mapping: where a value goes, and the attribute or the expression that it comes from."""

    target: str
    source: str
    is_expression: bool = field(default=False, compare=False)  # the service does not always say it, and the text is enough

    def __str__(self) -> str:
        """Return it as messages show it."""
        return f"{self.source} → {self.target}"


@dataclass(frozen=True)
class Run:
    """A run of a dataflow. Times are milliseconds since 1970; ``errors`` are a code and a message each."""

    id: str
    flow_id: str | None = None
    status: str | None = None
    started_at: int | None = None
    completed_at: int | None = None
    rows_read: int | None = None
    rows_written: int | None = None
    rows_failed: int | None = None
    bytes_read: int | None = None
    bytes_written: int | None = None
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Flow:
    """A dataflow. ``operation`` is how far the last change of it came, ``problems`` are what went wrong with that.

    Of its ``last_run``, a list of dataflows shows little more than how it ended.
    """

    id: str
    name: str | None = None
    description: str | None = None
    etag: str | None = None
    state: str | None = None
    created_at: int | None = None
    source_ids: tuple[str, ...] = ()
    target_ids: tuple[str, ...] = ()
    base_id: str | None = None
    schedule: Schedule = NO_SCHEDULE
    delta_column: str | None = None
    mapping_id: str | None = None
    mapping_version: int | None = None
    mapping_index: int | None = None
    operation: str | None = None
    problems: tuple[str, ...] = ()
    last_run: Run | None = None

    @property
    def age(self) -> tuple[int, str]:
        """What puts the oldest first."""
        return self.created_at or 0, self.id

    @property
    def has_failed(self) -> bool:
        """Whether the last change of it failed."""
        return self.operation in _FAILED or bool(self.problems)

    @property
    def is_busy(self) -> bool:
        """Whether the service is still at work on it."""
        is_changing = (self.state or "").endswith("ing")  # initializing, updating, disabling
        return is_changing or (self.operation not in (None, _COMPLETED) and not self.has_failed)


@dataclass(frozen=True)
class Source:
    """A source connection: what is read. None is what the service does not show."""

    id: str
    name: str | None = None
    description: str | None = None
    created_at: int | None = None
    state: str | None = None
    base_id: str | None = None
    table: str | None = None
    columns: frozenset[str] | None = None


@dataclass(frozen=True)
class Target:
    """A target connection: where it goes. None is what the service does not show."""

    id: str
    name: str | None = None
    description: str | None = None
    created_at: int | None = None
    state: str | None = None
    dataset_id: str | None = None
    schema_id: str | None = None


@dataclass(frozen=True)
class MappingSet:
    """One version of a mapping set. ``shown`` is all that the service says of it."""

    id: str
    version: int | None = None
    name: str | None = None
    created_at: int | None = None
    schema_id: str | None = None
    rules: frozenset[Rule] = frozenset()
    shown: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Dataset:
    """A dataset, and the schema of what is in it."""

    id: str
    name: str | None = None
    schema_id: str | None = None
