# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The two documented kinds of PostgreSQL credentials, and how each is spelled on the wire (api-facts.md 4.3 to 4.5)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

BASIC = "Basic Authentication"
CONNECTION_STRING = "Connection String Based Authentication"

# What stands in for a value that is not shown: ****, xxxx, {PASSWORD}, <hidden>, [REDACTED], null, nothing; not [::1].
_PLACEHOLDER = re.compile(
    r".*[*•]{2}.*|x{3,}|\{.*\}|<.*>|\[[^:]*\]|null|none|redacted|hidden|masked|[\W_]*", re.IGNORECASE | re.DOTALL
)

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
DEFAULT_SSL_MODE = "require"

# What is sent when the connection spec does not say: Verify-Ca and so on, as in Adobe's overview of the PostgreSQL source.
ASSUMED_SPELLINGS: Mapping[str, str] = {mode: mode.title() for mode in SSL_MODES}
ASSUMED_ON_AWS: Mapping[str, str] = {"disable": "false", "require": "true"}  # there it says whether SSL is enforced or not

_BOOLEANS = {"false": ("disable", "allow", "prefer"), "true": ("require", "verify-ca", "verify-full")}

# What carries an option: a parameter of basic authentication, or a property of a connection string, in the document's order.
_PARAMETERS = {name: name for name in ("server", "port", "database", "username", "password")} | {"ssl_mode": "sslMode"}
_PROPERTIES = {"server": "Server", "database": "Database", "port": "Port", "username": "UID", "password": "Password"} | {
    "encryption_method": "EncryptionMethod",
    "validate_server_certificate": "ValidateServerCertificate",
}
_NUMBERS = {
    "encryption_method": {"disabled": "0", "enabled": "1", "request_ssl": "6"},
    "validate_server_certificate": {"false": "0", "true": "1"},
}
_QUOTES = ("'", '"', "{", "=")


@dataclass(frozen=True)
class BasicAuthentication:
    """``Basic Authentication``: the parameters one by one. ``ssl_mode`` is one of SSL_MODES, ``cloud`` is azure or aws."""

    spec_name: ClassVar[str] = BASIC
    server: str
    port: int
    database: str
    username: str
    password: str = field(repr=False)
    ssl_mode: str
    cloud: str = "azure"

    @property
    def identity(self) -> dict[str, str]:
        """What makes these credentials what they are, whatever the service's spelling of it. It holds the password."""
        return {name: str(getattr(self, option)) for option, name in _PARAMETERS.items()}

    def params(self, spellings: Mapping[str, str]) -> dict[str, str]:
        """Return the parameters as they are sent, in the document's order. They hold the password.

        Raises:
            KeyError: the SSL mode has no spelling, so the service does not offer it.
        """
        return {**self.identity, "sslMode": spellings[self.ssl_mode]}

    def spellings(self, own: Mapping[str, str], published: Collection[str]) -> dict[str, str]:
        """Return how SSL modes are spelled: as the user says, else as the connection spec does, else as Adobe's pages do."""
        assumed = ASSUMED_ON_AWS if self.cloud == "aws" else ASSUMED_SPELLINGS
        return {**(spellings_among(published) if published else assumed), **own}


@dataclass(frozen=True)
class ConnectionStringAuthentication:
    """``Connection String Based Authentication``: everything in one string."""

    spec_name: ClassVar[str] = CONNECTION_STRING
    connection_string: str = field(repr=False)

    @property
    def identity(self) -> dict[str, str]:
        """What makes these credentials what they are. It holds the password."""
        return {"connectionString": self.connection_string}

    def params(self, spellings: Mapping[str, str]) -> dict[str, str]:  # noqa: ARG002 (those of sslMode, which is not in it)
        """Return the parameters as they are sent. They hold the password."""
        return self.identity


Authentication: TypeAlias = "BasicAuthentication | ConnectionStringAuthentication"


def visible_settings(params: Mapping[str, Any], own: Mapping[str, str] | None = None, expected: str = "") -> dict[str, str]:
    """Return what can be compared of the parameters of either kind: no secret, and nothing that came back masked.

    The same function reads what is wanted and what the service shows, so both sides speak one language:
    the names of the module's options.

    Parameters:
        params: the parameters, as they are sent or shown.
        own: the user's spellings of the SSL modes.
        expected: the SSL mode to read where the spelling leaves open which one it is.
    """
    whole = params.get("connectionString")
    if isinstance(whole, str):
        carriers, shown = {option: name.lower() for option, name in _PROPERTIES.items()}, properties_of(whole)
    else:
        carriers, shown = _PARAMETERS, {key: str(value) for key, value in params.items() if isinstance(value, str | int)}
    visible = {}
    for option, name in carriers.items():
        value = shown.get(name, "")
        if option == "ssl_mode":
            modes = ssl_modes_of(value, own or {})
            value = expected if expected in modes else "".join(modes[:1])
        elif option in _NUMBERS:
            value = {number: word for word, number in _NUMBERS[option].items()}.get(value, "")
        if option != "password" and not _PLACEHOLDER.fullmatch(value):
            visible[option] = value
    return visible


def has_other_properties(params: Mapping[str, Any]) -> bool | None:
    """Return whether a connection string holds what no option can say, None if there is none or it is not shown."""
    whole = params.get("connectionString")
    if not isinstance(whole, str) or not properties_of(whole):
        return None
    numbers = {name.lower(): _NUMBERS.get(option, {}).values() for option, name in _PROPERTIES.items()}
    properties = properties_of(whole)
    is_odd = any(name not in numbers or (numbers[name] and value not in numbers[name]) for name, value in properties.items())
    return is_odd or len(properties) != sum(1 for part in whole.split(";") if part.strip())


def ssl_modes_of(spelling: str, own: Mapping[str, str]) -> tuple[str, ...]:
    """Return which of SSL_MODES a spelling may mean, the likeliest first.

    Adobe's pages and the service behind show "Verify Ca", "Verify_full", "Disabled", "Preferred", and a boolean.
    """
    letters = "".join(character for character in spelling.lower() if character.isalpha())
    named = tuple(mode for mode in SSL_MODES if letters.startswith(mode.replace("-", "")))
    return tuple(mode for mode, sent in own.items() if sent.lower() == spelling.lower()) or _BOOLEANS.get(letters, named)


def spellings_among(published: Collection[str]) -> dict[str, str]:
    """Return the spelling of each mode among those that a connection spec publishes; a mode that is not offered is left out.

    A true that stands for every kind of encryption verifies nothing for certain, so it is taken for ``require`` alone.
    """
    return {mode: spelling for spelling in published for mode in ssl_modes_of(spelling, {})[:1]}


def compose(**options: object) -> str:
    """Return a connection string with its properties in the document's order.

    Parameters:
        options: server, database, port, username and password, none of them unusable as of ``unusable``; and
            encryption_method and validate_server_certificate, unless these properties are to be left out.
    """
    given = {option: str(value) for option, value in options.items() if value is not None}
    numbers = {option: number for option, words in _NUMBERS.items() if (number := words.get(given.get(option, "").lower()))}
    values = given | numbers
    return ";".join(f"{name}={values[option]}" for option, name in _PROPERTIES.items() if option in values)


def unusable(part: str) -> str | None:
    """Return why a value cannot be a part of a connection string, or None when it can.

    How a value would be escaped is undocumented, so values that would need it are refused.
    """
    if ";" in part:
        return "holds a semicolon"
    if part != part.strip():
        return "begins or ends with white space"
    return f"begins with {part[0]}" if part.startswith(_QUOTES) else None


def properties_of(connection_string: str) -> dict[str, str]:
    """Return the properties of a connection string by their names in lower case; what is no property is left out."""
    pairs = (part.partition("=") for part in connection_string.split(";"))
    return {key.strip().lower(): value.strip() for key, equals, value in pairs if equals and key.strip()}
