"""A running simulator, and a client that speaks plain HTTP to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from simulated import Client, simulator


@pytest.fixture(scope="session")
def _client() -> Iterator[Client]:
    with simulator() as url:
        client = Client(url)
        yield client
        client.close()


@pytest.fixture
def client(_client: Client) -> Client:
    """Return a client of a simulator with nothing in it."""
    _client.begin()
    return _client


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
