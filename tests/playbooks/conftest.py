"""The collection's playbooks, run by ansible-playbook against a simulator."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
from playing import SANDBOXES, Play, player, variables_of_all
from simulated import Client, simulator


@pytest.fixture(scope="session")
def _client() -> Iterator[Client]:
    with simulator("--sandboxes", ",".join(SANDBOXES), "--test-result", "true") as url:
        one = Client(url)
        yield one
        one.close()


@pytest.fixture
def client(_client: Client) -> Client:
    """Return a client of a simulator with nothing in it, and with its first settings."""
    _client.begin()
    return _client


@pytest.fixture
def variables(client: Client) -> dict[str, Any]:
    return variables_of_all(client)


@pytest.fixture
def play(tmp_path: pathlib.Path, variables: dict[str, Any]) -> Play:
    return player(tmp_path, variables)
