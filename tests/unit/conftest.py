"""What unit tests share: a strict wire, and running a module in this process."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, quote

import hypothesis
import pytest
from flowing import Flowing
from in_process import run_module
from orders import PASSWORD, described
from pytest_httpserver import HTTPServer, URIPattern
from werkzeug import Request, Response

time.sleep = lambda seconds: None  # before tests import the collection, which takes it as a default value

hypothesis.configuration.set_hypothesis_home_dir(pathlib.Path(__file__).parents[2] / ".cache" / "hypothesis")
hypothesis.settings.register_profile(
    "project", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("project")

CONNECTIONS = "/data/foundation/flowservice/connections"
LIST_QUERY = {"property": "connectionSpec.id==74a1c565-4e59-48d7-9d67-7c03b8a13137", "limit": "100"}


class OneOf(URIPattern):
    """The path of one of several requests."""

    def __init__(self, paths: set[str]) -> None:
        self._paths = paths

    def match(self, uri: str) -> bool:
        return uri in self._paths


class Wire:
    """Expects requests one by one: a missing, an extra or a reordered one fails the test."""

    def __init__(self, server: HTTPServer) -> None:
        self._server = server
        self.url = server.url_for("").rstrip("/")
        self.requests: list[Request] = []

    def expect(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: Any = None,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        status: int = 200,
        answer: Any = None,
        text: str | None = None,
        answer_headers: dict[str, str] | None = None,
    ) -> None:
        """Expect one request, with this body and nothing else, and say how it is answered. A body may be a function of it."""

        def respond(request: Request) -> Response:
            self.requests.append(request)
            if form is not None:
                assert dict(parse_qsl(request.get_data(as_text=True), keep_blank_values=True)) == form
            elif body is None:
                assert request.get_data() == b""
            elif callable(body):
                body(json.loads(request.get_data()))
            else:
                assert json.loads(request.get_data()) == body
            content = text if text is not None else "" if answer is None else json.dumps(answer)
            return Response(content, status, {"Content-Type": "application/json", **(answer_headers or {})})

        self._server.expect_ordered_request(
            path, method=method, query_string=query or {}, headers=headers or {}
        ).respond_with_handler(respond)

    def expect_together(self, *expected: tuple[str, dict[str, str], Any]) -> None:
        """Expect several GET at once, in any order, each of them once: their paths, queries and answers."""
        waiting = {(path, tuple(sorted(query.items()))): answer for path, query, answer in expected}

        def respond(request: Request) -> Response:
            self.requests.append(request)
            answer = waiting.pop((request.path, tuple(sorted(request.args.items()))))
            return (
                answer
                if isinstance(answer, Response)
                else Response(json.dumps(answer), 200, {"Content-Type": "application/json"})
            )

        for _one in expected:
            paths = OneOf({path for path, _query, _answer in expected})
            self._server.expect_ordered_request(paths, method="GET").respond_with_handler(respond)

    def expect_list(self, *items: dict[str, Any], **more: Any) -> None:
        """Expect the list of the sandbox's PostgreSQL connections."""
        self.expect("GET", CONNECTIONS, query=LIST_QUERY, answer={"items": list(items), "_links": {}}, **more)

    def expect_token(self, token: str = "token-1") -> None:
        """Expect one request for a token."""
        form = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "client-s3cret", "scope": "openid"}
        self.expect("POST", "/ims/token/v3", form=form, answer={"access_token": token, "expires_in": 86399})

    def check(self) -> None:
        """Fail if a request was unexpected or did not come."""
        self._server.check()
        assert not self._server.ordered_handlers, "an expected request did not come"


@pytest.fixture
def wire(httpserver: HTTPServer) -> Iterator[Wire]:
    """Return a wire that nothing is expected on yet, and check it in the end."""
    one = Wire(httpserver)
    yield one
    one.check()


@pytest.fixture(autouse=True)
def _no_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own environment out."""
    for name in list(os.environ):
        if name.startswith("AEP_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(name="run_module")
def _run_module() -> Callable[..., dict[str, Any]]:
    """Return a function that runs a module with options and returns its result."""
    return run_module


@pytest.fixture
def who(wire: Wire) -> dict[str, Any]:
    """Return the options that say who talks to the wire."""
    return {
        "client_id": "client",
        "client_secret": "client-s3cret",
        "access_token": "token-0",
        "scopes": ["openid"],
        "org_id": "TESTORG@AdobeOrg",
        "base_url": wire.url,
        "ims_url": wire.url,
        "retries": 2,
        "timeout": 2,
    }


@pytest.fixture
def item() -> Callable[..., dict[str, Any]]:
    """Return a function that makes a connection as the service lists it, with its secret masked."""

    def make(name: str = "Orders", **changes: Any) -> dict[str, Any]:
        return {
            "id": "id-1",
            "name": name,
            "description": "text",
            "etag": '"etag-1"',
            "version": '"etag-1"',
            "state": "enabled",
            "createdAt": 1,
            "connectionSpec": {"id": "74a1c565-4e59-48d7-9d67-7c03b8a13137", "version": "1.0"},
            "auth": {
                "specName": "Basic Authentication",
                "params": {
                    "server": "db.example.com",
                    "port": "5432",
                    "database": "orders",
                    "username": "reader",
                    "password": "******",
                    "sslMode": "Require",
                },
            },
            **changes,
        }

    return make


@pytest.fixture
def marked(item: Callable[..., Any]) -> Callable[..., Any]:
    return lambda **changes: item(**{"description": described("text"), **changes})


@pytest.fixture
def run(run_module: Callable[..., Any], who: dict[str, Any]) -> Callable[..., Any]:
    def connection(options: dict[str, Any], **how: Any) -> dict[str, Any]:
        # so that the service is not asked how it spells them, and credentials are not proven before they replace others
        told = {"ssl_mode_spellings": {"require": "Require"}, "prove_first": False}
        result = run_module("aep_postgres_connection", {**who, **told, **options}, **how)
        for form in (PASSWORD, quote(PASSWORD), json.dumps(PASSWORD)[1:-1], base64.b64encode(PASSWORD.encode()).decode()):
            assert form not in json.dumps(result, ensure_ascii=False)
        assert "client-s3cret" not in str(result)
        assert "token-0" not in str(result)
        return result

    return connection


@pytest.fixture
def flows(wire: Wire) -> Flowing:
    """Return the wire by what its requests are for, if they are about dataflows."""
    return Flowing(wire)


@pytest.fixture
def run_dataflow(run_module: Callable[..., Any], who: dict[str, Any]) -> Callable[..., Any]:
    """Return a function that runs the module for one dataflow, which shows no secret."""

    def dataflow(options: dict[str, Any], **how: Any) -> dict[str, Any]:
        result: dict[str, Any] = run_module("aep_postgres_dataflow", {**who, **options}, **how)
        assert "client-s3cret" not in str(result)
        assert "token-0" not in str(result)
        return result

    return dataflow
