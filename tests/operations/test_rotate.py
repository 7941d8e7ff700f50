"""The playbook rotate: nobody is locked out, at no moment, whatever fails."""

from __future__ import annotations

import pathlib
from typing import Any

import psycopg
import pytest
from commands import changed
from platform_reader import held, reading, users
from simulated import Client

SANDBOXES = ("s1", "s2", "s3")


def reload(database: Any) -> None:
    with database.connect() as administrator:
        administrator.execute("SELECT pg_reload_conf()")


@pytest.mark.usefixtures("bootstrapped")
def test_two_logins_take_turns_and_no_read_fails(client: Client, database: Any, play: Any, tmp_path: pathlib.Path) -> None:
    first = (tmp_path / "passwords" / "aep_reader_a").read_bytes()
    for turn, former in (("aep_reader_b", "aep_reader_a"), ("aep_reader_a", "aep_reader_b")):
        with reading(client) as reader:
            done = play("rotate", "-vv")
            assert done.returncode == 0, done.stdout
            assert f"{turn} is active" in done.stdout
            assert f"{former} is locked" in done.stdout
            again = play("bootstrap")
            assert (again.returncode, changed(again.stdout)) == (0, 0), again.stdout
        assert reader.reads > 20
        assert set(users(client).values()) == {turn}
        assert database.marks() == {turn: "in use", former: "locked idle"}
    assert (tmp_path / "passwords" / "aep_reader_a").read_bytes() != first


def test_what_others_read_with_is_not_locked(client: Client, database: Any, bootstrapped: Any, play: Any) -> None:
    client.session.headers["x-sandbox-name"] = "s2"
    [stored] = held(client)["s2"]
    by_hand = client.create("By hand", params=stored["auth"]["params"])
    assert by_hand.status_code == 201
    with reading(client):
        done = play("rotate")
        assert done.returncode == 0, done.stdout
        said = "aep_reader_a is not locked, as these use it: 'By hand' of sandbox 's2'."
        assert said in " ".join(done.stdout.split())
        assert set(users(client).values()) == {"aep_reader_b"}
        assert database.marks() == {"aep_reader_a": "in use", "aep_reader_b": "next"}
    client.set(secret_view="omitted")
    done = play("rotate", bootstrap_unrelated=["By hand"])
    assert done.returncode == 0, done.stdout
    assert database.marks() == {"aep_reader_a": "locked idle", "aep_reader_b": "in use"}


@pytest.mark.usefixtures("bootstrapped")
def test_one_that_somebody_else_made_is_refused(client: Client, database: Any, play: Any) -> None:
    with database.connect() as administrator:
        administrator.execute("CREATE ROLE aep_reader_b LOGIN PASSWORD 'theirs'")
    done = play("rotate")
    assert done.returncode == 2
    assert "Login role aep_reader_b was not made by this collection" in done.stdout
    database.connect("aep_reader_b", "theirs").close()
    assert database.marks() == {"aep_reader_a": "in use", "aep_reader_b": "None"}


@pytest.mark.usefixtures("bootstrapped")
def test_the_inventory_may_have_hosts_that_are_no_sandboxes(client: Client, database: Any, play: Any) -> None:
    others = {"hosts": dict.fromkeys(("db1", *SANDBOXES)), "groups": {"aep_sandboxes": SANDBOXES}}
    done = play("rotate", **others)
    assert done.returncode == 0, done.stdout
    assert database.marks() == {"aep_reader_a": "locked idle", "aep_reader_b": "in use"}
    done = play("offboard", offboard_names=["Shop"], **others)
    assert done.returncode == 0, done.stdout
    assert "aep_reader_a is removed, aep_reader_b is removed." in done.stdout
    assert not database.marks()


def test_a_sandbox_that_fails_keeps_working_and_the_next_run_goes_on(
    client: Client, database: Any, bootstrapped: Any, play: Any
) -> None:
    # The connection of s2 reads another database, which does not let the next login in.
    hba = database.server.folder / "data" / "pg_hba.conf"
    good = hba.read_text()
    elsewhere = {"name": "Shop", "server": "127.0.0.1", "port": database.server.port, "database": "postgres"}
    hosts = {"s1": None, "s2": {"bootstrap_connection": elsewhere}, "s3": None}
    bootstrapped.connect(("s2",), elsewhere)
    hba.write_text("host postgres aep_reader_b all reject\n" + good)
    reload(database)

    done = play("rotate", hosts=hosts)
    assert done.returncode == 2
    assert "Sandbox 's2' keeps working with aep_reader_a, which therefore is not locked." in done.stdout
    assert users(client) == {"s1": "aep_reader_b", "s2": "aep_reader_a", "s3": "aep_reader_b"}
    assert database.marks() == {"aep_reader_a": "in use", "aep_reader_b": "next"}

    hba.write_text(good)
    reload(database)
    with reading(client):
        done = play("rotate", hosts=hosts)
    assert done.returncode == 0, done.stdout
    assert set(users(client).values()) == {"aep_reader_b"}
    assert database.marks() == {"aep_reader_a": "locked idle", "aep_reader_b": "in use"}


@pytest.mark.usefixtures("bootstrapped")
def test_sandbox_by_sandbox_where_the_service_shows_no_user_names(client: Client, database: Any, play: Any) -> None:
    client.set(secret_view="omitted")
    with reading(client):
        done = play("rotate", "--limit", "s1")
        assert done.returncode == 0, done.stdout
        assert "aep_reader_a is not locked, as these were left out and may use it: s2, s3." in done.stdout
        assert users(client) == {"s1": "aep_reader_b", "s2": "aep_reader_a", "s3": "aep_reader_a"}
        assert database.marks() == {"aep_reader_a": "in use", "aep_reader_b": "next"}

        before = held(client)
        again = play("bootstrap")
        assert (again.returncode, changed(again.stdout)) == (0, 0), again.stdout
        assert held(client) == before
        done = play("rotate")
    assert done.returncode == 0, done.stdout
    assert set(users(client).values()) == {"aep_reader_b"}
    assert database.marks() == {"aep_reader_a": "locked idle", "aep_reader_b": "in use"}


@pytest.mark.usefixtures("bootstrapped")
def test_a_new_login_that_is_not_let_in_changes_nothing(client: Client, database: Any, play: Any) -> None:
    hba = database.server.folder / "data" / "pg_hba.conf"
    hba.write_text("host all aep_reader_b all reject\n" + hba.read_text())
    reload(database)
    with reading(client):
        done = play("rotate")
    assert done.returncode == 2
    assert set(users(client).values()) == {"aep_reader_a"}
    assert database.marks()["aep_reader_a"] == "in use"
    with pytest.raises(psycopg.OperationalError):
        database.connect("aep_reader_b", "any", dbname="shop")
