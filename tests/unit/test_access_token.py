from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.client.client import AccessToken
from ansible_collections.aep.sources.plugins.module_utils.entry_points import MODULES
from ansible_collections.aep.sources.plugins.module_utils.module import Surroundings

Run = Callable[..., dict[str, Any]]


@pytest.mark.parametrize("module", MODULES)
def test_all_modules_take_a_sandbox_as_they_can_have_the_same_defaults(module: str) -> None:
    assert "sandbox" in MODULES[module].spec()


def test_one_token(run_module: Run, who: dict[str, Any], wire: Any) -> None:
    wire.expect_token("the-token")
    result = run_module("aep_access_token", {**who, "access_token": None})
    assert (result["access_token"], result["expires_in"], result["changed"]) == ("the-token", 86399, False)
    assert "client-s3cret" not in str(result)


def test_a_token_that_is_there_is_returned(run_module: Run, who: dict[str, Any]) -> None:
    result = run_module("aep_access_token", who)
    assert result["access_token"] == "token-0"


def test_a_token_in_check_mode(run_module: Run, who: dict[str, Any], wire: Any) -> None:
    wire.expect_token()
    assert run_module("aep_access_token", {**who, "access_token": None}, check=True)["access_token"] == "token-1"


def test_a_refusal_that_quotes_the_secret(run_module: Run, who: dict[str, Any], wire: Any) -> None:
    form = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "client-s3cret", "scope": "openid"}
    answer = {"error": "invalid_client", "error_description": "client-s3cret is wrong"}
    wire.expect("POST", "/ims/token/v3", form=form, status=400, answer=answer)
    result = run_module("aep_access_token", {**who, "access_token": None})
    assert result["failure"]["code"] == "invalid_client"
    assert "******** is wrong" in result["msg"]
    assert "client-s3cret" not in str(result)


def test_a_token_for_later_tasks_is_new_and_none_that_is_kept(who: dict[str, Any], wire: Any) -> None:
    def almost_over(*_more: Any) -> AccessToken:
        return AccessToken("kept", 301)

    wire.expect_token("new")
    module = MODULES["aep_access_token"]
    options = {**who, "access_token": None, "api_key": None, "validate_certs": True, "ca_path": None}
    surroundings = Surroundings(False, False, print, print, almost_over)
    result = module.result(options, surroundings)
    assert (result["access_token"], result["expires_in"]) == ("new", 86399)
