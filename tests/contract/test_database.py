"""``/test`` and ``/explore`` against real servers: with TLS and without, and with each way to ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import postgres
import psycopg
import pytest
import services
import tls
from psycopg import sql
from tls import BOTH, ONLY_TLS, PASSWORD


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the files of the right certificate authority and of another one."""
    return tls.make_authorities(tmp_path_factory.mktemp("authorities"))


def tls_server(authorities: dict[str, str], host: str, access: str) -> postgres.Server:
    server = tls.start(authorities, host, access)
    with psycopg.connect(
        host="127.0.0.1",
        port=server.port,
        user=postgres.ADMINISTRATOR,
        password=server.password,
        dbname="postgres",
        autocommit=True,
    ) as connection:
        connection.execute(sql.SQL("CREATE ROLE reader LOGIN PASSWORD {}").format(PASSWORD))
        connection.execute("CREATE DATABASE orders")
    return server


@pytest.fixture(scope="module")
def only_tls(authorities: dict[str, str]) -> Iterator[postgres.Server]:
    server = tls_server(authorities, "127.0.0.1", ONLY_TLS)
    yield server
    postgres.stop(server.folder)


@pytest.fixture(scope="module")
def other_name(authorities: dict[str, str]) -> Iterator[postgres.Server]:
    server = tls_server(authorities, "db.example.com", BOTH)
    yield server
    postgres.stop(server.folder)


@pytest.fixture(scope="module")
def plain() -> Iterator[services.Services]:
    server = postgres.start()
    held = services.Services("", postgres.LOOPBACK, server.port, server.password, {}, 0, str(server.folder))
    held.readers = {database: services.make_database(held, database) for database in services.TABLES}
    yield held
    postgres.stop(server.folder)


def works(client: Any, listening: int, mode: str, ca_file: str = "", **params: str) -> bool:
    client.set(ca_file=ca_file)
    created = client.create(params={"port": str(listening), "password": PASSWORD, "sslMode": mode, **params})
    result: bool = client("GET", f"/connections/{created.json()['id']}/test").json()["result"]
    return result


def works_by_string(client: Any, port: int, properties: str, ca_file: str = "") -> bool:
    client.set(ca_file=ca_file)
    text = f"Server=127.0.0.1;Database=orders;Port={port};UID=reader;Password={PASSWORD}{properties}"
    created = client.create(auth={"specName": "Connection String Based Authentication", "params": {"connectionString": text}})
    result: bool = client("GET", f"/connections/{created.json()['id']}/test").json()["result"]
    return result


@pytest.mark.parametrize(
    ("mode", "ca", "expected"),
    [
        ("Disable", "right.pem", False),
        ("Allow", "", True),
        ("Prefer", "", True),
        ("Require", "", True),
        ("Require", "wrong.pem", True),
        ("Verify-Ca", "right.pem", True),
        ("Verify-Ca", "wrong.pem", False),
        ("Verify-Full", "right.pem", True),
        ("Verify-Full", "wrong.pem", False),
        ("Verify-Full", "", False),
    ],
)
def test_a_server_that_wants_tls(
    client: Any, only_tls: postgres.Server, authorities: dict[str, str], mode: str, ca: str, expected: bool
) -> None:
    assert works(client, only_tls.port, mode, authorities.get(ca, "")) is expected


@pytest.mark.parametrize(
    ("mode", "expected"), [("Require", True), ("Verify-Ca", True), ("Verify-Full", False), ("Disable", True)]
)
def test_a_certificate_for_another_host(
    client: Any, other_name: postgres.Server, authorities: dict[str, str], mode: str, expected: bool
) -> None:
    assert works(client, other_name.port, mode, authorities["right.pem"]) is expected


@pytest.mark.parametrize(
    ("properties", "ca", "expected"),
    [
        ("", "", False),
        (";EncryptionMethod=0", "", False),
        (";EncryptionMethod=1", "", True),
        (";EncryptionMethod=6", "", True),
        (";EncryptionMethod=1;ValidateServerCertificate=0", "wrong.pem", True),
        (";EncryptionMethod=1;ValidateServerCertificate=1", "right.pem", True),
        (";EncryptionMethod=1;ValidateServerCertificate=1", "wrong.pem", False),
        (";EncryptionMethod=1;ValidationServerCertificate=1", "wrong.pem", True),
    ],
)
def test_connection_strings_and_tls(
    client: Any, only_tls: postgres.Server, authorities: dict[str, str], properties: str, ca: str, expected: bool
) -> None:
    assert works_by_string(client, only_tls.port, properties, authorities.get(ca, "")) is expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("Disable", True), ("Allow", True), ("Prefer", True), ("Require", False), ("Verify-Ca", False), ("Verify-Full", False)],
)
def test_a_server_without_tls(client: Any, plain: services.Services, mode: str, expected: bool) -> None:
    reader = {"username": "orders_reader", "password": plain.readers["orders"]}
    assert works(client, plain.postgres_port, mode, **reader) is expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "wrong"},
        {"username": "nobody"},
        {"database": "customers"},
        {"database": "none"},
        {"port": "1"},
        {"server": "no.invalid"},
    ],
)
def test_credentials_that_do_not_fit(client: Any, plain: services.Services, wrong: dict[str, str]) -> None:
    reader = {"username": "orders_reader", "password": plain.readers["orders"], "port": str(plain.postgres_port)}
    assert works(client, 0, "Disable", **reader)
    assert not works(client, 0, "Disable", **{**reader, **wrong})


def test_the_mapping_of_true_and_false(client: Any, plain: services.Services, only_tls: postgres.Server) -> None:
    client.set(region="VA6", initializing_seconds=0)
    reader = {"username": "orders_reader", "password": plain.readers["orders"]}
    assert works(client, plain.postgres_port, "false", **reader)
    assert not works(client, plain.postgres_port, "true", **reader)
    assert works(client, only_tls.port, "true")


def test_no_ssl_mode_on_aws_is_false(client: Any, only_tls: postgres.Server) -> None:
    client.set(region="VA6", initializing_seconds=0)
    created = client.create(params={"port": str(only_tls.port), "password": PASSWORD, "sslMode": "true"})
    path = f"/connections/{created.json()['id']}/test"
    assert client("GET", path).json()["result"]
    assert client.patch(created, {"op": "remove", "path": "/auth/params/sslMode"}).ok
    assert not client("GET", path).json()["result"]


def test_explore(client: Any, plain: services.Services) -> None:
    reader = {"username": "orders_reader", "password": plain.readers["orders"], "port": str(plain.postgres_port)}
    path = f"/connections/{client.create(params=reader).json()['id']}/explore"
    for kind in ("root", "ROOT"):
        tables = client("GET", f"{path}?objectType={kind}").json()
        assert [table["path"] for table in tables] == ["public.open_orders", "public.orders"]
        assert set(tables[0]) == {"type", "name", "path", "canPreview", "canFetchSchema"}
    answer = client("GET", f"{path}?objectType=table&object=public.orders&preview=true").json()
    assert answer["format"] == "flat"
    assert [(column["name"], column["xdm"]) for column in answer["schema"]["columns"]] == [
        ("id", {"type": "integer"}),
        ("customer", {"type": "string"}),
        ("placed", {"type": "string", "format": "date-time"}),
        ("total", {"type": "number"}),
    ]
    assert len(answer["data"]) == 10
    assert "data" not in client("GET", f"{path}?objectType=table&object=public.orders").json()
    assert client("GET", f"{path}?objectType=table&object=public.none").json()["type"].endswith("1330-400")
    for name in ("%00", "public.%00", "%ED%A0%80"):
        assert client("GET", f"{path}?objectType=table&object={name}").status_code == 400


def test_explore_shows_what_the_role_may_see(client: Any, plain: services.Services) -> None:
    with plain.administrate("orders") as connection:
        connection.execute("CREATE TABLE hidden (id integer)")
        connection.execute('CREATE TABLE "Odd; name""s" (id integer)')
        connection.execute('GRANT SELECT ON "Odd; name""s" TO orders_reader')
    reader = {"username": "orders_reader", "password": plain.readers["orders"], "port": str(plain.postgres_port)}
    path = f"/connections/{client.create(params=reader).json()['id']}/explore"
    paths = [table["path"] for table in client("GET", f"{path}?objectType=root").json()]
    assert "public.hidden" not in paths
    assert 'public.Odd; name"s' in paths
    answer = client("GET", path, params={"objectType": "table", "object": 'public.Odd; name"s', "preview": "true"})
    assert answer.json()["data"] == []


def test_the_drivers_words_come_back_without_the_password(client: Any, plain: services.Services) -> None:
    params = {"username": "orders_reader", "password": PASSWORD, "port": str(plain.postgres_port)}
    answer = client("GET", f"/connections/{client.create(params=params).json()['id']}/explore?objectType=root")
    assert "password authentication failed" in answer.json()["errorMessage"]
    assert PASSWORD not in answer.text
