"""Whatever is asked, the simulator answers, counts and records it: a 500 comes of a fault that was ordered, or not at all."""

from __future__ import annotations

import copy
import http.client
import json
import pathlib
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import hypothesis
import pytest
from aep_simulator.application import make_application
from aep_simulator.settings import Settings
from aep_simulator.world import World
from dataflows import dataflow, known
from effort import examples
from hypothesis import strategies
from simulated import FLOW, PARAMS, POSTGRES, Client, simulator

Headers = dict[str, bytes]
JSON: Headers = {"Content-Type": b"application/json"}
FORM: Headers = {"Content-Type": b"application/x-www-form-urlencoded"}

DEEP = b"[" * 5000 + b"]" * 5000
DIGITS = "9" * 5000
PARAMETERS = [
    "limit",
    "offset",
    "property",
    "orderby",
    "count",
    "continuationToken",
    "mode",
    "op",
    "objectType",
    "object",
    "preview",
    "start",
    "name",
    "version",
    "properties",
]


def ask(url: str, method: str, target: str, headers: Headers, body: bytes = b"") -> tuple[int, bytes]:
    """Send a request byte by byte as it is given, which HTTP clients refuse to do, and return status and body."""
    host, _colon, port = url.removeprefix("http://").partition(":")
    headers = {"Host": b"x", "Connection": b"close", "Content-Length": b"%d" % len(body), **headers}
    lines = [f"{method} {target} HTTP/1.1".encode(), *(name.encode() + b": " + value for name, value in headers.items())]
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        answer = http.client.HTTPResponse(connection, method=method)
        answer.begin()
        return answer.status, answer.read()


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return tmp_path_factory.mktemp("record") / "exchanges.jsonl"


@pytest.fixture(scope="module")
def recorded(record: pathlib.Path) -> Iterator[Client]:
    """A client of a simulator that writes down what it is asked, which must not fail either."""
    with simulator("--record", str(record)) as url:
        client = Client(url)
        client.begin()
        yield client
        client.close()


def allowed(client: Client) -> Headers:
    """Return the headers that a client sends with each request."""
    names = ("Authorization", "x-api-key", "x-gw-ims-org-id", "x-sandbox-name")
    return {name: str(client.session.headers[name]).encode() for name in names}


FLOW_SERVICE = [
    ("GET", f"/connections?limit={DIGITS}", b""),
    ("GET", "/connections?limit=%C2%B2", b""),
    ("GET", f"/connections?property=createdAt>{DIGITS}", b""),
    ("GET", "/connections?property=%FF%FE==%ED%A0%80", b""),
    ("GET", "/connections?orderby=%FF", b""),
    ("GET", "/connections/%FF%00", b""),
    ("POST", "/connections", DEEP),
    ("POST", "/connections", b'{"a":' * 5000),
    ("POST", "/connections", b"[" * (2**22 + 1)),
    ("POST", "/connections", b'{"name": "\xff"}'),
    ("POST", "/connections", b'{"name": ' + DIGITS.encode() + b"}"),
    ("POST", "/connections", b'{"name": NaN}'),
    ("POST", "/connections", b'{"name": 1e999}'),
    ("POST", "/connections", b'{"connectionSpec": {"id": "a", "id": [{}]}}'),
    ("POST", "/connections/search", b'{"limit": ' + b"9" * 4299 + b"}"),
    ("POST", "/connections/search", b'{"limit": "\\u00b2"}'),
    ("POST", "/connections/search", b'{"queryString": "\\ud800==\\u0000", "orderby": "\\ud800"}'),
    ("PUT", "/connections", b"\xff"),
    ("POST", "/flows", b'{"scheduleParams": {"startTime": ' + DIGITS.encode() + b"}}"),
    ("GET", f"/runs?property=metrics.durationSummary.startedAtUTC>{DIGITS}", b""),
    ("POST", "/runs", b'{"flowId": {"id": []}, "params": []}'),
    ("PATCH", "/flows/%FF%00", b'[{"op": "replace", "path": "/name", "value": "\\ud800"}]'),
]


@pytest.mark.parametrize(("method", "path", "body"), FLOW_SERVICE)
def test_the_flow_service_refuses(recorded: Client, method: str, path: str, body: bytes) -> None:
    status, text = ask(recorded.url, method, f"{FLOW}{path}", {**allowed(recorded), **JSON}, body)
    assert 400 <= status < 500
    assert isinstance(json.loads(text), dict)


@pytest.mark.parametrize(
    ("method", "target", "headers", "body"),
    [
        ("POST", "/ims/token/v3", FORM, b"\xff=\xfe&grant_type=%FF"),
        ("POST", "/ims/token/v3", {"Content-Type": b"application/x-www-form-urlencoded; charset=nonsense"}, b"a=b"),
        ("POST", "/ims/token/v3", {"Content-Type": b"multipart/form-data"}, b"a=b"),
        ("POST", "/ims/token/v2?client_id=%FF", {}, b""),
        ("GET", "/data/foundation/sandbox-management/?limit=%C2%B2&offset=0", {}, b""),
        ("GET", f"/data/foundation/sandbox-management/?limit=1&offset={DIGITS}", {}, b""),
        ("POST", f"{FLOW}/connections", {**JSON, "Content-Encoding": b"gzip"}, b"this is not packed"),
        ("GET", f"{FLOW}/connections", {"x-sandbox-name": b"\xff\xfe"}, b""),
        ("GET", f"{FLOW}/connections", {"Authorization": b"Bearer \xff"}, b""),
        ("POST", f"{FLOW}/connections", {"Content-Type": b"application/json; charset=\xff"}, b'{"a": 1}'),
        ("PATCH", "/admin/settings", JSON, b'["region"]'),
        ("PATCH", "/admin/settings", JSON, b'{"token_seconds": ' + b"9" * 400 + b"}"),
        ("PATCH", "/admin/settings", JSON, b'{"spec_file": "/nowhere"}'),
        ("PATCH", "/admin/settings", JSON, b'{"sandboxes": []}'),
        ("PATCH", "/admin/settings", JSON, DEEP),
        ("POST", "/admin/clock", JSON, b'{"advance": 1e308}'),
        ("POST", "/admin/clock", JSON, b'{"advance": ' + b"9" * 400 + b"}"),
        ("POST", "/admin/flows", JSON, b'{"sandbox": "dev", "baseConnectionId": {}, "name": 3}'),
        ("POST", "/admin/faults", JSON, b'{"kind": "status", "operation": 5}'),
        ("POST", "/admin/faults", JSON, b'{"kind": "error", "code": "1-400"}'),
        ("POST", "/admin/faults", JSON, b'{"kind": "status", "status": 70000}'),
        ("POST", "/admin/faults", JSON, b'{"kind": "slow", "bytes_per_second": 0}'),
    ],
)
def test_others_refuse(recorded: Client, method: str, target: str, headers: Headers, body: bytes) -> None:
    status, _text = ask(recorded.url, method, target, {**allowed(recorded), **headers}, body)
    assert 400 <= status < 500
    assert recorded("GET", "/connections").ok, "and goes on"


@pytest.mark.parametrize("name", ["server", "port", "database", "username", "password"])
@pytest.mark.parametrize("value", ["\ud800", "a\0b", DIGITS, "99999999999"])
def test_credentials_that_no_database_understands(recorded: Client, name: str, value: str) -> None:
    one = f"/connections/{recorded.create(params={name: value}).json()['id']}"
    assert recorded("GET", f"{one}/test").json() == {"result": False}
    assert recorded("GET", f"{one}/explore?objectType=root").json()["type"].endswith("FLOW-1100-400")


def test_unknown_paths_and_methods_are_counted_and_recorded(recorded: Client, record: pathlib.Path) -> None:
    recorded.begin()
    before = len(record.read_text(encoding="utf-8").splitlines())
    assert recorded("GET", "/nothing").status_code == 404
    refused = recorded("PUT", "/connections", json={"password": "s3cret-password"})
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET,HEAD,POST")
    assert set(refused.json()) == {"type", "status", "title", "detail"}
    assert recorded.session.get(f"{recorded.url}/ims/token/v1?client_secret=s3cret-password", timeout=10).status_code == 404
    assert recorded.session.post(f"{recorded.url}{FLOW}/x", data="s3cret-password", timeout=10).status_code == 404
    assert recorded.session.get(f"{recorded.url}/admin/nothing", timeout=10).status_code == 404
    assert recorded.admin("GET", "counters") == {"tcp": 1, "unknown": 4, "unknown 404": 3, "unknown 405": 1}
    text = "\n".join(record.read_text(encoding="utf-8").splitlines()[before:])
    assert [json.loads(line)["operation"] for line in text.splitlines()] == ["unknown"] * 4
    assert "s3cret" not in text


# What requests are made of: documented bodies, in which something takes another's place, and parameters of queries.
CREATE = {
    "name": "Orders",
    "description": "text",
    "auth": {"specName": "Basic Authentication", "params": PARAMS},
    "connectionSpec": {"id": POSTGRES, "version": "1.0"},
}
PATCH = [
    {"op": "replace", "path": "/auth/params", "value": PARAMS},
    {"op": "add", "path": "/auth/params/server", "value": "127.0.0.1"},
    {"op": "remove", "path": "/auth/params/sslMode"},
]
DOCUMENTS: list[Any] = [
    CREATE,
    PATCH,
    {"queryString": "name==Orders&createdAt>0", "limit": 10, "orderby": "-name", "count": False},
    {"secret_view": "plain", "max_limit": 10, "sandboxes": ["dev"], "list_lag": 0.5, "strict_etag": True, "spec_file": ""},
    {"kind": "status", "operation": "ims.token", "count": 1, "seconds": 0.0, "status": 503},
    {"sandbox": "dev", "baseConnectionId": "x", "name": "Nightly", "flow": True},
    {
        "sandbox": "dev",
        "title": "Orders",
        "name": "Orders",
        "schema": "x",
        "id": "x",
        "fields": {"_id": "string", "a.b": "date"},
    },
    {"advance": 1},
]
TEXTS = strategies.sampled_from(
    [
        "",
        "²",
        "\0",
        "\ud800",
        "-1",
        "1e999",
        "9" * 4400,
        "true",
        "name==",
        "~",
        "createdAt>x",
        "/auth/params/x/-/y",
        "/~2",
        "*",
        "+",
    ]
) | strategies.text(strategies.characters(exclude_categories=()), max_size=8)
VALUES = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.floats() | TEXTS,
    lambda inner: strategies.lists(inner, max_size=3) | strategies.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


def places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each object or array of a document with each of its keys."""
    for key in document if isinstance(document, dict) else range(len(document)) if isinstance(document, list) else ():
        yield document, key
        yield from places(document[key])


@strategies.composite
def bodies(draw: strategies.DrawFn, documents: list[Any]) -> bytes:
    raw = draw(
        strategies.none()
        | strategies.sampled_from([b"", DEEP, b"NaN", b"\xff", b'{"a":1,"a":[]}'])
        | strategies.binary(max_size=9)
    )
    if raw is not None:
        return raw
    document = copy.deepcopy(draw(strategies.sampled_from(documents)))
    parent, key = draw(strategies.sampled_from(list(places(document))))
    parent[key] = draw(VALUES)
    return json.dumps(document).encode()


QUERIES = strategies.lists(
    strategies.tuples(
        strategies.sampled_from(PARAMETERS) | TEXTS, TEXTS | strategies.sampled_from(["root", "table", "publish"])
    ),
    max_size=3,
).map(
    lambda pairs: "&".join("=".join(quote(part.encode("utf-8", "surrogatepass"), safe="") for part in pair) for pair in pairs)
)
HEADERS = strategies.dictionaries(
    strategies.sampled_from(
        ["Authorization", "x-api-key", "x-sandbox-name", "x-sandbox-id", "Content-Type", "Content-Encoding", "Cookie"]
    ),
    strategies.sampled_from([b"\xff", b"", b"*", b"gzip", b"multipart/form-data", b"application/json; charset=x"]),
    max_size=1,
)
ROUTES = sorted(
    {
        (route.method, route.resource.canonical.rstrip("/"))
        for route in make_application(World(Settings())).router.routes()
        if route.resource and route.method != "HEAD"
    }
    - {("POST", "/admin/stop")}
)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_request_brings_a_failure(recorded: Client, method: str, path: str) -> None:
    recorded.begin()
    flow = dataflow(recorded)
    flow.create()

    @hypothesis.settings(max_examples=examples(8, 200), deadline=None, database=None)
    @hypothesis.given(strategies.data(), QUERIES, HEADERS)
    def never(data: strategies.DataObject, query: str, changes: Headers) -> None:
        identifier, etag, documents = known(recorded, path, flow)
        body = data.draw(bodies([*DOCUMENTS, *documents]))
        target = path.format(id=identifier, name="dev")
        headers = {**allowed(recorded), **(FORM if "/ims/" in path else JSON), "If-Match": etag.encode(), **changes}
        status, _text = ask(recorded.url, method, f"{target}?{query}", headers, body)
        assert status < 500
        if path.startswith("/admin/"):
            recorded.admin("DELETE", "faults")  # those that were ordered may bring a 500
            assert recorded("GET", "/connections").status_code < 500
            recorded.begin()

    never()
