"""The lookup postgres_connections and variables of another kind than the role documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible.errors import AnsibleLookupError

AUTH = "postgres_connections_auth is no dictionary: give client_id, client_secret and org_id in it, or leave it out."
FILES = "postgres_connections_vault_files is no list of paths: put the path in brackets."


@pytest.mark.parametrize("term", ["auth", "access", "definitions"])
@pytest.mark.parametrize(
    ("name", "value", "said"), [("auth", "client", AUTH), ("auth", ["client"], AUTH), ("vault_files", "vault.yml", FILES)]
)
def test_a_value_of_another_kind(look_up: Callable[..., list[Any]], term: str, name: str, value: Any, said: str) -> None:
    variables = {"postgres_connections_definitions": [], f"postgres_connections_{name}": value}
    if term == "definitions" and name == "auth":
        assert look_up("postgres_connections", [term], variables) == [[]]
        return
    with pytest.raises(AnsibleLookupError) as caught:
        look_up("postgres_connections", [term], variables)
    assert said in str(caught.value)


def test_nothing_of_either(look_up: Callable[..., list[Any]]) -> None:
    assert look_up("postgres_connections", ["auth"], {"postgres_connections_vault_files": None}) == [{}]
