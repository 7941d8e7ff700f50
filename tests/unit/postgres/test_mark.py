from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.mark import (
    COMPLETE,
    PENDING,
    Mark,
    derived_key,
    read_mark,
    stretched_key,
    with_mark,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import ConnectionStringAuthentication
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import completed, fingerprint, read, signed
from hypothesis import given
from hypothesis import strategies as st
from planning import BASIC

SCOPE = Scope("dev", b"0123456789abcdef", organization="TESTORG@AdobeOrg")
PRINT = fingerprint(SCOPE, BASIC)
MARK = signed(SCOPE, "Orders", owner="team-a", state=COMPLETE, print_=PRINT)
user_text = st.text().filter(lambda text: "[aep.sources" not in text)


def test_it_is_short_and_can_be_read() -> None:
    assert str(MARK) == f"[aep.sources owner=team-a complete {MARK.key_id}.{MARK.tag}.{MARK.fingerprint}]"
    assert len(str(MARK)) < 90
    assert str(dataclasses.replace(MARK, owner=None)).startswith("[aep.sources complete ")


def test_it_stays_what_it_is_from_version_to_version() -> None:
    """Another one would send every credential of every user once more."""
    assert str(MARK) == "[aep.sources owner=team-a complete P3lb.8VLzJ_QR__o.xyuShoVBIQYM-ZaAep1MyQ]"
    assert fingerprint(SCOPE, ConnectionStringAuthentication("Server=db")) == "un5oTTVfHDipcpq3BA7HCw"
    assert (
        stretched_key("fingerprint-key-of-tests", "TESTORG@AdobeOrg").hex()
        == "6dc07012eac76606ba654795550b301791ba4260ac88f90e2ab1591cd7d38d2e"
    )


def test_a_fingerprint_differs_when_anything_differs() -> None:
    changes: list[Any] = [
        BASIC,
        dataclasses.replace(BASIC, server="e"),
        dataclasses.replace(BASIC, port=5433),
        dataclasses.replace(BASIC, database="e"),
        dataclasses.replace(BASIC, username="e"),
        dataclasses.replace(BASIC, password="e"),
        dataclasses.replace(BASIC, ssl_mode="prefer"),
        ConnectionStringAuthentication("Server=db"),
    ]
    prints = [fingerprint(SCOPE, one) for one in changes]
    prints += [fingerprint(dataclasses.replace(SCOPE, **{name: value}), BASIC) for name, value in ELSEWHERE.items()]
    assert len(set(prints)) == len(prints)


ELSEWHERE: dict[str, Any] = {"sandbox": "prod", "organization": "OTHER@AdobeOrg", "key": b"fedcba9876543210"}


@pytest.mark.parametrize(("name", "value"), ELSEWHERE.items())
def test_a_mark_is_believed_only_where_it_was_made(name: str, value: Any) -> None:
    assert read(str(MARK), SCOPE, "Orders").is_true
    elsewhere = read(str(MARK), dataclasses.replace(SCOPE, **{name: value}), "Orders")
    assert (elsewhere.is_true, elsewhere.is_of_another_key) == (False, True)


@pytest.mark.parametrize("name", ["orders", "Orders ", "", None])
def test_a_mark_that_was_copied_to_another_connection_is_nobodys(name: str | None) -> None:
    copied = read(str(MARK), SCOPE, name)
    assert (copied.mark, copied.is_true, copied.is_of_another_key) == (MARK, False, False)


@pytest.mark.parametrize(
    "forged",
    [
        dataclasses.replace(MARK, owner="team-b"),
        dataclasses.replace(MARK, owner=None),
        dataclasses.replace(MARK, state=PENDING),
        dataclasses.replace(MARK, fingerprint=fingerprint(SCOPE, dataclasses.replace(BASIC, password="other"))),
    ],
    ids=["owner", "no owner", "state", "fingerprint"],
)
def test_no_part_of_a_mark_can_be_changed_without_the_key(forged: Mark) -> None:
    assert read(str(forged), SCOPE, "Orders").mark == forged
    assert not read(str(forged), SCOPE, "Orders").is_true


def test_without_a_key_nothing_is_believed() -> None:
    held = read(str(MARK), dataclasses.replace(SCOPE, key=None), "Orders")
    assert (held.mark, held.is_true, held.is_of_another_key) == (MARK, False, False)


@given(user_text, user_text)
def test_text_around_the_mark_stays(text: str, added: str) -> None:
    assert read_mark(with_mark(text, MARK)) == (text, MARK)
    assert read_mark(with_mark(text, MARK) + " " + added) == (f"{text} {added}", MARK)
    assert read_mark(with_mark(text, None)) == (text, None)


@given(st.text())
def test_text_without_a_mark_is_the_users(text: str) -> None:
    found_text, found = read_mark(text)
    assert found is None or "[aep.sources " in text
    assert found_text == text or "[aep.sources" in text


@given(st.integers(1, len(str(MARK)) - 1), st.sampled_from(["", " and more"]))
def test_a_truncated_mark_is_no_mark_and_takes_no_words_with_it(kept: int, behind: str) -> None:
    cut = with_mark("text", MARK)[: len("text ") + kept]
    text, found = read_mark(cut + behind)
    assert found is None
    assert text.endswith(behind)
    assert text.startswith("text")


@pytest.mark.parametrize(
    "garbled",
    [
        str(MARK).replace("complete", "finished"),
        str(MARK).replace("]", "A]"),
        str(MARK).replace("team-a", "Team A"),
        "[aep.sources]",
    ],
)
def test_a_garbled_mark_is_no_mark(garbled: str) -> None:
    assert read_mark(f"text {garbled}")[1] is None


def test_the_last_of_several_counts() -> None:
    other = dataclasses.replace(MARK, state=PENDING)
    assert read_mark(with_mark(with_mark("text", other), MARK)) == ("text", MARK)


def test_nothing_at_all() -> None:
    assert read_mark(None) == read_mark("") == ("", None)


def test_only_a_true_mark_is_completed() -> None:
    pending = with_mark("text", signed(SCOPE, "Orders", owner="team-a", state=PENDING, print_=PRINT))
    assert completed(pending, SCOPE, "Orders") == with_mark("text", MARK)
    assert completed(pending, SCOPE, "Other") == pending
    assert completed("text", SCOPE, "Orders") == "text"


def test_keys() -> None:
    assert derived_key("a") != derived_key("b")
    assert len(derived_key("a")) == len(stretched_key("a" * 16, "x")) == 32
    assert stretched_key("a" * 16, "x") != stretched_key("a" * 16, "y")
