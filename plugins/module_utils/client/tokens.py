# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Access tokens of Adobe's Identity Management System, OAuth Server-to-Server (api-facts.md 5.1)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ansible_collections.aep.sources.plugins.module_utils.client.client import AccessToken, Client
from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError

_LONGEST_PLAUSIBLE_SECONDS = 10**6  # the older exchange answered in milliseconds


@dataclass(frozen=True)
class Credentials:
    """A credential of an Adobe Developer Console project, and the token service that knows it."""

    ims_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: Sequence[str] = ()


def fetch_token(ims: Client, credentials: Credentials) -> AccessToken:
    """Ask for a new access token with the ``client_credentials`` grant.

    Raises:
        ServiceError: the credential was refused.
        NoAnswerError: no usable answer came.
    """
    action = "get an access token"
    answer = ims.request(
        "POST",
        "/ims/token/v3",
        action=action,
        form={
            "grant_type": "client_credentials",
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "scope": ",".join(credentials.scopes),
        },
    )
    document = answer if isinstance(answer, dict) else {}
    value = document.get("access_token")
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
        raise NoAnswerError(action, "the answer holds no access token", "Check ims_url.", may_have_arrived=True)
    return AccessToken(value, _seconds(document.get("expires_in")))


def _seconds(expires_in: object) -> int | None:
    if isinstance(expires_in, bool) or not isinstance(expires_in, int):
        return None
    return expires_in // 1000 if expires_in > _LONGEST_PLAUSIBLE_SECONDS else expires_in


# Finds or fetches a token. It gets whose token is wanted, the one that was refused (or None), and what fetches a new one.
TokenStore: TypeAlias = Callable[[Credentials, "str | None", Callable[[], AccessToken]], AccessToken]


def fetch_always(_credentials: Credentials, _refused: str | None, fetch: Callable[[], AccessToken]) -> AccessToken:
    """Be the store that keeps nothing."""
    return fetch()


class Tokens:
    """The token that requests are sent with, as Client asks for it: the one given, or one that was found.

    Several threads that were refused the same one share the next one.

    Parameters:
        given: a token that was had before.
        find: returns a token other than the refused one, or that one if there is no other.
        register_secret: is told each token that was found before it is used, so that it can be masked.
    """

    def __init__(
        self, given: str | None, find: Callable[[AccessToken | None], AccessToken], register_secret: Callable[[str], None]
    ) -> None:
        self._token = AccessToken(given, is_kept=True) if given else None
        self._find = find
        self._register_secret = register_secret
        self._lock = threading.Lock()

    def __call__(self, refused: AccessToken | None) -> AccessToken:
        """Return the token to send; raises AepError if none could be had."""
        with self._lock:
            if self._token is None or self._token == refused:
                self._token = self._find(refused)
                self._register_secret(self._token.value)
            return self._token
