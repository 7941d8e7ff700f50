from __future__ import annotations

import pytest
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import compose, properties_of, unusable
from hypothesis import given
from hypothesis import strategies as st

PARTS = {"server": "db", "database": "d", "port": 5432, "username": "u", "password": "p"}
part = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1).filter(lambda text: unusable(text) is None)


def test_properties_stand_in_the_documents_order() -> None:
    assert compose(**PARTS) == "Server=db;Database=d;Port=5432;UID=u;Password=p"


@pytest.mark.parametrize(("method", "number"), [("disabled", "0"), ("enabled", "1"), ("request_ssl", "6")])
@pytest.mark.parametrize(("validate", "digit"), [(True, "1"), (False, "0")])
def test_encryption_is_appended(method: str, number: str, validate: bool, digit: str) -> None:
    whole = compose(**PARTS, encryption_method=method, validate_server_certificate=validate)
    assert whole == compose(**PARTS) + f";EncryptionMethod={number};ValidateServerCertificate={digit}"


@given(part, part, part, part)
def test_what_is_composed_reads_back(server: str, database: str, username: str, password: str) -> None:
    whole = compose(server=server, database=database, port=1, username=username, password=password)
    assert properties_of(whole) == {"server": server, "database": database, "port": "1", "uid": username, "password": password}


@pytest.mark.parametrize("value", ["a;b", ";", " a", "a ", "'a", '"a"', "{a}", "=a"])
def test_values_that_would_need_escaping_are_unusable(value: str) -> None:
    assert unusable(value)


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    properties_of(text)
