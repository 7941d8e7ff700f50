"""The role postgres_reader: its logins only read, what others made stays, and it says what it lacks before it changes anything.

The cases ask the role's own SQL, as its tasks do; then the role itself runs. The server is the one whose programs
POSTGRES_PROGRAMS names, or else the one of the development tools.
"""

from __future__ import annotations

import itertools
import json
import os
import pathlib
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import postgres
import psycopg
import pytest
from commands import ansible
from reading import PASSWORD, World

Make: TypeAlias = Callable[..., World]
WEIRD = 'Weird "reader", 100% {{ ö }}.$$\'\\'


@pytest.fixture(scope="module")
def make_world() -> Iterator[Make]:
    """Return a function that makes databases and an administrator, all on one server."""
    programs = os.environ.get("POSTGRES_PROGRAMS")
    server = postgres.start(pathlib.Path(programs) if programs else None)
    numbers = itertools.count()

    def make(*, managed: bool = False) -> World:
        world = World(server, next(numbers))
        world.set_up(managed=managed)
        return world

    yield make
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


@pytest.fixture(params=["superuser", "managed"])
def world(request: pytest.FixtureRequest, make_world: Make) -> World:
    """Return a database with tables of one owner, and an administrator: a superuser, or a member of the owner."""
    return make_world(managed=request.param == "managed")


def test_rights_are_granted_once_and_taken_back_as_they_were_granted(world: World) -> None:
    before = world.access()
    world.make(logins=[world.a, world.b])
    world.let_in(world.a)
    world.do("CREATE TABLE sales.later (id int)", user=world.app)
    world.do("CREATE TABLE hidden.salaries (id int)", user=world.app)
    assert reads(world, world.a)
    assert reads(world, world.a, "sales.later")
    assert not reads(world, world.a, "hidden.salaries")
    world.do("DROP TABLE sales.later, hidden.salaries")
    world.remove(logins=[world.a, world.b])
    assert world.access() == before


def test_names_are_names_whatever_is_in_them(world: World) -> None:
    names = [f"{WEIRD} {world.number} {what}" for what in ("reader", "a", "b", "schema")]
    world.make(group=names[0], logins=names[1:3], schemas=[names[3], "Upper case"])
    assert all(world.exists(name) for name in names[:3])
    world.do("CREATE TABLE {}.{} (id int)", names[3], WEIRD, user=world.administrator)
    world.make(group=names[0], logins=names[1:3], schemas=[names[3], "Upper case"])
    world.remove(group=names[0], logins=names[1:3], schemas=[names[3], "Upper case"])
    assert not any(world.exists(name) for name in names[:3])


def test_a_login_that_was_there_before_is_not_taken_over(world: World) -> None:
    world.do("CREATE ROLE {} LOGIN", world.a)
    said = problems(world)
    assert f'the role "{world.a}" was there before, and its password is not overwritten' in said
    assert f"COMMENT ON ROLE \"{world.a}\" IS 'aep.sources: created'" in said
    [note] = world.remove()["note"]
    assert note.startswith(f'"{world.a}" stays, as it was not made by this role')
    assert world.exists(world.a)


def test_a_login_that_was_handed_over_is_taken(make_world: Make) -> None:
    world = make_world()
    world.do("CREATE ROLE {} LOGIN SUPERUSER REPLICATION NOINHERIT", world.a)
    world.do("COMMENT ON ROLE {} IS 'aep.sources: idle'", world.a)
    world.make()
    assert world.attributes(world.a) == {"rolcanlogin", "rolinherit"}
    assert world.do("SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = %s", values=[world.a]) == [
        ("aep.sources: idle",)
    ]
    world.remove()
    assert not world.exists(world.a)


def test_a_group_that_was_there_before_only_loses_what_it_was_given(world: World) -> None:
    world.do("CREATE ROLE {} LOGIN CREATEDB NOINHERIT CONNECTION LIMIT 7", world.reader)
    world.do("CREATE ROLE {} IN ROLE {}", world.bob, world.reader)
    world.do("GRANT INSERT ON sales.orders TO {}", world.reader)
    world.do("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA sales GRANT INSERT ON TABLES TO {}", world.app, world.reader)
    world.do("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA sales GRANT EXECUTE ON FUNCTIONS TO {}", world.app, world.reader)
    world.administer(world.reader)
    before, attributes = world.access(), world.attributes(world.reader)
    world.make()
    world.let_in(world.a)
    assert reads(world, world.a)
    assert world.attributes(world.reader) == attributes
    world.remove()
    assert world.access() == before
    assert world.attributes(world.reader) == attributes
    assert world.members(world.reader) == {world.bob}


def test_a_group_of_others_that_no_login_of_ours_is_in_is_left_alone(world: World) -> None:
    world.do("CREATE ROLE {}", world.reader)
    world.do("GRANT SELECT ON sales.orders TO {}", world.reader)
    said = world.remove()
    assert "statement" not in said
    assert said["note"][0].startswith(f'"{world.reader}" stays')


@pytest.mark.parametrize("power", ["SUPERUSER", "CREATEROLE", "BYPASSRLS", "IN ROLE pg_execute_server_program", "IN ROLE {}"])
def test_a_group_whose_members_could_do_more_than_read_is_refused(power: str, make_world: Make) -> None:
    world = make_world()
    world.do("CREATE ROLE {} SUPERUSER", world.bob)
    world.do("CREATE ROLE {} " + power, world.reader, *[world.bob] * (power == "IN ROLE {}"))
    assert "members of postgres_reader_group could do all that" in problems(world)


def test_what_a_login_owns_is_never_dropped(world: World) -> None:
    world.make()
    for database in (world.database, world.elsewhere):
        world.do("CREATE TABLE public.made_with_it (id int)", database=database)
        world.do("ALTER TABLE public.made_with_it OWNER TO {}", world.a, database=database)
    said = world.ask("absent")
    assert said["problem"][0] == f'"{world.a}" owns table public.made_with_it'
    assert world.ask_elsewhere(said)["problem"] == [
        f'"{world.a}" owns table public.made_with_it in the database "{world.elsewhere}"'
    ]

    assert "names nobody, which does not exist" in problems(world, "absent", reassign="nobody")
    assert "is to be removed itself" in problems(world, "absent", reassign=world.a)
    world.obtain(world.ask("absent", reassign=world.app))
    said = world.ask("absent", reassign=world.app)
    for statement in world.ask_elsewhere(said, world.app)["statement"]:
        world.run(statement, database=world.elsewhere)
    world.remove(reassign=world.app)
    for database in (world.database, world.elsewhere):
        owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'made_with_it'"
        assert world.do(owner, database=database) == [(world.app,)]


def test_what_cannot_be_reassigned_is_listed(make_world: Make) -> None:
    world = make_world()
    world.make()
    world.do("ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT SELECT ON TABLES TO {}", world.a, world.app)
    assert f'"{world.a}" owns default privileges on new relations' in problems(world, "absent", reassign=world.app)


def test_rights_that_others_granted_are_listed(world: World) -> None:
    world.make()
    world.do("GRANT INSERT ON sales.orders TO {}", world.reader)
    world.do("GRANT USAGE ON SCHEMA hidden TO {}", world.a)
    world.do("GRANT CREATE ON DATABASE {} TO {}", world.elsewhere, world.a)
    world.do("CREATE TABLE private (id int)", database=world.elsewhere)
    world.do("GRANT SELECT (id) ON private TO {}", world.reader, database=world.elsewhere)
    said = world.ask("absent")
    for what in (
        f'"{world.reader}" has rights that are not taken back here on table sales.orders',
        "on schema hidden",
        "on database",
    ):
        assert what in "; ".join(said["problem"])
    assert len(said["problem"]) == 3
    assert "on column id of table public.private in the database" in world.ask_elsewhere(said)["problem"][0]


def test_a_group_stays_as_long_as_others_read_through_it(world: World) -> None:
    world.make(logins=[world.a, world.b])
    world.do("CREATE ROLE {} IN ROLE {}", world.bob, world.reader)
    said = world.remove()
    assert said["note"] == [f'"{world.reader}" stays with its rights, as these are members of it: "{world.b}", "{world.bob}"']
    assert said["statement"] == [f'DROP ROLE "{world.a}"']
    world.let_in(world.b)
    assert reads(world, world.b)
    world.do("DROP ROLE {}", world.bob)
    world.remove(logins=[world.b])
    assert not world.exists(world.reader)


def test_a_database_that_is_gone_does_not_keep_the_roles(world: World) -> None:
    world.make()
    world.do("DROP DATABASE {}", world.database, database="postgres")
    world.database, gone = "postgres", world.database
    world.remove(database=gone)
    assert not world.exists(world.a)


@pytest.mark.parametrize(
    ("spoiled", "what"),
    [
        ({"logins": ["x" * 64]}, "is longer than the 63 bytes"),
        ({"logins": ["twice", "twice"]}, "twice is given more than once"),
        ({"logins": ["pg_mine"]}, "pg_mine is one that PostgreSQL keeps for itself"),
        ({"owners": ["nobody"]}, "postgres_reader_owners names nobody, which does not exist"),
    ],
)
def test_names_that_cannot_be_are_told(spoiled: dict[str, Any], what: str, make_world: Make) -> None:
    assert what in problems(make_world(), **spoiled)


def test_a_login_given_as_the_group_is_not_locked(make_world: Make) -> None:
    world = make_world()
    world.make()
    assert "which is a login of this role" in problems(world, group=world.a, logins=[world.b])


def test_each_right_that_is_missing_is_told_with_what_gives_it(make_world: Make) -> None:
    world = make_world()
    world.administrator = world.managed
    world.do("CREATE ROLE {} LOGIN PASSWORD '" + PASSWORD + "'", world.managed)
    assert f'(ALTER ROLE "{world.managed}" CREATEDB gives it)' in problems(world, database="not there yet")
    world.do("CREATE ROLE {}", world.bob)
    world.do("CREATE SCHEMA theirs AUTHORIZATION {} CREATE TABLE orders (id int)", world.bob)
    world.do("ALTER TABLE theirs.orders OWNER TO {}", world.bob)
    more = {"schemas": ["sales", "theirs", "new"]}
    assert set(world.obtain(world.ask("present", **more))) == {
        f'ALTER ROLE "{world.managed}" CREATEROLE',
        f'GRANT CREATE ON DATABASE "{world.database}" TO "{world.managed}"',
        f'GRANT USAGE ON SCHEMA theirs TO "{world.managed}" WITH GRANT OPTION',
        f'GRANT SELECT ON TABLE theirs.orders TO "{world.managed}" WITH GRANT OPTION',
        f'GRANT "{world.app}" TO "{world.managed}"' + " WITH INHERIT TRUE, SET TRUE" * world.strict,
    }
    world.make(**more)
    world.remove(**more)


def test_roles_of_another_administrator_are_managed_with_what_is_told(make_world: Make) -> None:
    world = make_world()
    more = {"schemas": ["sales"], "logins": [world.a, world.b]}
    world.make(schemas=["sales"])
    world.administrator = world.managed
    world.do("CREATE ROLE {} LOGIN CREATEROLE PASSWORD '" + PASSWORD + "'", world.managed)
    world.obtain(world.ask("absent", **more))
    world.obtain(world.ask("present", **more))
    world.make(**more)
    world.remove(**more)


# The role itself. Hosts are steps: with ``serial: 1`` they are taken one after the other in one start of Ansible.
_PLAY = """
- hosts: all
  gather_facts: false
  serial: 1
  tasks:
    - block:
        - ansible.builtin.include_role:
            name: aep.sources.postgres_reader
            tasks_from: "{{ entry | default('main') }}"
      rescue:
        - ansible.builtin.debug:
            msg: "{{ inventory_hostname }} says: {{ ansible_failed_result.msg }}"
"""
_RECAP = re.compile(r"^(\w+) +: .*changed=(\d+) .*rescued=(\d+)", re.MULTILINE)
_ANOTHER = "an0ther-passw0rd"
_TRAP = """
CREATE FUNCTION public.quote_ident(name) RETURNS text LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'whoever may create functions has them called'; END $$
"""


def run(world: World, folder: pathlib.Path, steps: dict[str, dict[str, Any]], *options: str) -> tuple[dict[str, Any], str]:
    """Return for each step how many tasks changed something, or None if it failed; and all that was said."""
    administrator = {"login_host": postgres.LOOPBACK, "login_port": world.server.port, "login_user": world.administrator}
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "postgres_reader_administrator": {**administrator, "login_password": world.password(world.administrator)},
        "postgres_reader_database": world.database,
        "postgres_reader_schemas": ["public", "sales"],
        "postgres_reader_owners": [world.app],
        "postgres_reader_group": world.reader,
        "postgres_reader_logins": [{"name": world.a, "password": PASSWORD}],
    }
    (folder / "inventory.json").write_text(json.dumps({"all": {"hosts": steps, "vars": variables}}))
    (folder / "play.yml").write_text(_PLAY)
    done = ansible("ansible-playbook", "-i", "inventory.json", "play.yml", "-vvv", *options, folder=folder)
    assert done.returncode == 0, done.stdout
    for secret in (PASSWORD, _ANOTHER, world.server.password):
        assert secret not in done.stdout
    recap = _RECAP.findall(done.stdout.partition("PLAY RECAP")[2])
    return {step: None if int(rescued) else int(changed) for step, changed, rescued in recap}, done.stdout


def own(world: World, login: str, **more: Any) -> None:
    """Let a login own a table in the other database, and the administrator reassign it."""
    world.make(logins=[login], **more)
    world.do("CREATE TABLE made_with_it (id int)", database=world.elsewhere)
    world.do("ALTER TABLE made_with_it OWNER TO {}", login, database=world.elsewhere)
    world.obtain(world.ask("absent", logins=[login], reassign=world.app))


def test_the_role_does_it_once(make_world: Make, tmp_path: pathlib.Path) -> None:
    world = make_world(managed=True)
    weird = f'Weird "reader", 100% ö {world.number}'
    new = {"postgres_reader_database": weird, "postgres_reader_group": f"{weird} group", "postgres_reader_owners": []}
    another = {"postgres_reader_logins": [{"name": world.a, "password": _ANOTHER}]}
    dropping = {"entry": "remove", "postgres_reader_logins": [{"name": world.a}, {"name": world.b}]}
    moving = {**dropping, "postgres_reader_reassign_owned_to": world.app}
    own(world, world.b)
    world.do(_TRAP)
    steps = {
        "new": {**new, "postgres_reader_logins": [{"name": weird, "password": PASSWORD}]},
        "first": {},
        "again": {},
        "changed": another,
        "same": another,
        "wrong": {
            "postgres_reader_logins": [{"name": "never", "password": PASSWORD}],
            "postgres_reader_statement_timeout": "soon",
        },
        "owned": dropping,
        "moved": moving,
        "gone": moving,
    }
    changed, output = run(world, tmp_path, steps)
    expected = {"new": 3, "first": 2, "again": 0, "changed": 1, "same": 0, "wrong": None, "owned": None, "moved": 2, "gone": 0}
    assert changed == expected, output
    assert f'owns table public.made_with_it in the database \\"{world.elsewhere}' in output
    assert not any(world.exists(role) for role in ("never", world.a, world.b, world.reader))
    assert world.do("SELECT tableowner FROM pg_tables WHERE tablename = 'made_with_it'", database=world.elsewhere) == [
        (world.app,)
    ]
    world.connect(weird, weird).close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=postgres.LOOPBACK, port=world.server.port, user=weird, password=_ANOTHER, dbname=weird)


def test_a_superuser_knows_whether_a_password_fits(make_world: Make, tmp_path: pathlib.Path) -> None:
    world = make_world()
    another = {"postgres_reader_logins": [{"name": world.a, "password": _ANOTHER}]}
    changed, output = run(world, tmp_path, {"first": {}, "again": {}, "changed": another, "same": another})
    assert changed == {"first": 2, "again": 0, "changed": 1, "same": 0}, output


def test_check_mode_shows_what_is_to_be_done(make_world: Make, tmp_path: pathlib.Path) -> None:
    world = make_world(managed=True)
    own(world, world.b)
    steps = {
        "new": {"postgres_reader_database": "not there yet"},
        "there": {},
        "moved": {
            "entry": "remove",
            "postgres_reader_logins": [{"name": world.b}],
            "postgres_reader_reassign_owned_to": world.app,
        },
    }
    changed, output = run(world, tmp_path, steps, "--check", "--diff")
    assert changed == {"new": 1, "there": 1, "moved": 1}, output
    for shown in (
        'CREATE DATABASE \\"not there yet\\"',
        f'CREATE ROLE \\"{world.a}\\" LOGIN',
        f'REASSIGN OWNED BY \\"{world.b}\\" TO',
        "DROP ROLE",
    ):
        assert shown in output
    assert not world.exists(world.a)
    assert world.exists(world.b)
