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
from collections.abc import Mapping
from typing import Any

_SECRETS = ("password", "connection_string", "client_secret", "access_token", "fingerprint_key")
_TEXTS = ("name", "description", "server", "database", "username", "client_id", "org_id", "api_key", "sandbox")


def yaml_surprise(arguments: object, name: str = "") -> str | None:
    """Return one sentence about the first text that YAML changed or that cannot be used, or None.

    Parameters:
        arguments: a task's arguments, templated.
        name: the option that they stand in, if it is one.
    """
    if isinstance(arguments, Mapping):
        return _first(_surprise(key, value) or yaml_surprise(value, str(key)) for key, value in arguments.items())
    if isinstance(arguments, list | tuple):
        return _first(yaml_surprise(value, name) for value in arguments)
    return None


def _surprise(name: object, value: object) -> str | None:
    """Return a sentence about one option. The value is not in it: it may be most of a secret."""
    lost = bool | float | datetime.date
    if (name in _SECRETS and isinstance(value, lost | int)) or (name in _TEXTS and isinstance(value, lost)):
        return f"{name} is no text but {_kind(value)}, as YAML reads it without quotes: put it in quotes."
    if isinstance(value, str) and "\0" in value:
        return f"{name} holds a NUL character, which neither Ansible nor PostgreSQL can take: remove it."
    return None


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    return "a date" if isinstance(value, datetime.date) else "a number"


def _first(found: Any) -> str | None:
    return next((one for one in found if one), None)
