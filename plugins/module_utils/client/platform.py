# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Requests to Experience Platform: the headers that every call carries, and one new token when one is refused."""

from __future__ import annotations

from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.client.errors import ServiceError
from ansible_collections.aep.sources.plugins.module_utils.client.ims import Tokens
from ansible_collections.aep.sources.plugins.module_utils.client.transport import Answer, Transport

UNAUTHORIZED = 401


class Platform:
    """Experience Platform for one credential of one organization (api-facts.md 5.2).

    Parameters:
        transport: the platform's host.
        tokens: where the access token comes from.
        api_key: the value of ``x-api-key``.
        org_id: the value of ``x-gw-ims-org-id``.
    """

    def __init__(self, transport: Transport, tokens: Tokens, *, api_key: str, org_id: str) -> None:
        self._transport = transport
        self._tokens = tokens
        self._headers = {"x-api-key": api_key, "x-gw-ims-org-id": org_id}

    def request(self, method: str, path: str, *, headers: dict[str, str] | None = None, **content: Any) -> Answer:
        """Send one request with the platform's headers; parameters and errors as of Transport.request.

        A refused token (401) is replaced once, and the request sent again, but for a POST: whoever sent it looks first whether
        it was done. A missing permission (403) is final: a new token would not help.
        """
        token = self._tokens.current()
        try:
            return self._send(token, method, path, headers or {}, content)
        except ServiceError as error:
            if error.problem.status != UNAUTHORIZED:
                raise
            renewed = self._tokens.renewed(token)
            if method == "POST":
                raise
            return self._send(renewed, method, path, headers or {}, content)

    def _send(self, token: str, method: str, path: str, headers: dict[str, str], content: dict[str, Any]) -> Answer:
        every = {"Authorization": f"Bearer {token}", **self._headers, **headers}
        return self._transport.request(method, path, headers=every, **content)
