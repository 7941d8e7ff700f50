from __future__ import annotations

import base64
import functools
import json
import sys
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

from ansible_collections.aep.sources.plugins.module_utils.masking import (
    MASK,
    NOT_SHOWN,
    Mask,
    separated,
    spellings,
)
from hypothesis import given
from hypothesis import strategies as st

SPEC = {
    "name": {},
    "password": {"no_log": True},
    "one": {"options": {"key": {"no_log": True}, "shown": {}}},
    "many": {"options": {"key": {"no_log": True}, "shown": {}}},
    "credentials": {"no_log": True},
}
OPTIONS = {
    "name": "n",
    "password": "s-1",
    "one": {"key": "s-2", "shown": "x"},
    "many": [{"key": "s-3", "shown": "y"}, {"key": None, "shown": "z"}],
    "credentials": {"k": {"username": "u", "password": "s-4"}},
}
secrets = st.text(st.characters(exclude_categories=["Cs"]), min_size=8)


@given(secrets)
def test_every_spelling_is_masked(secret: str) -> None:
    mask = Mask()
    mask.add(secret)
    forms = [
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        urlencode({"a": secret})[2:],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        base64.b64encode(secret.encode()).decode(),
    ]
    for form in forms:
        assert form in spellings(secret)
        assert form not in mask.text(f"before <{form}> after") or form in "before <********> after"


@given(secrets)
def test_a_text_of_the_service_that_cuts_a_secret_off_anywhere_shows_no_piece_of_it(secret: str) -> None:
    mask = Mask(secrets=[secret])
    whole = json.dumps({"password": secret, "again": quote(secret, safe="")}, ensure_ascii=False)
    for cut in range(len(whole)):
        for text in (whole[:cut] + "...", "..." + whole[cut:], whole[cut : cut + 20]):
            assert not pieces(secret, 8) & pieces(mask.text_of_service(text), 8), text


def pieces(text: str, size: int) -> set[str]:
    return {text[start : start + size] for start in range(len(text) - size + 1)} - {MASK}


def test_a_connection_string_that_is_cut_off_shows_nothing_of_its_password_and_the_rest() -> None:
    secret = "Server=db.example.com;Database=orders;UID=reader;Password='Zq7Rk2LwXy12;uV9mNb3c';EncryptionMethod=1"
    mask = Mask(secrets=[secret])
    for cut in range(len(secret)):
        said = mask.text_of_service(f"no login with {secret[:cut]}") + "\n" + mask.text_of_service(f"{secret[cut:]} is wrong")
        assert not pieces(secret[len("Server=db.example.com;Database=orders;UID=reader;Password=") :][:23], 8) & pieces(said, 8)
    assert mask.text_of_service("Password authentication at db.example.com failed: check EncryptionMethod=1") == (
        "Password authentication at db.example.com failed: check EncryptionMethod=1"
    )


def test_our_own_words_may_be_in_a_password() -> None:
    mask = Mask(secrets=["connection-of-2026"])
    assert mask.text("Could not test base connection 'Orders'.") == "Could not test base connection 'Orders'."
    assert mask.text_of_service("the connection is refused") == "the ******** is refused"


def test_a_name_that_the_task_gives_in_plain_can_be_read_although_a_password_holds_it() -> None:
    mask = Mask(["orders_production", "aep_reader"], secrets=["aep_reader-2026-Zq7Rk2", "production!"])
    said = 'role "aep_reader" may not use database "orders_production"'
    assert mask.text_of_service(said) == said
    assert mask.text_of_service("no login with aep_reader-2026-") == "no login with ********"
    assert mask.text_of_service("no login with aep_reader:production!") == "no login with aep_reader:********"


def test_many_secrets_take_little_more_work_than_few() -> None:
    text = "the connection was refused " * 400
    assert calls(lambda: of_many(200).text_of_service(text)) < 3 * calls(lambda: of_many(10).text_of_service(text))


@functools.cache
def of_many(count: int) -> Mask:
    return Mask(secrets=[f"secret-number-{number}" for number in range(count)])


def calls(work: Callable[[], object]) -> int:
    """Return how many functions are called for some work, once all that is kept for it is there."""
    work()
    events: list[str] = []
    sys.setprofile(lambda _frame, event, _argument: events.append(event))
    try:
        work()
    finally:
        sys.setprofile(None)
    return len(events)


def test_a_secret_that_is_part_of_something_visible_corrupts_no_data() -> None:
    mask = Mask(["postgres", "db.example.com"])
    for secret in ("postgres", "db", "p@ss word"):
        mask.add(secret)
    assert {"postgres", "db"}.isdisjoint(mask.forms_in_data)
    assert {"p@ss word", "p%40ss%20word", "p%40ss+word"} <= mask.forms_in_data
    assert mask.text("no role postgres, password p@ss word") == "no role ********, password ********"


def test_a_short_secret_is_masked_as_a_word_only() -> None:
    mask = Mask()
    mask.add("the")
    assert mask.text("the other, 'the'") == "******** other, '********'"


def test_a_mark_in_a_pattern_is_only_itself() -> None:
    mask = Mask()
    mask.add(".*+?^$()[]{}|\\")
    assert mask.text("anything") == "anything"


def test_nothing_is_no_secret() -> None:
    mask = Mask()
    mask.add("")
    mask.add(None)
    assert mask.text("text") == "text"


def test_secrets_are_found_at_every_depth() -> None:
    assert separated(SPEC, OPTIONS)[1] == {"s-1", "s-2", "s-3", "s-4"}
    assert separated(SPEC, {}) == ({}, set())


def test_options_are_shown_without_them() -> None:
    assert separated(SPEC, OPTIONS)[0] == {
        "name": "n",
        "password": NOT_SHOWN,
        "one": {"key": NOT_SHOWN, "shown": "x"},
        "many": [{"key": NOT_SHOWN, "shown": "y"}, {"key": None, "shown": "z"}],
        "credentials": NOT_SHOWN,
    }
