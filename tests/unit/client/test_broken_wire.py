"""A service that hangs up, is silent, drips or is not there: an error in time, which knows what may have arrived."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client, Settings
from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError

METHODS = ["GET", "DELETE", "PATCH", "POST"]


@pytest.fixture
def said() -> list[str]:
    return []


def make(url: str, said: list[str], *, retries: int = 2, timeout: float = 2.0) -> Client:
    return Client(url, Settings(True, timeout, retries, said.append, str))


@pytest.fixture
def hangs_up() -> Iterator[tuple[str, list[bytes]]]:
    """A server that reads a request and hangs up."""
    received: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _address = server.accept()
            except OSError:
                return
            received.append(connection.recv(65536))
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", received
    server.shutdown(socket.SHUT_RDWR)
    server.close()


@pytest.mark.parametrize(("method", "sent"), [("GET", 3), ("DELETE", 3), ("PATCH", 3), ("POST", 1)])
def test_a_dropped_connection(hangs_up: tuple[str, list[bytes]], said: list[str], method: str, sent: int) -> None:
    url, received = hangs_up
    with pytest.raises(NoAnswerError, match="broke off") as caught:
        make(url, said).request(method, "/x", action="try", headers={"Authorization": "Bearer s3cret-token"})
    assert len(received) == sent
    assert caught.value.may_have_arrived
    assert "s3cret-token" not in str(caught.value)


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that accepts and never answers."""
    server = socket.create_server(("127.0.0.1", 0))
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    server.close()


def test_no_answer_in_time(silent: str, said: list[str]) -> None:
    with pytest.raises(NoAnswerError, match=r"no answer from .* within 0\.2 s\. Raise timeout") as caught:
        make(silent, said, timeout=0.2).request("POST", "/x", action="try")
    assert caught.value.may_have_arrived


@pytest.mark.parametrize("method", METHODS)
def test_nobody_there_is_tried_again_for_every_method(said: list[str], method: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(NoAnswerError, match=f"no connection to {url}") as caught:
        make(url, said).request(method, "/x", action="try")
    assert not caught.value.may_have_arrived
    assert len(said) == 2


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n"


@pytest.fixture
def drips() -> Iterator[tuple[str, list[bytes]]]:
    """A server that sends what it is given at once, and then a space now and then, for ever."""
    at_once: list[bytes] = []
    over = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def drip(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            connection.sendall(at_once[0])
            while not over.wait(0.05):
                connection.sendall(b" ")

    def serve() -> None:
        while True:
            try:
                connection, _address = server.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=[connection], daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", at_once
    over.set()
    server.shutdown(socket.SHUT_RDWR)
    server.close()


@pytest.mark.parametrize(
    ("sent", "said_of_it"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Strange: ", "no answer"),
        (HEAD.replace(b"4", b"4000"), "not whole within 0.3 s"),
        (HEAD.replace(b"Content-Length: 4", b"Transfer-Encoding: chunked") + b"4000\r\n", "not whole within 0.3 s"),
        (HEAD.replace(b"Content-Length: 4\r\n", b""), "not whole within 0.3 s"),
    ],
    ids=["headers", "body", "a chunk", "a body without a length"],
)
def test_a_slow_drip_ends_in_time(drips: tuple[str, list[bytes]], said: list[str], sent: bytes, said_of_it: str) -> None:
    url, at_once = drips
    at_once.append(sent)
    began = time.monotonic()
    with pytest.raises(NoAnswerError, match=said_of_it) as caught:
        make(url, said, timeout=0.3, retries=1).request("GET", "/x", action="try")
    assert caught.value.may_have_arrived
    assert time.monotonic() - began < 5


def test_a_connection_is_used_again_with_its_whole_timeout(wire: Any, said: list[str]) -> None:
    shared = make(wire.url, said, timeout=0.5)
    for _request in range(3):
        wire.expect("GET", "/x", answer={"a": 1})
        shared.request("GET", "/x", action="try")
        assert not threading.Event().wait(0.3)


def test_a_name_that_is_not_known(said: list[str]) -> None:
    with pytest.raises(NoAnswerError, match=r"no connection to http://nowhere\.invalid") as caught:
        make("http://nowhere.invalid", said, retries=0).request("POST", "/x", action="try")
    assert not caught.value.may_have_arrived
