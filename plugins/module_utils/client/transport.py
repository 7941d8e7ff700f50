# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""One host of Adobe's, over `requests`: TLS, retries, bounded JSON answers. Knows no path, no token and no Ansible."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.client.deadline import PunctualAdapter
from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError, ServiceError, read_problem
from ansible_collections.aep.sources.plugins.module_utils.client.pace import Pace
from ansible_collections.aep.sources.plugins.module_utils.client.retry import TOO_MANY_REQUESTS, ServiceRetry
from ansible_collections.aep.sources.plugins.module_utils.version import VERSION

try:
    import requests
    import urllib3
    import urllib3.exceptions
except ImportError:
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

LARGEST_ANSWER = 16 * 2**20  # bytes; a page of 100 connections is about 100 KiB
MOST_AT_ONCE = 32  # connections kept open to one host
_CHUNK = 2**16


@dataclass(frozen=True)
class TransportSettings:
    """How to talk to a host.

    ``verify`` is True, False or the path of a file or folder of CA certificates; ``timeout`` is in seconds and holds for
    one try; ``retries`` is how often a request is repeated at most; ``notify`` is told of each wait, in one line.
    """

    verify: bool | str
    timeout: float
    retries: int
    notify: Callable[[str], None]


@dataclass(frozen=True)
class Answer:
    """A successful answer: its status, its headers and the JSON document in its body (None when the body is empty)."""

    status: int
    headers: Mapping[str, str]
    document: Any


class BrokenAnswerError(Exception):
    """The answer began, but what came is not whole."""


class Transport:
    """Requests to one host.

    Parameters:
        base_url: the scheme and host, with a path if there is one, without a slash at its end.
        settings: how to talk to it.
        repeat_post: whether POST may be repeated like GET.
    """

    def __init__(self, base_url: str, settings: TransportSettings, *, repeat_post: bool = False) -> None:
        self._base_url = base_url
        self._settings = settings
        self._pace = Pace()
        self._retry = ServiceRetry.of(settings.retries, repeat_post=repeat_post, notify=settings.notify, pace=self._pace)
        self._session = requests.Session()
        if settings.verify is False:  # said once, in words of our own
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        self._session.mount(base_url, PunctualAdapter(max_retries=self._retry, pool_maxsize=MOST_AT_ONCE))
        self._session.auth = _no_netrc
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
        """Send one request, repeating it as the policy allows.

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
        """
        tries_left = self._settings.retries if method in self._retry.repeatable else 0
        while True:
            try:
                return self._try(method, path, action, params=query, headers=headers, json=body, data=form)
            except BrokenAnswerError as error:
                if not tries_left:
                    hint = "Run again later; if it stays, look for a proxy between this machine and the service."
                    raise NoAnswerError(action, str(error), hint, may_have_arrived=True) from None
            tries_left -= 1
            seconds = self._retry.wait_seconds()
            self._settings.notify(f"the answer was not whole; trying again in {seconds:.1f} s")
            time.sleep(seconds)

    def _try(self, method: str, path: str, action: str, **content: Any) -> Answer:
        settings = self._settings
        self._pace.keep()
        try:
            response = self._session.request(
                method,
                self._base_url + path,
                timeout=settings.timeout,
                verify=settings.verify,  # given with each request, since REQUESTS_CA_BUNDLE wins over a session's own
                allow_redirects=False,
                stream=True,
                **content,
            )
        except requests.RequestException as error:
            raise _no_answer(action, self._base_url, settings, error) from None
        with response:
            text = _read(response, settings.timeout)
        if 300 <= response.status_code < 400:
            hint = "Check base_url and ims_url: redirects are never followed, so that credentials go to no other host."
            raise NoAnswerError(action, f"{self._base_url} answered with a redirect", hint, may_have_arrived=False)
        if response.status_code == TOO_MANY_REQUESTS:
            self._pace.hold(self._retry.wait_seconds(response.raw))
        if response.status_code >= 400:
            raise ServiceError(action, read_problem(response.status_code, response.headers, text))
        return Answer(response.status_code, response.headers, _decode(text))


def _no_netrc(request: Any) -> Any:
    """Leave the Authorization header alone, which `requests` would otherwise take from ~/.netrc."""
    return request


def _read(response: Any, timeout: float) -> bytes:
    text = b""
    try:
        for chunk in response.iter_content(_CHUNK):
            text += chunk
            if len(text) > LARGEST_ANSWER:
                raise BrokenAnswerError(f"the answer is larger than {LARGEST_ANSWER // 2**20} MiB")
    except requests.RequestException as error:
        late = isinstance(_cause(error), urllib3.exceptions.ReadTimeoutError)
        raise BrokenAnswerError(f"the answer was not whole within {timeout:g} s" if late else "the answer broke off") from None
    return text


def _decode(text: bytes) -> Any:
    if not text.strip():
        return None
    try:
        document = json.loads(text.decode("utf-8"))
        if b"\\u" in text:  # half of a pair of surrogates is valid JSON, but no text that can be sent or shown
            document = json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise BrokenAnswerError("the answer is not JSON") from None
    return document


def _no_answer(action: str, url: str, settings: TransportSettings, error: Exception) -> NoAnswerError:
    """Say in words why a request brought no answer. The error's own text is left out: it may hold the request."""
    network = "Check base_url and ims_url, the network and the proxy settings."
    cause = _cause(error)
    kinds: list[tuple[type[Exception], bool, str, str]] = [
        (urllib3.exceptions.NewConnectionError, False, f"no connection to {url}", network),
        (urllib3.exceptions.ConnectTimeoutError, False, f"no connection to {url} within {settings.timeout:g} s", network),
        (urllib3.exceptions.ReadTimeoutError, True, f"no answer from {url} within {settings.timeout:g} s", "Raise timeout."),
        (urllib3.exceptions.SSLError, True, *_tls_problem(url, cause)),
        (urllib3.exceptions.ProxyError, False, f"the proxy for {url} could not be used", "Check HTTPS_PROXY and NO_PROXY."),
        (urllib3.exceptions.LocationParseError, False, f"{url} is not a usable address", network),
    ]
    for kind, may_have_arrived, reason, hint in kinds:
        if isinstance(cause, kind):
            return NoAnswerError(action, reason, hint, may_have_arrived=may_have_arrived)
    return NoAnswerError(action, f"the connection to {url} broke off", "Run again later.", may_have_arrived=True)


def _tls_problem(url: str, error: object) -> tuple[str, str]:
    """Say what is wrong with a certificate, and what would mend it, by OpenSSL's code (X509_V_ERR_...)."""
    inner = error.args[0] if isinstance(error, Exception) and error.args else None
    code = getattr(inner, "verify_code", 0)
    if code in (9, 10):
        clock = "Check this machine's clock; if it is right, the host's owner has to renew the certificate."
        return f"the certificate of {url} {'has expired' if code == 10 else 'is not valid yet'}", clock
    if code in (62, 64) or type(inner).__name__ == "CertificateError":  # urllib3 1 compares names itself
        return f"the certificate of {url} is for another host", "Check base_url and ims_url."
    authority = "If the host has a certificate of a private authority, give that authority's certificate as ca_path."
    return f"TLS with {url} failed, or its certificate is not trusted", authority


def _cause(error: Exception) -> object:
    """Return urllib3's error inside an error of `requests`."""
    inner = error.args[0] if error.args else error
    return getattr(inner, "reason", None) or inner
