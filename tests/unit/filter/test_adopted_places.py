"""Where the filter adopted_files has its files written: nothing that the user has is hidden or overwritten."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from adopting import DEFAULTS, VAULT, accepted, host, in_string, read, shown, texts
from ansible.errors import AnsibleFilterError
from ansible_collections.aep.sources.plugins.filter.adopted_files import adopted_files


def test_what_all_share_is_in_one_place() -> None:
    prod = host(shown("A"), shown("B", database="shop"), name="prod")
    files = texts(prod, host(shown("A", server="db.dev")))
    assert read(files)["defaults"] == {"port": 5432, "ssl_mode": "require"}
    assert read(files)["definitions"] == [
        {"name": "A", "server": "db.dev", "database": "orders", "credentials": "reader_db_dev_orders"}
    ]
    assert getattr(accepted(read(files, "prod"))[1].authentication, "ssl_mode", None) == "require"


def test_what_not_all_have_is_no_default() -> None:
    assert "defaults" not in read(texts(host(shown("A"), in_string("B", database="x", port=1, server="y"))))
    assert read(texts(host(shown("A"), in_string("B"))))["defaults"].keys() == {"server", "port", "database", "credentials"}


@pytest.mark.parametrize(
    ("more", "own"),
    [
        ({"covers_all": False}, {}),
        ({"texts": {DEFAULTS: "- another"}, "there": [DEFAULTS]}, {}),
        ({"texts": {DEFAULTS: "postgres_connections_defaults: {test: always}"}, "there": [DEFAULTS]}, {}),
        ({}, {"postgres_connections_defaults": {"port": 1}}),
        ({}, {"postgres_connections_definitions": []}),
    ],
)
def test_others_get_no_defaults_that_are_not_theirs(more: dict[str, Any], own: dict[str, Any]) -> None:
    files = texts(host(shown("A"), shown("B"), name="prod"), host(shown("A"), shown("B"), name="dev", **own), **more)
    assert DEFAULTS not in files
    text = files.get("host_vars/dev/connections.yml") or files["host_vars/dev/connections.yml.adopted"]
    assert yaml.safe_load(text)["postgres_connections_defaults"]["port"] == 5432


def test_defaults_of_others_are_kept_out() -> None:
    files = texts(host(shown("A"), postgres_connections_defaults={"port": 1}))
    assert read(files)["defaults"] == {}


def test_what_is_there_is_not_written_again_nor_over() -> None:
    hosts = [host(shown("A"), shown("B"), name="prod"), host(shown("A"), name="dev")]
    first = texts(*hosts)
    known = {"postgres_connections_credentials": {"reader_db_example_com_orders": {}}, "postgres_connections_definitions": [1]}
    again = [one | known for one in hosts]
    assert adopted_files(again, there=[*first], texts=first)["files"] == []
    grown = [again[0], host(shown("A"), shown("C", database="c"), **known)]
    found = adopted_files(grown, there=[*first], texts=first)
    assert [(one["path"], one["beside"]) for one in found["files"]] == [
        ("host_vars/dev/connections.yml.adopted", "host_vars/dev/connections.yml"),
        (f"{VAULT}.adopted", VAULT),
    ]
    assert "+  - name: C" in found["files"][0]["diff"]
    assert found["files"][1]["diff"] == [], "it could be filled in"
    assert list(yaml.safe_load(found["files"][1]["text"])["postgres_connections_credentials"]) == ["reader_db_example_com_c"]


def test_variables_that_stand_elsewhere_are_not_shadowed() -> None:
    own = {"postgres_connections_credentials": {"mine": {}}, "postgres_connections_definitions": []}
    assert list(texts(host(shown(), **own))) == ["host_vars/dev/connections.yml.adopted", f"{VAULT}.adopted"]
    said = f"Add what is in {VAULT}.adopted to {VAULT}, or where postgres_connections_credentials is defined."
    assert said in adopted_files([host(shown(), **own)])["summary"][-1]


def test_credentials_in_vaulted_files_of_the_role_are_known() -> None:
    assert list(texts(host(shown(), __postgres_connections_keys=["mine"]))) == [
        "host_vars/dev/connections.yml",
        f"{VAULT}.adopted",
    ]
    assert VAULT not in "".join(texts(host(shown(), __postgres_connections_keys=["reader_db_example_com_orders"])))


@pytest.mark.parametrize("there", ["host_vars/dev.yml", "group_vars/all.yaml", "group_vars/all.json"])
def test_a_file_that_a_folder_would_hide(there: str) -> None:
    with pytest.raises(AnsibleFilterError, match=f"{there} exists, and Ansible would not read it any more"):
        adopted_files([host(shown())], there=[there])


def test_a_link_or_a_file_where_a_folder_has_to_be() -> None:
    with pytest.raises(AnsibleFilterError, match="host_vars/dev is a file or a link, and this needs a folder of its own"):
        adopted_files([host(shown())], there=["host_vars/dev"])


@pytest.mark.parametrize("name", ["../etc", "..", "a/b"])
def test_a_host_whose_name_is_a_path(name: str) -> None:
    with pytest.raises(AnsibleFilterError, match="No folder can be named like the host"):
        adopted_files([host(shown(), name=name)])


def test_what_an_earlier_run_left_is_not_written_over() -> None:
    path = "host_vars/dev/connections.yml"
    with pytest.raises(AnsibleFilterError, match="is left from an earlier run"):
        adopted_files([host(shown())], there=[path, f"{path}.adopted"], texts={path: "mine", f"{path}.adopted": "old"})
