"""What a converge asks of the service, counted: one token per credential and day, a list per sandbox, and what it changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from simulated import Client

TOKEN, LIST = "ims.token", "connections.list_all"
CREATE, UPDATE = "connections.create", "connections.patch"
NO_CHANGE = {LIST: 4}  # with the token of the first run
OTHER_SCOPES = ["openid", "session"]


def requests(client: Client) -> dict[str, int]:
    """Return the requests by operation, and forget them."""
    counted = client.admin("GET", "counters")
    client.admin("DELETE", "counters")
    return {name: count for name, count in counted.items() if " " not in name and name != "tcp"}


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_a_run_without_changes(client: Client, play: Any, options: tuple[str, ...]) -> None:
    assert play().returncode == 0
    requests(client)
    done = play(*options)
    assert done.returncode == 0
    assert requests(client) == NO_CHANGE
    assert "ataflow" not in done.stdout, "there are none in the definitions"


def test_the_role_among_other_roles(client: Client, play: Any, tmp_path: Any) -> None:
    file = tmp_path / "site.yml"
    file.write_text("- hosts: all\n  gather_facts: false\n  roles: [aep.sources.postgres_connections]\n")
    assert play().returncode == 0
    requests(client)
    assert play(playbook=str(file)).returncode == 0
    assert requests(client) == NO_CHANGE


def test_a_first_run(client: Client, play: Any) -> None:
    """Each sandbox is listed once more, to see that nobody else created the same, and tells once how it spells sslMode."""
    assert play().returncode == 0
    assert requests(client) == {TOKEN: 1, LIST: 8, CREATE: 12, "connection_specs.get_one": 4, "explore.test": 12, UPDATE: 12}


def test_a_prediction_of_a_first_run(client: Client, play: Any) -> None:
    assert play("--check").returncode == 0
    assert requests(client) == {TOKEN: 1, LIST: 4, "connection_specs.get_one": 4}


OTHER = {f"s{number}": number % 2 == 0 for number in range(1, 9)}  # sandbox -> whether it has the other credential
SITE = "- hosts: all\n  gather_facts: false\n  {how}\n  roles: [aep.sources.postgres_connections]\n"


@pytest.mark.parametrize("how", ["strategy: linear", "serial: 2", "strategy: free"])
def test_sandboxes_that_share_a_credential_share_its_token(client: Client, play: Any, tmp_path: Any, how: str) -> None:
    """Eight hosts, two of each sandbox, with two credentials."""
    file = tmp_path / "site.yml"
    file.write_text(SITE.format(how=how))
    others = {"postgres_connections_auth": {**client.who, "scopes": OTHER_SCOPES}}
    hosts = {
        name: {"postgres_connections_sandbox": f"s{(int(name[1]) - 1) % 4 + 1}", **(others if is_other else {})}
        for name, is_other in OTHER.items()
    }
    assert play("--check", "-f", "8", playbook=str(file), hosts=hosts).returncode == 0
    assert requests(client) == {TOKEN: 2, LIST: 8, "connection_specs.get_one": 8}
    assert play("--check", playbook=str(file), hosts=hosts).returncode == 0
    assert requests(client)[LIST] == 8


def test_a_second_run_asks_for_no_token(client: Client, play: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert play("--check").returncode == 0
    assert requests(client)[TOKEN] == 1
    assert play("--check").returncode == 0
    assert TOKEN not in requests(client)
    monkeypatch.setenv("AEP_TOKEN_CACHE", "false")
    assert play("--check").returncode == 0
    assert requests(client)[TOKEN] == 4


def test_a_refused_token_is_replaced_once_for_all_sandboxes(client: Client, play: Any) -> None:
    assert play().returncode == 0
    requests(client)
    client.fault(kind="expire", operation="connections.list_all")
    assert play("-f", "1").returncode == 0
    assert requests(client) == {TOKEN: 1, LIST: 5}


def test_a_loop_of_the_singular_module(client: Client, play: Any, tmp_path: Any) -> None:
    file = tmp_path / "site.yml"
    file.write_text(
        "- hosts: s1\n  gather_facts: false\n  connection: local\n"
        "  vars: {ansible_python_interpreter: '{{ ansible_playbook_python }}'}\n  tasks:\n"
        "    - aep.sources.aep_postgres_connection: {sandbox: s1, name: '{{ item }}', state: absent}\n"
        "      module_defaults: {aep.sources.aep_postgres_connection: '{{ postgres_connections_auth }}'}\n"
        "      loop: [a, b, c, d, e]\n"
    )
    assert play(playbook=str(file)).returncode == 0
    assert requests(client) == {TOKEN: 1, LIST: 5}


def test_a_credential_that_is_refused_fails_the_sandboxes_that_have_it(client: Client, play: Any) -> None:
    wrong = {"postgres_connections_auth": {**client.who, "client_secret": "wr0ng-secret"}}
    done = play(hosts={"s1": wrong, "s2": None, "s3": wrong, "s4": None})
    assert done.returncode == 2
    assert "wr0ng-secret" not in done.stdout
    assert done.stdout.count("invalid client_secret parameter") >= 2
    held = client.admin("GET", "connections")
    assert {name: len(connections) for name, connections in held.items() if connections} == {"s2": 3, "s4": 3}


def test_a_refused_credential_is_tried_once_in_each_sandbox(client: Client, play: Any) -> None:
    done = play(postgres_connections_auth={**client.who, "client_secret": "wr0ng-secret"})
    assert done.returncode == 2
    assert requests(client) == {TOKEN: 4}
    assert done.stdout.count("invalid client_secret parameter") >= 4


def test_one_fingerprint_key_beside_the_credential(client: Client, play: Any) -> None:
    assert play(postgres_connections_auth={**client.who, "fingerprint_key": "a-key-of-our-own-1234"}).returncode == 0
    requests(client)
    assert play(postgres_connections_auth={**client.who, "fingerprint_key": "a-key-of-our-own-1234"}).returncode == 0
    assert requests(client) == NO_CHANGE


def test_a_credential_that_is_given_to_the_role(client: Client, play: Any, tmp_path: Any, variables: dict[str, Any]) -> None:
    who = json.dumps(variables.pop("postgres_connections_auth"))
    file = tmp_path / "site.yml"
    role = "{name: aep.sources.postgres_connections}"
    file.write_text(
        "- hosts: all\n  gather_facts: false\n  tasks:\n"
        f"    - ansible.builtin.include_role: {role}\n      vars: {{postgres_connections_auth: {who}}}\n"
    )
    done = play(playbook=str(file))
    assert done.returncode == 0, done.stdout
    assert requests(client)[TOKEN] == 1


def test_a_credential_from_the_environment(
    client: Client, play: Any, variables: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.pop("postgres_connections_auth").items():
        monkeypatch.setenv(f"AEP_{name.upper()}", value)
    done = play()
    assert done.returncode == 0, done.stdout
    assert requests(client)[TOKEN] == 1
