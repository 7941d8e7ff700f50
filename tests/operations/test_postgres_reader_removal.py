"""The role postgres_reader removes what it made and nothing else: what others own, granted or still need is listed, and stays.

The cases ask the role's own SQL, as those of test_postgres_reader.py do.
"""

from __future__ import annotations

from reading import PASSWORD, Make, World, problems, reads


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
