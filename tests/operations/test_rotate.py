"""The playbook rotate: nobody is locked out, at no moment, whatever fails."""

from __future__ import annotations

import contextlib
import pathlib
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from simulated import Client

SANDBOXES = ("s1", "s2", "s3")
_PAUSE = 0.2  # seconds, between two reads of every connection
_SWITCH = 0.6  # seconds that the service takes for a switch: longer, so that a login that is locked before it fails a read


class Reader(threading.Thread):
    """Reads through every sandbox's connection again and again, as Experience Platform does with what is stored there."""

    def __init__(self, url: str, client: Client) -> None:
        super().__init__()
        self._clients = {}
        for sandbox in SANDBOXES:
            one = Client(url, sandbox)
            one.session.headers.update({**client.session.headers, "x-sandbox-name": sandbox})
            self._clients[sandbox] = one
        self._enough = threading.Event()
        self.reads, self.failures = 0, []  # type: int, list[str]

    def run(self) -> None:
        """Read until it is enough. Without a pause the reads cost more than the playbook."""
        ids = {sandbox: one("GET", "/connections").json()["items"][0]["id"] for sandbox, one in self._clients.items()}
        while not self._enough.wait(_PAUSE):
            for sandbox, one in self._clients.items():
                answer = one("GET", f"/connections/{ids[sandbox]}/explore?objectType=root")
                self.reads += 1
                if answer.status_code != 200 or not isinstance(answer.json(), list):
                    self.failures.append(f"{sandbox}: {answer.status_code} {answer.text}")

    def stop(self) -> None:
        self._enough.set()
        self.join()


@pytest.fixture
def variables(variables: dict[str, Any]) -> dict[str, Any]:
    """Return what a user would have in group_vars, with one schema: a rotation goes over them as a bootstrap does."""
    return {**variables, "postgres_reader_schemas": ["public"]}


@contextlib.contextmanager
def reading(client: Client) -> Iterator[Reader]:
    client.fault(kind="latency", operation="connections.patch", seconds=_SWITCH, count=0)
    reader = Reader(client.url, client)
    reader.start()
    try:
        yield reader
    finally:
        reader.stop()
        client.admin("DELETE", "faults")


def users(client: Client) -> dict[str, str]:
    """Return who each sandbox's connection logs in as."""
    found = {}
    for sandbox in SANDBOXES:
        client.session.headers["x-sandbox-name"] = sandbox
        [connection] = client("GET", "/connections").json()["items"]
        found[sandbox] = connection["auth"]["params"]["username"]
    return found


def reload(database: Any) -> None:
    with database.connect() as administrator:
        administrator.execute("SELECT pg_reload_conf()")


def unlocked(database: Any) -> set[str]:
    with database.connect() as administrator:
        found = administrator.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'aep_reader__' AND rolcanlogin"
        ).fetchall()
    return {name for (name,) in found}


@pytest.mark.usefixtures("bootstrapped")
def test_two_logins_take_turns_and_no_read_fails(client: Client, database: Any, play: Any, tmp_path: pathlib.Path) -> None:
    first = (tmp_path / "passwords" / "aep_reader_a").read_bytes()
    for turn in ("aep_reader_b", "aep_reader_a"):
        with reading(client) as reader:
            done = play("rotate", "-vv")
        assert done.returncode == 0, done.stdout
        assert not reader.failures
        assert reader.reads > 20
        assert set(users(client).values()) == {turn}
        assert unlocked(database) == {turn}
    assert (tmp_path / "passwords" / "aep_reader_a").read_bytes() != first


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
    assert unlocked(database) == {"aep_reader_a", "aep_reader_b"}

    hba.write_text(good)
    reload(database)
    with reading(client) as reader:
        done = play("rotate", hosts=hosts)
    assert done.returncode == 0, done.stdout
    assert not reader.failures
    assert set(users(client).values()) == {"aep_reader_b"}
    assert unlocked(database) == {"aep_reader_b"}


@pytest.mark.usefixtures("bootstrapped")
def test_sandbox_by_sandbox(client: Client, database: Any, play: Any) -> None:
    with reading(client) as reader:
        done = play("rotate", "--limit", "s1")
        assert done.returncode == 0, done.stdout
        assert "aep_reader_a is not locked, as these were left out and may use it: s2, s3." in done.stdout
        assert users(client) == {"s1": "aep_reader_b", "s2": "aep_reader_a", "s3": "aep_reader_a"}
        assert unlocked(database) == {"aep_reader_a", "aep_reader_b"}

        done = play("rotate")
    assert done.returncode == 0, done.stdout
    assert not reader.failures
    assert set(users(client).values()) == {"aep_reader_b"}
    assert unlocked(database) == {"aep_reader_b"}


@pytest.mark.usefixtures("bootstrapped")
def test_a_new_login_that_is_not_let_in_changes_nothing(client: Client, database: Any, play: Any) -> None:
    hba = database.server.folder / "data" / "pg_hba.conf"
    hba.write_text("host all aep_reader_b all reject\n" + hba.read_text())
    reload(database)
    with reading(client) as reader:
        done = play("rotate")
    assert done.returncode == 2
    assert not reader.failures
    assert set(users(client).values()) == {"aep_reader_a"}
    assert "aep_reader_a" in unlocked(database)
    with pytest.raises(psycopg.OperationalError):
        database.connect("aep_reader_b", "any", dbname="shop")
