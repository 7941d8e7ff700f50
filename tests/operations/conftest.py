"""A real PostgreSQL with TLS, a simulated platform, and the playbooks that bring both together.

A test begins with nothing or, if it asks for ``bootstrapped``, with what the playbook bootstrap leaves: both are copies.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import pathlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import awx_role
import controller
import kept
import postgres
import psycopg
import pytest
import tls
from commands import ansible, cut_off
from in_process import run_module
from reading import Make, World, worlds
from simulated import Client, simulator

SANDBOXES = ("s1", "s2", "s3")
VAULT_PASSWORD = "the vault's passw0rd"
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

    def marks(self) -> dict[str, str]:
        """Return what the comment of each login role says, and "locked" before it if it cannot log in."""
        query = (
            "SELECT rolname, rolcanlogin, shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname LIKE 'aep_reader__'"
        )
        with self.connect() as administrator:
            found = administrator.execute(query).fetchall()
        return {
            name: f"{'' if unlocked else 'locked '}{str(comment).removeprefix('aep.sources: ')}"
            for name, unlocked, comment in found
        }


@dataclass
class Bootstrapped:
    """What the playbook bootstrap left: the login's password, what Ansible said, and what was in each sandbox then."""

    password: str
    output: str
    connections: dict[str, list[dict[str, Any]]]
    tests: dict[str, dict[str, Any]]
    connect: Callable[..., None] = lambda: None


def _variables(client: Client, database: Database) -> dict[str, Any]:
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


def _play(
    folder: pathlib.Path,
    variables: dict[str, Any],
    playbook: str,
    *options: str,
    hosts: dict[str, Any] | None = None,
    groups: dict[str, tuple[str, ...]] | None = None,
    until: Callable[[str], bool] | None = None,
    **more: Any,
) -> subprocess.CompletedProcess[str]:
    (folder / "vault-password").write_text(VAULT_PASSWORD)
    children = {group: {"hosts": dict.fromkeys(members)} for group, members in (groups or {}).items()}
    inventory = {"all": {"hosts": hosts or dict.fromkeys(SANDBOXES), "children": children, "vars": {**variables, **more}}}
    (folder / "inventory.json").write_text(json.dumps(inventory))
    key = {"ANSIBLE_VAULT_PASSWORD_FILE": str(folder / "vault-password")}
    command = ("ansible-playbook", "-i", "inventory.json", f"aep.sources.{playbook}", *options)
    return cut_off(*command, folder=folder, when=until, **key) if until else ansible(*command, folder=folder, **key)


def _connect(
    variables: dict[str, Any],
    password: str,
    sandboxes: tuple[str, ...] = SANDBOXES,
    bootstrap_connection: dict[str, Any] | None = None,
) -> None:
    """Make or change base connections, by what the playbook bootstrap leaves that to and with what it is given."""
    given = bootstrap_connection or variables["bootstrap_connection"]
    connection = {"database": "shop", "credentials": "reader", "test": "always", **given}
    credentials = {"reader": {"username": "aep_reader_a", "password": password}}
    for sandbox in sandboxes:
        options = {"sandbox": sandbox, "connections": [connection], "credentials": credentials}
        result = run_module("aep_postgres_connections", {**variables["postgres_connections_auth"], **options})
        assert result.get("changed"), result


@pytest.fixture(scope="session")
def _port() -> Iterator[int]:
    with kept.held_port() as port:
        yield port


@pytest.fixture(scope="session")
def _kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pathlib.Path]:
    with kept.shared_folder(tmp_path_factory, "operations") as folder:
        yield folder


@pytest.fixture(scope="session")
def awx(_kept: pathlib.Path) -> pathlib.Path:
    """Return a folder with a controller that the role awx_job_templates has been over, and with what it said before."""
    return kept.once(_kept / "awx", awx_role.set_up)


@pytest.fixture
def awx_controller(awx: pathlib.Path) -> controller.Controller:
    """Return a copy of that controller."""
    return controller.load(awx / "controller")


@pytest.fixture(scope="session")
def _empty(_kept: pathlib.Path) -> pathlib.Path:
    """Return a certificate authority and a server with nothing in it, which is stopped."""

    def make(place: pathlib.Path) -> None:
        (place / "authorities").mkdir()
        authorities = tls.make_authorities(place / "authorities")
        postgres.keep(tls.start(authorities, "127.0.0.1", tls.BOTH), place / "server")

    return kept.once(_kept / "empty", make)


@pytest.fixture(scope="session")
def _ca_file(_empty: pathlib.Path) -> str:
    return str(_empty / "authorities" / "right.pem")


@pytest.fixture(scope="session")
def _client() -> Iterator[Client]:
    with simulator("--sandboxes", ",".join(SANDBOXES)) as url:
        one = Client(url, SANDBOXES[0])
        yield one
        one.close()


@pytest.fixture(scope="session")
def _bootstrapped(_kept: pathlib.Path, _empty: pathlib.Path, _ca_file: str, _client: Client, _port: int) -> pathlib.Path:
    """Return a server that the playbook bootstrap has been over, which is stopped, and all that is to be known of that run."""

    def make(place: pathlib.Path) -> None:
        database = Database(postgres.start_copy(_empty / "server", _port), _ca_file)
        try:
            _client.begin()
            _client.set(ca_file=_ca_file)
            done = _play(place, _variables(_client, database), "bootstrap", "-vv")
            assert done.returncode == 0, done.stdout
            key, file = place / "vault-password", place / "passwords" / "aep_reader_a"
            shown = ansible("ansible-vault", "view", "--vault-password-file", key, file, folder=place, apart=True)
            connections, tests = {}, {}
            for sandbox in SANDBOXES:
                _client.session.headers["x-sandbox-name"] = sandbox
                connections[sandbox] = _client("GET", "/connections").json()["items"]
                tests[sandbox] = _client("GET", f"/connections/{connections[sandbox][0]['id']}/test").json()
            found = {"password": shown.stdout.strip(), "output": done.stdout, "connections": connections, "tests": tests}
            (place / "bootstrapped.json").write_text(json.dumps(found))
            postgres.keep(database.server, place / "server")
        finally:
            postgres.stop(database.server.folder)

    return kept.once(_kept / "bootstrapped", make)


@pytest.fixture
def database(request: pytest.FixtureRequest, _empty: pathlib.Path, _ca_file: str, _port: int) -> Iterator[Database]:
    """Return a server with nothing in it, or one that the playbook bootstrap has been over."""
    place = request.getfixturevalue("_bootstrapped") if "bootstrapped" in request.fixturenames else _empty
    server = postgres.start_copy(place / "server", _port)
    yield Database(server, _ca_file)
    postgres.stop(server.folder)


@pytest.fixture
def client(_client: Client, database: Database) -> Client:
    """Return a client of a simulator with nothing in it, which trusts the database's certificate authority."""
    _client.begin()
    _client.set(ca_file=database.ca_file)
    return _client


@pytest.fixture
def variables(client: Client, database: Database) -> dict[str, Any]:
    return _variables(client, database)


@pytest.fixture
def bootstrapped(_bootstrapped: pathlib.Path, variables: dict[str, Any], tmp_path: pathlib.Path) -> Bootstrapped:
    """Return what the playbook bootstrap left; its base connections are made anew, as the server's port is another one."""
    shutil.copytree(_bootstrapped / "passwords", tmp_path / "passwords")
    shutil.copy(_bootstrapped / "vault-password", tmp_path)
    world = Bootstrapped(**json.loads((_bootstrapped / "bootstrapped.json").read_text()))

    world.connect = functools.partial(_connect, variables, world.password)
    world.connect()
    return world


@pytest.fixture
def play(tmp_path: pathlib.Path, variables: dict[str, Any]) -> Play:
    """Return a function that runs one of the playbooks over the sandboxes."""
    return functools.partial(_play, tmp_path, variables)


@pytest.fixture
def begin(_bootstrapped: pathlib.Path, _ca_file: str, _client: Client, _port: int, tmp_path: pathlib.Path) -> Any:
    """Return a function that begins anew, as often as it is called, with what the playbook bootstrap leaves."""
    numbers = itertools.count()

    @contextlib.contextmanager
    def anew() -> Iterator[tuple[Client, Database, Play]]:
        folder = tmp_path / str(next(numbers))
        shutil.copytree(_bootstrapped / "passwords", folder / "passwords")
        database = Database(postgres.start_copy(_bootstrapped / "server", _port), _ca_file)
        try:
            _client.begin()
            _client.set(ca_file=_ca_file)
            variables = _variables(_client, database)
            _connect(variables, json.loads((_bootstrapped / "bootstrapped.json").read_text())["password"])
            yield _client, database, functools.partial(_play, folder, variables)
        finally:
            postgres.stop(database.server.folder)

    return anew


@pytest.fixture(scope="module")
def make_world() -> Iterator[Make]:
    with worlds() as make:
        yield make


@pytest.fixture(params=["superuser", "managed"])
def world(request: pytest.FixtureRequest, make_world: Make) -> World:
    """Return a database with tables of one owner, and an administrator: a superuser, or a member of the owner."""
    return make_world(managed=request.param == "managed")
