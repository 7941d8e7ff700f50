"""How an SSL mode is spelled when it is sent and when it is read: the user's way, the connection spec's, Adobe's pages'."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from orders import BASE, BASIC, BODY, CREATED, PARAMS, UNTESTED_BODY

Run = Callable[..., dict[str, Any]]
Item = Callable[..., dict[str, Any]]

SPECS = "/data/foundation/flowservice/connectionSpecs/74a1c565-4e59-48d7-9d67-7c03b8a13137"


def published(values: Any) -> dict[str, Any]:
    schema = {"properties": {"sslMode": {"type": "string", "enum": values}}}
    return {"items": [{"authSpec": [{"name": "Other"}, {"name": "Basic Authentication", "spec": schema}]}]}


@pytest.mark.parametrize(
    ("answer", "spelling"),
    [
        (published(["REQUIRED", "Verify Ca"]), "REQUIRED"),
        (published(["false", "true"]), "true"),
        (published([]), "Require"),
        (published({"odd": 1}), "Require"),
        ({}, "Require"),
        (None, "Require"),
    ],
)
def test_the_connection_spec_says_how_the_ssl_mode_is_spelled(
    run: Run, wire: Any, marked: Item, answer: Any, spelling: str
) -> None:
    wire.expect_list()
    wire.expect("GET", SPECS, answer=answer, status=200 if answer is not None else 404)
    auth = {**BODY["auth"], "params": {**PARAMS, "sslMode": spelling}}
    wire.expect("POST", BASE, body={**UNTESTED_BODY, "auth": auth}, status=201, answer=CREATED)
    wire.expect_list(marked())
    assert run({**BASIC, "description": "text", "test": "never", "ssl_mode_spellings": {}})["changed"]


def test_a_mode_that_is_not_offered_is_refused_before_anything_is_sent(run: Run, wire: Any) -> None:
    wire.expect_list()
    wire.expect("GET", SPECS, answer=published(["Disable", "Allow"]))
    result = run({**BASIC, "ssl_mode_spellings": {}}, check=True)
    assert "does not offer ssl_mode: require here: choose one of allow, disable" in result["msg"]


@pytest.mark.parametrize(
    ("mode", "own", "answer", "spelling"),
    [
        ("disable", {}, published([]), "false"),
        ("require", {}, published([]), "true"),
        (None, {}, None, "true"),
        ("verify-full", {}, published(["Disable", "Verify Full"]), "Verify Full"),
        ("require", {"require": "ON"}, None, "ON"),
        ("require", {"disable": "OFF"}, None, "true"),
    ],
)
def test_on_aws_the_ssl_mode_is_a_boolean_unless_it_is_said_otherwise(
    run: Run, wire: Any, marked: Item, mode: str | None, own: dict[str, str], answer: Any, spelling: str
) -> None:
    options = {**BASIC, "cloud": "aws", "ssl_mode_spellings": own, "update_credentials": "on_create"}
    options |= {"ssl_mode": mode} if mode else {}
    wire.expect_list()
    if not own:
        wire.expect("GET", SPECS, answer=answer, status=200 if answer is not None else 404)
    auth = {**BODY["auth"], "params": {**PARAMS, "sslMode": spelling}}
    body = {"name": "Orders", "auth": auth, "connectionSpec": BODY["connectionSpec"]}
    wire.expect("POST", BASE, body=body, status=201, answer=CREATED)
    wire.expect_list(marked())
    assert run({**options, "test": "never"})["changed"]


@pytest.mark.parametrize("mode", ["allow", "prefer", "verify-ca", "verify-full"])
@pytest.mark.parametrize("own", [{}, {"require": "true"}])
def test_on_aws_another_mode_is_refused_before_anything_is_sent(run: Run, wire: Any, mode: str, own: dict[str, str]) -> None:
    wire.expect_list()
    if not own:
        wire.expect("GET", SPECS, answer=published([]))
    result = run({**BASIC, "cloud": "aws", "ssl_mode": mode, "ssl_mode_spellings": own})
    assert result["msg"].endswith(
        f"The service does not offer ssl_mode: {mode} here, where sslMode only says whether SSL is enforced, as Adobe "
        "documents it for AWS: choose one of disable, require, or say with ssl_mode_spellings how it is to be sent."
    )


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({"cloud": "aws"}, "true"),
        ({"cloud": "aws"}, True),
        ({"ssl_mode_spellings": {"require": "ON"}}, "on"),
        ({"ssl_mode_spellings": {"require": "false"}}, "false"),
        ({"ssl_mode_spellings": {"require": "Disable"}}, "Disable"),
        ({}, "[REDACTED]"),
    ],
)
def test_what_is_shown_is_read_as_it_was_sent(run: Run, wire: Any, marked: Item, more: dict[str, Any], shown: Any) -> None:
    auth = {"specName": "Basic Authentication", "params": {**PARAMS, "sslMode": shown}}
    wire.expect_list(marked(auth=auth))
    assert not run({**BASIC, "description": "text", **more})["changed"]


@pytest.mark.parametrize("given", [{"whatever": "x"}, {"require": 1}, {"require": ""}])
def test_spellings_that_are_none(run: Run, given: dict[str, Any]) -> None:
    assert run({**BASIC, "ssl_mode_spellings": given})["msg"].startswith("ssl_mode_spellings has ")


def test_a_spelling_that_yaml_made_true_or_false_wants_quotes(run: Run) -> None:
    said = run({**BASIC, "ssl_mode_spellings": {"verify-full": True}})["msg"]
    assert said == "ssl_mode_spellings has no text for verify-full, as YAML reads it without quotes: put it in quotes."
