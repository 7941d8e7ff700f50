# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The two documented kinds of PostgreSQL credentials (postgres-base-connection.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ansible_collections.aep.sources.plugins.module_utils.postgres.connection_string import ENCRYPTION_METHODS, properties_of
from ansible_collections.aep.sources.plugins.module_utils.postgres.ssl_modes import ssl_mode_of

BASIC = "Basic Authentication"
CONNECTION_STRING = "Connection String Based Authentication"

_MASKED = re.compile(r"[*•]{2,}|^x{3,}$|^\{.*\}$|^<.*>$", re.IGNORECASE)


@dataclass(frozen=True)
class BasicAuthentication:
    """``Basic Authentication``: the parameters one by one. ``ssl_mode`` is one of SSL_MODES."""

    server: str
    port: int
    database: str
    username: str
    password: str = field(repr=False)
    ssl_mode: str

    @property
    def spec_name(self) -> str:
        """The name of the auth spec."""
        return BASIC

    @property
    def identity(self) -> dict[str, str]:
        """What makes these credentials what they are, whatever the service's spelling of it. It holds the password."""
        return {
            "server": self.server,
            "port": str(self.port),
            "database": self.database,
            "username": self.username,
            "password": self.password,
            "sslMode": self.ssl_mode,
        }

    def params(self, spellings: Mapping[str, str]) -> dict[str, str]:
        """Return the parameters as they are sent, in the document's order. They hold the password.

        Raises:
            KeyError: the SSL mode has no spelling, so the service does not offer it.
        """
        return {**self.identity, "sslMode": spellings[self.ssl_mode]}


@dataclass(frozen=True)
class ConnectionStringAuthentication:
    """``Connection String Based Authentication``: everything in one string."""

    connection_string: str = field(repr=False)

    @property
    def spec_name(self) -> str:
        """The name of the auth spec."""
        return CONNECTION_STRING

    @property
    def identity(self) -> dict[str, str]:
        """What makes these credentials what they are. It holds the password."""
        return {"connectionString": self.connection_string}

    def params(self, spellings: Mapping[str, str]) -> dict[str, str]:  # noqa: ARG002 (those of sslMode, which is not in it)
        """Return the parameters as they are sent. They hold the password."""
        return self.identity


Authentication: TypeAlias = "BasicAuthentication | ConnectionStringAuthentication"


def visible_settings(params: Mapping[str, Any]) -> dict[str, str]:
    """Return what can be compared of the parameters of either kind: no secret, and nothing that came back masked.

    The same function reads what is wanted and what the service shows, so both sides speak one language:
    the names of the module's options.
    """
    whole = params.get("connectionString")
    if isinstance(whole, str):
        parts = {} if _MASKED.search(whole) and "=" not in whole else properties_of(whole)
        named = {"server": "server", "port": "port", "database": "database", "username": "uid"}
    else:
        parts = {key: str(value) for key, value in params.items() if isinstance(value, str | int)}
        named = {"server": "server", "port": "port", "database": "database", "username": "username"}
    visible = {name: parts[key] for name, key in named.items() if parts.get(key) and not _MASKED.search(parts[key])}
    encryption = {"ssl_mode": ssl_mode_of(parts.get("sslMode", "")), **_encryption(parts)}
    return visible | {name: value for name, value in encryption.items() if value}


def _encryption(parts: Mapping[str, str]) -> dict[str, str | None]:
    """Return how a connection string asks for encryption, in the words of the module's options."""
    methods = {number: method for method, number in ENCRYPTION_METHODS.items()}
    return {
        "encryption_method": methods.get(parts.get("encryptionmethod", "")),
        "validate_server_certificate": {"0": "false", "1": "true"}.get(parts.get("validateservercertificate", "")),
    }
