# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""A base connection as the API shows it (api-facts.md 2.5, 3.5): the one description that all layers share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Connection:
    """A connection as the service shows it. ``auth_params`` may hold a secret, whole or masked: it is never returned."""

    id: str
    name: str | None = None
    description: str | None = None
    etag: str | None = None
    state: str | None = None
    spec_id: str | None = None
    auth_spec: str | None = None
    auth_params: Mapping[str, Any] = field(default_factory=dict, repr=False)
    created_at: int | None = None
    updated_at: int | None = None

    @property
    def is_initializing(self) -> bool:
        """Whether the service still prepares it: until then it can neither be changed nor tested."""
        return self.state == "initializing"

    @property
    def is_leaving(self) -> bool:
        """Whether it is being deleted, which makes it as good as gone."""
        return self.state in ("delete-finalizing", "deleting", "deleted")
