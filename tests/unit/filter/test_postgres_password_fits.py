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


@pytest.mark.parametrize(
    ("stored", "password"),
    [
        (
            "SCRAM-SHA-256$4096:g0M7lstSC5jULX/g3bJKdg==$IvMYvDT33pudelpHKuntSWWh/Fd8D5Zo1/1BgfhuIY4=:"
            "Yz21iS+34SfigkcoQ6B6wiBsxyoavhnFjSuG8COKr3U=",
            "\N{LATIN SMALL LIGATURE FI}\N{GRINNING FACE}",  # SASLprep does not know this face, so all stays as it is
        ),
        (
            "SCRAM-SHA-256$4096:3hPndqecubq8ijrmgLTg8w==$iJthT3OZVB0kyCJRNUFyHBV2rpeG7zweLJRXLDjR4LQ=:"
            "AlaIuTtucE/UCP/u4NIF2Xr6apJiInsdTTDGXFkzIgE=",
            "a\N{SOFT HYPHEN}b",
        ),
        (
            "SCRAM-SHA-256$4096:CCzUblCymTaEJt0H7FwuFw==$Ihmx7Jqfumuuv7FsfSyyvYRsAfjG6jMg0AF8ivfW7v0=:"
            "gnsxILTElso66uVYyeF/ZAO9jbIO2MKzqsIS/78VGH4=",
            "\N{OGHAM SPACE MARK}\N{LATIN SMALL LIGATURE FI}",
        ),
        (
            "SCRAM-SHA-256$4096:XUBK3WHXOh2VTl+BrMQAzQ==$BTIbzb9VSCRoq+C3agFRJF/FTYOM5i+tb6r4jFLFWLY=:"
            "fBE7ITeNRb/U4ZSQGdOUI0Xw1jcLRMR1Q8JU3f4cwA4=",
            "a\N{ARABIC LETTER ALEF}\N{LATIN SMALL LIGATURE FI}",
        ),
    ],
)
def test_a_password_is_prepared_as_postgresql_does(stored: str, password: str) -> None:
    assert postgres_password_fits(stored, password, "reader")


def test_md5_is_of_one_role() -> None:
    assert not postgres_password_fits(MD5, "pencil", "another")


@pytest.mark.parametrize(
    "stored", [None, "", "pencil", "md5", PENCIL[:-9], PENCIL.replace("isG11", "?????"), PENCIL.replace("4096", "9" * 9)]
)
def test_what_is_no_verifier_fits_nothing(stored: str | None) -> None:
    assert not postgres_password_fits(stored, "pencil", "reader")
