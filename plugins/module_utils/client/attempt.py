# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""One try of a request, which ends in time whatever the service, a proxy or the network does.

A timeout of `requests` holds for each read of a socket, so a service or a proxy that sends a byte now and then could keep a
task for ever. Hence a try runs in a thread of its own. Whoever waits for it leaves when its time is over, and cuts its
connection, so that the thread ends too.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as OverdueError
from typing import Any, NamedTuple

from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError

try:
    import requests
    import urllib3.exceptions
    from requests.adapters import HTTPAdapter
except ImportError:
    HTTPAdapter = object  # type: ignore[misc, assignment]
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

LARGEST_ANSWER = 16 * 2**20  # bytes; a page of 100 connections is about 100 KiB
MOST_AT_ONCE = 32  # connections kept open to one host
_CHUNK = 2**16

NETWORK = "Check base_url and ims_url, the network and the proxy settings."
BETWEEN = "Run again later; if it stays, look for a proxy between this machine and the service."
_REDIRECT = "Check base_url and ims_url: redirects are never followed, so that credentials go to no other host."
_CERTIFICATE = "Check this machine's clock, base_url and ims_url; give the certificate of a private authority as ca_path."


class Response(NamedTuple):
    """A whole answer, of whatever status but a redirect."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Attempt(threading.Thread):
    """One try.

    Parameters:
        send: sends the request by a new_session, and returns its response, not read yet.
        action: what is attempted, for errors.
        url: the host, for errors.
    """

    def __init__(self, send: Callable[[], Any], action: str, url: str) -> None:
        super().__init__(daemon=True)  # an interpreter that exits does not wait for it
        self._send, self._action, self._url = send, action, url
        self._result: Future[Response | NoAnswerError] = Future()
        self._lock = threading.Lock()
        self._is_given_up = self._is_sent = False
        self.connection: Any = None  # that is going to be used
        self._socket: Any = None

    def result(self, seconds: float) -> Response | NoAnswerError:
        """Run the try, and return what came of it within so many seconds. A signal's handler may interrupt the waiting."""
        try:
            self.start()
            return self._result.result(seconds)
        except BaseException as error:
            self._give_up()
            if isinstance(error, OverdueError):
                return self._not_whole(f" within {round(seconds, 1):g} s")
            raise

    def run(self) -> None:
        """Send the request and read the answer. Nothing is raised, since Python would print it."""
        try:
            self._result.set_result(self._exchange())
        except BaseException as error:
            self._result.set_exception(error)

    def sends_by(self, connected: socket.socket) -> None:
        """Note the socket that the request goes out by: from now on it may have arrived, and until now it has not."""
        with self._lock:
            if self._is_given_up:
                raise TimeoutError("nobody waits for this request any more")
            self._socket, self._is_sent = connected, True

    def releases(self) -> bool:
        """Forget the connection. Return whether another try may use it from now on."""
        with self._lock:
            self.connection = self._socket = None
            return not self._is_given_up

    def _exchange(self) -> Response | NoAnswerError:
        body = bytearray()
        try:
            with self._send() as response:
                if 300 <= response.status_code < 400:
                    reason = f"{self._url} answered with a redirect"
                    return NoAnswerError(self._action, reason, _REDIRECT, may_have_arrived=False, is_final=True)
                for chunk in response.iter_content(_CHUNK):
                    body += chunk
                    if len(body) > LARGEST_ANSWER:
                        return self._error(f"the answer is larger than {LARGEST_ANSWER // 2**20} MiB", BETWEEN)
                return Response(response.status_code, response.headers, bytes(body))
        except OSError as error:  # all errors of `requests` are
            return self._failed(error)

    def _give_up(self) -> None:
        """Let nothing more be sent, and end what is under way."""
        with self._lock, contextlib.suppress(OSError, AttributeError):  # not connected, or not any more
            self._is_given_up = True
            used = self._socket or self.connection.sock
            if used:  # not by the method of a TLS socket: what is still being sent would go out in plain after it
                socket.socket.shutdown(getattr(used, "socket", used), socket.SHUT_RDWR)

    def _failed(self, error: Exception) -> NoAnswerError:
        """Say in words why no answer came. The error's own text is left out: it may hold the request."""
        inner = error.args[0] if error.args else error
        cause = getattr(inner, "reason", None) or inner  # urllib3's error
        if isinstance(cause, urllib3.exceptions.SSLError):
            words = getattr(cause.args[0] if cause.args else None, "verify_message", "it is not set up, or not trusted")
            return self._error(f"TLS with {self._url} failed: {words}", _CERTIFICATE, is_final=True)
        if isinstance(cause, urllib3.exceptions.ProxyError):
            refused = cause.original_error.__class__ is OSError  # what http.client raises when a proxy answers with an error
            reason = f"the proxy for {self._url} could not be used"
            return self._error(reason, "Check HTTPS_PROXY and NO_PROXY.", is_final=refused)
        if self._is_sent or isinstance(error, requests.ConnectionError | requests.Timeout):
            return self._not_whole()
        hint = f"{NETWORK} Check ca_path and REQUESTS_CA_BUNDLE."
        return self._error(f"{self._url} cannot be reached with these settings", hint, is_final=True)

    def _not_whole(self, within: str = "") -> NoAnswerError:
        """Return that no whole answer came, within the time that is named, if any."""
        if not self._is_sent:
            return self._error(f"no connection to {self._url}{within}", NETWORK)
        if within:
            return self._error(f"no whole answer from {self._url}{within}", "Raise timeout.")
        return self._error(f"the connection to {self._url} broke off", BETWEEN)

    def _error(self, reason: str, hint: str, *, is_final: bool = False) -> NoAnswerError:
        return NoAnswerError(self._action, reason, hint, may_have_arrived=self._is_sent, is_final=is_final)


def new_session(verify: bool | str) -> Any:
    """Return a session for tries: it repeats nothing, follows no redirect and knows no ~/.netrc.

    Parameters:
        verify: as each request says itself.
    """
    if verify is False:  # said once, in words of our own
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    session: Any = requests.Session()
    adapter = PunctualAdapter(max_retries=0, pool_maxsize=MOST_AT_ONCE)
    _watch(adapter.poolmanager)
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter)
    session.stream = True
    session.auth = lambda request: request  # else the Authorization header would be taken from ~/.netrc
    session.get_redirect_target = lambda _response: None  # else redirects are followed, and their bodies read, however long
    return session


class PunctualAdapter(HTTPAdapter):
    """An adapter whose pools tell a try which connection it uses, also those of a proxy."""

    def proxy_manager_for(self, *more: Any, **named: Any) -> Any:
        """Return the pools of a proxy."""
        return _watch(super().proxy_manager_for(*more, **named))


_present: Callable[[], Any] = threading.current_thread  # which is an Attempt


class _Watched:
    """What a pool of urllib3 tells the try that runs in the present thread."""

    def _get_conn(self, *more: Any, **named: Any) -> Any:
        connection = super()._get_conn(*more, **named)  # type: ignore[misc]
        _present().connection = connection
        return connection

    def _validate_conn(self, connection: Any) -> None:
        super()._validate_conn(connection)  # type: ignore[misc]
        if not connection.sock:
            connection.connect()
        _present().sends_by(connection.sock)

    def _put_conn(self, connection: Any) -> None:
        if not _present().releases() and connection:
            connection.close()
        super()._put_conn(connection)  # type: ignore[misc]


def _watch(manager: Any) -> Any:
    """Let the pools that a manager makes tell of their connections."""
    manager.pool_classes_by_scheme = {
        scheme: pool if issubclass(pool, _Watched) else type(pool.__name__, (_Watched, pool), {})
        for scheme, pool in manager.pool_classes_by_scheme.items()
    }
    return manager
