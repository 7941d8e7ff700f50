"""The inventory plugin, by ansible-inventory and ansible-playbook against a simulator."""

from __future__ import annotations

import json
import pathlib
import subprocess
from collections.abc import Callable
from typing import Any

import ansible_runner
import pytest
from commands import ansible
from simulated import Client

Listed = Callable[..., dict[str, Any]]
SECRET = "secret"


@pytest.fixture
def ask(client: Client, tmp_path: pathlib.Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs ansible-inventory on an inventory file of the plugin."""

    def run(config: str, *options: str, name: str = "org.aep.yml", **environment: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / name).write_text("plugin: aep.sources.sandboxes\n" + config)
        who = {
            "AEP_CLIENT_ID": "client",
            "AEP_CLIENT_SECRET": SECRET,
            "AEP_ORG_ID": "TESTORG@AdobeOrg",
            "AEP_BASE_URL": client.url,
            "AEP_IMS_URL": client.url,
            **environment,
        }
        strict = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
        options = options or ("--list",)
        return ansible("ansible-inventory", "-i", name, *options, folder=tmp_path, apart=True, **who, **strict)

    return run


@pytest.fixture
def listed(ask: Any) -> Listed:
    """Return a function that returns the inventory as a dictionary."""

    def run(config: str, **more: Any) -> dict[str, Any]:
        done = ask(config, **more)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout, object_hook=lambda one: one.get("__ansible_unsafe", one))
        return found

    return run


def hosts(found: dict[str, Any]) -> list[str]:
    return sorted(found["_meta"]["hostvars"])


def test_each_sandbox_is_a_host(listed: Listed) -> None:
    found = listed("")
    assert hosts(found) == ["s1", "s2", "s3", "s4"]
    assert found["_meta"]["hostvars"]["s2"] == {
        "aep_sandbox": "s2",
        "aep_sandbox_title": "S2",
        "aep_sandbox_state": "active",
        "aep_sandbox_type": "development",
        "aep_sandbox_region": "VA7",
        "aep_sandbox_cloud": "azure",
        "aep_sandbox_is_default": False,
        "aep_sandbox_org_id": "TESTORG@AdobeOrg",
        "ansible_connection": "local",
    }


def test_graph(ask: Any) -> None:
    done = ask("keyed_groups: [{key: aep_sandbox_type, prefix: '', separator: ''}]", "--graph")
    lines = [line.strip(" |-") for line in done.stdout.splitlines()]
    assert lines == ["@all:", "@ungrouped:", "@production:", "s1", "@development:", "s2", "s3", "s4"]


def test_the_cloud_of_a_region(listed: Listed, client: Client) -> None:
    client.set(region="VA6")
    found = listed("keyed_groups: [{key: aep_sandbox_cloud, prefix: cloud}]")
    assert found["cloud_aws"]["hosts"] == ["s1", "s2", "s3", "s4"]


@pytest.mark.parametrize(
    ("config", "names"),
    [
        ("types: [development]", ["s2", "s3", "s4"]),
        ("types: [production]", ["s1"]),
        ("names: ['s[13]']", ["s1", "s3"]),
        ("names: ['s']", []),
        ("states: [creating]", []),
        ("states: []", ["s1", "s2", "s3", "s4"]),
        ("all: true", ["s1", "s2", "s3", "s4"]),
    ],
)
def test_filters(listed: Listed, config: str, names: list[str]) -> None:
    assert hosts(listed(config)) == names


def test_compose_and_groups(listed: Listed) -> None:
    found = listed(
        "compose: {purge: aep_sandbox_type == 'development'}\ngroups: {first: aep_sandbox == 's1', aep_sandboxes: true}"
    )
    assert found["first"]["hosts"] == ["s1"]
    assert found["aep_sandboxes"]["hosts"] == ["s1", "s2", "s3", "s4"], "an inventory with other hosts as well"
    assert [found["_meta"]["hostvars"][name]["purge"] for name in ("s1", "s2")] == [False, True]


def test_templates_and_vaulted_values(listed: Listed, tmp_path: pathlib.Path) -> None:
    password = tmp_path / "password"
    password.write_text("vault-password")
    vaulted = subprocess.run(
        ["ansible-vault", "encrypt_string", "--vault-password-file", str(password), "--stdin-name", "client_secret"],
        input=SECRET,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    environment = {"AEP_CLIENT_SECRET": "", "AEP_CLIENT_ID": "", "ANSIBLE_VAULT_PASSWORD_FILE": str(password)}
    config = vaulted + "client_id: \"{{ lookup('ansible.builtin.env', 'MY_CLIENT') }}\"\n"
    assert hosts(listed(config, MY_CLIENT="client", **environment)) == ["s1", "s2", "s3", "s4"]


def test_many_sandboxes_come_in_pages(listed: Listed, client: Client) -> None:
    client.set(sandboxes=[f"n{number:03}" for number in range(230)])
    client.admin("DELETE", "counters")
    assert len(hosts(listed(""))) == 230
    assert client.admin("GET", "counters")["sandboxes.list_some"] == 3


def test_what_is_cached_is_not_asked_again(listed: Listed, client: Client, tmp_path: pathlib.Path) -> None:
    config = f"cache: true\ncache_plugin: ansible.builtin.jsonfile\ncache_connection: {tmp_path / 'cache'}\n"
    first = listed(config)
    client.admin("DELETE", "counters")
    assert listed(config) == first
    assert client.admin("GET", "counters") == {}
    kept = [path.read_text() for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert kept
    assert not [text for text in kept if SECRET in text.replace("aep_", "")]


@pytest.mark.parametrize(
    ("config", "environment", "said"),
    [
        ("", {"AEP_CLIENT_SECRET": "wr0ng-secret"}, "invalid client_secret parameter"),
        ("", {"AEP_ORG_ID": "none"}, "org_id 'none' is no organization id"),
        ("", {"AEP_BASE_URL": "http://platform.adobe.io"}, "http is for this machine only"),
        ("", {"AEP_BASE_URL": "http://127.0.0.1:9", "AEP_RETRIES": "0"}, "no connection to http://127.0.0.1:9"),
        ("names: ['(']", {}, "names holds no regular expression"),
        ("typs: [development]", {}, "typs is no option of aep.sources.sandboxes: did you mean types?"),
        (
            "types: [developement]",
            {},
            "types has 'developement': give production or development, or an empty list for all types.",
        ),
    ],
)
def test_what_is_wrong_is_said(ask: Any, config: str, environment: dict[str, str], said: str) -> None:
    done = ask(config, **environment)
    assert done.returncode != 0
    assert said in done.stderr
    assert "wr0ng-secret" not in done.stderr + done.stdout


def test_another_file_is_not_ours(ask: Any) -> None:
    assert ask("", name="other.yml").returncode != 0


def test_the_role_runs_over_it(client: Client, ask: Any, tmp_path: pathlib.Path, variables: dict[str, Any]) -> None:
    ask("")
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars" / "all.json").write_text(json.dumps(variables))
    who = {f"AEP_{name.upper()}": value for name, value in client.who.items()}
    done = ansible("ansible-playbook", "-i", "org.aep.yml", "aep.sources.connections", folder=tmp_path, **who)
    assert done.returncode == 0, done.stdout
    held = client.admin("GET", "connections")
    assert {name: len(connections) for name, connections in held.items()} == dict.fromkeys(("s1", "s2", "s3", "s4"), 3)


def test_the_module_lists_them_too(client: Client, play: Any, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "site.yml"
    file.write_text("""
- hosts: s1
  gather_facts: false
  vars: {ansible_connection: local, ansible_python_interpreter: "{{ ansible_playbook_python }}"}
  tasks:
    - aep.sources.aep_sandbox_info:
        types: [development]
      module_defaults: {aep.sources.aep_sandbox_info: "{{ postgres_connections_auth }}"}
      register: organization
    - ansible.builtin.debug:
        msg: "found {{ organization.sandboxes | map(attribute='name') | join('+') }}, {{ organization.changed }}"
""")
    done = play(playbook=str(file))
    assert "found s2+s3+s4, False" in done.stdout, done.stdout


def test_as_a_source_of_awx(client: Client, tmp_path: pathlib.Path) -> None:
    """AWX runs ansible-inventory by its engine on a file of the project, with the credential in the environment."""
    (tmp_path / "org.aep.yml").write_text(
        "plugin: aep.sources.sandboxes\nkeyed_groups: [{key: aep_sandbox_type, separator: ''}]\n"
    )
    found, said = ansible_runner.get_inventory(
        action="list",
        inventories=[str(tmp_path / "org.aep.yml")],
        response_format="json",
        export=True,
        quiet=True,
        private_data_dir=str(tmp_path / "runner"),
        envvars={
            "AEP_CLIENT_ID": "client",
            "AEP_CLIENT_SECRET": SECRET,
            "AEP_ORG_ID": "TESTORG@AdobeOrg",
            "AEP_BASE_URL": client.url,
            "AEP_IMS_URL": client.url,
            "ANSIBLE_INVENTORY_UNPARSED_FAILED": "true",
        },
    )
    assert sorted(found["_meta"]["hostvars"]) == ["s1", "s2", "s3", "s4"], said
    assert found["development"]["hosts"] == ["s2", "s3", "s4"]
