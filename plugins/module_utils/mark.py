# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The mark at the end of a text of the service: who manages a thing, and which state it is in.

Its tag is made with a key and binds it to one thing: a mark that was copied is nobody's. What its fingerprint is of, the kinds
of things say that have a mark.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from typing import Any

PENDING = "pending"  # these credentials were sent, and not proven yet
COMPLETE = "complete"  # the service's test says that they work, or nobody wants to know
PROOF = "proof"  # a throw-away connection that proves credentials
DATAFLOW = "dataflow"  # a dataflow, or a part of one

_STATES = f"{PENDING}|{COMPLETE}|{PROOF}|{DATAFLOW}"
_MARK = re.compile(
    rf"\[aep\.sources(?: owner=([a-z0-9-]+))? ({_STATES}) ([\w-]{{4}})\.([\w-]{{11}})\.([\w-]{{22}})\]", re.ASCII
)
# also a mark that was cut or garbled, but no word that somebody wrote behind it
_REMAINS = re.compile(rf" ?\[aep\.sources(?: owner=[\w-]*)?(?: (?:{_STATES}))?(?: [\w-]+(?:\.[\w-]*)+)?\]?", re.ASCII)
_STRETCHING = {"n": 2**14, "r": 8, "p": 1, "maxmem": 2**26, "dklen": 32}


@dataclass(frozen=True)
class Place:
    """Where marks are made: the sandbox, and the key; ``owner`` is who may purge what is created or adopted here."""

    sandbox: str
    key: bytes | None = field(default=None, repr=False)
    organization: str = ""
    owner: str | None = None


@dataclass(frozen=True)
class Mark:
    """A mark as it was read. ``key_id`` tells which key made it; nothing of it is to be believed unless ``read`` says so."""

    owner: str | None
    state: str
    key_id: str
    tag: str
    fingerprint: str

    def __str__(self) -> str:
        """Return it as it stands in a description."""
        owner = f" owner={self.owner}" if self.owner else ""
        return f"[aep.sources{owner} {self.state} {self.key_id}.{self.tag}.{self.fingerprint}]"


@functools.cache
def stretched_key(fingerprint_key: str, organization: str) -> bytes:
    """Return the key of an organization's marks: made slow to guess, and so made once in a process."""
    return hashlib.scrypt(
        fingerprint_key.encode("utf-8", "surrogatepass"), salt=f"aep.sources {organization}".encode(), **_STRETCHING
    )


def derived_key(client_secret: str) -> bytes:
    """Return the key that is used when none is given: it changes when the client secret does."""
    return hmac.new(client_secret.encode("utf-8", "surrogatepass"), b"aep.sources fingerprint key", hashlib.sha256).digest()


def fingerprint(place: Place, *parts: Any) -> str:
    """Return a fingerprint in a place: 128 bits of HMAC-SHA-256 as 22 characters of base64url."""
    return _keyed(place, 16, *parts)


def signed(place: Place, kind: str, name: str | None, *, owner: str | None, state: str, print_: str) -> Mark:
    """Return the mark of a thing.

    Parameters:
        place: where it is, and the key.
        kind: what it is.
        name: what it is called with this mark, if that matters.
        owner: who may purge it.
        state: one of those above.
        print_: its fingerprint.
    """
    return Mark(owner, state, _keyed(place, 3, "key"), _keyed(place, 8, kind, name, owner, state, print_), print_)


@dataclass(frozen=True)
class Description:
    """A description as it was read: the user's text, its mark, and whether this key made that, and for this thing."""

    text: str
    mark: Mark | None
    is_true: bool
    is_of_another_key: bool


def read(place: Place, kind: str, name: str | None, description: str | None) -> Description:
    """Return what a description says of the thing of this kind and name, and what of it is to be believed."""
    text, mark = read_mark(description)
    if mark is None or place.key is None:
        return Description(text, mark, is_true=False, is_of_another_key=False)
    true = signed(place, kind, name, owner=mark.owner, state=mark.state, print_=mark.fingerprint)
    is_true = hmac.compare_digest(str(true), str(mark))
    return Description(text, mark, is_true, is_of_another_key=mark.key_id != true.key_id)


def with_mark(text: str, mark: Mark | None) -> str:
    """Return a description: the user's text, and the mark after it."""
    return " ".join(filter(None, [text, str(mark or "")]))


def read_mark(description: str | None) -> tuple[str, Mark | None]:
    """Return a description's own text and its mark, None if there is none that can be read."""
    found = _MARK.findall(description or "")
    owner, *rest = found[-1] if found else ("",)
    return _REMAINS.sub("", description or ""), (Mark(owner or None, *rest) if found else None)


def _keyed(place: Place, size: int, *parts: Any) -> str:
    message = json.dumps([place.organization, place.sandbox, *parts], sort_keys=True, separators=(",", ":")).encode()
    digest = hmac.new(place.key or b"", message, hashlib.sha256).digest()[:size]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
