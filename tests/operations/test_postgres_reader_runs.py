"""The role postgres_reader, run: each change once, all or nothing, and none in check mode."""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import postgres
import psycopg
import pytest
from commands import ansible
from reading import PASSWORD, Make, World

# Hosts are steps: with ``serial: 1`` they are taken one after the other in one start of Ansible.
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
_ANOTHER = "an0ther 'passw\\0rd\" 100%s ö"
_TRAP = """
CREATE FUNCTION public.quote_ident(name) RETURNS text LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'whoever may create functions has them called'; END $$
"""
_TRAP_OF_A_RELOAD = """
CREATE FUNCTION public.pg_reload_conf() RETURNS bool LANGUAGE plpgsql AS
$$ BEGIN ALTER ROLE {} SUPERUSER; RETURN true; END $$
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
    for secret in (PASSWORD, _ANOTHER[:7], world.server.password):
        assert secret not in done.stdout
    recap = _RECAP.findall(done.stdout.partition("PLAY RECAP")[2])
    return {step: None if int(rescued) else int(changed) for step, changed, rescued in recap}, done.stdout


def log_in(world: World, login: str, password: str) -> None:
    where: dict[str, Any] = {"host": postgres.LOOPBACK, "port": world.server.port, "dbname": "postgres"}
    psycopg.connect(**where, user=login, password=password).close()


def require_tls(world: World, **more: Any) -> dict[str, Any]:
    """Return the variables that require TLS of a login who gets in without it, by names that pg_hba.conf can hold."""
    database, login = f"tls{world.number}", f"tls_login{world.number}"
    world.do("CREATE DATABASE {} OWNER {}", database, world.app)
    world.do("CREATE ROLE {} LOGIN PASSWORD " + f"'{PASSWORD}'", login)
    world.do("COMMENT ON ROLE {} IS 'aep.sources: created'", login)
    world.administer(login)
    return {
        "postgres_reader_database": database,
        "postgres_reader_schemas": ["public"],
        "postgres_reader_logins": [{"name": login, "password": PASSWORD}],
        "postgres_reader_tls_only": True,
        "postgres_reader_pg_hba": str(world.server.folder / "data" / "pg_hba.conf"),
        "postgres_reader_addresses": ["127.0.0.1/32"],
        **more,
    }


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
    acting = {"login_host": postgres.LOOPBACK, "login_port": world.server.port, "login_user": world.managed}
    acting.update(login_password=PASSWORD, session_role=world.managed)
    own(world, world.b)
    world.do("CREATE TABLE sales.{} (id int)", "{{ 7 * 7 }}", user=world.app)
    world.do("REVOKE SELECT ON sales.{} FROM {}", "{{ 7 * 7 }}", world.reader, user=world.app)
    world.do("CREATE FUNCTION sales.made_with_it() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    world.do("ALTER FUNCTION sales.made_with_it() OWNER TO {}", world.b)
    world.do("CREATE ROLE {}", world.bob)
    world.do("GRANT {} TO {}", world.bob, world.managed)
    world.do(_TRAP)
    steps = {
        "open": {"postgres_reader_logins": [{"name": world.a, "password": ""}]},
        "hashed": {"postgres_reader_logins": [{"name": world.a, "password": f"md5{'0' * 32}"}]},
        "new": {**new, "postgres_reader_logins": [{"name": weird, "password": PASSWORD}]},
        "first": {},
        "again": {"postgres_reader_administrator": acting},
        "changed": another,
        "same": another,
        "wrong": {
            "postgres_reader_logins": [{"name": "never", "password": PASSWORD}],
            "postgres_reader_statement_timeout": "soon",
        },
        "owned": dropping,
        "stuck": {**moving, "postgres_reader_reassign_owned_to": world.bob},
        "moved": moving,
        "gone": moving,
    }
    changed, output = run(world, tmp_path, steps)
    expected = {
        "open": None,
        "hashed": None,
        "new": 3,
        "first": 2,
        "again": 0,
        "changed": 1,
        "same": 0,
        "wrong": None,
        "owned": None,
        "stuck": None,
        "moved": 2,
        "gone": 0,
    }
    assert changed == expected, output
    for step in ("open", "hashed"):
        assert f"{step} says: The password of {world.a} is empty, or is a hash" in output
    assert f'owns table public.made_with_it in the database \\"{world.elsewhere}' in output
    assert not any(world.exists(role) for role in ("never", world.a, world.b, world.reader))
    assert world.do("SELECT tableowner FROM pg_tables WHERE tablename = 'made_with_it'", database=world.elsewhere) == [
        (world.app,)
    ]
    world.connect(weird, weird).close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        log_in(world, weird, _ANOTHER)


def test_a_superuser_knows_whether_a_password_fits(make_world: Make, tmp_path: pathlib.Path) -> None:
    world = make_world()
    another = {"postgres_reader_logins": [{"name": world.a, "password": _ANOTHER}]}
    world.make()
    world.let_in(world.a)
    world.do("ALTER ROLE {} NOLOGIN", world.a)
    changed, output = run(world, tmp_path, {"locked": {}, "again": {}, "changed": another, "same": another})
    assert changed == {"locked": 1, "again": 0, "changed": 1, "same": 0}, output
    log_in(world, world.a, _ANOTHER)


def test_a_superuser_calls_no_function_of_a_database_when_tls_is_required(make_world: Make, tmp_path: pathlib.Path) -> None:
    world = make_world()
    tls = require_tls(world)
    planted = tls["postgres_reader_database"]
    world.do(_TRAP_OF_A_RELOAD, world.app, database=planted)
    world.do("ALTER DATABASE {} SET search_path = public, pg_catalog", planted)
    changed, output = run(world, tmp_path, {"tls": tls, "nobody": {**tls, "postgres_reader_logins": []}})
    assert changed == {"tls": 3, "nobody": 0}, output
    assert "rolsuper" not in world.attributes(world.app)


def test_check_mode_shows_what_is_to_be_done(make_world: Make, tmp_path: pathlib.Path) -> None:
    world = make_world(managed=True)
    own(world, world.b)
    tls = require_tls(world)
    steps = {
        "tls": tls,
        "newtls": {**tls, "postgres_reader_database": "tls_later"},
        "new": {"postgres_reader_database": "not there yet"},
        "there": {},
        "moved": {
            "entry": "remove",
            "postgres_reader_logins": [{"name": world.b}],
            "postgres_reader_reassign_owned_to": world.app,
        },
    }
    changed, output = run(world, tmp_path, steps, "--check", "--diff")
    assert changed == {"tls": 3, "newtls": 3, "new": 1, "there": 1, "moved": 1}, output
    for shown in (
        'CREATE DATABASE \\"not there yet\\"',
        f'CREATE ROLE \\"{world.a}\\" CONNECTION LIMIT',
        f'REASSIGN OWNED BY \\"{world.b}\\" TO',
        "DROP ROLE",
    ):
        assert shown in output
    assert not world.exists(world.a)
    assert world.exists(world.b)
