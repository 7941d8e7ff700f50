# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""One host of Adobe's: sends a request, and decides about each try. Knows no path, no PostgreSQL and no Ansible."""

from __future__ import annotations

import functools
import itertools
import json
import random
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from ansible_collections.aep.sources.plugins.module_utils.client.attempt import BETWEEN, Attempt, PunctualAdapter, Response
from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError, ServiceError, read_problem
from ansible_collections.aep.sources.plugins.module_utils.concurrency import stop_if_over

try:
    import requests
    import urllib3
    import urllib3.exceptions
except ImportError:
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

VERSION = "0.1.0"

UNAUTHORIZED = 401
TOO_MANY_REQUESTS = 429
REPEATABLE_STATUSES = frozenset({TOO_MANY_REQUESTS, 500, 502, 503, 504})
REPEATABLE_METHODS = frozenset({"GET", "DELETE", "PATCH"})

FIRST_WAIT = 0.5  # seconds, as those that follow
LONGEST_BACKOFF = 30.0
LONGEST_RETRY_AFTER = 60.0
MOST_AT_ONCE = 32  # connections kept open to one host


@dataclass(frozen=True)
class Settings:
    """How to talk to a host.

    ``verify`` is True, False or the path of a file or folder of CA certificates; ``timeout`` is in seconds and holds for one
    try, from looking up the name to the end of the answer; ``retries`` is how often a request is repeated at most, for whatever
    reason; ``notify`` is told of each wait, in one line; ``redact`` masks secrets in a text of the service.
    """

    verify: bool | str
    timeout: float
    retries: int
    notify: Callable[[str], None]
    redact: Callable[[str], str]


@dataclass(frozen=True)
class Answer:
    """A successful answer: its status, its headers and the JSON document in its body (None when the body is empty)."""

    status: int
    headers: Mapping[str, str]
    document: Any


class TokenSource(Protocol):
    """Where access tokens come from."""

    def current(self) -> str:
        """Return the token to send with a request."""

    def renewed(self, refused: str | None) -> str:
        """Return a token other than the refused one."""


class Client:
    """Requests to one host, from any number of threads.

    Parameters:
        base_url: the scheme and host, with a path if there is one, without a slash at its end.
        settings: how to talk to it.
        tokens: where the access token comes from that is sent with each request; without it, none is sent.
        headers: what is sent with each request.
        repeat_post: whether POST may be repeated like GET, which is so for asking a token.
    """

    def __init__(
        self,
        base_url: str,
        settings: Settings,
        *,
        tokens: TokenSource | None = None,
        headers: Mapping[str, str] | None = None,
        repeat_post: bool = False,
    ) -> None:
        self.base_url = base_url
        self._settings = settings
        self._tokens = tokens
        self._headers = headers or {}
        self._repeatable = REPEATABLE_METHODS | ({"POST"} if repeat_post else frozenset())
        self._resumes_at = 0.0  # no request begins before, since one was refused by rate
        self._lock = threading.Lock()
        self._session = requests.Session()
        if settings.verify is False:  # said once, in words of our own
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, PunctualAdapter(max_retries=0, pool_maxsize=MOST_AT_ONCE))
        self._session.auth = _no_netrc
        self._session.get_redirect_target = _no_redirect  # type: ignore[assignment, method-assign]
        self._session.headers.update({"User-Agent": f"ansible-collection-aep.sources/{VERSION}", "Accept": "application/json"})

    def request(
        self,
        method: str,
        path: str,
        *,
        action: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request, ``retries + 1`` times at most (api-facts.md 5.2, 6.6).

        It ends within ``(retries + 1) * timeout + LONGEST_RETRY_AFTER`` seconds, beside those that a new token takes.

        Parameters:
            method: GET, POST, PATCH or DELETE.
            path: below the base URL, beginning with a slash.
            action: what is attempted, as a verb phrase, for errors.
            query: the query's parameters, not encoded.
            headers: further headers.
            body: what to send as JSON.
            form: what to send as a form instead.

        Raises:
            ServiceError: the service answered with a status other than 2xx.
            NoAnswerError: no answer came, or none that can be read.
            AepError: the token was refused, and there is no other one.
        """
        content = {"params": query, "json": body, "data": form, "headers": {**self._headers, **(headers or {})}}
        return self._repeat(method, action, functools.partial(self._send, method, path, content))

    def _repeat(self, method: str, action: str, send: Callable[[str | None, float], Any]) -> Answer:
        """Try until it is done, or must not be tried again.

        A refused token is replaced once. A POST does not go out again then: whoever sent it looks first whether it was done.
        """
        most, timeout, notify = self._settings.retries + 1, self._settings.timeout, self._settings.notify
        token, is_renewed = self._tokens.current() if self._tokens else None, False
        ends_at = time.monotonic() + most * timeout + LONGEST_RETRY_AFTER
        if held := self._held_for():
            notify(f"the service limits the rate of requests; going on in {held:.1f} s")
            time.sleep(held)
        for tried in itertools.count(1):
            stop_if_over()
            limit = max(min(timeout, ends_at - time.monotonic()), 0.01)
            came = Attempt(functools.partial(send, token, limit), action, self.base_url).result(limit)
            outcome = self._judge(action, came)
            if isinstance(outcome, Answer):
                return outcome
            cause = outcome.reason if isinstance(outcome, NoAnswerError) else f"status {outcome.problem.status}"
            may_repeat, wait = self._may_repeat(method, outcome), self._wait(came, tried)
            if self._tokens and not is_renewed and isinstance(came, Response) and came.status == UNAUTHORIZED:
                token, is_renewed = self._tokens.renewed(token), True
                may_repeat, wait = method in self._repeatable, self._held_for()
                cause = "the token was refused, there is a new one"
            if not may_repeat or tried >= most or time.monotonic() + wait >= ends_at:
                raise outcome
            notify(f"try {tried} of {most}: {cause}; trying again in {wait:.1f} s")
            time.sleep(wait)
        raise AssertionError("tries go on until one returns or raises")  # pragma: no cover

    def _send(self, method: str, path: str, content: Mapping[str, Any], token: str | None, limit: float) -> Any:
        authorization = {"Authorization": f"Bearer {token}"} if token else {}
        return self._session.request(
            method,
            self.base_url + path,
            **{**content, "headers": {**authorization, **content["headers"]}},
            timeout=limit + 1,  # whoever waits for the answer leaves before
            verify=self._settings.verify,  # given with each request, since REQUESTS_CA_BUNDLE wins over a session's own
            allow_redirects=False,
            stream=True,
        )

    def _judge(self, action: str, came: Response | NoAnswerError) -> Answer | ServiceError | NoAnswerError:
        if isinstance(came, NoAnswerError):
            return came
        if 300 <= came.status < 400:
            hint = "Check base_url and ims_url: redirects are never followed, so that credentials go to no other host."
            reason = f"{self.base_url} answered with a redirect"
            return NoAnswerError(action, reason, hint, may_have_arrived=False, is_final=True)
        if came.status >= 400:
            return ServiceError(action, read_problem(came.status, came.headers, came.body, self._settings.redact))
        try:
            return Answer(came.status, came.headers, _decode(came.body))
        except (ValueError, RecursionError):
            reason = "the answer is not JSON"
        return NoAnswerError(action, reason, BETWEEN, may_have_arrived=True)

    def _may_repeat(self, method: str, error: ServiceError | NoAnswerError) -> bool:
        if isinstance(error, ServiceError):
            return method in self._repeatable and error.problem.status in REPEATABLE_STATUSES
        return not error.is_final and (method in self._repeatable or not error.may_have_arrived)

    def _wait(self, came: Response | NoAnswerError, tried: int) -> float:
        """Return how many seconds to wait after so many tries. A refusal by rate holds the requests of other threads, too."""
        asked = None if isinstance(came, NoAnswerError) else _retry_after(came.headers)
        doubled = min(FIRST_WAIT * 2.0 ** min(tried - 1, 10), LONGEST_BACKOFF)
        wait = doubled * random.uniform(0.5, 1.0) if asked is None else asked
        if isinstance(came, Response) and came.status == TOO_MANY_REQUESTS:
            with self._lock:
                self._resumes_at = max(self._resumes_at, time.monotonic() + wait)
        return max(wait, self._held_for())

    def _held_for(self) -> float:
        return max(self._resumes_at - time.monotonic(), 0.0)


def _no_netrc(request: Any) -> Any:
    """Leave the Authorization header alone, which `requests` would otherwise take from ~/.netrc."""
    return request


def _no_redirect(_response: Any) -> None:
    """Name nowhere to go to: else `requests` reads the body of a redirect, however long, though it does not follow it."""


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds the service asks to wait, as a number or until a date, up to LONGEST_RETRY_AFTER."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isascii() and asked.isdigit():
        return min(float(asked), LONGEST_RETRY_AFTER)
    try:
        seconds = parsedate_to_datetime(asked).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def _decode(text: bytes) -> Any:
    if not text.strip():
        return None
    document = json.loads(text.decode("utf-8"))
    if b"\\u" in text:  # half of a pair of surrogates is valid JSON, but no text that can be sent or shown
        document = json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
    return document
