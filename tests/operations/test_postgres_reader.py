"""The role postgres_reader: its logins only read, what others made stays, and it says what it lacks before it changes anything.

The cases ask the role's own SQL, as its tasks do, which test_postgres_reader_runs.py runs. The server is the one whose programs
POSTGRES_PROGRAMS names, or else the one of the development tools.
"""

from __future__ import annotations

from typing import Any

import pytest
from reading import PASSWORD, Make, World, problems, reads

WEIRD = 'Weird "reader", 100% {{ ö }}.$$\'\\'


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
    for text in said:  # some versions list what it has rights on before that
        assert "admin is the administrator itself (take another name)" in text


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
