# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The errors of talking to Adobe, and how each shape of error body is read (api-facts.md 6.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.client.hints import hint_for

_LONGEST_DETAIL = 1000


class AepError(Exception):
    """Something could not be done.

    Parameters:
        action: what was attempted, as a verb phrase: ``list the base connections of sandbox 'dev'``.
        reason: why it could not be done, without any request body, header or token.
        hint: what the user can do, as a sentence.
    """

    def __init__(self, action: str, reason: str, hint: str | None = None) -> None:
        self.action = action
        self.reason = reason
        self.hint = hint
        super().__init__(f"Could not {action}: {_sentence(reason)}{' ' + hint if hint else ''}")

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

    def __init__(self, action: str, problem: Problem) -> None:
        self.problem = problem
        heading = " ".join(filter(None, [str(problem.status), problem.title, f"({problem.code})" if problem.code else None]))
        detail = f": {problem.detail}" if problem.detail and problem.detail != problem.title else ""
        request = f" [request id {problem.request_id}]" if problem.request_id else ""
        super().__init__(action, heading + detail.rstrip(" .") + request, hint_for(problem.code, problem.status))

    def as_failure(self) -> dict[str, Any]:
        """Return the error as data, for a task's result."""
        return {"action": self.action, **vars(self.problem), "hint": self.hint}


class NoAnswerError(AepError):
    """No answer that can be used came back.

    Parameters:
        may_have_arrived: whether the service may have done what was asked all the same.
    """

    def __init__(self, action: str, reason: str, hint: str | None = None, *, may_have_arrived: bool) -> None:
        self.may_have_arrived = may_have_arrived
        super().__init__(action, reason, hint)


def read_problem(status: int, headers: Mapping[str, str], body: bytes) -> Problem:
    """Read an error response in any of the known shapes, or in none of them.

    Parameters:
        status: the HTTP status.
        headers: the response's headers, case-insensitive.
        body: the response's body, as it came.
    """
    request_id = _text(headers.get("x-request-id"))
    try:
        document = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return Problem(status, detail=_unstructured(headers, body), request_id=request_id)
    report = document.get("report")
    report = report if isinstance(report, dict) else {}
    return Problem(
        status=status,
        code=_code(document),
        title=_text(document.get("title")),
        detail=_first_text(
            report.get("detailed-message"),
            document.get("errorMessage"),
            document.get("detail"),
            document.get("error_description"),
            document.get("message"),
        ),
        request_id=_text(report.get("request-id")) or request_id,
    )


def _code(document: Mapping[str, Any]) -> str | None:
    kind = document.get("type")
    if isinstance(kind, str) and "/aep/errors/" in kind:
        return _text(kind.rsplit("/", 1)[-1])
    code = document.get("error_code")
    if isinstance(code, int) and not isinstance(code, bool):
        return str(code)
    return _text(code) or _text(document.get("error"))


def _unstructured(headers: Mapping[str, str], body: bytes) -> str:
    if not body.strip():
        return "the body is empty"
    return f"the body is not a JSON object (Content-Type: {_text(headers.get('Content-Type')) or 'none'}, {len(body)} bytes)"


def _first_text(*candidates: object) -> str | None:
    return next(filter(None, map(_text, candidates)), None)


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    line = " ".join(value.split())
    return line[:_LONGEST_DETAIL] or None


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
