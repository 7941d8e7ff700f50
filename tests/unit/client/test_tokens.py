from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.access import Reporter
from ansible_collections.aep.sources.plugins.module_utils.access import platform as platform_of
from ansible_collections.aep.sources.plugins.module_utils.client.client import AccessToken, Client, Settings
from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.client.tokens import (
    Credentials,
    Tokens,
    TokenStore,
    fetch_always,
    fetch_token,
)

CREDENTIALS = Credentials("https://ims.example.com", "client", "client-s3cret", ("openid",))
FORM = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "client-s3cret", "scope": "openid"}


def client(wire: Any, **more: Any) -> Client:
    return Client(wire.url, Settings(True, 2, 1, lambda message: None, str), **more)


@pytest.mark.parametrize(("said", "seconds"), [(86399, 86399), (86399992, 86399), ("86399", None), (True, None), (None, None)])
def test_the_form_and_the_answer(wire: Any, said: Any, seconds: int | None) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    wire.expect("POST", "/ims/token/v3", form=FORM, headers=headers, answer={"access_token": "t", "expires_in": said})
    token = fetch_token(client(wire), CREDENTIALS)
    assert (token.value, token.expires_in) == ("t", seconds)
    assert "access_token" not in repr(token)


@pytest.mark.parametrize("answer", [{}, [], "x", {"access_token": None}, {"access_token": ""}, {"access_token": "a\nb"}])
def test_an_answer_without_a_token(wire: Any, answer: Any) -> None:
    wire.expect("POST", "/ims/token/v3", form=FORM, answer=answer)
    with pytest.raises(NoAnswerError, match="holds no access token"):
        fetch_token(client(wire), CREDENTIALS)


def test_a_refused_credential(wire: Any) -> None:
    answer = {"error": "invalid_client", "error_description": "invalid client_secret parameter"}
    wire.expect("POST", "/ims/token/v3", form=FORM, status=400, answer=answer)
    with pytest.raises(ServiceError) as caught:
        fetch_token(client(wire), CREDENTIALS)
    assert str(caught.value) == (
        "Could not get an access token: 400 (invalid_client): invalid client_secret parameter. "
        "Check client_id and client_secret of the OAuth Server-to-Server credential in the Adobe Developer Console."
    )


def platform(
    wire: Any, given: str | None, credentials: Credentials | None, secrets: list[str], store: TokenStore = fetch_always
) -> Client:
    options = {
        "client_id": credentials and credentials.client_id,
        "client_secret": credentials and credentials.client_secret,
        "scopes": ["openid"],
        "access_token": given,
        "api_key": "key",
        "org_id": "O@AdobeOrg",
        **dict.fromkeys(("base_url", "ims_url"), wire.url),
        "validate_certs": True,
        "ca_path": None,
        "timeout": 2,
        "retries": 1,
    }
    return platform_of(options, Reporter(lambda message: None, secrets.append, str, store))


def headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "x-api-key": "key", "x-gw-ims-org-id": "O@AdobeOrg"}


def test_a_token_is_fetched_once_and_masked(wire: Any) -> None:
    secrets: list[str] = []
    one = platform(wire, None, CREDENTIALS, secrets)
    wire.expect("POST", "/ims/token/v3", form=FORM, answer={"access_token": "t1"})
    wire.expect("GET", "/x", headers=headers("t1"), answer={})
    wire.expect("GET", "/x", headers=headers("t1"), answer={})
    one.request("GET", "/x", action="try")
    one.request("GET", "/x", action="try")
    assert secrets == ["t1"]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_refused_token_is_replaced_once(wire: Any, method: str) -> None:
    secrets: list[str] = []
    wire.expect(method, "/x", headers=headers("t0"), status=401, answer={"error_code": "401013"})
    wire.expect("POST", "/ims/token/v3", form=FORM, answer={"access_token": "t1"})
    wire.expect(method, "/x", headers=headers("t1"), status=401, answer={"error_code": "401013"})
    with pytest.raises(ServiceError, match="401013"):
        platform(wire, "t0", CREDENTIALS, secrets).request(method, "/x", action="try")


def test_a_refused_token_of_a_post_is_replaced_for_what_follows(wire: Any) -> None:
    wire.expect("POST", "/x", headers=headers("t0"), status=401, answer={"error_code": "401013"})
    wire.expect("POST", "/ims/token/v3", form=FORM, answer={"access_token": "t1"})
    wire.expect("GET", "/x", headers=headers("t1"), answer={})
    one = platform(wire, "t0", CREDENTIALS, [])
    with pytest.raises(ServiceError, match="401013"):
        one.request("POST", "/x", action="try")
    one.request("GET", "/x", action="try")


def test_a_refused_token_without_credentials(wire: Any) -> None:
    wire.expect("GET", "/x", headers=headers("t0"), status=401, answer={"error_code": "401013"})
    with pytest.raises(ServiceError, match=r"401013.* give client_id and client_secret, so that a new one can be had"):
        platform(wire, "t0", None, []).request("GET", "/x", action="try")


def test_a_missing_permission_is_final(wire: Any) -> None:
    wire.expect(
        "GET", "/x", headers=headers("t0"), status=403, answer={"type": "https://ns.adobe.com/aep/errors/FLOW-2118-403"}
    )
    with pytest.raises(ServiceError, match="Manage Sources"):
        platform(wire, "t0", CREDENTIALS, []).request("GET", "/x", action="try")


def test_a_store_is_told_whose_token_is_wanted_and_which_one_was_refused(wire: Any) -> None:
    asked: list[tuple[Credentials, str | None]] = []
    secrets: list[str] = []

    def store(credentials: Credentials, refused: str | None, fetch: Callable[[], AccessToken]) -> AccessToken:
        asked.append((credentials, refused))
        return AccessToken("kept") if refused is None else fetch()

    one = platform(wire, None, CREDENTIALS, secrets, store)
    wire.expect("GET", "/x", headers=headers("kept"), answer={})
    one.request("GET", "/x", action="try")
    wire.expect("GET", "/x", headers=headers("kept"), status=401)
    wire.expect("POST", "/ims/token/v3", form=FORM, answer={"access_token": "new"})
    for _request in range(2):
        wire.expect("GET", "/x", headers=headers("new"), answer={})
        one.request("GET", "/x", action="try")
    credentials = replace(CREDENTIALS, ims_url=wire.url)
    assert asked == [(credentials, None), (credentials, "kept")]
    assert secrets == ["kept", "new"]
    assert "client-s3cret" not in repr(credentials)


def test_several_threads_that_are_refused_the_same_token_share_the_new_one() -> None:
    found: list[AccessToken | None] = []

    def find(refused: AccessToken | None) -> AccessToken:
        found.append(refused)
        return AccessToken(f"new-{len(found)}")

    tokens = Tokens("old", find, lambda secret: None)
    old = tokens(None)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(tokens, [old] * 4)) == {AccessToken("new-1")}
    assert found == [old]
