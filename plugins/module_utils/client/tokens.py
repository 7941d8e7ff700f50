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

from ansible_collections.aep.sources.plugins.module_utils.client.client import Client
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError, NoAnswerError

_LONGEST_PLAUSIBLE_SECONDS = 10**6  # the older exchange answered in milliseconds


@dataclass(frozen=True)
class AccessToken:
    """A token and for how many seconds the service said that it is valid."""

    value: str = field(repr=False)
    expires_in: int | None = None


@dataclass(frozen=True)
class ClientCredentials:
    """The credential of an Adobe Developer Console project."""

    client_id: str
    client_secret: str = field(repr=False)
    scopes: Sequence[str] = ()


def fetch_token(ims: Client, credentials: ClientCredentials) -> AccessToken:
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
    document = answer.document if isinstance(answer.document, dict) else {}
    value = document.get("access_token")
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
        raise NoAnswerError(action, "the answer holds no access token", "Check ims_url.", may_have_arrived=True)
    return AccessToken(value, _seconds(document.get("expires_in")))


def _seconds(expires_in: object) -> int | None:
    if isinstance(expires_in, bool) or not isinstance(expires_in, int):
        return None
    return expires_in // 1000 if expires_in > _LONGEST_PLAUSIBLE_SECONDS else expires_in


@dataclass(frozen=True)
class TokenIdentity:
    """Whose token: what tells a token apart from all others."""

    ims_url: str
    credentials: ClientCredentials


# Finds or fetches a token. It gets whose token is wanted, the one that was refused (or None), and what fetches a new one.
TokenStore: TypeAlias = Callable[[TokenIdentity, "str | None", Callable[[], AccessToken]], AccessToken]


def fetch_always(_identity: TokenIdentity, _refused: str | None, fetch: Callable[[], AccessToken]) -> AccessToken:
    """Be the store that keeps nothing."""
    return fetch()


class Tokens:
    """The token that requests are sent with: the one given, or one from the store, which fetches it if need be.

    Parameters:
        ims: the token service.
        credentials: what to fetch a token with, if there is anything.
        given: a token that was had before.
        register_secret: is told each token from the store before it is used, so that it can be masked.
        store: where tokens are kept for others.
    """

    def __init__(
        self,
        ims: Client,
        credentials: ClientCredentials | None,
        given: str | None,
        register_secret: Callable[[str], None],
        store: TokenStore = fetch_always,
    ) -> None:
        self._ims = ims
        self._credentials = credentials
        self._token = given
        self._register_secret = register_secret
        self._store = store
        self._lock = threading.Lock()

    def current(self) -> str:
        """Return the token to send with a request."""
        return self._token or self.renewed(None)

    def renewed(self, refused: str | None) -> str:
        """Return a token other than the refused one; several threads that were refused the same one share the new one.

        Raises:
            AepError: there is nothing to get a token with, or none could be had.
        """
        with self._lock:
            if self._token is None or self._token == refused:
                self._token = self._from_store(refused)
            return self._token

    def _from_store(self, refused: str | None) -> str:
        credentials = self._credentials
        if credentials is None:
            raise AepError(
                "get a new access token",
                "the access token was refused, and there is nothing to get another one with",
                "Give client_id and client_secret, or a new access_token.",
            )
        identity = TokenIdentity(self._ims.base_url, credentials)
        token = self._store(identity, refused, lambda: fetch_token(self._ims, credentials)).value
        self._register_secret(token)
        return token
