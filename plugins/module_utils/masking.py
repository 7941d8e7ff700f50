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
from functools import lru_cache
from itertools import groupby
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "********"
NOT_SHOWN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
_LONG_ENOUGH_ANYWHERE = 8  # a shorter secret is masked only where it stands as a word of its own, and so is a piece of one
# What a connection string holds beside its password, which an error may say.
_PUBLIC = r"(?:^|;)\s*(?:(?:server|port|database|uid|encryptionmethod|validateservercertificate)\s*=[^;]*|(?:password|pwd)\s*=)"


def spellings(secret: str) -> set[str]:
    """Return the forms in which a secret may come back: raw, as Python writes it, percent-, plus-, JSON- and base64-encoded."""
    raw = secret.encode("utf-8", "surrogatepass")
    percent = {quote(secret, safe="", errors="replace"), quote(secret, errors="replace"), quote_plus(secret, errors="replace")}
    escaped = {repr(secret)[1:-1], json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    encoded = {base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()}
    return ({secret} | percent | escaped | encoded | {form.rstrip("=") for form in encoded}) - {""}


@lru_cache(maxsize=1)
def _pieces(secrets: tuple[str, ...]) -> frozenset[str]:
    """Return all pieces of secrets, in each spelling, that are long enough to be told from words."""
    size = _LONG_ENOUGH_ANYWHERE
    parts = {part for secret in secrets for part in re.split(_PUBLIC, secret, flags=re.IGNORECASE)}
    forms = {form for part in parts for form in spellings(part)}
    return frozenset(form[start : start + size] for form in forms for start in range(len(form) - size + 1))


class Mask:
    """The secrets of one task.

    Parameters:
        visible: values that the user gave in plain, as a server or a database. A secret that is part of one of them cannot
            be told from it, so returned data is not searched for that secret: masking it would corrupt the data.
        secrets: the first of them.
    """

    def __init__(self, visible: Iterable[str] = (), secrets: Iterable[str] = ()) -> None:
        self._visible = [value for value in visible if value]
        self._secrets = list(secrets)
        self._forms = set().union(*map(spellings, self._secrets))

    def add(self, secret: str | None) -> None:
        """Take one more secret."""
        if secret:
            self._secrets.append(secret)
            self._forms |= spellings(secret)

    def reveal(self, secret: str) -> None:
        """Let a secret be returned after all, since it is what was asked for."""
        self._visible.append(secret)

    @property
    def forms_in_data(self) -> set[str]:
        """The forms to search returned data for."""
        return {form for form in self._forms if not any(form in value for value in self._visible)}

    def text(self, message: str) -> str:
        """Return free text with every secret in it masked."""
        for form in sorted(self._forms, key=len, reverse=True):
            if len(form) < _LONG_ENOUGH_ANYWHERE:
                message = re.sub(rf"(?<![^\W_]){re.escape(form)}(?![^\W_])", MASK, message)
            else:
                message = message.replace(form, MASK)
        return message

    def text_of_service(self, text: str) -> str:
        """Return a text of the service with every secret in it masked, and every piece of one.

        It may repeat what it was sent, and cut it off anywhere. Our own words are not searched for pieces, since a password may
        hold some of them. What the user gave in plain is shown: an error is of no use without the name of what it is about.
        """
        text, size, pieces = self.text(text), _LONG_ENOUGH_ANYWHERE, _pieces(tuple(self._secrets))
        starts = [start for start in range(len(text)) if text[start : start + size] in pieces]
        hidden = {position for start in starts for position in range(start, start + size)}
        groups = groupby(enumerate(text), key=lambda each: each[0] in hidden)
        runs = [(is_hidden, "".join(character for _position, character in group)) for is_hidden, group in groups]
        return "".join(MASK if is_hidden and not self._is_plain(run) else run for is_hidden, run in runs)

    def _is_plain(self, text: str) -> bool:
        return any(text in value for value in self._visible)


def separated(spec: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """Return options as they may be shown, and the secrets among them: texts in those that their argument spec calls no_log.

    An option that is not in the spec is not shown either: it may be a misspelt ``password``.
    """
    shown: dict[str, Any] = {}
    secrets: set[str] = set()
    for name, value in options.items():
        rules = spec.get(name, {})
        if name not in spec or (rules.get("no_log") and value):
            shown[name] = NOT_SHOWN
        elif "options" in rules:
            many = isinstance(value, list)
            parts = [_separated_inside(rules["options"], one) for one in (value if many else [value])]
            shown[name] = [part for part, _secrets in parts] if many else parts[0][0]
            secrets = secrets.union(*(found for _part, found in parts))
        else:
            shown[name] = value
        if rules.get("no_log"):
            secrets |= texts_in(value) - _names_of_roles(value)
    return shown, secrets


def _separated_inside(spec: Mapping[str, Any], value: Any) -> tuple[Any, set[str]]:
    if isinstance(value, Mapping):
        return separated(spec, value)
    return (NOT_SHOWN if value else value), set()  # a text in place of a dictionary may hold a password


def texts_in(value: Any) -> set[str]:
    """Return all texts and numbers in a value, as texts, at whatever depth."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return set().union(*map(texts_in, value))
    return set() if value is None or isinstance(value, bool) else {str(value)}


def _names_of_roles(credentials: Any) -> set[str]:
    """Return the user names in a dictionary of credentials: they are shown elsewhere, and are no secrets."""
    entries = credentials.values() if isinstance(credentials, Mapping) else ()
    return {str(one["username"]) for one in entries if isinstance(one, Mapping) and "username" in one}
