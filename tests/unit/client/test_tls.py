"""TLS and proxies: what is not trusted is refused in words that name the option, and what the environment says is honoured."""

from __future__ import annotations

import datetime
import pathlib
import re
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import trustme
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client, Settings
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError, NoAnswerError
from pytest_httpserver import HTTPServer

LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
Serve = Callable[..., str]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return str(file)


@pytest.fixture(scope="module")
def serve(authority: trustme.CA) -> Iterator[Serve]:
    """Return a function that starts a service for localhost with a certificate, and returns its address."""
    running = []

    def start(*names: str, by: trustme.CA = authority, answer: Any = None, **more: Any) -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        by.issue_cert(*(names or ("localhost",)), **more).configure_cert(context)
        server = HTTPServer("localhost", 0, ssl_context=context)
        server.expect_request("/x").respond_with_json(answer or {"a": 1})
        server.start()
        running.append(server)
        return f"https://localhost:{server.port}"

    yield start
    with ThreadPoolExecutor(len(running)) as pool:  # each needs half a second to stop
        list(pool.map(HTTPServer.stop, running))


def ask(url: str, verify: bool | str = True) -> Any:
    return Client(url, Settings(verify, 5.0, 0, lambda message: None, str)).request("POST", "/x", action="try")


def refused(url: str, verify: bool | str = True) -> str:
    with pytest.raises(AepError) as caught:
        ask(url, verify)
    assert isinstance(caught.value, NoAnswerError)
    return str(caught.value)


def test_an_authority_that_is_not_known(serve: Serve) -> None:
    said = refused(serve())
    assert re.search("unable to get local issuer|self.signed certificate", said)
    assert "give the certificate of a private authority as ca_path" in said


def test_the_wrong_authority(serve: Serve, ca_file: str) -> None:
    assert "ca_path" in refused(serve(by=trustme.CA()), ca_file)


def test_an_expired_certificate(serve: Serve, ca_file: str) -> None:
    said = refused(serve(not_before=LONG_AGO, not_after=LONG_AGO + datetime.timedelta(days=1)), ca_file)
    assert "has expired" in said
    assert "clock" in said


def test_a_certificate_of_another_host(serve: Serve, ca_file: str) -> None:
    said = refused(serve("elsewhere.example.com"), ca_file)
    assert re.search("Hostname mismatch|not trusted", said)  # urllib3 1 compares names itself
    assert "base_url" in said
    assert "elsewhere" not in said


def test_no_tls_at_all(ca_file: str) -> None:
    with HTTPServer("localhost", 0) as server:
        assert "TLS with" in refused(f"https://localhost:{server.port}", ca_file)


def test_a_redirect_to_another_host(serve: Serve, ca_file: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data("", 307, {"Location": "https://evil.example.com/x"})
    said = refused(httpserver.url_for("").rstrip("/"))
    assert "answered with a redirect" in said
    assert "base_url" in said
    assert "evil" not in said


def test_ca_path(serve: Serve, ca_file: str) -> None:
    assert ask(serve(), ca_file) == {"a": 1}


def test_requests_ca_bundle(serve: Serve, ca_file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ca_file)
    assert ask(serve()) == {"a": 1}


def test_ca_path_wins_over_requests_ca_bundle(
    serve: Serve, ca_file: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    other = pathlib.Path(tmp_path, "other.pem")
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
    assert ask(serve(), ca_file) == {"a": 1}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("bundle", ["", "ca_file"])
def test_without_verification(
    serve: Serve, ca_file: str, monkeypatch: pytest.MonkeyPatch, bundle: str, capfd: pytest.CaptureFixture[str]
) -> None:
    if bundle:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", ca_file)
    assert ask(serve("elsewhere.example.com", by=trustme.CA()), verify=False) == {"a": 1}
    assert capfd.readouterr().err == ""


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy that connects, and what it was asked to connect to."""
    asked: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _method, target, _version = self.rfile.readline().decode().split()
            while self.rfile.readline().strip():
                pass
            asked.append(target)
            host, _colon, port = target.rpartition(":")
            with socket.create_connection((host, int(port)), timeout=5) as service:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                both = [self.connection, service]
                while True:
                    ready, _writable, _broken = select.select(both, [], [], 5)
                    for one in ready:
                        data = one.recv(65536)
                        if not data:
                            return
                        both[both.index(one) - 1].sendall(data)
                    if not ready:
                        return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()


def test_https_proxy(serve: Serve, ca_file: str, proxy: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    address, asked = proxy
    monkeypatch.setenv("HTTPS_PROXY", address)
    url = serve()
    assert ask(url, ca_file) == {"a": 1}
    assert asked == [url.removeprefix("https://")]


def test_no_proxy(serve: Serve, ca_file: str, proxy: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    address, asked = proxy
    monkeypatch.setenv("HTTPS_PROXY", address)
    monkeypatch.setenv("NO_PROXY", "localhost")
    assert ask(serve(), ca_file) == {"a": 1}
    assert asked == []


def test_a_proxy_that_is_not_there(serve: Serve, ca_file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"http://user:s3cret-of-proxy@127.0.0.1:{server.getsockname()[1]}"
    monkeypatch.setenv("HTTPS_PROXY", nobody)
    said = refused(serve(), ca_file)
    assert "HTTPS_PROXY" in said
    assert "s3cret-of-proxy" not in said
