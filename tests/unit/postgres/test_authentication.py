from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    ASSUMED_ON_AWS,
    ASSUMED_SPELLINGS,
    BasicAuthentication,
    ConnectionStringAuthentication,
    spellings_among,
    ssl_modes_of,
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
    assert ssl_modes_of(spelling, {})[:1] == ((mode,) if mode else ())


def test_spellings_are_taken_from_what_is_published() -> None:
    assert spellings_among(["Disable", "Verify Ca", "Verify Full", "Other"]) == {
        "disable": "Disable",
        "verify-ca": "Verify Ca",
        "verify-full": "Verify Full",
    }
    assert spellings_among(["false", "true"]) == {"disable": "false", "require": "true"}
    assert spellings_among([]) == {}


@pytest.mark.parametrize("mode", ASSUMED_SPELLINGS)
@pytest.mark.parametrize("cloud", ["azure", "aws"])
def test_the_users_spelling_wins_over_the_published_and_that_over_the_assumed(cloud: str, mode: str) -> None:
    wanted = dataclasses.replace(BASIC, ssl_mode=mode, cloud=cloud)
    assumed = ASSUMED_ON_AWS if cloud == "aws" else ASSUMED_SPELLINGS
    assert wanted.spellings({}, []) == assumed
    assert wanted.spellings({mode: "mine"}, []) == {**assumed, mode: "mine"}
    assert wanted.spellings({}, ["VERIFY FULL"]) == {"verify-full": "VERIFY FULL"}
    assert wanted.spellings({mode: "mine"}, ["VERIFY FULL"]) == {"verify-full": "VERIFY FULL", mode: "mine"}


def test_the_cloud_is_no_part_of_what_the_credentials_are() -> None:
    assert dataclasses.replace(BASIC, cloud="aws").identity == BASIC.identity


PLACEHOLDERS = st.sampled_from(
    [
        "[REDACTED]",
        "***",
        "*",
        "null",
        "NULL",
        "None",
        "",
        " ",
        "<hidden>",
        "xxxx",
        "XXXX",
        "{PASSWORD}",
        "{...}",
        "•••",
        "hidden",
        "[hidden]",
        "ab****",
        "---",
        "...",
        "____",
        None,
    ]
) | st.text(st.characters(categories=["Ll"]), max_size=8).flatmap(
    lambda text: st.sampled_from([f"<{text}>", f"[{text}]", f"{{{text}}}"])
)
KINDS = {
    "basic": {**BASIC.identity, "sslMode": "Verify-Full"},
    "connection_string": {
        "Server": "db",
        "Database": "d",
        "Port": "5432",
        "UID": "u",
        "Password": "p-secret",
        "EncryptionMethod": "1",
        "ValidateServerCertificate": "1",
    },
}
OTHERS = {"sslmode": "Prefer", "port": 1, "encryptionmethod": "6", "validateservercertificate": "0"}


def shown(kind: str, parameters: dict[str, object]) -> dict[str, object]:
    """Return parameters as the service shows them."""
    if kind == "basic":
        return parameters
    return {"connectionString": ";".join(f"{name}={value}" for name, value in parameters.items())}


def differing(wanted: dict[str, object], seen: dict[str, object]) -> list[str]:
    one = visible_settings(wanted)
    other = visible_settings(seen, {}, one.get("ssl_mode", ""))
    return [option for option, value in one.items() if other.get(option, value) != value]


@given(st.sampled_from(sorted(KINDS)), st.data())
def test_a_placeholder_is_no_difference_and_another_value_is_one(kind: str, data: st.DataObject) -> None:
    wanted: dict[str, object] = dict(KINDS[kind])
    hidden = data.draw(st.sets(st.sampled_from(sorted(wanted))))
    seen = wanted | {name: data.draw(PLACEHOLDERS) for name in sorted(hidden)}
    assert differing(shown(kind, wanted), shown(kind, seen)) == []
    assert visible_settings({"connectionString": data.draw(PLACEHOLDERS)}) == {}
    name = data.draw(st.sampled_from(sorted(set(wanted) - {"password", "Password"})))
    other = seen | {name: OTHERS.get(name.lower(), "other")}
    assert len(differing(shown(kind, wanted), shown(kind, other))) == 1


@pytest.mark.parametrize(
    ("mode", "own", "spelling", "read"),
    [
        ("require", {}, "true", "require"),
        ("disable", {}, "false", "disable"),
        ("require", {}, True, "require"),
        ("disable", {}, False, "disable"),
        ("verify-full", {}, True, "verify-full"),
        ("require", {}, False, "disable"),
        ("verify-full", {"verify-full": "ON"}, "on", "verify-full"),
        ("require", {"verify-full": "ON"}, "on", "verify-full"),
        ("require", {"verify-full": "true", "require": "true"}, "true", "require"),
        ("require", {}, "something else", None),
        ("require", {}, 3, None),
    ],
)
def test_a_spelling_is_read_as_it_was_sent(mode: str, own: dict[str, str], spelling: object, read: str | None) -> None:
    assert visible_settings({"sslMode": spelling}, own, mode).get("ssl_mode") == read


@pytest.mark.parametrize("server", ["[::1]", "[2001:db8::7]", "x", "db-1"])
def test_an_unusual_server_is_no_placeholder(server: str) -> None:
    assert visible_settings({"server": server}) == {"server": server}
