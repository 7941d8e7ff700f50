from __future__ import annotations

import dataclasses

from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    BasicAuthentication,
    ConnectionStringAuthentication,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import (
    FAILED,
    derive_key,
    fingerprint,
    mark,
    read_mark,
    same_fingerprint,
)
from hypothesis import given
from hypothesis import strategies as st

KEY = b"0123456789abcdef"
BASIC = BasicAuthentication("db", 5432, "d", "u", "p", "require")
PRINT = fingerprint(KEY, BASIC, sandbox="dev", name="Orders")
user_text = st.text().filter(lambda text: "[aep.sources:" not in text)


def test_it_is_22_characters_of_base64url() -> None:
    assert len(PRINT) == 22
    assert PRINT.replace("-", "").replace("_", "").isalnum()


def test_it_stays_what_it_is_from_version_to_version() -> None:
    """Another one would send every credential of every user once more."""
    assert PRINT == "YSiR8b0yTwAl2tu28P-LMw"
    whole = ConnectionStringAuthentication("Server=db")
    assert fingerprint(KEY, whole, sandbox="dev", name="Orders") == "BwhLWSzIPmeag2mkHZR80w"


def test_it_differs_when_anything_differs() -> None:
    changes = [
        dataclasses.replace(BASIC, server="e"),
        dataclasses.replace(BASIC, port=5433),
        dataclasses.replace(BASIC, database="e"),
        dataclasses.replace(BASIC, username="e"),
        dataclasses.replace(BASIC, password="e"),
        dataclasses.replace(BASIC, ssl_mode="prefer"),
        ConnectionStringAuthentication("Server=db"),
    ]
    prints = [fingerprint(KEY, one, sandbox="dev", name="Orders") for one in changes]
    prints += [
        fingerprint(KEY, BASIC, sandbox="prod", name="Orders"),
        fingerprint(KEY, BASIC, sandbox="dev", name="orders"),
        fingerprint(b"fedcba9876543210", BASIC, sandbox="dev", name="Orders"),
        PRINT,
    ]
    assert len(set(prints)) == len(prints)


@given(st.text(), st.text())
def test_parts_do_not_run_into_each_other(sandbox: str, name: str) -> None:
    whole = fingerprint(KEY, BASIC, sandbox=sandbox, name=name)
    assert (whole == fingerprint(KEY, BASIC, sandbox=sandbox + "x", name=name)) is False


@given(user_text)
def test_text_and_fingerprint_come_back(text: str) -> None:
    assert read_mark(mark(text, PRINT)) == (text, PRINT)


@given(user_text, user_text)
def test_text_that_somebody_adds_behind_the_mark_stays(text: str, added: str) -> None:
    assert read_mark(mark(text, PRINT) + " " + added) == (f"{text} {added}", PRINT)


@given(st.text())
def test_text_without_a_mark_is_the_users(text: str) -> None:
    found_text, found_print = read_mark(text)
    assert found_print is None or "[aep.sources:1:" in text
    assert found_text == text or "[aep.sources:" in text


@given(st.integers(1, len(mark("", PRINT)) - 1))
def test_a_truncated_mark_is_no_fingerprint_and_no_text(kept: int) -> None:
    cut = mark("text", PRINT)[: len("text ") + kept]
    text, found = read_mark(cut)
    assert found is None
    assert not same_fingerprint(found, PRINT)
    assert text == "text" or not cut.startswith("text [aep.sources:")


def test_foreign_and_garbled_marks_never_look_equal() -> None:
    for foreign in (
        "[aep.sources:2:" + PRINT + "]",
        "[aep.sources:1:" + PRINT + "A]",
        "[aep.sources:1:???]",
        "[aep.sources:1:]",
    ):
        text, found = read_mark(f"text {foreign}")
        assert (text, same_fingerprint(found, PRINT)) == ("text", False)


def test_what_failed_is_still_marked_and_equals_no_fingerprint() -> None:
    assert read_mark(mark("text", FAILED)) == ("text", FAILED)
    assert not same_fingerprint(FAILED, PRINT)


def test_the_last_of_several_counts() -> None:
    other = fingerprint(KEY, BASIC, sandbox="prod", name="Orders")
    assert read_mark(mark(mark("text", other), PRINT)) == ("text", PRINT)


def test_nothing_at_all() -> None:
    assert read_mark(None) == ("", None)
    assert not same_fingerprint(None, PRINT)


def test_the_derived_key_depends_on_the_secret() -> None:
    assert derive_key("a") != derive_key("b")
    assert len(derive_key("a")) == 32
