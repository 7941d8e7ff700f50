"""The collection's playbooks, run by ansible-playbook against a simulator."""

from __future__ import annotations

import json
import pathlib
import subprocess
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
from commands import ansible
from simulated import PARAMS, Client, simulator

SANDBOXES = ("s1", "s2", "s3", "s4")
Play: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


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
    """Return the variables of every sandbox: three connections of one credential."""
    return {
        "postgres_connections_auth": client.who,
        "postgres_connections_defaults": {
            **{key: PARAMS[key] for key in ("server", "port", "database")},
            "ssl_mode": "disable",
            "credentials": "reader",
        },
        "postgres_connections_credentials": {"reader": {"username": "reader", "password": PARAMS["password"]}},
        "postgres_connections_definitions": [{"name": name} for name in ("Orders", "Customers", "Invoices")],
    }


@pytest.fixture
def play(tmp_path: pathlib.Path, variables: dict[str, Any]) -> Play:
    """Return a function that runs a playbook over the sandboxes, some of them with variables of their own."""

    def run(
        *options: str, playbook: str = "aep.sources.connections", hosts: dict[str, Any] | None = None, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        inventory = {"all": {"hosts": hosts or dict.fromkeys(SANDBOXES), "vars": {**variables, **more}}}
        file = tmp_path / "inventory.json"
        file.write_text(json.dumps(inventory))
        return ansible("ansible-playbook", "-i", file, playbook, *options, folder=tmp_path)

    return run
