# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""One host of Adobe's: sends a request, and decides about each try. Knows no path, no PostgreSQL and no Ansible."""

from __future__ import annotations

import contextlib
import functools
import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.client.attempt import BETWEEN, Attempt, Response, new_session
from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError, ServiceError, read_problem
from ansible_collections.aep.sources.plugins.module_utils.concurrency import stop_if_over

VERSION = "0.1.0"

UNAUTHORIZED = 401
TOO_MANY_REQUESTS = 429
REPEATABLE_METHODS = frozenset({"GET", "DELETE", "PATCH"})

FIRST_WAIT = 0.5  # seconds, as those that follow
LONGEST_BACKOFF = 30.0
LONGEST_RETRY_AFTER = 60.0
MOST_RENEWALS = 2  # of one request: the token that was given may be replaced by one that was kept, and that by a new one


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
class AccessToken:
    """A token, for how many seconds the service said that it is valid, and whether somebody had it before this task asked."""

    value: str = field(repr=False)
    expires_in: int | None = None
    is_kept: bool = False


@dataclass(eq=False)
class Client:
    """Requests to one host, from any number of threads.

    Parameters:
        base_url: the scheme and host, with a path if there is one, without a slash at its end.
        settings: how to talk to it.
        tokens: returns the access token to send with a request, another one than the refused one if there is one; without it,
            none is sent.
        headers: what is sent with each request.
        repeat_post: whether POST may be repeated like GET, which is so for asking a token.
    """

    base_url: str
    settings: Settings
    tokens: Callable[[AccessToken | None], AccessToken] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    repeat_post: bool = False

    def __post_init__(self) -> None:
        """Make the session that all threads share."""
        self._resumes_at = 0.0  # no request begins before, since one was refused by rate
        self._lock = threading.Lock()
        self._session = new_session(self.settings.verify)
        self._session.headers.update({"User-Agent": f"ansible-collection-aep.sources/{VERSION}", "Accept": "application/json"})

    def request(
        self,
        method: str,
        path: str,
        *,
        action: str,
        query: Mapping[str, str | list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Any:
        """Send one request, and return the JSON document in the answer, None if there is none (api-facts.md 5.2, 6.6).

        It is sent ``retries + 1`` times at most, and ``MOST_RENEWALS`` times more with other tokens. It ends within
        ``(retries + 1) * timeout + LONGEST_RETRY_AFTER`` seconds, beside those that a new token takes.

        Parameters:
            method: GET, POST, PATCH or DELETE.
            path: below the base URL, beginning with a slash.
            action: what is attempted, as a verb phrase, for errors.
            query: the query's parameters, not encoded; a list is one of the same name for each element.
            headers: further headers.
            body: what to send as JSON.
            form: what to send as a form instead.

        Raises:
            ServiceError: the service answered with a status other than 2xx.
            NoAnswerError: no answer came, or none that can be read.
        """
        content = {"params": query, "json": body, "data": form, "headers": {**self.headers, **(headers or {})}}
        return self._repeat(method, action, functools.partial(self._send, method, path, content))

    def _send(self, method: str, path: str, content: Mapping[str, Any], token: AccessToken | None, limit: float) -> Any:
        authorization = {"Authorization": f"Bearer {token.value}"} if token else {}
        return self._session.request(
            method,
            self.base_url + path,
            **{**content, "headers": {**authorization, **content["headers"]}},
            timeout=limit + 1,  # whoever waits for the answer leaves before
            verify=self.settings.verify,  # given with each request, since REQUESTS_CA_BUNDLE wins over a session's own
        )

    def _repeat(self, method: str, action: str, send: Callable[[AccessToken | None, float], Any]) -> Any:
        """Try until it is done, or must not be tried again.

        A POST does not go out again with another token: whoever sent it looks first whether it was done.
        """
        most, timeout, notify = self.settings.retries + 1, self.settings.timeout, self.settings.notify
        is_harmless = method in REPEATABLE_METHODS or self.repeat_post
        token = self.tokens(None) if self.tokens else None
        ends_at = time.monotonic() + most * timeout + LONGEST_RETRY_AFTER
        if held := self._held_for():
            notify(f"the service limits the rate of requests; going on in {held:.1f} s")
            time.sleep(held)
        tried = renewals = 0
        while True:
            stop_if_over()
            tried += 1
            limit = max(min(timeout, ends_at - time.monotonic()), 0.01)
            came = Attempt(functools.partial(send, token, limit), action, self.base_url).result(limit)
            document, error = self._judge(action, came)
            if error is None:
                return document
            status = error.problem.status if isinstance(error, ServiceError) else 0
            cause = f"status {status}" if status else error.reason
            may_repeat, wait = not error.is_final and (is_harmless or not error.may_have_arrived), self._wait(came, tried)
            if status == UNAUTHORIZED and self.tokens and token and renewals < (MOST_RENEWALS if token.is_kept else 1):
                refused, token = token, self.tokens(token)
                if token != refused:
                    most, renewals, cause = most + 1, renewals + 1, "the token was refused, there is another"
                    may_repeat, wait = is_harmless, self._held_for()
            if not may_repeat or tried >= most or time.monotonic() + wait >= ends_at:
                raise error
            notify(f"try {tried} of {most}: {cause}; trying again in {wait:.1f} s")
            time.sleep(wait)

    def _judge(self, action: str, came: Response | NoAnswerError) -> tuple[Any, ServiceError | NoAnswerError | None]:
        """Return the document of a good answer, or else what is wrong."""
        if isinstance(came, NoAnswerError):
            return None, came
        if came.status >= 400:
            return None, ServiceError(action, read_problem(came.status, came.headers, came.body, self.settings.redact))
        try:
            return _decode(came.body), None
        except (ValueError, RecursionError):
            return None, NoAnswerError(action, "the answer is not JSON", BETWEEN, may_have_arrived=True)

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


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds the service asks to wait, as a number or until a date, up to LONGEST_RETRY_AFTER."""
    asked = headers.get("Retry-After", "").strip()
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        seconds = float(asked) if asked.isdigit() else parsedate_to_datetime(asked).timestamp() - time.time()
        return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)
    return None


def _decode(text: bytes) -> Any:
    if not text.strip():
        return None
    document = json.loads(text.decode("utf-8"))
    if b"\\u" in text:  # half of a pair of surrogates is valid JSON, but no text that can be sent or shown
        document = json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
    return document
