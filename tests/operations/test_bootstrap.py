"""The playbook bootstrap: from an empty server to tested base connections."""

from __future__ import annotations

import pathlib
import subprocess
from typing import Any

import psycopg
import pytest
from commands import changed
from simulated import Client


def password_of(folder: pathlib.Path, login: str = "aep_reader_a") -> str:
    file = folder / "passwords" / login
    assert file.read_text().startswith("$ANSIBLE_VAULT")
    assert file.stat().st_mode & 0o077 == 0
    view = ["ansible-vault", "view", "--vault-password-file", str(folder / "vault-password"), str(file)]
    return subprocess.run(view, check=True, capture_output=True, text=True).stdout.strip()


def test_from_nothing_to_working_connections(database: Any, bootstrapped: Any, play: Any, tmp_path: pathlib.Path) -> None:
    password = password_of(tmp_path)
    assert len(password) == 32
    assert password not in bootstrapped.output
    assert database.server.password not in bootstrapped.output
    assert "s1: Shop: created, works" in bootstrapped.output
    for sandbox in ("s1", "s2", "s3"):
        [connection] = bootstrapped.connections[sandbox]
        assert connection["name"] == "Shop"
        assert bootstrapped.tests[sandbox] == {"result": True}

    with database.connect(dbname="shop") as administrator:
        administrator.execute("CREATE TABLE sales.orders (id integer)")  # made later, by the one who makes tables
        administrator.execute("CREATE TABLE hidden (id integer)")
        administrator.execute("CREATE SCHEMA private")
        administrator.execute("CREATE TABLE private.salaries (id integer)")
    again = play("bootstrap")
    assert (again.returncode, changed(again.stdout)) == (0, 0), again.stdout
    assert "sales.orders" in again.stdout
    assert "private.salaries" not in again.stdout

    with database.connect("aep_reader_a", password, dbname="shop", autocommit=True) as reader:
        assert reader.execute("SELECT count(*) FROM sales.orders").fetchone() == (0,)
        assert reader.execute("SHOW statement_timeout").fetchone() == ("15min",)
        refused = (
            "INSERT INTO sales.orders VALUES (1)",
            "SELECT * FROM private.salaries",
            "CREATE TABLE sales.mine (id integer)",
        )
        for statement in (*refused, "CREATE ROLE another"):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
                reader.execute(statement)
        reader.execute("SET default_transaction_read_only = off")  # a limit of the session; the rights are what holds
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("INSERT INTO sales.orders VALUES (1)")
    with database.connect() as administrator:
        limits = administrator.execute("SELECT rolconnlimit, rolsuper FROM pg_roles WHERE rolname = 'aep_reader_a'").fetchone()
        assert limits == (20, False)


def test_by_tls_alone(database: Any, bootstrapped: Any, play: Any) -> None:
    file = database.server.folder / "data" / "pg_hba.conf"
    tls_only = {"postgres_reader_tls_only": True, "postgres_reader_pg_hba": str(file)}
    done = play("bootstrap", **tls_only)
    assert done.returncode == 2
    assert "still lets aep_reader_a in without TLS, as a rule for a narrower address comes first" in done.stdout
    tls_only["postgres_reader_addresses"] = ["127.0.0.1/32"]
    done = play("bootstrap", **tls_only)
    assert done.returncode == 0, done.stdout
    assert changed(done.stdout) > 0
    again = play("bootstrap", **tls_only)
    assert (again.returncode, changed(again.stdout)) == (0, 0), again.stdout
    password = bootstrapped.password
    database.connect("aep_reader_a", password, dbname="shop", sslmode="require").close()
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        database.connect("aep_reader_a", password, dbname="shop", sslmode="disable")
    database.connect(sslmode="disable").close()


def test_a_password_from_elsewhere(database: Any, client: Client, play: Any, tmp_path: pathlib.Path) -> None:
    done = play("bootstrap", bootstrap_password="ch0sen-elsewhere", postgres_reader_schemas=["public"])
    assert done.returncode == 0, done.stdout
    assert not (tmp_path / "passwords").exists()
    database.connect("aep_reader_a", "ch0sen-elsewhere", dbname="shop").close()
    assert "ch0sen-elsewhere" not in done.stdout


def test_prediction_of_everything(database: Any, client: Client, play: Any) -> None:
    done = play("bootstrap", "--check")
    assert done.returncode == 0, done.stdout
    assert changed(done.stdout) > 0
    assert not database.marks()


def test_what_is_missing_is_said_before_anything_is_done(database: Any, client: Client, play: Any) -> None:
    done = play("bootstrap", postgres_reader_database="")
    assert done.returncode == 2
    assert "postgres_reader_database is missing" in done.stdout
    with database.connect() as administrator:
        assert administrator.execute("SELECT 1 FROM pg_roles WHERE rolname LIKE 'aep%'").fetchone() is None


def test_a_password_that_is_not_known_is_not_replaced(
    database: Any, bootstrapped: Any, play: Any, tmp_path: pathlib.Path
) -> None:
    file = tmp_path / "passwords" / "aep_reader_a"
    kept = file.read_bytes()
    file.unlink()
    done = play("bootstrap")
    assert done.returncode == 2
    assert "a new password for aep_reader_a would lock out what uses it" in done.stdout
    assert not file.exists()
    done = play("bootstrap", bootstrap_password="an0ther-password")
    assert done.returncode == 2
    assert "the password of aep_reader_a is another one than bootstrap_password" in done.stdout
    assert "an0ther-password" not in done.stdout
    database.connect("aep_reader_a", bootstrapped.password, dbname="shop").close()
    file.write_bytes(kept)
