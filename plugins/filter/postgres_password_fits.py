# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter postgres_password_fits: whether a password is the one that a PostgreSQL server keeps the verifier of."""

from __future__ import annotations

DOCUMENTATION = r"""
name: postgres_password_fits
short_description: Tell whether a PostgreSQL server has this password
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Compares a password with what PostgreSQL stores of it, in C(pg_authid), which only a superuser can read.
  - Understands C(scram-sha-256) and C(md5). Everything else does not fit.
options:
  _input:
    description: What is stored. An empty text or C(null) is stored of a role without a password.
    type: str
    required: true
  password:
    description: The password.
    type: str
    required: true
  login:
    description: Name of the role, which C(md5) depends on.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Set a password only if it is another one
  ansible.builtin.debug:
    msg: The password has to be set.
  when: not stored | aep.sources.postgres_password_fits(vault_orders_password, 'orders_reader')
  vars:
    stored: md5a3556571e93b0d20722ba62be61e8c2d
    vault_orders_password: an example
"""

RETURN = r"""
_value:
  description: Whether it fits.
  type: bool
"""

import base64
import binascii
import hashlib
import hmac
import re
import stringprep
import unicodedata
from typing import Any

_SCRAM = re.compile(r"SCRAM-SHA-256\$(\d{1,7}):([^$:]+)\$[^$:]+:([^$:]+)")
_REFUSED = (
    stringprep.in_table_a1,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


def postgres_password_fits(stored: str | None, password: str, login: str) -> bool:
    """Return whether a password is the one that a verifier was made of (RFC 5802, or PostgreSQL's own md5).

    Parameters:
        stored: the verifier, as in ``pg_authid.rolpassword``.
        password: the password.
        login: the name of the role, which is the salt of md5.
    """
    scram = _SCRAM.fullmatch(stored or "")
    if scram is None:
        digest = hashlib.md5(f"{password}{login}".encode(), usedforsecurity=False).hexdigest()
        return hmac.compare_digest(f"md5{digest}".encode(), (stored or "").encode())
    try:
        salt, server_key = (base64.b64decode(part, validate=True) for part in scram.group(2, 3))
    except binascii.Error:
        return False
    salted = hashlib.pbkdf2_hmac("sha256", _prepared(password).encode(), salt, int(scram.group(1)))
    return hmac.compare_digest(hmac.digest(salted, b"Server Key", "sha256"), server_key)


def _prepared(password: str) -> str:
    """Return a password as SASLprep (RFC 4013) makes it or, as PostgreSQL does, as it is if that refuses it."""
    spaced = (" " if stringprep.in_table_c12(sign) else sign for sign in password)
    mapped = "".join(sign for sign in spaced if not stringprep.in_table_b1(sign))
    if not mapped or any(refuses(sign) for sign in mapped for refuses in _REFUSED):
        return password
    if any(map(stringprep.in_table_d1, mapped)):  # from right to left, which then all of it has to be
        ends = stringprep.in_table_d1(mapped[0]) and stringprep.in_table_d1(mapped[-1])
        if not ends or any(map(stringprep.in_table_d2, mapped)):
            return password
    return unicodedata.normalize("NFKC", mapped)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"postgres_password_fits": postgres_password_fits}
