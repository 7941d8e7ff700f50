# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The values of sslMode: one spelling for users, the service's own on the wire (api-facts.md 4.5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

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


def ssl_mode_of(spelling: str) -> str | None:
    """Return which of SSL_MODES a spelling means, or None when it means none of them."""
    letters = "".join(character for character in spelling.lower() if character.isalpha())
    return _SAME_LETTERS.get(letters)


def spellings_among(published: Collection[str]) -> dict[str, str]:
    """Return the spelling of each mode among those that a connection spec publishes; a mode that is not offered is left out.

    A true that stands for every kind of encryption verifies nothing for certain, so it is taken for ``require`` alone.
    """
    return {mode: spelling for spelling in published if (mode := ssl_mode_of(spelling))}
