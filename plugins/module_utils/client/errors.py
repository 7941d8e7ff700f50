# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The errors of talking to Adobe, how each shape of error body is read (api-facts.md 6.1), and what a user can do about it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_CODE = re.compile(r"[A-Z]+-[0-9]+-[0-9]+", re.ASCII)
_REPEATABLE_STATUSES = (429, 500, 502, 503, 504)
_LONGEST_TEXT = 1000  # characters of one text of the service in an error
_LONGEST_READ = 20 * _LONGEST_TEXT  # what comes after these is not looked at: an answer may have millions

# What to do about an error, by the service's codes for it, or else by its statuses (api-facts.md 6.3, 6.5).
_HINTS = {
    "invalid_client": (
        "Check client_id and client_secret of the OAuth Server-to-Server credential in the Adobe Developer Console."
    ),
    "invalid_scope 401015": "Check scopes: they are listed with the credential in the Adobe Developer Console.",
    "400003 FLOW-2000-401 FLOW-2001-401 FLOW-2002-401": (
        "Check org_id: it ends in @AdobeOrg and is the organization that the credential belongs to."
    ),
    "403000 403003": "Check api_key: it is the client id of a credential whose project has the Experience Platform API.",
    "401013": "The access token is invalid or expired: give client_id and client_secret, so that a new one can be had.",
    "403010": "No access token was sent: give client_id and client_secret, or access_token.",
    "403 403025 FLOW-2118-403 FLOW-2120-403 FLOW-2121-403": (
        "Give the technical account of this credential the permissions View Sources and Manage Sources for this sandbox."
    ),
    "FLOW-2100-404 FLOW-2101-404 FLOW-2103-404": (
        "Check sandbox: it is the sandbox's name in lower case, not its title, and the credential must have access to it."
    ),
    "FLOW-1415-400": "The service does not offer this kind of authentication here: try the other auth_type.",
    "FLOW-1417-400": "The connection is still being initialized: run again in some minutes.",
    "FLOW-1418-400 FLOW-1447-400": "Delete the dataflows that use the connection first.",
    "401": "Check that the credential belongs to this organization and is still valid.",
    "429": "The service limits the rate of requests: run again later, or raise retries.",
    "500 502": "The service failed: run again later.",
    "503": "The service is not available: run again later.",
    "504": "The service did not answer in time: run again later.",
}
HINTS = {code: hint for codes, hint in _HINTS.items() for code in codes.split()}


class AepError(Exception):
    """Something could not be done.

    Parameters:
        action: what was attempted, as a verb phrase: ``list the base connections of sandbox 'dev'``.
        reason: why it could not be done, without any request body, header or token.
        hint: what the user can do, as a sentence.

    ``said`` is the message without the hint.
    """

    def __init__(self, action: str, reason: str, hint: str | None = None) -> None:
        self.action = action
        self.reason = reason
        self.hint = hint
        stop = "" if reason.endswith((".", "?", "!")) else "."
        self.said = f"Could not {action}: {reason}{stop}"
        super().__init__(f"{self.said} {hint}" if hint else self.said)

    def as_failure(self) -> dict[str, Any]:
        """Return the error as data, for a task's result."""
        return {"action": self.action, "detail": self.reason, "hint": self.hint}


@dataclass(frozen=True)
class Problem:
    """What an error response says, whatever its shape.

    ``code`` is in the service's own spelling: ``403010``, ``FLOW-1404-412``, ``SMS-2074-400``, ``invalid_client``.
    """

    status: int
    code: str | None = None
    title: str | None = None
    detail: str | None = None
    request_id: str | None = None


class ServiceError(AepError):
    """The service answered with an error status."""

    may_have_arrived = True

    def __init__(self, action: str, problem: Problem) -> None:
        self.problem = problem
        self.is_final = problem.status not in _REPEATABLE_STATUSES
        heading = " ".join(filter(None, [str(problem.status), problem.title, f"({problem.code})" if problem.code else None]))
        detail = f": {problem.detail}" if problem.detail and problem.detail != problem.title else ""
        request = f" [request id {problem.request_id}]" if problem.request_id else ""
        hint = HINTS.get(problem.code or "") or HINTS.get(str(problem.status))
        super().__init__(action, heading + detail.rstrip(" .") + request, hint)

    def as_failure(self) -> dict[str, Any]:
        """Return the error as data, for a task's result."""
        return {"action": self.action, **vars(self.problem), "hint": self.hint}


class NoAnswerError(AepError):
    """No answer that can be used came back.

    Parameters:
        may_have_arrived: whether the service may have done what was asked all the same.
        is_final: whether another try would certainly fail alike.
    """

    def __init__(self, action: str, reason: str, hint: str = "", *, may_have_arrived: bool, is_final: bool = False) -> None:
        self.may_have_arrived = may_have_arrived
        self.is_final = is_final
        super().__init__(action, reason, hint)


def read_problem(status: int, headers: Mapping[str, str], body: bytes, redact: Callable[[str], str]) -> Problem:
    """Read an error response in any of the known shapes, or in none of them.

    Parameters:
        status: the HTTP status.
        headers: the response's headers, case-insensitive.
        body: the response's body, as it came.
        redact: masks secrets in a text. It sees each text whole, as the service sent it.
    """
    request_id = _text(_header(headers, "x-request-id"), redact)
    try:
        document = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return Problem(status, detail=_unstructured(headers, body, redact), request_id=request_id)
    report = document.get("report")
    report = report if isinstance(report, dict) else {}
    texts = (report.get("detailed-message"), *map(document.get, ("errorMessage", "detail", "error_description", "message")))
    detail = next(filter(None, (_text(one, redact) for one in texts)), None)
    request_id = _text(report.get("request-id"), redact) or request_id
    return Problem(status, _code(document, redact), _text(document.get("title"), redact), detail, request_id)


def _code(document: Mapping[str, Any], redact: Callable[[str], str]) -> str | None:
    kind = document.get("type")
    if isinstance(kind, str) and "/aep/errors/" in kind[:_LONGEST_READ]:
        kind = kind[:_LONGEST_READ]
        own = kind.rsplit("/", 1)[-1]  # what follows from an error must not depend on a password that is part of its code
        return own if _CODE.fullmatch(own) else _text(redact(kind).rsplit("/", 1)[-1], redact)
    code = document.get("error_code")
    if isinstance(code, int) and not isinstance(code, bool):
        return _text(str(code), redact)
    return _text(code, redact) or _text(document.get("error"), redact)


def _unstructured(headers: Mapping[str, str], body: bytes, redact: Callable[[str], str]) -> str:
    if not body.strip():
        return "the body is empty"
    kind = _text(_header(headers, "Content-Type"), redact) or "none"
    return f"the body is not a JSON object (Content-Type: {kind}, {len(body)} bytes)"


def _header(headers: Mapping[str, str], name: str) -> str:
    """Return a header as the service wrote it: http.client reads it as Latin-1, in which no secret would be recognized."""
    return str(headers.get(name, "")).encode("latin-1", "replace").decode("utf-8", "replace")


def _text(value: object, redact: Callable[[str], str]) -> str | None:
    """Return a text in one line and cut. Secrets are masked before: of one that is cut off, the end would be shown."""
    if not isinstance(value, str):
        return None
    return " ".join(redact(value[:_LONGEST_READ]).split())[:_LONGEST_TEXT] or None
