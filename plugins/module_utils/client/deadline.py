# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Answers that must be whole within the timeout.

A timeout of `requests` holds for each read of a socket, so a service that sends a byte now and then could keep a task for ever.
Here it holds for the answer, headers and body together.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import time
from typing import Any

try:
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
except ImportError:  # the transport says so, in words
    HTTPAdapter = HTTPConnection = HTTPSConnection = HTTPConnectionPool = HTTPSConnectionPool = object  # type: ignore[misc, assignment]


class _AnswerReader(io.RawIOBase):
    """What a socket receives, until its timeout has passed since the reader was made."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._stream = connection.makefile("rb", buffering=0)
        self._timeout = connection.gettimeout()
        self._ends_at = time.monotonic() + self._timeout if self._timeout else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._ends_at is not None:
            left = self._ends_at - time.monotonic()
            if left <= 0:
                raise TimeoutError("the answer is not whole in time")
            self._connection.settimeout(left)
        return self._stream.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            with contextlib.suppress(OSError):  # the other requests of this connection have their own time
                self._connection.settimeout(self._timeout)
            self._stream.close()
        super().close()


class _AnswerSource:
    """A socket, as far as an answer needs one."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def makefile(self, *_mode: Any) -> io.BufferedReader:
        return io.BufferedReader(_AnswerReader(self._connection))


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *more: Any, **named: Any) -> None:
        super().__init__(_AnswerSource(sock), *more, **named)  # type: ignore[arg-type]


class _Connection(HTTPConnection):
    response_class = _Answer


class _SecureConnection(HTTPSConnection):
    response_class = _Answer


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class PunctualAdapter(HTTPAdapter):
    """An adapter whose timeout holds for connecting, and again for the whole answer, also by way of a proxy."""

    def init_poolmanager(self, *more: Any, **named: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*more, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def proxy_manager_for(self, *more: Any, **named: Any) -> Any:
        """Return the pools of a proxy."""
        manager = super().proxy_manager_for(*more, **named)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
        return manager
