# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The values of sslMode: one spelling for users, the service's own on the wire (api-facts.md 4.5)."""

from __future__ import annotations

SSL_MODES: dict[str, str] = {
    "disable": "Disable",
    "allow": "Allow",
    "prefer": "Prefer",
    "require": "Require",
    "verify-ca": "Verify-Ca",
    "verify-full": "Verify-Full",
}
DEFAULT_SSL_MODE = "require"

# Spellings that Adobe's pages and the service behind show: "Verify Ca", "Verify_full", "Disabled", "Preferred".
_SAME_LETTERS = {mode.replace("-", ""): mode for mode in SSL_MODES} | {
    "disabled": "disable",
    "allowed": "allow",
    "preferred": "prefer",
    "required": "require",
}


def ssl_mode_on_the_wire(mode: str) -> str:
    """Return the service's spelling of one of SSL_MODES."""
    return SSL_MODES[mode]


def ssl_mode_of(spelling: str) -> str | None:
    """Return which of SSL_MODES a spelling means, or None when it means none of them."""
    letters = "".join(character for character in spelling.lower() if character.isalpha())
    return _SAME_LETTERS.get(letters)
