# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The two documented kinds of PostgreSQL credentials, and how each is spelled on the wire (api-facts.md 4.3 to 4.5)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

BASIC = "Basic Authentication"
CONNECTION_STRING = "Connection String Based Authentication"

_MASKED = re.compile(r"[*•]{2,}|^x{3,}$|^\{.*\}$|^<.*>$", re.IGNORECASE)

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
DEFAULT_SSL_MODE = "require"

# What is sent when the connection spec does not say: the spellings of Adobe's overview of the PostgreSQL source.
ASSUMED_SPELLINGS: Mapping[str, str] = {
    "disable": "Disable",
    "allow": "Allow",
    "prefer": "Prefer",
    "require": "Require",
    "verify-ca": "Verify-Ca",
    "verify-full": "Verify-Full",
}

# Spellings that Adobe's pages and the service behind show: "Verify Ca", "Verify_full", "Disabled", "Preferred", "false".
_SAME_LETTERS = {mode.replace("-", ""): mode for mode in SSL_MODES} | {
    "disabled": "disable",
    "allowed": "allow",
    "preferred": "prefer",
    "required": "require",
    "false": "disable",
    "true": "require",
}

ENCRYPTION_METHODS: dict[str, str] = {"disabled": "0", "enabled": "1", "request_ssl": "6"}

_QUOTES = ("'", '"', "{", "=")


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


def ssl_mode_of(spelling: str) -> str | None:
    """Return which of SSL_MODES a spelling means, or None when it means none of them."""
    letters = "".join(character for character in spelling.lower() if character.isalpha())
    return _SAME_LETTERS.get(letters)


def spellings_among(published: Collection[str]) -> dict[str, str]:
    """Return the spelling of each mode among those that a connection spec publishes; a mode that is not offered is left out.

    A true that stands for every kind of encryption verifies nothing for certain, so it is taken for ``require`` alone.
    """
    return {mode: spelling for spelling in published if (mode := ssl_mode_of(spelling))}


def compose(
    *,
    server: str,
    database: str,
    port: int,
    username: str,
    password: str,
    encryption_method: str | None = None,
    validate_server_certificate: bool | None = None,
) -> str:
    """Return a connection string with its properties in the document's order.

    Parameters:
        server, database, port, username, password: the parts; none may be unusable as of ``unusable``.
        encryption_method: one of ENCRYPTION_METHODS, or None to leave the property out.
        validate_server_certificate: whether the certificate is checked, or None to leave the property out.
    """
    properties = {"Server": server, "Database": database, "Port": str(port), "UID": username, "Password": password}
    if encryption_method is not None:
        properties["EncryptionMethod"] = ENCRYPTION_METHODS[encryption_method]
    if validate_server_certificate is not None:
        properties["ValidateServerCertificate"] = str(int(validate_server_certificate))
    return ";".join(f"{key}={value}" for key, value in properties.items())


def unusable(part: str) -> str | None:
    """Return why a value cannot be a part of a connection string, or None when it can.

    How a value would be escaped is undocumented, so values that would need it are refused.
    """
    if ";" in part:
        return "holds a semicolon"
    if part != part.strip():
        return "begins or ends with white space"
    if part.startswith(_QUOTES):
        return f"begins with {part[0]}"
    return None


def properties_of(connection_string: str) -> dict[str, str]:
    """Return the properties of a connection string by their names in lower case; what is no property is left out."""
    pairs = (part.partition("=") for part in connection_string.split(";"))
    return {key.strip().lower(): value.strip() for key, equals, value in pairs if equals and key.strip()}
