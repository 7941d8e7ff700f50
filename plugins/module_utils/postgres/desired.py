# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The desired state of a base connection, and what may be done to reach it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ansible_collections.aep.sources.plugins.module_utils.mark import Place
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import ASSUMED_SPELLINGS, Authentication

SPEC_ID = "74a1c565-4e59-48d7-9d67-7c03b8a13137"
SPEC_VERSION = "1.0"

State = Literal["present", "absent"]
UpdateCredentials = Literal["on_change", "on_create", "always", "on_failure"]
Test = Literal["never", "on_change", "always"]
OnTestFailure = Literal["fail", "warn", "rollback"]


class PlanError(Exception):
    """What is wanted cannot be planned. The message is a sentence that says why, and what to do."""


@dataclass(frozen=True)
class Desired:
    """The desired state of one base connection.

    None leaves a property as it is; an empty description clears it. ``update_credentials`` says when stored credentials are
    replaced, ``prove_first`` whether new ones have to work on a throw-away connection before, ``test`` when the service is
    asked whether the connection works, ``on_test_failure`` what follows if it does not; ``is_proof`` is the throw-away
    connection, ``reason`` says why an absent one should be so.
    """

    name: str | None
    connection_id: str | None = None
    state: State = "present"
    description: str | None = None
    authentication: Authentication | None = None
    update_credentials: UpdateCredentials = "on_change"
    test: Test = "on_change"
    on_test_failure: OnTestFailure = "fail"
    prove_first: bool = True
    is_proof: bool = False
    reason: str = "it should be absent"

    @property
    def label(self) -> str:
        """How messages call it."""
        return self.name or self.connection_id or ""

    @property
    def is_marked(self) -> bool:
        """Whether the connection's mark tells which credentials it holds."""
        return self.authentication is not None and self.update_credentials == "on_change"

    @property
    def retests_credentials(self) -> bool:
        """Whether the service tests the stored credentials first, and failing ones are replaced although nothing changed."""
        if self.authentication is None or self.state == "absent":
            return False
        return self.update_credentials == "on_failure" or (self.test == "always" and self.update_credentials != "on_create")


@dataclass(frozen=True)
class Scope(Place):
    """The sandbox that connections belong to; only ``on_change`` needs its key.

    ``spellings`` are those of sslMode, as far as they are known, ``own_spellings`` those that the user gave.
    """

    spellings: Mapping[str, str] = field(default_factory=lambda: ASSUMED_SPELLINGS)
    own_spellings: Mapping[str, str] = field(default_factory=dict)
