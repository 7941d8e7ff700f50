"""Each fault does what it says, to the operation that it names and as often as it says."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests


def held(client: Any) -> int:
    return len(client.admin("GET", "connections").get("dev", []))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize(("when", "kept"), [("before", 0), ("after", 1)])
def test_status(client: Any, status: int, when: str, kept: int) -> None:
    client.fault(kind="status", operation="connections.create", status=status, when=when)
    assert client.create().status_code == status
    assert held(client) == kept
    assert client.create().status_code == 201


@pytest.mark.parametrize(("body", "kind"), [("json", "application/json"), ("html", "text/html"), ("empty", "")])
def test_bodies_of_a_status(client: Any, body: str, kind: str) -> None:
    client.fault(kind="status", status=502, body=body)
    answer = client("GET", "/connections")
    assert answer.headers.get("Content-Type", "").startswith(kind)
    assert bool(answer.content) == (body != "empty")


def test_retry_after(client: Any) -> None:
    client.fault(kind="status", status=429, retry_after="seconds", seconds=7)
    assert client("GET", "/connections").headers["Retry-After"] == "7"
    client.fault(kind="status", status=429, retry_after="date", seconds=7)
    assert parsedate_to_datetime(client("GET", "/connections").headers["Retry-After"]).timestamp() > time.time()


@pytest.mark.parametrize(("when", "kept"), [("before", 0), ("after", 1), ("during", 1)])
def test_drop(client: Any, when: str, kept: int) -> None:
    client.fault(kind="drop", operation="connections.create", when=when)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.create()
    assert held(client) == kept


@pytest.mark.parametrize("spoil", ["truncated", "not_json", "html", "empty"])
def test_spoiled_bodies(client: Any, spoil: str) -> None:
    client.fault(kind="body", spoil=spoil)
    answer = client("GET", "/connections")
    assert answer.ok
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_wrong_types(client: Any) -> None:
    client.fault(kind="body", spoil="wrong_types")
    assert client("GET", "/connections").json() == {"items": {"was": "a list"}, "_links": {}}


def test_slow(client: Any) -> None:
    client.fault(kind="slow", bytes_per_second=100)
    began = time.monotonic()
    assert client("GET", "/connections").json() == {"items": [], "_links": {}}
    assert time.monotonic() - began > 0.2


@pytest.mark.parametrize("distribution", ["fixed", "uniform", "exponential"])
def test_latency(client: Any, distribution: str) -> None:
    client.fault(kind="latency", seconds=0.2, distribution=distribution)
    began = time.monotonic()
    assert client("GET", "/connections").ok
    assert distribution != "fixed" or time.monotonic() - began >= 0.2


@pytest.mark.parametrize(
    ("code", "status"),
    [("2118-403", 403), ("1439-404", 404), ("1404-412", 412), ("1445-400", 400), ("401013", 401), ("403025", 403)],
)
def test_any_error_of_the_table(client: Any, code: str, status: int) -> None:
    client.fault(kind="error", code=code)
    assert client("GET", "/connections").status_code == status


def test_which_and_how_often(client: Any) -> None:
    client.fault(kind="status", status=503, operation="connections.*", skip=1, count=2)
    client.fault(kind="status", status=500, operation="ims.token")
    statuses = [client("GET", "/connections").status_code for _request in range(4)]
    assert statuses == [200, 503, 503, 200]
    assert client("GET", "/connectionSpecs").ok
    assert [fault["operation"] for fault in client.admin("GET", "faults")] == ["ims.token"]
    client.admin("DELETE", "faults")
    assert client.admin("GET", "faults") == []


@pytest.mark.parametrize("fault", [{}, {"kind": "nothing"}, {"kind": "status", "colour": "red"}, "text"])
def test_a_fault_that_is_none(client: Any, fault: Any) -> None:
    assert requests.post(f"{client.url}/admin/faults", json=fault, timeout=10).status_code == 400
