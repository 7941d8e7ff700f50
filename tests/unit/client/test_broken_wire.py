"""A service that hangs up or is not there: an error that knows what may have arrived."""

from __future__ import annotations

import socket
import threading
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


@pytest.mark.parametrize("method", METHODS)
def test_nobody_there_is_tried_again_for_every_method(said: list[str], method: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(NoAnswerError, match=f"no connection to {url}") as caught:
        make(url, said).request(method, "/x", action="try")
    assert not caught.value.may_have_arrived
    assert len(said) == 2


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
