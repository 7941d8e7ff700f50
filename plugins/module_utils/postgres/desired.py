# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What a base connection should be, and how far this collection may go to make it so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import Authentication
from ansible_collections.aep.sources.plugins.module_utils.postgres.ssl_modes import ASSUMED_SPELLINGS

SPEC_ID = "74a1c565-4e59-48d7-9d67-7c03b8a13137"
SPEC_VERSION = "1.0"

State = Literal["present", "absent"]
UpdateCredentials = Literal["on_change", "on_create", "always", "on_failure"]
Test = Literal["never", "on_change", "always"]
OnTestFailure = Literal["fail", "warn", "rollback"]


@dataclass(frozen=True)
class Desired:
    """One base connection as the user wants it, and how far to go for it.

    None leaves a property as it is; an empty description clears it. ``update_credentials`` says when stored credentials are
    replaced, ``test`` when the service is asked whether the connection works, ``on_test_failure`` what follows if it does not;
    ``reason`` says why an absent one should be so.
    """

    name: str | None
    connection_id: str | None = None
    state: State = "present"
    description: str | None = None
    authentication: Authentication | None = None
    update_credentials: UpdateCredentials = "on_change"
    test: Test = "on_change"
    on_test_failure: OnTestFailure = "fail"
    reason: str = "it should be absent"

    @property
    def label(self) -> str:
        """How messages call it."""
        return self.name or self.connection_id or ""

    @property
    def mends_what_fails(self) -> bool:
        """Whether stored credentials that do not work are replaced though nothing changed: then the service is asked first."""
        if self.authentication is None or self.state == "absent":
            return False
        return self.update_credentials == "on_failure" or (self.test == "always" and self.update_credentials != "on_create")


@dataclass(frozen=True)
class Observed:
    """One base connection as the service shows it. ``params`` may hold a secret.

    ``works`` is the service's own test of the stored credentials, where it was asked for.
    """

    id: str
    name: str | None
    description: str | None = None
    etag: str | None = None
    state: str | None = None
    auth_spec: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)
    created_at: int | None = None
    works: bool | None = None


@dataclass(frozen=True)
class Scope:
    """Where connections are kept.

    ``key`` is the fingerprints'; it is needed for ``on_change`` and not used otherwise. ``spellings`` are those of sslMode.
    """

    sandbox: str
    key: bytes | None = field(default=None, repr=False)
    spellings: Mapping[str, str] = field(default_factory=lambda: ASSUMED_SPELLINGS)
