"""Answers of any shape through every code path: a result or a clean error, never a traceback, never a wrong ``changed``."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
import requests
import urllib3
from ansible_collections.aep.sources.plugins.module_utils.client.attempt import Attempt, PunctualAdapter
from effort import examples
from figures import keep
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from in_process import run_module
from orders import BASIC, CREATED, PASSWORD, SPEC, described
from requests.adapters import HTTPAdapter

EXAMPLES = examples(300, soak=5000)
WHO = {
    "client_id": "client",
    "client_secret": "client-s3cret",
    "org_id": "TESTORG@AdobeOrg",
    "base_url": "http://127.0.0.1:1",
    "ims_url": "http://127.0.0.1:1",
    "retries": 0,
}
HELD = {
    "id": "id-1",
    "name": "Orders",
    "description": described("text"),
    "etag": '"etag-1"',
    "state": "enabled",
    "connectionSpec": SPEC,
    "auth": {"specName": "Basic Authentication", "params": {"server": "db.example.com", "password": "****"}},
    "createdAt": 1,
}
PUBLISHED = {
    "items": [{"authSpec": [{"name": "Basic Authentication", "spec": {"properties": {"sslMode": {"enum": ["Require"]}}}}]}]
}
EXPLORED = {
    "format": "flat",
    "schema": {"columns": [{"name": "placed", "type": "string", "xdm": {"type": "string", "format": "date-time"}}]},
    "data": [{"placed": "2026-01-01"}],
}
WANTED = {**BASIC, "wait_timeout": 1}
KEEP, LOOK, TABLES = "aep_postgres_connection", "aep_postgres_connection_info", "aep_postgres_table_info"
TASKS: dict[str, tuple[str, dict[str, Any]]] = {
    "nothing to do": (KEEP, {**WANTED, "description": "text"}),
    "a change": (KEEP, {**WANTED, "description": "other", "port": 5433}),
    "a creation": (KEEP, {**WANTED, "name": "New"}),
    "a deletion": (KEEP, {**WANTED, "state": "absent"}),
    "a test": (KEEP, {**WANTED, "description": "text", "test": "always", "update_credentials": "on_failure"}),
    "a look": (LOOK, {"sandbox": "dev", "test": True, "dataflows": True}),
    "a look at dataflows": ("aep_postgres_dataflow_info", {"sandbox": "dev"}),
    "a look into tables": (TABLES, {"sandbox": "dev", "name": "Orders", "rows": 2, "show_values": True}),
}
tally: Counter[str] = Counter()


def good_answer(method: str, url: str) -> tuple[int, Any]:
    """Return what a good service says."""
    path = url.partition("?")[0]
    if "/ims/" in path:
        return 200, {"access_token": "token-1", "expires_in": 86399}
    if "/connectionSpecs" in path:
        return 200, PUBLISHED
    if path.endswith("/test"):
        return 200, {"result": True}
    if path.endswith(("/sourceConnections", "/flows")):
        return 200, {"items": [{"id": "id-2", "name": "Nightly", "state": "enabled"}]}
    if path.endswith(("/targetConnections", "/runs")):
        return 200, {"items": [{"id": "id-3", "flowId": "id-2", "params": {"dataSetId": "d"}, "metrics": {"sizeSummary": {}}}]}
    if path.endswith("/explore"):
        return 200, EXPLORED if "object=" in url else [{"type": "table", "name": "orders", "path": "public.orders"}]
    return {
        "GET": (200, {"items": [HELD], "_links": {}}),
        "POST": (201, CREATED),
        "PATCH": (200, CREATED),
        "DELETE": (204, None),
    }[method]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.sampled_from(list(HELD)), inner, max_size=3)
    ),
    max_leaves=8,
)


@st.composite
def spoiled(draw: st.DrawFn, document: Any) -> Any:
    """Draw a document in which a part is replaced, missing or there twice."""
    if isinstance(document, dict) and document and draw(st.integers(0, 5)):
        key = draw(st.sampled_from(sorted(document)))
        rest = {name: value for name, value in document.items() if name != key}
        return rest if draw(st.integers(0, 3)) == 0 else {**rest, key: draw(spoiled(document[key]))}
    if isinstance(document, list) and document and draw(st.integers(0, 5)):
        return [draw(spoiled(document[0])), *document[: draw(st.integers(0, 2))]]
    return draw(json_values)


@st.composite
def bodies(draw: st.DrawFn, document: Any) -> bytes:
    """Draw the bytes of an answer: mostly JSON that is nearly right."""
    kind = draw(st.sampled_from(["spoiled"] * 6 + ["bytes", "deep", "html", "twice", "huge", "cut", "surrogates"]))
    text = json.dumps(draw(spoiled(document))).encode()
    return {
        "spoiled": text,
        "bytes": draw(st.binary(max_size=50)),
        "deep": b"[" * 100_000,
        "html": b"<html>\xff<h1>502</h1></html>",
        "twice": b'{"id": "a", "id": ["b"], "items": [], "items": {"a": 1}, "etag": 1, "etag": "\\ud800"}',
        "huge": b'{"items": [' + b'{"id": "x"},' * 20_000 + b'{"id": "y"}]}',
        "cut": text[: len(text) // 2],
        "surrogates": b'{"id": "\\ud800", "access_token": "\\udfff", "items": [{"id": "\\ud800", "name": "Orders"}]}',
    }[kind]


class Service:
    """A service that says something hostile to the request of a number, and to all of a kind like it."""

    def __init__(self, draw: Callable[[Any], Any], nth: int) -> None:
        self._draw, self._nth, self._asked = draw, nth, 0
        self.wrote = False

    def send(self, request: requests.PreparedRequest, **_more: Any) -> requests.Response:
        self._asked += 1
        url = request.url or ""
        status, document = good_answer(request.method or "", url)
        hostile = self._asked == self._nth
        if hostile and self._draw(st.booleans()):
            status = self._draw(
                st.sampled_from([200, 201, 202, 204, 301, 400, 401, 403, 404, 409, 412, 418, 429, 500, 503, 599])
            )
        body = self._draw(bodies(document)) if hostile else b"" if document is None else json.dumps(document).encode()
        if request.method in ("POST", "PATCH", "DELETE") and "/ims/" not in url:
            self.wrote = True
        headers = {"Content-Type": "application/json"}
        raw = urllib3.HTTPResponse(io.BytesIO(body), headers, status, preload_content=False)
        return HTTPAdapter().build_response(request, raw)


@pytest.fixture(scope="module", autouse=True)
def _figures() -> Iterator[None]:
    yield
    keep("hostile answers", {"generated": sum(tally.values()), **tally})


@pytest.mark.parametrize("task", TASKS)
def test_hostile_answers(task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    monkeypatch.setattr(Attempt, "start", Attempt.run)  # hypothesis draws in the test's own thread alone

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data(), st.integers(1, 6), st.booleans())
    def hold(data: st.DataObject, nth: int, check: bool) -> None:
        service = Service(data.draw, nth)
        with mock.patch.object(PunctualAdapter, "send", service.send):
            module, options = TASKS[task]
            result = run_module(module, {**WHO, **options}, check=check)
        if result.get("failed"):
            assert "ould not " in result["msg"]
            assert len(result["msg"]) < 2000
        if check:
            assert not service.wrote
        elif result.get("changed"):
            assert service.wrote
        assert "exception" not in result
        assert PASSWORD not in str(result)
        tally["failed" if result.get("failed") else "changed" if result.get("changed") else "unchanged"] += 1

    hold()
