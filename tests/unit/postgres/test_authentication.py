from __future__ import annotations

import pytest
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    ASSUMED_SPELLINGS,
    BasicAuthentication,
    ConnectionStringAuthentication,
    spellings_among,
    ssl_mode_of,
    visible_settings,
)
from hypothesis import given
from hypothesis import strategies as st

BASIC = BasicAuthentication("db", 5432, "d", "u", "p-secret", "verify-full")
VISIBLE = {"server": "db", "port": "5432", "database": "d", "username": "u"}


def test_the_secret_is_in_no_representation() -> None:
    assert "p-secret" not in repr(BASIC)
    assert "p-secret" not in repr(ConnectionStringAuthentication("Password=p-secret"))


def test_the_port_is_a_text() -> None:
    assert BASIC.params(ASSUMED_SPELLINGS)["port"] == "5432"


def test_both_kinds_show_the_same_settings() -> None:
    assert visible_settings(BASIC.identity) == {**VISIBLE, "ssl_mode": "verify-full"}
    assert visible_settings({"connectionString": "Server=db;Database=d;Port=5432;UID=u;Password=p"}) == VISIBLE


@pytest.mark.parametrize("masked", ["******", "{PASSWORD}", "<your-secret-key>", "xxxx", "**", "••••"])
def test_what_came_back_masked_is_not_compared(masked: str) -> None:
    assert visible_settings({**BASIC.identity, "server": masked}) == {
        name: value for name, value in {**VISIBLE, "ssl_mode": "verify-full"}.items() if name != "server"
    }
    assert visible_settings({"connectionString": masked}) == {}


@given(
    st.dictionaries(
        st.sampled_from(["server", "port", "sslMode", "connectionString", "x"]), st.none() | st.text() | st.integers()
    )
)
def test_whatever_the_service_shows_can_be_read(params: dict[str, object]) -> None:
    assert all(isinstance(value, str) for value in visible_settings(params).values())


@pytest.mark.parametrize(
    ("spelling", "mode"),
    [
        *[(spelling, mode) for mode, spelling in ASSUMED_SPELLINGS.items()],
        ("Verify Ca", "verify-ca"),
        ("Verify_full", "verify-full"),
        ("DISABLED", "disable"),
        ("Preferred", "prefer"),
        ("Required", "require"),
        ("false", "disable"),
        ("TRUE", "require"),
        ("", None),
    ],
)
def test_every_published_spelling_of_the_ssl_mode(spelling: str, mode: str | None) -> None:
    assert ssl_mode_of(spelling) == mode


def test_spellings_are_taken_from_what_is_published() -> None:
    assert spellings_among(["Disable", "Verify Ca", "Verify Full", "Other"]) == {
        "disable": "Disable",
        "verify-ca": "Verify Ca",
        "verify-full": "Verify Full",
    }
    assert spellings_among(["false", "true"]) == {"disable": "false", "require": "true"}
    assert spellings_among([]) == {}
