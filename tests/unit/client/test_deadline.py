"""A try ends in time, nothing of it is left, and nothing is sent after it was given up."""

from __future__ import annotations

import concurrent.futures
import contextlib
import gc
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import trustme
from ansible_collections.aep.sources.plugins.module_utils.client import attempt as attempt_module
from ansible_collections.aep.sources.plugins.module_utils.client.attempt import Attempt
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client, Settings
from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError

ROOT = pathlib.Path(__file__).parents[3]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Serve = Callable[..., str]


@pytest.fixture
def received() -> list[bytes]:
    return []


@pytest.fixture
def serve(received: list[bytes]) -> Iterator[Serve]:
    """Return a function that starts a server and returns its address; each connection gets ``at_once``, then ``forever``."""
    over = threading.Event()
    servers: list[socket.socket] = []

    def answer(connection: socket.socket, at_once: bytes, forever: bytes, pause: float) -> None:
        with connection, contextlib.suppress(OSError):
            received.append(connection.recv(65536))
            connection.sendall(at_once)
            while not over.wait(pause):
                connection.sendall(forever)

    def accept(server: socket.socket, *how: Any) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=answer, args=[server.accept()[0], *how], daemon=True).start()

    def start(at_once: bytes = b"", forever: bytes = b"", pause: float = 0.02) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)
        threading.Thread(target=accept, args=[server, at_once, forever, pause], daemon=True).start()
        return f"127.0.0.1:{server.getsockname()[1]}"

    yield start
    over.set()
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


@pytest.fixture(autouse=True)
def _no_try_is_left() -> Iterator[None]:
    yield
    for thread in threading.enumerate():
        if isinstance(thread, Attempt):
            thread.join(10)
            assert not thread.is_alive(), "a try that was given up goes on"
    thread = None
    gc.collect()


def make(url: str, *, retries: int = 0, timeout: float = 0.2) -> Client:
    return Client(url, Settings(True, timeout, retries, lambda message: None, str))


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch, received: list[bytes]) -> Callable[..., None]:
    """Return a function that lets the time of each try begin only when it has come so far, however slow the machine is."""

    def wait_for(*, is_sent: bool = False, requests: int = 1) -> None:
        begun: list[object] = []

        class Patient(concurrent.futures.Future[Any]):
            def result(self, timeout: float | None = None) -> Any:
                begun.append(self)
                [one] = [thread for thread in threading.enumerate() if getattr(thread, "_result", None) is self]
                for _look in range(1000):
                    if len(received) >= len(begun) * requests and (one._is_sent or not is_sent):  # type: ignore[attr-defined]
                        break
                    one.join(0.01)
                return super().result(timeout)

        monkeypatch.setattr(attempt_module, "Future", Patient)

    return wait_for


@pytest.mark.parametrize(
    "at_once",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Strange: ",
        HEAD + b"Content-Length: 4000\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n4000\r\n",
        HEAD + b"Connection: close\r\n\r\n",
        b"HTTP/1.1 503 No\r\nContent-Length: 4000\r\n\r\n",
    ],
    ids=["status line", "headers", "body", "a chunk", "a body without a length", "an error's body"],
)
def test_a_drip(serve: Serve, received: list[bytes], patience: Callable[..., None], at_once: bytes) -> None:
    patience(is_sent=True)
    address = serve(at_once, b" " if at_once else b"H")
    with pytest.raises(NoAnswerError, match=r"no whole answer from .* within 0\.2 s\. Raise timeout") as caught:
        make(f"http://{address}", retries=1).request("GET", "/x", action="try")
    assert caught.value.may_have_arrived
    assert len(received) == 2


def test_no_answer_in_time(serve: Serve, received: list[bytes], patience: Callable[..., None]) -> None:
    patience(is_sent=True)
    with pytest.raises(NoAnswerError, match=r"no whole answer from .* within 0\.2 s\. Raise timeout") as caught:
        make(f"http://{serve()}", retries=2).request("POST", "/x", action="try")
    assert caught.value.may_have_arrived
    assert len(received) == 1


@pytest.mark.parametrize("head", [b"Connection: close\r\n\r\n", b"Content-Length: 999999999\r\n\r\n"])
def test_an_endless_body(serve: Serve, head: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt_module, "LARGEST_ANSWER", 2**20)
    address = serve(HEAD + head, b" " * 65536, 0.0)
    with pytest.raises(NoAnswerError, match="larger than 1 MiB"):
        make(f"http://{address}", timeout=30).request("GET", "/x", action="try")


def test_the_body_of_a_redirect_is_not_read(serve: Serve) -> None:
    address = serve(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2/\r\nContent-Length: 4000\r\n\r\n", b" ")
    with pytest.raises(NoAnswerError, match="answered with a redirect"):
        make(f"http://{address}", timeout=30).request("GET", "/x", action="try")


# Python takes the end of what a proxy says for a connection, and forgets to close the socket that it then cannot use for TLS.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("at_once", [None, b"", b"HTTP/1.1 200 OK\r\nX-Strange: "], ids=["silent", "drips", "drips headers"])
def test_a_proxy_that_does_not_connect(
    serve: Serve,
    received: list[bytes],
    monkeypatch: pytest.MonkeyPatch,
    patience: Callable[..., None],
    at_once: bytes | None,
) -> None:
    patience()
    monkeypatch.setenv("HTTPS_PROXY", "http://" + (serve() if at_once is None else serve(at_once, b"H")))
    with pytest.raises(NoAnswerError, match=r"no connection to https://service\.invalid within 0\.2 s") as caught:
        make("https://service.invalid", retries=1).request("POST", "/x", action="try", body={"password": "s3cret"})
    assert not caught.value.may_have_arrived
    assert len(received) == 2
    assert b"s3cret" not in b"".join(received)


def test_a_proxy_that_refuses_is_not_asked_again(serve: Serve, received: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://" + serve(b"HTTP/1.1 407 Who are you\r\n\r\n"))
    with pytest.raises(NoAnswerError, match=r"the proxy for https://service\.invalid could not be used"):
        make("https://service.invalid", retries=3, timeout=10).request("GET", "/x", action="try")
    assert len(received) == 1


def test_a_handshake_that_does_not_end(serve: Serve, patience: Callable[..., None]) -> None:
    patience()
    with pytest.raises(NoAnswerError, match=r"no connection to .* within 0\.2 s") as caught:
        make(f"https://{serve()}").request("POST", "/x", action="try")
    assert not caught.value.may_have_arrived


def test_nothing_is_sent_after_a_try_was_given_up(serve: Serve, received: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers too late."""
    answers = threading.Event()
    look_up = socket.getaddrinfo

    def late(*more: Any, **named: Any) -> Any:
        assert answers.wait(10)
        return look_up(*more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", late)
    address = serve()
    with pytest.raises(NoAnswerError, match="no connection") as caught:
        make(f"http://{address}").request("POST", "/x", action="try")
    assert not caught.value.may_have_arrived
    [given_up] = [thread for thread in threading.enumerate() if isinstance(thread, Attempt)]
    answers.set()
    given_up.join(10)
    assert b"".join(received) == b""


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals come to the main thread")
def test_a_signal_interrupts_the_waiting(serve: Serve) -> None:
    class TimeIsOverError(Exception):
        pass

    def over(*_more: Any) -> None:
        raise TimeIsOverError

    former = signal.signal(signal.SIGALRM, over)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(TimeIsOverError):
            make(f"http://{serve(b'', b'H')}", timeout=30).request("GET", "/x", action="try")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


def test_a_connection_of_a_try_that_was_given_up_is_not_used_again(
    serve: Serve, received: list[bytes], patience: Callable[..., None]
) -> None:
    patience(is_sent=True)
    client = make(f"http://{serve(HEAD + b'Content-Length: 400', b'0')}")
    for _request in range(2):
        with pytest.raises(NoAnswerError):
            client.request("GET", "/x", action="try")
    assert len(received) == 2


def test_an_interpreter_that_exits_waits_for_nothing_and_prints_nothing() -> None:
    """A name server that never answers: such a try cannot be cut."""
    code = """
import socket, threading
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client, Settings
socket.getaddrinfo = lambda *more, **named: threading.Event().wait()
try:
    Client("http://127.0.0.1:1", Settings(True, 0.1, 0, print, str)).request("GET", "/x", action="try")
except Exception as error:
    print(error.reason)
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / ".cache" / "link")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, env=environment, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "no connection to http://127.0.0.1:1 within 0.1 s\n"


def test_a_file_of_certificates_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    with pytest.raises(NoAnswerError, match="Check ca_path and REQUESTS_CA_BUNDLE"):
        make("https://127.0.0.1:1").request("GET", "/x", action="try")


@pytest.mark.parametrize("path", ["/ä", "/%C3%A4", "/A b"])
def test_a_base_url_with_any_path_is_tried_again(wire: Any, path: str) -> None:
    for status in (503, 200):
        wire.expect("GET", f"{path.replace('%C3%A4', 'ä')}/x", status=status, answer={})
    make(f"{wire.url}{path}", retries=1, timeout=5).request("GET", "/x", action="try")


def test_a_drip_through_tls(patience: Callable[..., None], tmp_path: pathlib.Path) -> None:
    patience(is_sent=True, requests=0)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def drip() -> None:
        with contextlib.suppress(OSError), context.wrap_socket(server.accept()[0], server_side=True) as connection:
            connection.recv(65536)
            connection.sendall(HEAD + b"Content-Length: 4000\r\n\r\n")
            while not ended.wait(0.02):
                connection.sendall(b" ")
        ended.set()

    threading.Thread(target=drip, daemon=True).start()
    client = Client(
        f"https://127.0.0.1:{server.getsockname()[1]}", Settings(str(tmp_path / "ca.pem"), 0.2, 0, lambda message: None, str)
    )
    with server, pytest.raises(NoAnswerError, match=r"no whole answer from .* within 0\.2 s"):
        client.request("GET", "/x", action="try")
    assert ended.wait(10), "the service still has the connection"
