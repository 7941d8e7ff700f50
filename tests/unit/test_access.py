"""Options that say who and where: bad ones are refused before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., dict[str, Any]]
CONNECTION = {"sandbox": "dev", "name": "Orders", "state": "absent"}

BAD: list[tuple[dict[str, Any], str]] = [
    ({"sandbox": ""}, "sandbox is missing"),
    ({"sandbox": "Development"}, "sandbox 'Development' is no sandbox name"),
    ({"sandbox": "a b"}, "sandbox 'a b' is no sandbox name"),
    ({"sandbox": "dev\r\nx: y"}, "sandbox 'dev"),
    ({"org_id": None}, "org_id is missing"),
    ({"org_id": "TESTORG"}, "org_id 'TESTORG' is no organization id"),
    ({"org_id": "x\ny@AdobeOrg"}, "org_id 'x?y@AdobeOrg' is no organization id"),
    ({"access_token": "a b"}, "access_token is empty or holds"),
    ({"access_token": "t\u00e9"}, "access_token is empty or holds"),
    ({"client_id": "a\tb"}, "client_id is empty or holds"),
    ({"access_token": None, "client_id": None}, "client_id is missing"),
    ({"access_token": None, "client_secret": None}, "client_secret is missing"),
    ({"access_token": None, "client_id": None, "client_secret": None}, "client_id is missing"),
    ({"client_id": None}, "api_key is missing"),
    ({"base_url": "http://platform.adobe.io"}, "base_url must be a URL of https like https://platform.adobe.io"),
    ({"ims_url": "http://10.0.0.1"}, "ims_url must be a URL of https like https://platform.adobe.io"),
    ({"base_url": "ftp://platform.adobe.io"}, "base_url must be a URL of https like https://platform.adobe.io"),
    ({"base_url": "platform.adobe.io"}, "base_url must be a URL of https like https://platform.adobe.io"),
    ({"base_url": "https://u:p@platform.adobe.io"}, "base_url must be a URL of https like https://platform.adobe.io"),
    ({"base_url": "https://platform.adobe.io:x"}, "base_url must be a URL of https like https://platform.adobe.io"),
    ({"base_url": "https://"}, "base_url must be a URL of https like https://platform.adobe.io"),
    ({"base_url": "https://a b"}, "base_url must be a URL of https like https://platform.adobe.io"),
    ({"base_url": "https://platform.adobe.io/?a=b"}, "base_url must be a URL of https"),
    ({"base_url": "https://platform.adobe.io/#a"}, "base_url must be a URL of https"),
    ({"base_url": "https://platform.adobe.io/a\x01b"}, "base_url must be a URL of https"),
    ({"base_url": "http://127.0.0.1.example.com"}, "base_url must be a URL of https"),
    ({"base_url": "http://localhost@evil.example.com"}, "base_url must be a URL of https"),
    ({"base_url": "http://localhost\\@evil.example.com"}, "base_url must be a URL of https"),
    ({"timeout": 0}, "timeout is 0"),
    ({"retries": -1}, "retries is -1"),
    ({"ca_path": "/nowhere/ca.pem"}, "ca_path '/nowhere/ca.pem' does not exist"),
    ({"fingerprint_key": "tiny"}, "fingerprint_key is too short"),
]


@pytest.mark.parametrize(("changes", "said"), BAD)
def test_it_is_refused_in_one_sentence(run_module: Run, who: dict[str, Any], changes: dict[str, Any], said: str) -> None:
    result = run_module("aep_postgres_connection", {**who, **CONNECTION, **changes})
    assert result["failed"]
    assert result["msg"].startswith(said)
    assert result["msg"].endswith(".")
    assert "client-s3cret" not in str(result)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:1",
        "http://127.0.0.1:1",
        "http://[::1]:1",
        "http://127.1.2.3:1",
        "https://localhost:1",
        "HTTP://LOCALHOST:1",
    ],
)
def test_http_is_for_this_machine(run_module: Run, who: dict[str, Any], url: str) -> None:
    result = run_module("aep_postgres_connection", {**who, **CONNECTION, "base_url": url, "retries": 0})
    assert "no connection to" in result["msg"]


def test_the_environment_fills_in_what_is_missing(run_module: Run, wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "CLIENT_ID": "client",
        "CLIENT_SECRET": "client-s3cret",
        "ORG_ID": "TESTORG@AdobeOrg",
        "SCOPES": "openid",
        "BASE_URL": wire.url,
        "IMS_URL": wire.url,
        "SANDBOX": "stage",
        "ACCESS_TOKEN": "",
        "API_KEY": "",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"AEP_{name}", value)
    wire.expect_token()
    wire.expect_list(headers={"Authorization": "Bearer token-1", "x-api-key": "client", "x-sandbox-name": "dev"})
    result = run_module("aep_postgres_connection", {"name": "Orders", "state": "absent", "sandbox": "dev"})
    assert result["connection"]["sandbox"] == "dev"
    assert not result["changed"]
    assert "client-s3cret" not in str(result)
    assert "token-1" not in str(result)


@pytest.mark.parametrize("validate", [True, False])
def test_certificates_are_verified_as_asked(
    run_module: Run, who: dict[str, Any], validate: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import requests
    import urllib3

    seen: list[Any] = []

    def send(self: Any, method: str, url: str, **content: Any) -> Any:
        seen.append(content["verify"])
        raise requests.exceptions.SSLError(urllib3.exceptions.SSLError("x"))

    monkeypatch.setattr(requests.Session, "request", send)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    result = run_module("aep_postgres_connection", {**who, **CONNECTION, "validate_certs": validate})
    assert seen == [validate]
    assert "ca_path" in result["msg"]
    run_module("aep_postgres_connection", {**who, **CONNECTION, "ca_path": __file__})
    assert seen[1] == __file__


def test_no_verification_is_warned_of(run_module: Run, wire: Any, who: dict[str, Any]) -> None:
    wire.expect_list()
    result = run_module("aep_postgres_connection", {**who, **CONNECTION, "validate_certs": False})
    assert "validate_certs is false, so whoever sits between this machine and localhost:" in str(result["warnings"])
    assert "as ca_path instead" in str(result["warnings"])
