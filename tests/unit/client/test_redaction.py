"""Secrets that a service sends back are masked whole, wherever they stand in its text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client, Settings
from ansible_collections.aep.sources.plugins.module_utils.client.errors import Problem, ServiceError, read_problem
from ansible_collections.aep.sources.plugins.module_utils.client.tokens import Credentials, fetch_token
from ansible_collections.aep.sources.plugins.module_utils.masking import Mask
from requests.structures import CaseInsensitiveDict

CUT = 1000  # characters of one text that are shown
SECRETS = ["correct-horse-battery", "two  blanks in a row", "a\ttab and\nmore", "Käse/und%Brot", "a/b"]
FIELDS = ["title", "errorMessage", "detail", "message", "error_description", "error", "error_code", "type"]


def masking(*secrets: str) -> Mask:
    mask = Mask()
    for secret in secrets:
        mask.add(secret)
    return mask


def shown(problem: Problem) -> str:
    return str(ServiceError("try", problem))


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_at_the_cut_leaves_no_part_of_it(secret: str, field: str) -> None:
    mask = masking(secret)
    for offset in range(CUT - len(secret) - 2, CUT + 2):
        text = f"{'x' * (offset - 1)} {secret} y"
        text = f"https://ns.adobe.com/aep/errors/{text}" if field == "type" else text
        problem = read_problem(400, CaseInsensitiveDict(), json.dumps({field: text}).encode(), mask.text)
        said = shown(problem)
        assert "xxxx" in said
        left = said.rpartition("xxxx")[2].replace("********", "").partition("Check")[0]
        assert not set(left) & set(secret) - set("xy ().*:"), (offset, left[:40])


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("header", ["Content-Type", "X-Request-Id"])
def test_a_secret_in_a_header(secret: str, header: str) -> None:
    as_python_reads_it = secret.encode().decode("latin-1")
    headers = CaseInsensitiveDict({header: f"text/{as_python_reads_it}; x"})
    said = shown(read_problem(502, headers, b"<html>", masking(secret).text))
    assert "text/********; x" in said


def test_a_secret_in_the_nested_report() -> None:
    body = {"report": {"detailed-message": f"no {SECRETS[0]}", "request-id": SECRETS[0]}}
    problem = read_problem(400, CaseInsensitiveDict(), json.dumps(body).encode(), masking(SECRETS[0]).text)
    assert (problem.detail, problem.request_id) == ("no ********", "********")


def test_a_number_as_a_code_may_be_a_secret() -> None:
    problem = read_problem(400, CaseInsensitiveDict(), b'{"error_code": 12345678}', masking("12345678").text)
    assert problem.code == "********"


@pytest.mark.parametrize("secret", ["1439", "404", "FLOW"])
def test_what_follows_from_an_error_does_not_depend_on_a_password(secret: str) -> None:
    body = b'{"type": "https://ns.adobe.com/aep/errors/FLOW-1439-404"}'
    assert read_problem(404, CaseInsensitiveDict(), body, masking(secret).text).code == "FLOW-1439-404"


def test_a_token_service_that_quotes_the_client_secret(wire: Any) -> None:
    secret = "client  s3cret"
    client = Client(wire.url, Settings(True, 2.0, 0, lambda message: None, masking(secret).text))
    form = {"grant_type": "client_credentials", "client_id": "client", "client_secret": secret, "scope": ""}
    answer = {"error": "invalid_client", "error_description": f"{'x' * (CUT - 10)} {secret}"}
    wire.expect("POST", "/ims/token/v3", form=form, status=400, answer=answer)
    with pytest.raises(ServiceError) as caught:
        fetch_token(client, Credentials(wire.url, "client", secret))
    assert "client  s3" not in str(caught.value)
    assert "client s3" not in str(caught.value)
    assert "xxx ********" in str(caught.value)
