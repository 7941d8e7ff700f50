# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""From a connection's options to what is desired, or one sentence about what is wrong with them. Nothing was sent before."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    DEFAULT_SSL_MODE,
    Authentication,
    BasicAuthentication,
    ConnectionStringAuthentication,
    compose,
    unusable,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired

Given: TypeAlias = Mapping[str, Any]
Rules: TypeAlias = "tuple[tuple[Callable[[Given], object], str], ...]"

DEFAULT_PORT = 5432

_CONTROLS = ("Cc", "Cs", "Zl", "Zp")  # controls, halves of surrogate pairs, line and paragraph separators
_LONGEST_SHOWN = 80

_LABELS = ("name", "connection_id")
_NEEDED = ("server", "database", "username", "password")
_PARTS = (*_NEEDED, "port")
_STRING_ONLY = ("encryption_method", "validate_server_certificate")
_CREDENTIALS = ("username", "password", "connection_string")
_PROPERTIES = (*_LABELS, "description", "state", "update_credentials", "test", "prove_first", "on_test_failure")


class InputError(Exception):
    """An option's value cannot be used. The message is one sentence that names the option and says what to do."""


def quoted(text: object) -> str:
    """Return a text of the user's in quotes, for a message: on one line, and not longer than can be read."""
    shown = "".join(one if one.isprintable() else "?" for one in str(text)[:_LONGEST_SHOWN])
    return f"'{shown}'" if len(str(text)) <= _LONGEST_SHOWN else f"'{shown}...'"


def first(options: Sequence[str], is_so: Callable[[Any], object] = lambda _value: True) -> Callable[[Given], object]:
    """Return a condition: the first of some options that is given a value of which something is so."""
    return lambda given: next((option for option in options if option in given and is_so(given[option])), None)


def has_controls(text: Iterable[str]) -> bool:
    """Return whether a text holds what cannot be shown in one line."""
    return any(unicodedata.category(character) in _CONTROLS for character in text)


def _missing(given: Given) -> str:
    """Return which of the credentials are missing. None at all is no error, half of them is."""
    missing = [option for option in _NEEDED if option not in given]
    if not first((*_PARTS, *_STRING_ONLY, "ssl_mode"))(given) or not missing:
        return ""
    return f"{', '.join(missing)} {'are' if missing[1:] else 'is'}"


def _unusable(given: Given) -> object:
    in_string = _NEEDED if given.get("auth_type") == "connection_string" else ()
    return next((f"{option} {reason}" for option in in_string if (reason := unusable(given.get(option, "")))), None)


def text_rules(labels: Sequence[str], whose: str) -> Rules:
    """Return the rules about what a thing is called, and about its description."""
    return (
        (first(labels, lambda label: not label.strip()), "{} is empty: give its value, or leave the option out."),
        (first(labels, lambda label: label != label.strip()), "{} begins or ends with white space: leave that out."),
        (first(labels, has_controls), "{} holds a control character: leave it out."),
        (
            first(["description"], lambda text: has_controls(set(text) - {"\n", "\t"})),
            "{} holds a control character: leave it out.",
        ),
        (
            first(["description"], lambda text: "[aep.sources" in text),
            "{} must not hold '[aep.sources', which begins the mark of this collection: leave that part out.",
        ),
        (lambda given: not first(labels)(given), f"name is missing: give {whose} name, or its {labels[1]}."),
    )


# When options cannot be used, and the sentence about what was found then. Of several the first is told.
_LABELLING = text_rules(_LABELS, "the connection's")
_TEXTS: Rules = (
    (first((*_PARTS, *_CREDENTIALS), lambda value: value == ""), "{} is empty: give its value, or leave the option out."),
    (first((*_NEEDED, *_CREDENTIALS), has_controls), "{} holds a control character: leave it out."),
)
_VALUES: Rules = (
    (_missing, f"{{}} missing: credentials need {', '.join(_NEEDED)}."),
    (
        first(["server"], lambda server: "/" in server or any(map(str.isspace, server))),
        "{} must be a host name or an IP address alone: leave out scheme, path and white space.",
    ),
    (first(["port"], lambda port: not 1 <= port <= 65535), "{} {port} is out of range: give a number from 1 to 65535."),
    (_unusable, "{}, which a connection string cannot carry: use auth_type: basic, or another value."),
)
_BASIC: Rules = (
    (
        first(["connection_string", *_STRING_ONLY]),
        "{0} belongs to auth_type: connection_string: set that auth_type, or leave {0} out.",
    ),
)
_STRING: Rules = (
    (
        lambda given: given.get("cloud") == "aws",
        "auth_type: connection_string is not available with cloud: aws: use auth_type: basic.",
    ),
    (first(["ssl_mode"]), "{} belongs to auth_type: basic: with a connection string use encryption_method instead."),
    (
        lambda given: "connection_string" in given and first((*_PARTS, *_STRING_ONLY))(given),
        "connection_string is given whole, so {} cannot be given too: put it into the string.",
    ),
    (
        lambda given: given.get("validate_server_certificate") and given.get("encryption_method", "disabled") == "disabled",
        "validate_server_certificate needs encryption: set encryption_method to enabled or request_ssl.",
    ),
)


def desired_connection(options: Given) -> Desired:
    """Return what a connection's options ask for.

    Parameters:
        options: the options of aep_postgres_connection by name; one that is missing or None was not given.

    Raises:
        InputError: an option's value cannot be used.
    """
    given = given_of(options)
    check(given, _LABELLING)
    properties = {"name": None, **{option: given[option] for option in _PROPERTIES if option in given}}
    return Desired(**properties, authentication=None if given.get("state") == "absent" else _authentication(given))


def desired_connections(items: Sequence[Given], defaults: Given, credentials: Given) -> list[Desired]:
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
        options = given_of(defaults) | given_of(item)
        label = options.get("name") or options.get("connection_id") or f"number {position}"
        try:
            wanted.append(desired_connection(options | _credentials(options.get("credentials"), credentials)))
        except InputError as error:
            raise InputError(f"connections, {quoted(label)}: {error}") from None
    for what in _LABELS:
        values = [getattr(desired, what) for desired in wanted if getattr(desired, what)]
        for value in values:
            if values.count(value) > 1:
                raise InputError(f"connections: {what} {quoted(value)} is there more than once: give each connection its own.")
    return wanted


def _credentials(key: str | None, credentials: Given) -> dict[str, Any]:
    if key is None:
        return {}
    if key not in credentials:
        raise InputError(f"credentials has no key {quoted(key)}: add it, or correct the name.")
    found = given_of(credentials[key]) if isinstance(credentials[key], Mapping) else {"": None}
    if not all(name in _CREDENTIALS and isinstance(value, str) for name, value in found.items()):
        raise InputError(
            f"credentials of {quoted(key)} must be a dictionary of texts: username and password, or connection_string."
        )
    return found


def given_of(options: Given) -> dict[str, Any]:
    """Return the options that were given."""
    return {name: value for name, value in options.items() if value is not None}


def check(given: Given, rules: Rules) -> None:
    """Raise an InputError about the first rule that options break."""
    for found_by, sentence in rules:
        found = found_by(given)
        if found:
            raise InputError(sentence.format(found, port=given.get("port")))


def _authentication(given: Given) -> Authentication | None:
    in_string = given.get("auth_type") == "connection_string"
    check(given, _TEXTS + (_STRING if in_string else _BASIC) + _VALUES)
    if "connection_string" in given:
        return ConnectionStringAuthentication(given["connection_string"])
    if "server" not in given:
        return None
    parts = {"port": DEFAULT_PORT, **{option: given[option] for option in _PARTS if option in given}}
    if in_string:
        return ConnectionStringAuthentication(compose(**parts, **{option: given.get(option) for option in _STRING_ONLY}))
    return BasicAuthentication(**parts, ssl_mode=given.get("ssl_mode", DEFAULT_SSL_MODE), cloud=given.get("cloud", "azure"))
