"""A throw-away PostgreSQL with something to read in it, and a simulated platform: what the demo and the tests run against.

python services.py start FOLDER [OPTION OF aep-simulator ...]    writes FOLDER/services.json
python services.py stop FOLDER
    python services.py set-password FOLDER ROLE    with the new password on standard input
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import postgres
import psycopg
import requests
from processes import uninterrupted
from psycopg import sql

STATE = "services.json"
ORDERS = {
    "_id": "string",
    "_acme.customer": "string",
    "_acme.placed": "date-time",
    "_acme.total": "number",
}  # fields of a schema

TABLES = {
    "orders": [
        "CREATE TABLE orders (id integer PRIMARY KEY, customer text, placed timestamptz, total numeric)",
        "INSERT INTO orders SELECT n, 'customer ' || n % 7, now() - n * interval '1 h', n * 1.5 FROM generate_series(1, 100) n",
        "CREATE VIEW open_orders AS SELECT * FROM orders WHERE placed > now() - interval '1 day'",
    ],
    "customers": [
        "CREATE TABLE customers (id integer PRIMARY KEY, email text, vip boolean, born date)",
        "INSERT INTO customers SELECT n, n || '@example.com', n % 5 = 0, '1990-01-01' FROM generate_series(1, 50) n",
    ],
}


@dataclass
class Services:
    """Where everything is.

    ``readers`` holds the password of each database's reading role, ``<database>_reader``; ``settings`` are the simulator's.
    """

    url: str
    postgres_host: str
    postgres_port: int
    administrator_password: str
    readers: dict[str, str]
    simulator_pid: int
    postgres_folder: str
    settings: dict[str, Any] = field(default_factory=dict)

    def set_client_secret(self, secret: str) -> None:
        """Change the secret of the simulator's client to one that nobody takes for a word of a message."""
        self._behind_the_scenes("PATCH", "settings", {"client_secret": secret})
        self.settings["client_secret"] = secret

    def make_datasets(self) -> None:
        """Make a dataset for the orders in each sandbox."""
        for sandbox in self.settings["sandboxes"]:
            schema = {"sandbox": sandbox, "title": "Orders", "fields": ORDERS}
            identifier = self._behind_the_scenes("POST", "schemas", schema)["$id"]
            self._behind_the_scenes("POST", "datasets", {"sandbox": sandbox, "name": "Orders", "schema": identifier})

    def let_pass(self, seconds: int) -> None:
        """Let time pass in the simulated platform."""
        self._behind_the_scenes("POST", "clock", {"advance": seconds})

    def _behind_the_scenes(self, method: str, what: str, body: dict[str, Any]) -> Any:
        answer = requests.request(method, f"{self.url}/admin/{what}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def set_password(self, role: str, password: str) -> None:
        """Change a role's password in PostgreSQL."""
        with self.administrate("postgres") as connection:
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), password))

    @contextlib.contextmanager
    def administrate(self, database: str) -> Iterator[psycopg.Connection[Any]]:
        """Connect as the administrator."""
        with psycopg.connect(
            host=self.postgres_host,
            port=self.postgres_port,
            dbname=database,
            user=postgres.ADMINISTRATOR,
            password=self.administrator_password,
            autocommit=True,
        ) as connection:
            yield connection


def start(simulator_options: Sequence[str] = ()) -> Services:
    """Start both; the caller stops them, and lets no interrupt come before there is something to stop."""
    server = postgres.start()
    services = Services("", postgres.LOOPBACK, server.port, server.password, {}, 0, str(server.folder))
    try:
        services.readers = {database: make_database(services, database) for database in TABLES}
        services.url, services.simulator_pid = start_simulator(simulator_options)
        services.settings = requests.get(f"{services.url}/admin/settings", timeout=10).json()
    except BaseException:
        stop(services)
        raise
    return services


def stop(services: Services) -> None:
    """Stop both and remove what they left. Stopping twice is fine."""
    with uninterrupted():
        if services.simulator_pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(services.simulator_pid, signal.SIGTERM)
            with contextlib.suppress(ChildProcessError):  # then another process started it, and need not wait
                os.waitpid(services.simulator_pid, 0)
        postgres.stop(pathlib.Path(services.postgres_folder))


@contextlib.contextmanager
def running(simulator_options: Sequence[str] = ()) -> Iterator[Services]:
    """Run both for a while."""
    started: list[Services] = []
    try:
        with uninterrupted():
            started.append(start(simulator_options))
        yield started[0]
    finally:
        for services in started:
            stop(services)


def make_database(services: Services, database: str) -> str:
    """Make a database with tables, and a role that may read them and nothing else; return its password."""
    role, password = f"{database}_reader", secrets.token_urlsafe(18)
    with services.administrate("postgres") as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), password))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
        grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
        connection.execute(grant.format(sql.Identifier(database), sql.Identifier(role)))
    with services.administrate(database) as connection:
        for statement in TABLES[database]:
            connection.execute(statement)
        connection.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(sql.Identifier(role)))
    return password


def start_simulator(options: Sequence[str]) -> tuple[str, int]:
    """Start a simulator and return its address and its process id."""
    command = pathlib.Path(sys.executable).with_name("aep-simulator")
    with tempfile.TemporaryFile("w+") as complaints:  # not this process's own, which others may wait for the end of
        process = subprocess.Popen(
            [command, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            start_new_session=True,
        )
        line = process.stdout.readline().strip() if process.stdout else ""
        if not line:
            complaints.seek(0)
            sys.exit(f"aep-simulator did not start:\n{complaints.read()}")
    return line, process.pid


def save(services: Services, folder: pathlib.Path) -> None:
    """Write down where everything is, readable by the owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{STATE}.part"
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(asdict(services)))
    partial.rename(folder / STATE)


def load(folder: pathlib.Path) -> Services:
    """Read what save wrote."""
    return Services(**json.loads((folder / STATE).read_text()))


def main() -> None:
    """Do what the command line says."""
    verb, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    if verb == "start":
        save(start(sys.argv[3:]), folder)
    elif verb == "set-password":
        load(folder).set_password(sys.argv[3], sys.stdin.read())
    elif (folder / STATE).exists():
        stop(load(folder))
        (folder / STATE).unlink()


if __name__ == "__main__":
    main()
