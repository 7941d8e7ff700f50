"""A server's databases, owners and administrators for the role postgres_reader, and its SQL asked as its tasks ask it."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import pathlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import postgres
import psycopg
from psycopg import sql

FILES = pathlib.Path(__file__).parents[2] / "roles" / "postgres_reader" / "files"
PASSWORD = "a-g00d-passw0rd"
_GIVES_IT = re.compile(r"\((.*) gives it\)$")
_ATTRIBUTES = ("rolsuper", "rolinherit", "rolcreaterole", "rolcreatedb", "rolcanlogin", "rolreplication", "rolbypassrls")

Said: TypeAlias = dict[str, list[str]]


@dataclass
class World:
    """Two databases, and names that nobody else on the server uses."""

    server: postgres.Server
    number: int
    administrator: str = postgres.ADMINISTRATOR

    def __post_init__(self) -> None:
        names = ("shop", "elsewhere", "reader", "a", "b", "app", "managed", "bob")
        self.database, self.elsewhere, self.reader, self.a, self.b, self.app, self.managed, self.bob = (
            f"{name} {self.number}" for name in names
        )

    def connect(self, user: str = "", database: str = "") -> psycopg.Connection[Any]:
        """Connect, as the superuser if nobody else is named."""
        user = user or postgres.ADMINISTRATOR
        where: dict[str, Any] = {"host": postgres.LOOPBACK, "port": self.server.port, "dbname": database or self.database}
        return psycopg.connect(
            **where, user=user, password=self.password(user), autocommit=True, cursor_factory=psycopg.ClientCursor
        )

    def password(self, user: str) -> str:
        return self.server.password if user == postgres.ADMINISTRATOR else PASSWORD

    def do(self, statement: str, *names: str, user: str = "", database: str = "", values: Any = None) -> list[Any]:
        """Run a statement in which {} stands for a name, as the superuser if nobody else is named."""
        with self.connect(user, database) as connection:
            done = connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)), values)
            return done.fetchall() if done.description else []

    def run(self, statement: str, database: str = "") -> None:
        """Run a statement as it is, as the administrator."""
        with self.connect(self.administrator, database) as connection:
            connection.execute(statement)

    def set_up(self, *, managed: bool) -> None:
        """Make the databases of an owner who can log in, with a table; and the administrator, if that is no superuser."""
        self.do("CREATE ROLE {} LOGIN PASSWORD " + f"'{PASSWORD}'", self.app, database="postgres")
        for database in (self.database, self.elsewhere):
            self.do("CREATE DATABASE {} OWNER {}", database, self.app, database="postgres")
        self.do("CREATE SCHEMA sales; CREATE SCHEMA hidden; CREATE TABLE sales.orders (id int)", user=self.app)
        if managed:
            self.administrator = self.managed
            self.do("CREATE ROLE {} LOGIN CREATEROLE CREATEDB IN ROLE {} PASSWORD " + f"'{PASSWORD}'", self.managed, self.app)

    def let_in(self, login: str) -> None:
        self.do("ALTER ROLE {} LOGIN PASSWORD " + f"'{PASSWORD}'", login)

    def administer(self, role: str) -> None:
        """Let the administrator administer a role of others, which PostgreSQL asks for since version 16."""
        if self.administrator != postgres.ADMINISTRATOR and self.strict:
            self.do("GRANT {} TO {} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE", role, self.administrator)

    @property
    def strict(self) -> bool:
        """Whether a role only manages roles that it created, or for which it has the right to."""
        return int(self.do("SHOW server_version_num")[0][0]) >= 160000

    def ask(self, wanted: str, **more: Any) -> Said:
        """Return what the role's SQL says, which changes nothing."""
        settings = {"statement_timeout": "15min", "default_transaction_read_only": "on"}
        whom = {"database": self.database, "schemas": ["public", "sales"], "group": self.reader, "owners": [self.app]}
        request = {**whom, "logins": [self.a], "limit": 20, "settings": settings, "reassign": "", **more}
        texts = [(FILES / f"{name}.sql").read_text() for name in ("there", wanted)]
        return self._query("".join(texts), self.database, {"request": json.dumps(request)})

    def ask_elsewhere(self, said: Said, reassign: str = "") -> Said:
        """Return what it says of the other database, of which it has to have been said that there is something."""
        assert said["elsewhere"] == [self.elsewhere]
        asked = {"roles": json.dumps(said["role"]), "reassign": reassign}
        return self._query((FILES / "elsewhere.sql").read_text(), self.elsewhere, asked)

    def _query(self, text: str, database: str, asked: dict[str, str]) -> Said:
        with self.connect(self.administrator, database) as connection:
            connection.execute("SET search_path TO pg_catalog, pg_temp")
            return dict(connection.execute(text.encode(), asked).fetchall())

    def apply(self, said: Said) -> None:
        """Do what was said to be done, of which nothing may be wrong."""
        assert "problem" not in said, said["problem"]
        with self.connect(self.administrator) as connection, connection.transaction():
            for statement in said.get("statement", []):
                connection.execute(statement.encode())

    def make(self, **more: Any) -> None:
        """Do all, and hold that then there is nothing to do."""
        self.apply(self.ask("present", **more))
        assert not {"problem", "statement"} & self.ask("present", **more).keys()

    def remove(self, **more: Any) -> Said:
        """Remove all, and hold that then there is nothing to do; return what was said."""
        said = self.ask("absent", **more)
        self.apply(said)
        assert not {"problem", "statement"} & self.ask("absent", **more).keys()
        return said

    def obtain(self, said: Said) -> list[str]:
        """Have a superuser run what is said to give the rights that are missing, and return that."""
        given = [found[1] for problem in said.get("problem", []) if (found := _GIVES_IT.search(problem))]
        for statement in given:
            self.do(statement.replace("{", "{{").replace("}", "}}"))
        return given

    def exists(self, role: str) -> bool:
        return bool(self.do("SELECT 1 FROM pg_roles WHERE rolname = %s", values=[role]))

    def attributes(self, role: str) -> set[str]:
        [values] = self.do(f"SELECT {', '.join(_ATTRIBUTES)} FROM pg_roles WHERE rolname = %s", values=[role])
        return {name for name, value in zip(_ATTRIBUTES, values, strict=True) if value}

    def members(self, role: str) -> set[str]:
        """Return those for whom somebody made them members, which who creates or administers a role is without."""
        found = self.do(
            "SELECT m.rolname FROM pg_auth_members JOIN pg_roles r ON r.oid = roleid JOIN pg_roles m ON m.oid = member "
            "WHERE r.rolname = %s",
            values=[role],
        )
        return {name for (name,) in found} - {self.administrator}

    def access(self) -> list[Any]:
        """Return who may do what in the database, and who there is."""
        mine = "NOT starts_with(nspname, 'pg_') AND nspname <> 'information_schema'"
        return [
            self.do(statement)
            for statement in (
                f"SELECT nspname, coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace WHERE {mine} ORDER BY 1",
                "SELECT relname, coalesce(relacl, acldefault('r', relowner)) "
                "FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
                f"WHERE {mine} ORDER BY 1",
                "SELECT defaclrole, defaclnamespace, defaclobjtype, defaclacl FROM pg_default_acl ORDER BY 1, 2, 3",
                "SELECT coalesce(datacl, acldefault('d', datdba)) FROM pg_database WHERE datname = current_database()",
                "SELECT rolname FROM pg_roles ORDER BY 1",
            )
        ]


Make: TypeAlias = Callable[..., World]


@contextlib.contextmanager
def worlds() -> Iterator[Make]:
    """Yield a function that makes databases and an administrator on one server, that of POSTGRES_PROGRAMS if it is set."""
    programs = os.environ.get("POSTGRES_PROGRAMS")
    server = postgres.start(pathlib.Path(programs) if programs else None)
    numbers = itertools.count()

    def make(*, managed: bool = False) -> World:
        world = World(server, next(numbers))
        world.set_up(managed=managed)
        return world

    try:
        yield make
    finally:
        postgres.stop(server.folder)


def problems(world: World, wanted: str = "present", **more: Any) -> str:
    """Return what is said to be wrong; nothing else is done then."""
    return "; ".join(world.ask(wanted, **more).get("problem", []))


def reads(world: World, login: str, table: str = "sales.orders") -> bool:
    try:
        world.do(f"SELECT * FROM {table}", user=login)
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True
