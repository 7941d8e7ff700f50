# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What a user can do about an error, by the service's error code (api-facts.md 6.3, 6.5) or the HTTP status."""

from __future__ import annotations

_CREDENTIALS = "Check client_id and client_secret of the OAuth Server-to-Server credential in the Adobe Developer Console."
_PERMISSION = "Give the technical account of this credential the permissions View Sources and Manage Sources for this sandbox."
_SANDBOX = "Check sandbox: it is the sandbox's name in lower case, not its title, and the credential must have access to it."
_ORGANIZATION = "Check org_id: it ends in @AdobeOrg and is the organization that the credential belongs to."
_API_KEY = "Check api_key: it is the client id of a credential whose project has the Experience Platform API."
_SCOPES = "Check scopes: they are listed with the credential in the Adobe Developer Console."

HINT_BY_CODE: dict[str, str] = {
    "invalid_client": _CREDENTIALS,
    "invalid_scope": _SCOPES,
    "400003": _ORGANIZATION,
    "401013": "The access token is invalid or expired: give client_id and client_secret, so that a new one can be had.",
    "401015": _SCOPES,
    "403000": _API_KEY,
    "403003": _API_KEY,
    "403010": "No access token was sent: give client_id and client_secret, or access_token.",
    "403025": _PERMISSION,
    "FLOW-1415-400": "The service does not offer this kind of authentication here: try the other auth_type.",
    "FLOW-1417-400": "The connection is still being initialized: run again in some minutes.",
    "FLOW-1418-400": "Delete the dataflows that use the connection first.",
    "FLOW-1447-400": "Delete the dataflows that use the connection first.",
    "FLOW-2000-401": _ORGANIZATION,
    "FLOW-2001-401": _ORGANIZATION,
    "FLOW-2002-401": _ORGANIZATION,
    "FLOW-2100-404": _SANDBOX,
    "FLOW-2101-404": _SANDBOX,
    "FLOW-2103-404": _SANDBOX,
    "FLOW-2118-403": _PERMISSION,
    "FLOW-2120-403": _PERMISSION,
    "FLOW-2121-403": _PERMISSION,
}

HINT_BY_STATUS: dict[int, str] = {
    401: "Check that the credential belongs to this organization and is still valid.",
    403: _PERMISSION,
    429: "The service limits the rate of requests: run again later, or raise retries.",
    500: "The service failed: run again later.",
    502: "The service failed: run again later.",
    503: "The service is not available: run again later.",
    504: "The service did not answer in time: run again later.",
}


def hint_for(code: str | None, status: int) -> str | None:
    """Return what to do about an error.

    Parameters:
        code: the service's own error code, for example ``FLOW-2100-404``, if it gave one.
        status: the HTTP status.
    """
    return HINT_BY_CODE.get(code or "") or HINT_BY_STATUS.get(status)
