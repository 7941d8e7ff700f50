"""Input of any characters: sent exactly as it was given, or refused in one sentence before anything is sent."""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Mapping
from typing import Any
from unittest import mock

import pytest
import requests
import urllib3
from ansible_collections.aep.sources.plugins.module_utils.client.attempt import PunctualAdapter
from effort import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from in_process import run_module
from orders import BASIC, CREATED
from requests.adapters import HTTPAdapter

EXAMPLES = examples(150, soak=3000)
WHO = {
    "access_token": "token-1",
    "api_key": "client",
    "org_id": "TESTORG@AdobeOrg",
    "base_url": "http://127.0.0.1:1",
    "fingerprint_key": "a-key-of-sixteen-characters",
    "ssl_mode_spellings": {"require": "Require"},
    "test": "never",
    "retries": 0,
}
NASTY = [
    "a\r\nx-sandbox-name: prod",
    "a\x00b",
    "\x1b[31mred",
    "quote' \" ` \\ done",
    "{braces} {{ 7 * 7 }} {% raw %} {# x #}",
    "a;Password=b;Server=evil.example.com",
    "=;=;",
    unicodedata.normalize("NFD", "Bestellübersicht"),
    "\U0001f600 smile",
    "\u202eright to left",
    "\ufeffbom",
    "x" * 10_000,
    "yes",
    "0x1538",
    "null",
    "  spaces  ",
    "../../etc/passwd",
    "a/b?c=d#e&f==g",
    "%0d%0ax: y",
    "\u2028line",
]
texts = (
    st.sampled_from(NASTY) | st.text(max_size=30) | st.text(st.sampled_from(";={}'\"\\ \t%&\x7f\u00a0a\U0001f600"), max_size=12)
)


class Recording:
    """A service with nothing in it that keeps what it was sent."""

    def __init__(self) -> None:
        self.sent: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, **_more: Any) -> requests.Response:
        self.sent.append(request)
        status, document = (201, CREATED) if request.method == "POST" else (200, {"items": [], "_links": {}})
        body = io.BytesIO(json.dumps(document).encode())
        headers = {"Content-Type": "application/json"}
        return HTTPAdapter().build_response(request, urllib3.HTTPResponse(body, headers, status, preload_content=False))


def attempt(options: Mapping[str, Any]) -> tuple[dict[str, Any], Recording]:
    service = Recording()
    with mock.patch.object(PunctualAdapter, "send", service.send):
        return run_module("aep_postgres_connection", {**WHO, **BASIC, **options}), service


def refused(result: dict[str, Any], service: Recording, option: str) -> bool:
    """Return whether the input was refused, and hold what a refusal must be."""
    if not result.get("failed"):
        return False
    if "embedded null character" in result["msg"]:  # Ansible's own words; the action plugin says it before
        return not service.sent
    assert option in result["msg"]
    assert result["msg"].endswith(".")
    assert len(result["msg"]) < 500
    assert result["msg"].isprintable()
    assert not service.sent
    return True


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)


WHERE = {"name": "name", "description": "description", "server": "server", "database": "database", "username": "username"}


@pytest.mark.parametrize("option", [*WHERE, "password"])
def test_any_text(option: str) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(texts)
    def hold(text: str) -> None:
        result, service = attempt({option: text})
        if refused(result, service, option):
            assert option != "password" or len(text) < 8 or text not in result["msg"]
            return
        body = json.loads(next(one for one in service.sent if one.method == "POST").body or b"")
        params = body["auth"]["params"]
        if option == "description":
            assert body["description"].startswith(text)
        else:
            assert (body["name"] if option == "name" else params[option]) == text
        for request in service.sent:
            assert request.headers["x-sandbox-name"] == "dev"
            assert (request.url or "").startswith("http://127.0.0.1:1/data/foundation/flowservice/connections")
        assert len(params) == 6

    for nasty in NASTY:
        hold = example(nasty)(hold)
    hold()


@pytest.mark.parametrize("option", ["sandbox", "org_id", "api_key", "access_token"])
def test_nothing_gets_into_a_header(option: str) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(texts)
    def hold(text: str) -> None:
        result, service = attempt({option: text})
        if not refused(result, service, option):
            for request in service.sent:
                assert text in " ".join(str(value) for value in request.headers.values())
                assert not [value for value in request.headers.values() if "\r" in str(value) or "\n" in str(value)]

    for nasty in NASTY:
        hold = example(nasty)(hold)
    hold()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts)
def test_an_id_stays_in_its_path(text: str) -> None:
    result, service = attempt({"connection_id": text, "state": "absent", "name": None})
    assert not result.get("failed") or refused(result, service, "connection_id")
    assert {one.method for one in service.sent} <= {"GET"}


@pytest.mark.parametrize(
    ("port", "sent"), [("5433", "5433"), (5433, "5433"), ("0x1538", None), ("yes", None), ("5432; x=y", None), (70000, None)]
)
def test_ports(port: Any, sent: str | None) -> None:
    result, service = attempt({"port": port})
    if sent is None:
        assert result["failed"]
        assert "port" in result["msg"]
        assert not service.sent
    else:
        assert (
            json.loads(next(one for one in service.sent if one.method == "POST").body or b"")["auth"]["params"]["port"] == sent
        )


def test_a_secret_in_the_wrong_place_is_not_shown() -> None:
    secret = 's3cret;"p=%+/\u00e4{} \\&z'
    result, service = attempt({"password": secret, "port": secret})
    assert not service.sent
    assert "port" in result["msg"]
    assert "s3cret" not in json.dumps(result)
