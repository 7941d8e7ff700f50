from __future__ import annotations

import pytest
from ansible_collections.aep.sources.plugins.filter.postgres_password_fits import postgres_password_fits

# What PostgreSQL 18 made of these passwords of the role reader.
PENCIL = (
    "SCRAM-SHA-256$4096:isG11cC+HnG9wecyXlOj7w=="
    "$vxutCJHrao/DZYx4QQz1GsEkZItSZ8LuNKqSvHjKL2A=:fxGRofs3fZsSbIAxKG6EWZhNLLmFrzrz/0OVv1mNCZQ="
)
EURO = (
    "SCRAM-SHA-256$4096:qNwSQFeQ8V+gralDgZf9tg=="
    "$iZvw38tU1idviPlW0LoNM5OlQ/1Hr7GFSrK5WIaL3Zg=:Ey0nx0j/7+ZJFHqxBGv/HwC/OJ3NjkgGcKgqqn+jFAY="
)
MD5 = "md533b52612b842ca6e6fda056068cbac34"


@pytest.mark.parametrize(("stored", "password"), [(PENCIL, "pencil"), (EURO, "Bleistift für ½ Euro"), (MD5, "pencil")])
def test_the_password_and_no_other(stored: str, password: str) -> None:
    assert postgres_password_fits(stored, password, "reader")
    assert not postgres_password_fits(stored, password + " ", "reader")


def test_md5_is_of_one_role() -> None:
    assert not postgres_password_fits(MD5, "pencil", "another")


@pytest.mark.parametrize(
    "stored", [None, "", "pencil", "md5", PENCIL[:-9], PENCIL.replace("isG11", "?????"), PENCIL.replace("4096", "9" * 9)]
)
def test_what_is_no_verifier_fits_nothing(stored: str | None) -> None:
    assert not postgres_password_fits(stored, "pencil", "reader")
