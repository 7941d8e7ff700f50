"""The collection's playbooks over four sandboxes of a simulator, with the variables that a user would have."""

from __future__ import annotations

import json
import pathlib
import subprocess
from collections.abc import Callable
from typing import Any, TypeAlias

from commands import ansible
from simulated import PARAMS, Client

SANDBOXES = ("s1", "s2", "s3", "s4")
Play: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


def variables_of_all(client: Client) -> dict[str, Any]:
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


def player(folder: pathlib.Path, variables: dict[str, Any]) -> Play:
    """Return a function that runs a playbook over the sandboxes, some of them with variables of their own."""

    def run(
        *options: str, playbook: str = "aep.sources.connections", hosts: dict[str, Any] | None = None, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        inventory = {"all": {"hosts": hosts or dict.fromkeys(SANDBOXES), "vars": {**variables, **more}}}
        file = folder / "inventory.json"
        file.write_text(json.dumps(inventory))
        return ansible("ansible-playbook", "-i", file, playbook, *options, folder=folder)

    return run
