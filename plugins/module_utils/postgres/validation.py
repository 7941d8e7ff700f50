# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""From a connection's options to what is desired, or one sentence about what is wrong with them. Nothing was sent before."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    DEFAULT_SSL_MODE,
    Authentication,
    BasicAuthentication,
    ConnectionStringAuthentication,
    compose,
    unusable,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired

DEFAULT_PORT = 5432

_NEEDED = ("server", "database", "username", "password")
_PARTS = (*_NEEDED, "port")
_CONTROLS = ("Cc", "Cs", "Zl", "Zp")  # controls, halves of surrogate pairs, line and paragraph separators
_LONGEST_SHOWN = 80
_STRING_ONLY = ("encryption_method", "validate_server_certificate")


class InputError(Exception):
    """An option's value cannot be used. The message is one sentence that names the option and says what to do."""


def quoted(text: object) -> str:
    """Return a text of the user's in quotes, for a message: on one line, and not longer than can be read."""
    shown = "".join(one if one.isprintable() else "?" for one in str(text)[:_LONGEST_SHOWN])
    return f"'{shown}'" if len(str(text)) <= _LONGEST_SHOWN else f"'{shown}...'"


def desired_connection(options: Mapping[str, Any]) -> Desired:
    """Return what a connection's options ask for.

    Parameters:
        options: the options of aep_postgres_connection by name; one that is missing or None was not given.

    Raises:
        InputError: an option's value cannot be used.
    """
    given = _given(options)
    for option in ("name", "connection_id"):
        _check_label(option, given)
    _check_text("description", given)
    if "[aep.sources" in given.get("description", ""):
        raise InputError(
            "description must not hold '[aep.sources', which begins the mark of this collection: leave that part out."
        )
    if not given.get("name") and not given.get("connection_id"):
        raise InputError("name is missing: give the connection's name, or its connection_id.")
    return Desired(
        name=given.get("name"),
        connection_id=given.get("connection_id"),
        state=given.get("state", "present"),
        description=given.get("description"),
        authentication=None if given.get("state") == "absent" else _authentication(given),
        update_credentials=given.get("update_credentials", "on_change"),
        test=given.get("test", "on_change"),
        on_test_failure=given.get("on_test_failure", "fail"),
        prove_first=given.get("prove_first", True),
    )


def desired_connections(
    items: Sequence[Mapping[str, Any]], defaults: Mapping[str, Any], credentials: Mapping[str, Any]
) -> list[Desired]:
    """Return what several connections' options ask for.

    Parameters:
        items: the options of each; ``credentials`` in them is a key.
        defaults: options that each starts from.
        credentials: username and password, or connection_string, by key.

    Raises:
        InputError: an option's value cannot be used, or two connections are the same one.
    """
    wanted = []
    for position, item in enumerate(items, 1):
        options = _given(defaults) | _given(item)
        label = options.get("name") or options.get("connection_id") or f"number {position}"
        try:
            wanted.append(desired_connection(options | _credentials(options.get("credentials"), credentials)))
        except InputError as error:
            raise InputError(f"connections, {quoted(label)}: {error}") from None
    for what in ("name", "connection_id"):
        values = [getattr(desired, what) for desired in wanted if getattr(desired, what)]
        for value in values:
            if values.count(value) > 1:
                raise InputError(f"connections: {what} {quoted(value)} is there more than once: give each connection its own.")
    return wanted


def _credentials(key: str | None, credentials: Mapping[str, Any]) -> dict[str, Any]:
    if key is None:
        return {}
    if key not in credentials:
        raise InputError(f"credentials has no key {quoted(key)}: add it, or correct the name.")
    found = credentials[key]
    allowed = ("username", "password", "connection_string")
    if not isinstance(found, Mapping) or not all(
        name in allowed and isinstance(value, str) for name, value in _given(found).items()
    ):
        raise InputError(
            f"credentials of {quoted(key)} must be a dictionary of texts: username and password, or connection_string."
        )
    return _given(found)


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _authentication(given: Mapping[str, Any]) -> Authentication | None:
    kind = given.get("auth_type", "basic")
    if kind == "connection_string" and given.get("cloud") == "aws":
        raise InputError("auth_type: connection_string is not available with cloud: aws: use auth_type: basic.")
    for option in ("server", "database", "username", "password", "connection_string"):
        if given.get(option) == "":
            raise InputError(f"{option} is empty: give its value, or leave the option out.")
        _check_text(option, given)
    if kind == "basic":
        return _basic(given)
    return _connection_string(given)


def _basic(given: Mapping[str, Any]) -> BasicAuthentication | None:
    for option in ("connection_string", *_STRING_ONLY):
        if option in given:
            raise InputError(f"{option} belongs to auth_type: connection_string: set that auth_type, or leave {option} out.")
    if not _complete(given, (*_PARTS, "ssl_mode")):
        return None
    _check_server(given["server"])
    return BasicAuthentication(
        server=given["server"],
        port=_port(given),
        database=given["database"],
        username=given["username"],
        password=given["password"],
        ssl_mode=given.get("ssl_mode", DEFAULT_SSL_MODE),
        cloud=given.get("cloud", "azure"),
    )


def _connection_string(given: Mapping[str, Any]) -> ConnectionStringAuthentication | None:
    if "ssl_mode" in given:
        raise InputError("ssl_mode belongs to auth_type: basic: with a connection string use encryption_method instead.")
    if "connection_string" in given:
        for option in (*_PARTS, *_STRING_ONLY):
            if option in given:
                raise InputError(f"connection_string is given whole, so {option} cannot be given too: put it into the string.")
        return ConnectionStringAuthentication(given["connection_string"])
    return _composed(given)


def _composed(given: Mapping[str, Any]) -> ConnectionStringAuthentication | None:
    if given.get("validate_server_certificate") and given.get("encryption_method") not in ("enabled", "request_ssl"):
        raise InputError("validate_server_certificate needs encryption: set encryption_method to enabled or request_ssl.")
    if not _complete(given, (*_PARTS, *_STRING_ONLY)):
        return None
    _check_server(given["server"])
    for option in _NEEDED:
        reason = unusable(given[option])
        if reason:
            raise InputError(
                f"{option} {reason}, which a connection string cannot carry: use auth_type: basic, or another value."
            )
    return ConnectionStringAuthentication(
        compose(
            server=given["server"],
            database=given["database"],
            port=_port(given),
            username=given["username"],
            password=given["password"],
            encryption_method=given.get("encryption_method"),
            validate_server_certificate=given.get("validate_server_certificate"),
        )
    )


def _complete(given: Mapping[str, Any], options: tuple[str, ...]) -> bool:
    """Return whether credentials are given at all; half of them is an error."""
    if not any(option in given for option in options):
        return False
    missing = [option for option in _NEEDED if option not in given]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise InputError(f"{', '.join(missing)} {verb} missing: credentials need {', '.join(_NEEDED)}.")
    return True


def _port(given: Mapping[str, Any]) -> int:
    port = int(given.get("port", DEFAULT_PORT))
    if not 1 <= port <= 65535:
        raise InputError(f"port {port} is out of range: give a number from 1 to 65535.")
    return port


def _check_server(server: str) -> None:
    if "/" in server or any(character.isspace() for character in server):
        raise InputError("server must be a host name or an IP address alone: leave out scheme, path and white space.")


def _check_label(option: str, given: Mapping[str, Any]) -> None:
    label = given.get(option)
    if label is None:
        return
    if not label.strip():
        raise InputError(f"{option} is empty: give its value, or leave the option out.")
    if label != label.strip():
        raise InputError(f"{option} begins or ends with white space: leave that out.")
    _check_text(option, given)


def _check_text(option: str, given: Mapping[str, Any]) -> None:
    allowed = "\n\t" if option == "description" else ""
    if any(unicodedata.category(character) in _CONTROLS and character not in allowed for character in given.get(option, "")):
        raise InputError(f"{option} holds a control character: leave it out.")
