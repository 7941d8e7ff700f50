# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Texts that cannot be used, and such that YAML made something else of.

``password: yes`` is true, ``password: 0123`` is 83, ``name: 1.10`` is 1.1. A module gets such a value as a text again, and
could send a password that nobody chose. So this looks before.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

_SECRETS = ("password", "connection_string", "client_secret", "access_token", "fingerprint_key")
_TEXTS = (
    "name",
    "description",
    "server",
    "database",
    "username",
    "client_id",
    "org_id",
    "api_key",
    "sandbox",
    "table",
    "dataset",
)


def yaml_surprise(arguments: object) -> str | None:
    """Return one sentence about the first of a task's arguments that YAML changed or that cannot be used, or None."""
    return next((said for name, value in _values(arguments) if (said := _surprise(name, value))), None)


def _values(value: object, name: object = "") -> Iterator[tuple[object, object]]:
    """Yield the values at whatever depth, each with the name of its option."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _values(one, key)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _values(one, name)
    else:
        yield name, value


def _surprise(name: object, value: object) -> str | None:
    """Return a sentence about one option. The value is not in it: it may be most of a secret."""
    lost = bool | float | datetime.date
    if (name in _SECRETS and isinstance(value, lost | int)) or (name in _TEXTS and isinstance(value, lost)):
        kind = "true or false" if isinstance(value, bool) else "a date" if isinstance(value, datetime.date) else "a number"
        return f"{name} is no text but {kind}, as YAML reads it without quotes: put it in quotes."
    if isinstance(value, str) and "\0" in value:
        return f"{name} holds a NUL character, which neither Ansible nor PostgreSQL can take: remove it."
    return None
