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
import functools
import queue
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError

try:
    import requests
    import urllib3.exceptions
    from requests.adapters import HTTPAdapter
except ImportError:  # the client says so, in words
    HTTPAdapter = object  # type: ignore[misc, assignment]

LARGEST_ANSWER = 16 * 2**20  # bytes; a page of 100 connections is about 100 KiB
_CHUNK = 2**16
NETWORK = "Check base_url and ims_url, the network and the proxy settings."
BETWEEN = "Run again later; if it stays, look for a proxy between this machine and the service."


class Response(NamedTuple):
    """A whole answer, of whatever status. The body of a redirect is not read."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Attempt(threading.Thread):
    """One try.

    Parameters:
        send: sends the request by a session with PunctualAdapter, and returns its response, not read yet.
        action: what is attempted, for errors.
        url: the host, for errors.
    """

    def __init__(self, send: Callable[[], Any], action: str, url: str) -> None:
        super().__init__(daemon=True)  # an interpreter that exits does not wait for it
        self._send, self._action, self._url = send, action, url
        self._result: queue.SimpleQueue[Response | BaseException] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._is_given_up = self._is_sent = self._is_answered = False
        self._connection: Any = None
        self._socket: Any = None

    def result(self, seconds: float) -> Response | NoAnswerError:
        """Run the try, and return what came of it within so many seconds. A signal's handler may interrupt the waiting."""
        try:
            self.start()
            result = self._result.get(timeout=seconds)
        except queue.Empty:
            self._give_up()
            return self._not_whole(f" within {round(seconds, 1):g} s")
        except BaseException:
            self._give_up()
            raise
        if isinstance(result, Response | NoAnswerError):
            return result
        raise result

    def run(self) -> None:
        """Send the request and read the answer. Nothing is raised, since Python would print it."""
        try:
            self._result.put(self._exchange())
        except BaseException as error:
            self._result.put(error)

    def connects_by(self, connection: Any) -> None:
        """Note the connection that is going to be used."""
        with self._lock:
            self._connection = connection

    def sends_by(self, connected: socket.socket) -> None:
        """Note the socket that the request goes out by: from now on it may have arrived, and until now it has not."""
        with self._lock:
            if self._is_given_up:
                raise TimeoutError("nobody waits for this request any more")
            self._socket, self._is_sent = connected, True

    def releases(self) -> bool:
        """Forget the connection. Return whether another try may use it from now on."""
        with self._lock:
            self._connection = self._socket = None
            return not self._is_given_up

    def _exchange(self) -> Response | NoAnswerError:
        try:
            with self._send() as response:
                with self._lock:  # what a connection looks like that was cut is no answer
                    self._is_answered = not self._is_given_up
                return self._read(response)
        except OSError as error:  # all errors of `requests` are
            return self._failed(error)

    def _read(self, response: Any) -> Response | NoAnswerError:
        body = bytearray()
        if not 300 <= response.status_code < 400:
            for chunk in response.iter_content(_CHUNK):
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    return self._error(f"the answer is larger than {LARGEST_ANSWER // 2**20} MiB", BETWEEN)
        return Response(response.status_code, response.headers, bytes(body))

    def _give_up(self) -> None:
        """Let nothing more be sent, and end what is under way."""
        with self._lock, contextlib.suppress(OSError, AttributeError):  # not connected, or not any more
            self._is_given_up = True
            used = self._socket or self._connection.sock
            if used:  # not by the method of a TLS socket: what is still being sent would go out in plain after it
                socket.socket.shutdown(getattr(used, "socket", used), socket.SHUT_RDWR)

    def _failed(self, error: Exception) -> NoAnswerError:
        """Say in words why no answer came. The error's own text is left out: it may hold the request."""
        inner = error.args[0] if error.args else error
        cause = getattr(inner, "reason", None) or inner  # urllib3's error
        if isinstance(cause, urllib3.exceptions.SSLError):
            return self._error(*_tls_problem(self._url, cause), is_final=True)
        if isinstance(cause, urllib3.exceptions.ProxyError):
            refused = cause.original_error.__class__ is OSError  # what http.client raises when a proxy answers with an error
            hint = "Check HTTPS_PROXY and NO_PROXY."
            return self._error(f"the proxy for {self._url} could not be used", hint, is_final=refused)
        if not self._is_sent and not isinstance(
            error, requests.RequestException
        ):  # about the file that REQUESTS_CA_BUNDLE names
            return self._error(f"TLS with {self._url} cannot be set up", "Check ca_path and REQUESTS_CA_BUNDLE.", is_final=True)
        if not self._is_sent and not isinstance(error, requests.ConnectionError | requests.Timeout):
            return self._error(f"{self._url} or its proxy is not a usable address", NETWORK, is_final=True)
        return self._not_whole("")

    def _not_whole(self, within: str) -> NoAnswerError:
        """Return that no whole answer came, within the time that is named, if any."""
        if not self._is_sent:
            return self._error(f"no connection to {self._url}{within}", NETWORK)
        late, broken = "the answer was not whole", "the answer broke off"
        if not self._is_answered:
            late, broken = f"no answer from {self._url}", f"the connection to {self._url} broke off"
        return self._error(late + within, "Raise timeout.") if within else self._error(broken, BETWEEN)

    def _error(self, reason: str, hint: str, *, is_final: bool = False) -> NoAnswerError:
        return NoAnswerError(self._action, reason, hint, may_have_arrived=self._is_sent, is_final=is_final)


class PunctualAdapter(HTTPAdapter):
    """An adapter for the sessions of tries: its pools tell a try which connection it uses. Retries nothing."""

    def init_poolmanager(self, *more: Any, **named: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*more, **named)
        _watch(self.poolmanager)

    def proxy_manager_for(self, *more: Any, **named: Any) -> Any:
        """Return the pools of a proxy."""
        return _watch(super().proxy_manager_for(*more, **named))


_present: Callable[[], Any] = threading.current_thread  # which is an Attempt


class _Watched:
    """What a pool of urllib3 tells the try that runs in the present thread."""

    def _get_conn(self, *more: Any, **named: Any) -> Any:
        connection = super()._get_conn(*more, **named)  # type: ignore[misc]
        _present().connects_by(connection)
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
    manager.pool_classes_by_scheme = {scheme: _watched(pool) for scheme, pool in manager.pool_classes_by_scheme.items()}
    return manager


@functools.cache
def _watched(pool: type) -> type:
    return pool if issubclass(pool, _Watched) else type(pool.__name__, (_Watched, pool), {})


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
