"""The modules against a running simulator, in this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import postgres
import pytest
import services
from flows_there import Place
from in_process import run_module
from simulated import Client, simulator


@pytest.fixture(scope="session")
def _client() -> Iterator[Client]:
    with simulator("--test-result", "true") as url:
        client = Client(url)
        yield client
        client.close()


@pytest.fixture
def client(_client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Return a client of a simulator with nothing in it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in [one for one in os.environ if one.startswith("AEP_")]:
        monkeypatch.delenv(name)
    _client.begin()
    return _client


@pytest.fixture
def run(client: Client) -> Callable[..., dict[str, Any]]:
    """Return a function that runs the module for several connections in sandbox dev."""

    def connections(*items: dict[str, Any], check: bool = False, **options: Any) -> dict[str, Any]:
        return run_module(
            "aep_postgres_connections",
            {**client.who, "sandbox": "dev", "connections": list(items), **options},
            check=check,
            diff=True,
        )

    return connections


@pytest.fixture(scope="session")
def _place() -> Iterator[Place]:
    server = postgres.start()
    try:
        with simulator() as url:
            there = services.Services(url, postgres.LOOPBACK, server.port, server.password, {}, 0, str(server.folder))
            there.readers["orders"] = services.make_database(there, "orders")
            place = Place(there)
            yield place
            place.client.close()
    finally:
        postgres.stop(server.folder)


@pytest.fixture
def place(_place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Return a sandbox in which dataflows can be made."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in [one for one in os.environ if one.startswith("AEP_")]:
        monkeypatch.delenv(name)
    return _place
