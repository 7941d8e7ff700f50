"""A real PostgreSQL with TLS and nothing in it, a simulated platform, and the playbooks that bring both together."""

from __future__ import annotations

import json
import pathlib
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import postgres
import psycopg
import pytest
import tls
from commands import ansible
from simulated import Client, simulator

SANDBOXES = ("s1", "s2", "s3")
Play: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


@dataclass
class Database:
    """A server, with the certificate authority that a client has to trust."""

    server: postgres.Server
    ca_file: str

    def connect(self, user: str = postgres.ADMINISTRATOR, password: str = "", **options: Any) -> psycopg.Connection[Any]:
        """Connect, as the administrator if nobody else is named."""
        options = {"dbname": "postgres", "sslmode": "require", "autocommit": True, **options}
        return psycopg.connect(
            host="127.0.0.1", port=self.server.port, user=user, password=password or self.server.password, **options
        )


@pytest.fixture(scope="session")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return tls.make_authorities(tmp_path_factory.mktemp("authorities"))


@pytest.fixture
def database(authorities: dict[str, str]) -> Iterator[Database]:
    """Return a server with nothing in it."""
    server = tls.start(authorities, "127.0.0.1", tls.BOTH)
    yield Database(server, authorities["right.pem"])
    postgres.stop(server.folder)


@pytest.fixture(scope="session")
def _client() -> Iterator[Client]:
    with simulator("--sandboxes", ",".join(SANDBOXES)) as url:
        one = Client(url, SANDBOXES[0])
        yield one
        one.close()


@pytest.fixture
def client(_client: Client, database: Database) -> Client:
    """Return a client of a simulator with nothing in it, which trusts the database's certificate authority."""
    _client.begin()
    _client.set(ca_file=database.ca_file)
    return _client


@pytest.fixture
def variables(client: Client, database: Database) -> dict[str, Any]:
    """Return what a user would have in group_vars."""
    return {
        "postgres_connections_auth": client.who,
        "postgres_reader_administrator": {
            "login_host": "127.0.0.1",
            "login_port": database.server.port,
            "login_user": postgres.ADMINISTRATOR,
            "login_password": database.server.password,
            "ssl_mode": "verify-full",
            "ca_cert": database.ca_file,
        },
        "postgres_reader_database": "shop",
        "postgres_reader_schemas": ["public", "sales"],
        "bootstrap_connection": {
            "name": "Shop",
            "server": "127.0.0.1",
            "port": database.server.port,
            "ssl_mode": "verify-full",
        },
        "rotate_grace": 0,
    }


@pytest.fixture
def play(tmp_path: pathlib.Path, variables: dict[str, Any]) -> Play:
    """Return a function that runs one of the playbooks over the sandboxes."""
    (tmp_path / "vault-password").write_text("the vault's passw0rd")

    def run(playbook: str, *options: str, hosts: dict[str, Any] | None = None, **more: Any) -> subprocess.CompletedProcess[str]:
        inventory = {"all": {"hosts": hosts or dict.fromkeys(SANDBOXES), "vars": {**variables, **more}}}
        (tmp_path / "inventory.json").write_text(json.dumps(inventory))
        key = {"ANSIBLE_VAULT_PASSWORD_FILE": str(tmp_path / "vault-password")}
        return ansible("ansible-playbook", "-i", "inventory.json", f"aep.sources.{playbook}", *options, folder=tmp_path, **key)

    return run
