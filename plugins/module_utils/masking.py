# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Every spelling of a secret, found before it is used, and what must not be masked all the same."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "********"
NOT_SHOWN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
_LONG_ENOUGH_ANYWHERE = 8  # a shorter secret is masked only where it stands as a word of its own


def spellings(secret: str) -> set[str]:
    """Return the forms in which a secret may come back: raw, as Python writes it, percent-, plus-, JSON- and base64-encoded."""
    raw = secret.encode("utf-8", "surrogatepass")
    return {
        secret,
        quote(secret, safe="", errors="replace"),
        quote(secret, errors="replace"),
        quote_plus(secret, errors="replace"),
        repr(secret)[1:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        base64.b64encode(raw).decode(),
        base64.b64encode(raw).decode().rstrip("="),
        base64.urlsafe_b64encode(raw).decode(),
    } - {""}


class Mask:
    """The secrets of one task.

    Parameters:
        visible: values that the user gave in plain, as a server or a database. A secret that is part of one of them cannot
            be told from it, so returned data is not searched for that secret: masking it would corrupt the data.
    """

    def __init__(self, visible: Iterable[str] = ()) -> None:
        self._visible = [value for value in visible if value]
        self._forms: set[str] = set()

    def add(self, secret: str | None) -> None:
        """Take one more secret."""
        if secret:
            self._forms |= spellings(secret)

    def reveal(self, secret: str) -> None:
        """Let a secret be returned after all, since it is what was asked for."""
        self._visible.append(secret)

    @property
    def forms_in_data(self) -> set[str]:
        """The forms to search returned data for."""
        return {form for form in self._forms if not any(form in value for value in self._visible)}

    def text(self, message: str) -> str:
        """Return free text, as an error of the service, with every secret in it masked."""
        for form in sorted(self._forms, key=len, reverse=True):
            pattern = re.escape(form)
            if len(form) < _LONG_ENOUGH_ANYWHERE:
                pattern = rf"(?<![^\W_]){pattern}(?![^\W_])"
            message = re.sub(pattern, MASK, message)
        return message


def secrets_in(spec: Mapping[str, Any], options: Mapping[str, Any]) -> set[str]:
    """Return the secrets among options: the texts in those that their argument spec calls no_log."""
    found: set[str] = set()
    for name, rules in spec.items():
        value = options.get(name)
        if rules.get("no_log"):
            found |= texts_in(value) - texts_in(_names_of_roles(value))
        for nested in _dictionaries(value) if "options" in rules else ():
            found |= secrets_in(rules["options"], nested)
    return found


def without_secrets(spec: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options with a word in place of each that their argument spec calls no_log or does not know.

    An option that is not known may be a misspelt ``password``.
    """
    shown = {name: value if name in spec else NOT_SHOWN for name, value in options.items()}
    for name, rules in spec.items():
        value = shown.get(name)
        if rules.get("no_log") and value:
            shown[name] = NOT_SHOWN
        elif "options" in rules and isinstance(value, list):
            shown[name] = [_inside(rules["options"], one) for one in value]
        elif "options" in rules:
            shown[name] = _inside(rules["options"], value)
    return shown


def _inside(spec: Mapping[str, Any], value: Any) -> Any:
    if isinstance(value, Mapping):
        return without_secrets(spec, value)
    return NOT_SHOWN if value else value  # a text in place of a dictionary may hold a password


def texts_in(value: Any) -> set[str]:
    """Return all texts and numbers in a value, as texts, at whatever depth."""
    if isinstance(value, Mapping):
        return set().union(*map(texts_in, value.values()))
    if isinstance(value, list | tuple):
        return set().union(*map(texts_in, value))
    return set() if value is None or isinstance(value, bool) else {str(value)}


def _names_of_roles(credentials: Any) -> Any:
    """Return the user names in a dictionary of credentials: they are shown elsewhere, and are no secrets."""
    return (
        [one.get("username") for one in credentials.values() if isinstance(one, Mapping)]
        if isinstance(credentials, Mapping)
        else []
    )


def _dictionaries(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping)]
