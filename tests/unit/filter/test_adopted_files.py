"""The filter adopted_files: each definition is of what is there, makes nothing up, and is accepted as it is."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from adopting import NOTHING, STRING, VAULT, accepted, host, in_string, read, shown, texts
from ansible_collections.aep.sources.plugins.filter.adopted_files import adopted_files
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import find
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st


def test_a_connection_with_all_its_settings() -> None:
    files = texts(host(shown(description="of the shop", ssl_mode="verify-full", port=6432)))
    assert read(files) == {
        "credentials": {"reader_db_example_com_orders": {"username": "reader", "password": ""}},
        "definitions": [
            {
                "name": "Orders",
                "description": "of the shop",
                "server": "db.example.com",
                "database": "orders",
                "port": 6432,
                "ssl_mode": "verify-full",
                "credentials": "reader_db_example_com_orders",
            }
        ],
    }
    assert "does not show" not in files["host_vars/dev/connections.yml"]


def test_what_a_run_would_set_unseen_is_announced_and_not_made_up() -> None:
    files = texts(host(shown(ssl_mode=None, port=None)))
    [definition] = read(files)["definitions"]
    assert not {"ssl_mode", "port"} & definition.keys()
    said = files["host_vars/dev/connections.yml"]
    assert "# The service does not show port. A run sets 5432, unless you say it here." in said
    assert "# The service does not show ssl_mode. A run sets require, unless you say it here." in said


def test_without_server_or_database_credentials_are_left_alone_until_these_are_there() -> None:
    files = texts(host(shown(**NOTHING | {"ssl_mode": "require"})))
    variables = read(files)
    assert variables["definitions"] == [{"name": "Orders"}]
    assert variables["credentials"] == {"dev_orders": {"username": "", "password": ""}}
    assert accepted(variables)[0].authentication is None
    assert [line.strip() for line in files["host_vars/dev/connections.yml"].splitlines()[-5:]] == [
        "# The service does not show server and database. Its credentials are left alone until you add all of this:",
        "# server:",
        "# database:",
        "# ssl_mode: require",
        "# credentials: dev_orders",
    ]


@pytest.mark.parametrize(
    ("connection", "credentials"),
    [
        (shown(username=None), {"dev_orders": {"username": "", "password": ""}}),
        (in_string(), {"reader_db_example_com_orders": {"username": "reader", "password": ""}}),
        (in_string(**NOTHING, other_properties=None), {"dev_orders": {"connection_string": ""}}),
        (in_string(other_properties=True), {"dev_orders": {"connection_string": ""}}),
        (in_string(server=None), {"dev_orders": {"connection_string": ""}}),
        (in_string(username="'quoted'"), {"dev_orders": {"connection_string": ""}}),  # which no string is composed with
    ],
)
def test_what_is_to_be_filled_in(connection: dict[str, Any], credentials: dict[str, Any]) -> None:
    variables = read(texts(host(connection)))
    assert variables["credentials"] == credentials
    [desired] = accepted(variables)
    assert desired.authentication
    assert desired.authentication.spec_name == connection["auth_type"]


def test_a_kind_that_nobody_knows_is_left_alone() -> None:
    files = texts(host(shown(auth_type="Kerberos"), shown("B", auth_type=None)))
    assert read(files) == {"definitions": [{"name": "Orders"}, {"name": "B"}]}
    assert "Its credentials are left alone. They are of the kind 'Kerberos'." in files["host_vars/dev/connections.yml"]


def test_who_logs_in_where_is_one_credential_and_a_masked_string_is_its_own() -> None:
    one = host(shown("A"), shown("B"), shown("C", database="shop"), in_string("D"), in_string("E", **NOTHING), name="prod")
    variables = read(files := texts(one, host(shown("A", port=None))), "prod")
    keys = [definition.get("credentials") for definition in variables["definitions"]]
    assert keys == ["reader_db_example_com_orders"] * 2 + [
        "reader_db_example_com_shop",
        "reader_db_example_com_orders",
        "prod_e",
    ]
    assert "# prod: 'A', 'B', 'D'; dev: 'A'" in files[VAULT]
    assert len(variables["credentials"]) == 3


def test_keys_are_told_apart() -> None:
    files = texts(host(*(shown(name, username=None) for name in ("Ä", "Ö", "1", "a b", "a-b"))))
    assert list(read(files)["credentials"]) == ["dev", "dev_2", "dev_1", "dev_a_b", "dev_a_b_2"]
    assert len({one.authentication for one in accepted(read(files))}) == 1


@pytest.mark.parametrize("name", ["", None, " Orders", "a\nb", "\u2028", "x\x00"])
def test_a_name_that_no_definition_can_have(name: str | None) -> None:
    files = texts(host(shown(name, id="the-id")))
    [definition] = read(files)["definitions"]
    assert (definition["connection_id"], "name" in definition) == ("the-id", False)
    assert "# Its name is '" in files["host_vars/dev/connections.yml"]


def test_a_name_that_stands_twice() -> None:
    files = texts(host(shown(id="1"), shown(id="2"), shown("Other")))
    definitions = read(files)["definitions"]
    assert [(one.get("name"), one.get("connection_id")) for one in definitions] == [(None, "1"), (None, "2"), ("Other", None)]
    assert files["host_vars/dev/connections.yml"].count("# 2 connections have its name, 'Orders'.") == 2
    assert len(accepted(read(files))) == 3


def test_a_description_that_cannot_be_declared_is_left_alone() -> None:
    files = texts(host(shown(description="a\x00b")))
    assert "description" not in read(files)["definitions"][0]
    assert "# Its description is left alone. description holds a control character" in files["host_vars/dev/connections.yml"]


def test_what_is_not_ours_to_manage_is_left_out_and_said() -> None:
    connections = [
        shown("A", managed=True, owner="team-b"),
        shown("B", managed=True, owner="team-a"),
        shown("C", managed=True),
        shown("aep.sources proof 1", managed=True, owner="team-a"),
        shown("D", state="deleting"),
        shown("E", state="disabled"),
    ]
    found = adopted_files([host(*connections, postgres_connections_owner="team-a")])
    [text] = [one["text"] for one in found["files"] if one["path"].startswith("host_vars")]
    names = [one["name"] for one in yaml.safe_load(text)["postgres_connections_definitions"]]
    assert names == ["B", "C", "E"]
    assert "# 'A' is left out: owner 'team-b' manages it." in text
    assert "# Its state is 'disabled'." in text
    assert "dev: 'D' is left out: its state is 'deleting'." in found["summary"]


def test_on_aws_the_cloud_is_part_of_it() -> None:
    one = host(shown("A", ssl_mode="require"), in_string("B"), aep_sandbox_cloud="aws")
    files = texts(one)
    first, second = read(files)["definitions"]
    assert first["cloud"] == "aws"
    assert second == {"name": "B"}
    assert "auth_type: connection_string is not available with cloud: aws" in files["host_vars/dev/connections.yml"]
    accepted(read(files))


def test_an_empty_sandbox() -> None:
    assert read(texts(host())) == {"definitions": []}


TEXT = st.one_of(st.none(), st.text(max_size=30), st.sampled_from(["{{ 1 }}", "no", "1", "db.example.com", "x;y", " a"]))
CONNECTIONS = st.lists(
    st.builds(
        lambda kind, port, other, **texts: shown(**texts, auth_type=kind, port=port, other_properties=other),
        kind=st.sampled_from(["Basic Authentication", STRING, "another", None]),
        port=st.one_of(st.none(), st.integers(-1, 70000), st.just("x")),
        other=st.sampled_from([None, True, False]),
        **dict.fromkeys(("name", "description", "server", "database", "username", "owner", "state"), TEXT),
        ssl_mode=st.sampled_from([None, "disable", "verify-full"]),
        encryption_method=st.sampled_from([None, "disabled", "enabled"]),
        validate_server_certificate=st.sampled_from([None, True, False]),
        managed=st.booleans(),
        id=st.uuids().map(str),
    ),
    max_size=6,
    unique_by=lambda one: one["id"],
)


@given(CONNECTIONS, CONNECTIONS, st.sampled_from([None, "azure", "aws"]))
@settings(max_examples=examples(150, 5000))
def test_whatever_is_there_is_accepted_and_finds_its_connection(first: Any, second: Any, cloud: str | None) -> None:
    hosts = [host(*first, name="prod", aep_sandbox_cloud=cloud), host(*second)]
    files = texts(*hosts)
    for name, connections in (("prod", first), ("dev", second)):
        existing = [Connection(one["id"], one["name"]) for one in connections]
        wanted = accepted(read(files, name))
        met = [find(one, existing) for one in wanted]
        assert len({one.id for one in met if one}) == len(wanted)
        for desired, found in zip(wanted, met, strict=True):
            [seen] = [one for one in connections if found and one["id"] == found.id]
            assert desired.description in (None, seen["description"])
            visible = getattr(desired.authentication, "server", seen["server"])
            assert visible == seen["server"]
            assert desired.name in (None, seen["name"])
