from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import BasicAuthentication
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import (
    InputError,
    desired_connection,
    desired_connections,
)
from hypothesis import given
from hypothesis import strategies as st

GOOD = {"name": "Orders", "server": "db", "database": "d", "username": "u", "password": "p"}
STRING = {**GOOD, "auth_type": "connection_string"}


def test_what_is_left_out_has_its_default() -> None:
    desired = desired_connection(GOOD)
    assert desired.authentication == BasicAuthentication("db", 5432, "d", "u", "p", "require")
    assert desired.description is None


def test_without_any_credentials_there_are_none() -> None:
    assert desired_connection({"name": "Orders", "auth_type": "basic"}).authentication is None
    assert desired_connection({"connection_id": "x"}).name is None


def test_what_is_to_be_absent_needs_no_credentials() -> None:
    assert desired_connection({"name": "Orders", "state": "absent", "server": "db", "port": 1}).authentication is None


BAD: list[tuple[dict[str, Any], str]] = [
    ({}, "name"),
    ({"name": ""}, "name"),
    ({"name": "  "}, "name"),
    ({"name": " Orders"}, "name"),
    ({"name": "Or\nders"}, "name"),
    ({"name": "Orders", "connection_id": ""}, "connection_id"),
    ({**GOOD, "description": "a\x00b"}, "description"),
    ({**GOOD, "description": "[aep.sources complete x]"}, "description"),
    ({**GOOD, "port": 0}, "port"),
    ({**GOOD, "port": 65536}, "port"),
    ({**GOOD, "server": "http://db"}, "server"),
    ({**GOOD, "server": "d b"}, "server"),
    ({**GOOD, "server": ""}, "server"),
    ({**GOOD, "server": "db\r\nx"}, "server"),
    ({**GOOD, "password": ""}, "password"),
    ({**GOOD, "password": "p\x07"}, "password"),
    ({**GOOD, "connection_string": "Server=db"}, "connection_string"),
    ({**GOOD, "encryption_method": "enabled"}, "encryption_method"),
    ({**GOOD, "validate_server_certificate": True}, "validate_server_certificate"),
    ({"name": "Orders", "server": "db"}, "database, username, password"),
    ({"name": "Orders", "username": "u"}, "server, database, password"),
    ({"name": "Orders", "password": "p"}, "server, database, username"),
    ({"name": "Orders", "ssl_mode": "require"}, "server"),
    ({**STRING, "ssl_mode": "require"}, "ssl_mode"),
    ({**STRING, "cloud": "aws"}, "auth_type"),
    ({**STRING, "connection_string": "Server=db"}, "connection_string"),
    (
        {"name": "n", "auth_type": "connection_string", "connection_string": "S=d", "encryption_method": "enabled"},
        "connection_string",
    ),
    ({**STRING, "password": "a;b"}, "password"),
    ({**STRING, "server": "db;Password=x"}, "server"),
    ({**STRING, "database": "{d}"}, "database"),
    ({**STRING, "validate_server_certificate": True}, "validate_server_certificate"),
    ({**STRING, "validate_server_certificate": True, "encryption_method": "disabled"}, "validate_server_certificate"),
]


@pytest.mark.parametrize(("options", "named"), BAD)
def test_bad_input_is_one_sentence_that_names_the_option(options: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError) as caught:
        desired_connection(options)
    sentence = str(caught.value)
    assert sentence.startswith(named)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert ": " in sentence, "it says what to do"


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_secret_is_in_no_sentence(password: str, name: str) -> None:
    secret = f"sentinel{password}"
    try:
        desired_connection({**STRING, "name": name, "password": secret})
    except InputError as error:
        assert secret not in str(error)


def test_several_start_from_the_defaults_and_find_their_credentials() -> None:
    one, two = desired_connections(
        [{"name": "A", "credentials": "k", "port": None}, {"name": "B", "credentials": "k", "port": 2, "test": "never"}],
        {"server": "db", "database": "d", "port": 1, "name": None},
        {"k": {"username": "u", "password": "p"}},
    )
    assert (one.authentication, two.authentication) == (
        BasicAuthentication("db", 1, "d", "u", "p", "require"),
        BasicAuthentication("db", 2, "d", "u", "p", "require"),
    )
    assert (one.test, two.test) == ("on_change", "never")


@pytest.mark.parametrize(
    ("items", "credentials", "said"),
    [
        ([{"name": "A", "credentials": "x"}], {}, "connections, 'A': credentials has no key 'x'"),
        ([{"name": "A", "credentials": "x"}], {"x": "p-secret"}, "connections, 'A': credentials of 'x' must be a dictionary"),
        ([{"name": "A", "credentials": "x"}], {"x": {"passwort": "p-secret"}}, "connections, 'A': credentials of 'x' must be"),
        ([{"name": "A", "credentials": "x"}], {"x": {"password": 12345}}, "connections, 'A': credentials of 'x' must be"),
        ([{"name": "A"}, {"name": "A"}], {}, "connections: name 'A' is there more than once"),
        (
            [{"connection_id": "i"}, {"name": "A", "connection_id": "i"}],
            {},
            "connections: connection_id 'i' is there more than once",
        ),
        ([{}], {}, "connections, 'number 1': name is missing"),
    ],
)
def test_what_is_wrong_with_several(items: list[dict[str, Any]], credentials: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        desired_connections(items, {}, credentials)
    assert str(caught.value).startswith(said)
    assert "p-secret" not in str(caught.value)
