"""The role postgres_reader: its logins only read, what others made stays, and it says what it lacks before it changes anything.

The cases ask the role's own SQL, as its tasks do, which test_postgres_reader_runs.py runs. The server is the one whose programs
POSTGRES_PROGRAMS names, or else the one of the development tools.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from reading import PASSWORD, Make, World, worlds

WEIRD = 'Weird "reader", 100% {{ ö }}.$$\'\\'


@pytest.fixture(scope="module")
def make_world() -> Iterator[Make]:
    with worlds() as make:
        yield make


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


def test_a_login_whose_password_has_expired_gets_in_again(world: World) -> None:
    world.make()
    world.let_in(world.a)
    world.do("ALTER ROLE {} VALID UNTIL '2020-01-01'", world.a)
    world.make()
    world.connect(world.a).close()
    world.do("ALTER ROLE {} VALID UNTIL '2120-01-01'", world.a)
    assert "statement" not in world.ask("present")


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


def test_a_group_of_our_own_that_was_made_more_powerful_is_refused(make_world: Make) -> None:
    world = make_world()
    world.make()
    world.do("GRANT pg_write_server_files TO {}", world.reader)
    assert "all that pg_write_server_files may do" in problems(world)


def test_a_group_that_the_tables_belong_to_is_refused(make_world: Make) -> None:
    world = make_world()
    assert f'all that "{world.app}" may do' in problems(world, group=world.app)


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
    world.do("GRANT INSERT ON sales.orders TO {}", world.a)
    world.do("GRANT USAGE ON SCHEMA hidden TO {}", world.a)
    world.do("GRANT CREATE ON DATABASE {} TO {}", world.elsewhere, world.a)
    world.do("CREATE TABLE private (id int)", database=world.elsewhere)
    world.do("GRANT SELECT (id) ON private TO {}", world.a, database=world.elsewhere)
    said = world.ask("absent")
    for what in ("on table sales.orders", "on schema hidden", "on database"):
        assert f'"{world.a}" has rights that are not taken back here {what}' in "; ".join(said["problem"])
    assert len(said["problem"]) == 3
    assert "on column id of table public.private in the database" in world.ask_elsewhere(said)["problem"][0]


def test_what_a_login_may_do_itself_is_listed_where_the_group_may_do_the_same(world: World) -> None:
    world.make()
    world.do("GRANT SELECT ON sales.orders TO {}", world.a)
    assert problems(world, "absent") == f'"{world.a}" has rights that are not taken back here on table sales.orders'


def test_rights_that_a_group_may_pass_on_were_not_granted_here(world: World) -> None:
    world.make()
    world.do("GRANT SELECT ON sales.orders TO {} WITH GRANT OPTION", world.reader)
    world.do("CREATE ROLE {}", world.bob)
    world.do("SET ROLE {}; GRANT SELECT ON sales.orders TO {}", world.reader, world.bob)
    assert problems(world, "absent") == f'"{world.reader}" has rights that are not taken back here on table sales.orders'


def test_a_group_that_was_there_before_keeps_its_rights_on_columns(world: World) -> None:
    columns = "SELECT attacl FROM pg_attribute WHERE attrelid = 'sales.orders'::regclass AND attname = 'id'"
    world.do("CREATE ROLE {}", world.reader)
    world.do("GRANT SELECT (id), UPDATE (id) ON sales.orders TO {}", world.reader)
    world.administer(world.reader)
    before = world.do(columns)
    world.make()
    world.remove()
    assert sorted(world.do(columns)) == sorted(before)


def test_rights_are_taken_back_as_whom_they_were_granted(make_world: Make) -> None:
    world = make_world()
    world.administrator = world.managed
    world.do("CREATE ROLE {}", world.bob)
    world.do("CREATE ROLE {} LOGIN CREATEROLE IN ROLE {} PASSWORD '" + PASSWORD + "'", world.managed, world.bob)
    world.do("GRANT CONNECT ON DATABASE {} TO {} WITH GRANT OPTION", world.database, world.bob)
    world.do("GRANT USAGE ON SCHEMA sales TO {} WITH GRANT OPTION", world.bob)
    world.do("GRANT SELECT ON sales.orders TO {} WITH GRANT OPTION", world.bob)
    before = world.access()
    world.make(schemas=["sales"], owners=[])
    world.remove(schemas=["sales"], owners=[])
    assert world.access() == before


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


def test_a_group_that_reads_two_databases_goes_with_the_second(world: World) -> None:
    world.make(logins=[world.a])
    first, second = world.database, world.elsewhere
    world.do("CREATE TABLE orders (id int)", user=world.app, database=second)
    world.database = second
    world.make(database=second, schemas=["public"], logins=[world.b])
    assert "statement" not in world.remove(database=second, schemas=["public"], logins=[])
    world.database = first
    world.remove(logins=[world.a])
    said = world.remove(logins=[world.b])
    assert said["note"] == [
        f'"{world.reader}" stays, as it has rights in other databases (remove it for each of them as well): "{second}"'
    ]
    world.database = second
    world.remove(database=second, schemas=["public"], logins=[world.b])
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
        ({"logins": [""]}, "a name is empty"),
        ({"schemas": [""]}, "a name is empty"),
        ({"schemas": ["pg_catalog"]}, "pg_catalog is one that PostgreSQL keeps for itself"),
        ({"schemas": ["information_schema"]}, "information_schema is one that PostgreSQL keeps for itself"),
        ({"logins": ["pg_mine"]}, "pg_mine is one that PostgreSQL keeps for itself"),
        ({"owners": ["nobody"]}, "postgres_reader_owners names nobody, which does not exist"),
    ],
)
def test_names_that_cannot_be_are_told(spoiled: dict[str, Any], what: str, make_world: Make) -> None:
    assert what in problems(make_world(), **spoiled)


def test_a_login_given_as_the_group_is_not_locked(make_world: Make) -> None:
    world = make_world()
    world.make()
    world.let_in(world.a)
    assert "which is a login of this role" in problems(world, group=world.a, logins=[world.b])


@pytest.mark.parametrize("given", [{"logins": ["admin"]}, {"group": "admin"}])
def test_the_administrator_never_demotes_or_removes_itself(given: dict[str, Any], make_world: Make) -> None:
    world = make_world()
    world.do("COMMENT ON ROLE admin IS 'aep.sources: created'")
    try:
        said = [problems(world, wanted, **given) for wanted in ("present", "absent")]
    finally:
        world.do("COMMENT ON ROLE admin IS NULL")
    assert all(text.startswith("admin is the administrator itself (take another name)") for text in said)


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
