# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""A keyed fingerprint of credentials at the end of a connection's description.

The service does not show the credentials that it holds. The fingerprint says whether they are the ones wanted, and without
its key nobody can use it to guess a password.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re

from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import Authentication

FAILED = "failed"  # stands in place of the fingerprint of credentials that did not pass the service's test
_MARKER = "[aep.sources:1:{}]"
_MARK = re.compile(rf"\[aep\.sources:1:([A-Za-z0-9_-]{{22}}|{FAILED})\]")
_ANY_MARKER = re.compile(r" ?\[aep\.sources:[^\]\s]*\]?")  # also one of another version, or one that was cut or garbled
_DERIVED_KEY = b"aep.sources fingerprint key"


def derive_key(client_secret: str) -> bytes:
    """Return the key that is used when none is given: it changes when the client secret does."""
    return hmac.new(client_secret.encode(), _DERIVED_KEY, hashlib.sha256).digest()


def fingerprint(key: bytes, authentication: Authentication, *, sandbox: str, name: str) -> str:
    """Return the fingerprint of credentials: 128 bits of HMAC-SHA-256 as 22 characters of base64url.

    Parameters:
        key: the secret key.
        authentication: the credentials.
        sandbox, name: where they belong, so that equal credentials in two places do not look equal.
    """
    whole = [authentication.spec_name, authentication.identity, sandbox, name]
    message = json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()
    digest = hmac.new(key, message, hashlib.sha256).digest()[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def mark(text: str, print_: str) -> str:
    """Return a description: the user's text, and the fingerprint or FAILED after it."""
    marker = _MARKER.format(print_)
    return f"{text} {marker}" if text else marker


def read_mark(description: str | None) -> tuple[str, str | None]:
    """Return a description's own text and what marks it as ours, a fingerprint or FAILED; None if that cannot be read."""
    description = description or ""
    found = _MARK.findall(description)
    return _ANY_MARKER.sub("", description), (found[-1] if found else None)


def same_fingerprint(one: str | None, other: str) -> bool:
    """Return whether two fingerprints are equal; a missing one equals none."""
    return one is not None and hmac.compare_digest(one.encode(), other.encode())
