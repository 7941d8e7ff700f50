"""What YAML makes of a text without quotes is refused where it would be sent as another one."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.aep.sources.plugins.plugin_utils.type_checks import yaml_surprise


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("password: yes", "password is no text but true or false"),
        ("password: 0123", "password is no text but a number"),
        ("password: 12:30:45", "password is no text but a number"),
        ("password: 1.10", "password is no text but a number"),
        ("password: 2026-11-23", "password is no text but a date"),
        ("name: on", "name is no text but true or false"),
        ("database: 1.10", "database is no text but a number"),
        ("client_secret: 12345678", "client_secret is no text but a number"),
        ("connections: [{name: A}, {name: no}]", "name is no text but true or false"),
        ("credentials: {reader: {username: u, password: 0777}}", "password is no text but a number"),
        ("defaults: {server: 1.2}", "server is no text but a number"),
    ],
)
def test_it_is_refused(text: str, said: str) -> None:
    found = yaml_surprise(yaml.safe_load(text))
    assert found
    assert found.startswith(said)
    assert found.endswith("put it in quotes.")
    assert not [digits for digits in ("83", "511", "45045", "1.1", "12345678") if digits in found]


def test_a_nul_character() -> None:
    found = yaml_surprise({"connections": [{"name": "Orders", "password": "a\0b"}]})
    assert found == "password holds a NUL character, which neither Ansible nor PostgreSQL can take: remove it."


@pytest.mark.parametrize(
    "text",
    [
        "{password: 'yes', name: 'on', database: '1.10'}",
        "port: 0x1538",
        "{database: 2026, name: 7}",
        "{purge: yes, concurrency: 4, test: never}",
        "{password: ~, name: Orders}",
        "credentials: {1: {username: u, password: p}}",
        "postgres: [1, 2.5, yes]",
    ],
)
def test_it_is_left_alone(text: str) -> None:
    assert yaml_surprise(yaml.safe_load(text)) is None


@pytest.mark.parametrize("arguments", [None, "free form", [], {}, {"password": {"a": True}}, {1: True}])
def test_any_arguments_are_read(arguments: Any) -> None:
    assert yaml_surprise(arguments) is None
