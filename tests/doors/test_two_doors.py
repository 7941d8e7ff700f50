"""Each task run in Ansible's own process and as an ordinary module: the results are the same, key by key."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml
from commands import ansible
from simulated import Client

SECRETS = ("s3cret-password", "wr0ng-secret")
IN_ENVIRONMENT = "k3y-of-fingerprints"  # Ansible itself shows a task's environment when it starts an ordinary module at -vvv
ON_THIS_MACHINE = ("-i", "localhost,", "-c", "local")
CHANGING = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:]+Z|"
    r'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\\?"[0-9a-f]{8}-0000-0200-0000-[0-9a-f]{12}\\?"'
)
ORDERS = {
    "sandbox": "dev",
    "name": "Orders",
    "server": "db.example.com",
    "database": "orders",
    "username": "reader",
    "password": "s3cret-password",
    "ssl_mode": "prefer",
}
DATABASE = {"server": "127.0.0.1", "database": "orders", "username": "reader", "password": "s3cret-password"}
TWO: dict[str, Any] = {
    "sandbox": "stage",
    "defaults": {"server": "db.example.com", "database": "orders"},
    "connections": [{"name": "A", "credentials": "k"}, {"name": "B", "credentials": "k", "port": "5433"}],
    "credentials": {"k": {"username": "reader", "password": "s3cret-password"}},
}
DAILY: dict[str, Any] = {
    "sandbox": "dev",
    "name": "Daily",
    "connection": "Orders",
    "table": "public.orders",
    "dataset": "Orders",
    "delta_column": "placed",
    "schedule": {"frequency": "day", "interval": 1},
    "mapping": {"id": "_id"},
}

# What the task is about -> module, options, and what else stands in the task.
TASKS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "a prediction": ("aep_postgres_connection", ORDERS, {"check_mode": True, "diff": True}),
    "a creation": ("aep_postgres_connection", ORDERS, {"diff": True}),
    "nothing to do": ("aep_postgres_connection", ORDERS, {}),
    "a change": ("aep_postgres_connection", {**ORDERS, "description": "{{ 'templ' ~ 'ated' }}"}, {"diff": True}),
    "two in one": ("aep_postgres_connections", TWO, {"diff": True}),
    "one of two fails": (
        "aep_postgres_connections",
        {**TWO, "connections": [*TWO["connections"], {"name": "C", "connection_id": "none", "credentials": "k"}]},
        {},
    ),
    "an unknown option": ("aep_postgres_connection", {**ORDERS, "nmae": "x"}, {}),
    "an unknown choice": ("aep_postgres_connection", {**ORDERS, "state": "there"}, {}),
    "a wrong type": ("aep_postgres_connection", {**ORDERS, "port": "many"}, {}),
    "an unknown option inside": ("aep_postgres_connections", {**TWO, "connections": [{"nmae": "x"}]}, {}),
    "a password that is no text": ("aep_postgres_connection", {**ORDERS, "password": True}, {}),
    "the sandboxes": ("aep_sandbox_info", {"types": ["development"]}, {}),
    "a look at connections": ("aep_postgres_connection_info", {"sandbox": "dev", "test": True, "dataflows": True}, {}),
    "a check of the service": ("aep_service_check", {"sandbox": "dev", **DATABASE, "allow_production": True}, {}),
    "a look at dataflows": ("aep_postgres_dataflow_info", {"sandbox": "dev", "runs": 5}, {}),
    "a dataflow without a dataset": ("aep_postgres_dataflow", DAILY, {"diff": True}),
    "a schedule that cannot be": ("aep_postgres_dataflow", {**DAILY, "schedule": {"frequency": "once", "interval": 1}}, {}),
    "a misspelt option of a dataflow": ("aep_postgres_dataflows", {"sandbox": "dev", "dataflows": [{"nmae": "x"}]}, {}),
    "one of two dataflows fails": (
        "aep_postgres_dataflows",
        {
            "sandbox": "dev",
            "dataflows": [{"name": "Gone", "state": "absent"}, {key: DAILY[key] for key in DAILY if key != "sandbox"}],
        },
        {"check_mode": True},
    ),
    "a look at tables": ("aep_postgres_table_info", {"sandbox": "dev", "name": "Orders"}, {}),
    "a secret as a choice": ("aep_postgres_connection", {**ORDERS, "ssl_mode": "s3cret-password"}, {}),
    "a misspelt secret": ("aep_postgres_connection", {**ORDERS, "pasword": "s3cret-password"}, {}),
    "a misspelt secret inside": ("aep_postgres_connections", {**TWO, "connections": [{"pasword": "s3cret-password"}]}, {}),
    "a text in place of connections": ("aep_postgres_connections", {**TWO, "connections": "s3cret-password"}, {}),
    "a missing option": ("aep_postgres_connections", {"sandbox": "dev"}, {}),
    "two options that exclude each other": (
        "aep_postgres_table_info",
        {"sandbox": "dev", "name": "Orders", "connection_id": "x"},
        {},
    ),
    "a number as a text": ("aep_postgres_connection", {**ORDERS, "description": 12}, {"check_mode": True}),
    "an option that is omitted": ("aep_postgres_connection", {**ORDERS, "port": "{{ omit }}"}, {"check_mode": True}),
    "a warning": ("aep_postgres_connection", {**ORDERS, "validate_certs": False}, {"check_mode": True}),
    "defaults of the module": (
        "aep_postgres_connection",
        {},
        {"module_defaults": {"aep.sources.aep_postgres_connection": ORDERS}, "check_mode": True},
    ),
    "a task as Ansible once wrote it": (
        "aep_postgres_connection",
        {"sandbox": "dev"},
        {"action": "aep.sources.aep_postgres_connection", "args": {**ORDERS, "nmae": "x"}},
    ),
    "bad input": ("aep_postgres_connection", {**ORDERS, "port": 0}, {}),
    "a missing name": ("aep_postgres_connection", {"sandbox": "dev"}, {}),
    "a refused secret": ("aep_postgres_connection", {**ORDERS, "client_secret": "wr0ng-secret"}, {}),
    "the environment of the task": (
        "aep_postgres_connection",
        {key: value for key, value in ORDERS.items() if key != "sandbox"},
        {"environment": {"AEP_SANDBOX": "prod", "AEP_FINGERPRINT_KEY": IN_ENVIRONMENT}},
    ),
    "an unknown sandbox": ("aep_postgres_connection", {**ORDERS, "sandbox": "none"}, {}),
    "a loop": ("aep_postgres_connection", {**ORDERS, "name": "{{ item }}"}, {"loop": ["x", "y"]}),
    "hidden": ("aep_postgres_connection", ORDERS, {"no_log": True}),
    "a deletion": ("aep_postgres_connection", {"sandbox": "dev", "name": "Orders", "state": "absent"}, {"diff": True}),
    "a token": ("aep_access_token", {}, {}),
    "a refused token": ("aep_access_token", {"client_secret": "wr0ng-secret"}, {}),
}


def playbook(who: dict[str, str], results: pathlib.Path) -> list[dict[str, Any]]:
    names = {title: f"result_{number}" for number, title in enumerate(TASKS)}
    tasks: list[dict[str, Any]] = [
        {
            "name": title,
            **({} if "action" in more else {f"aep.sources.{module}": options}),
            "register": names[title],
            "ignore_errors": True,
            **more,
        }
        for title, (module, options, more) in TASKS.items()
    ]
    gathered = "{{ {" + ", ".join(f"'{title}': {name}" for title, name in names.items()) + "} | to_json }}"
    tasks.append(
        {"name": "Keep", "ansible.builtin.copy": {"content": gathered, "dest": str(results), "mode": "0600"}, "no_log": True}
    )
    return [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {"group/aep.sources.all": who},
            "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
            "tasks": tasks,
        }
    ]


def play(playbook: str, folder: pathlib.Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return ansible("ansible-playbook", *ON_THIS_MACHINE, "-vvv", playbook, folder=folder, **environment)


def run(client: Client, folder: pathlib.Path, in_process: str) -> tuple[dict[str, Any], str]:
    client.begin()
    results = folder / f"{in_process}.json"
    (folder / "playbook.yml").write_text(yaml.safe_dump(playbook(client.who, results)))
    done = play("playbook.yml", folder, AEP_IN_PROCESS=in_process)
    assert done.returncode == 0, done.stdout
    return json.loads(results.read_text()), done.stdout


def comparable(value: Any) -> Any:
    """Return a result without what differs from run to run: ids, etags, tokens."""
    text = CHANGING.sub("(changing)", json.dumps(value, sort_keys=True, ensure_ascii=False))
    text = re.sub(r'"access_token": "[^"]+"', '"access_token": "(token)"', text)
    text = re.sub(r'"expires_in": \d+', '"expires_in": "(what is left)"', text)
    return json.loads(
        re.sub(r"request id [\w-]+", "request id", re.sub(r'"request_id": "[^"]+"', '"request_id": "(id)"', text))
    )


@pytest.fixture(scope="module")
def doors(client: Client, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, Any], str]]:
    folder = tmp_path_factory.mktemp("doors")
    return {in_process: run(client, folder, in_process) for in_process in ("true", "false")}


@pytest.mark.parametrize("title", TASKS)
def test_the_results_are_equal(doors: dict[str, tuple[dict[str, Any], str]], title: str) -> None:
    inside, outside = (comparable(doors[in_process][0][title]) for in_process in ("true", "false"))
    assert inside == outside


def test_it_was_two_doors(doors: dict[str, tuple[dict[str, Any], str]]) -> None:
    assert "AnsiballZ_aep" not in doors["true"][1]
    assert doors["false"][1].count("AnsiballZ_aep") >= len(TASKS)


@pytest.mark.parametrize("in_process", ["true", "false"])
def test_no_secret_is_in_any_output(doors: dict[str, tuple[dict[str, Any], str]], in_process: str) -> None:
    results, output = doors[in_process]
    for secret in (*SECRETS, IN_ENVIRONMENT):
        assert secret not in output or (secret, in_process) == (IN_ENVIRONMENT, "false")
        assert secret not in json.dumps(results)
    assert results["a token"]["access_token"] not in output
    assert results["a change"]["connection"]["description"] == "templated"


ALL_WAYS = """
- hosts: localhost
  gather_facts: false
  collections: [aep.sources]
  vars: {ansible_python_interpreter: "{{ ansible_playbook_python }}"}
  module_defaults:
    group/aep.sources.all: WHO
    aep.sources.aep_sandbox_info: {types: [production]}
  tasks:
    - {aep.sources.aep_sandbox_info: {}, register: result_0}
    - {aep_sandbox_info: {}, register: result_1}
    - {action: aep.sources.aep_sandbox_info, register: result_2}
    - {action: aep_sandbox_info, args: {types: [production]}, register: result_3}
    - {local_action: aep.sources.aep_sandbox_info, register: result_4}
    - {action: "{{ 'aep.sources.' ~ 'aep_sandbox_info' }}", register: result_5}
    - {aep_sandbox_info: {types: [development]}, register: result_6}
    - ansible.builtin.copy:
        content: "{{ [result_0, result_1, result_2, result_3, result_4, result_5, result_6]
                     | map(attribute='sandboxes') | map('map', attribute='name') | map('list') | to_json }}"
        dest: names.json
        mode: "0600"
"""


def test_every_way_to_write_a_task_leads_to_the_same_module(client: Client, tmp_path: pathlib.Path) -> None:
    client.begin()
    (tmp_path / "ways.yml").write_text(ALL_WAYS.replace("WHO", json.dumps({**client.who, "sandbox": "dev"})))
    done = play("ways.yml", tmp_path)
    assert done.returncode == 0, done.stdout
    assert "AnsiballZ_aep" not in done.stdout
    assert json.loads((tmp_path / "names.json").read_text()) == [["prod"]] * 6 + [["dev", "stage"]]


@pytest.mark.parametrize("in_process", ["true", "false"])
def test_an_environment_holds_for_its_item_alone(client: Client, tmp_path: pathlib.Path, in_process: str) -> None:
    """The item without a sandbox fails, instead of being written to the sandbox of the item before."""
    client.begin()
    task = {
        "aep.sources.aep_postgres_connection": {
            **client.who,
            **{key: value for key, value in ORDERS.items() if key != "sandbox"},
            "name": "{{ item.name }}",
        },
        "loop": [{"name": "A", "environment": {"AEP_SANDBOX": "dev"}}, {"name": "B", "environment": {}}],
        "environment": "{{ item.environment }}",
        "vars": {"ansible_python_interpreter": sys.executable},
    }
    (tmp_path / "items.yml").write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
    done = play("items.yml", tmp_path, AEP_IN_PROCESS=in_process)
    assert "sandbox is missing: give the sandbox's name, or set AEP_SANDBOX." in done.stdout
    held = {sandbox: [one["name"] for one in found] for sandbox, found in client.admin("GET", "connections").items() if found}
    assert held == {"dev": ["A"]}


def ran_outside(client: Client, folder: pathlib.Path, **more: Any) -> bool:
    """Return whether a task was handed over to the ordinary module."""
    client.begin()
    task = {"aep.sources.aep_sandbox_info": {}, **more}
    (folder / "one.yml").write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
    done = play("one.yml", folder)
    return "AnsiballZ_aep_sandbox_info" in done.stdout or "ansible-tmp-" in done.stdout


@pytest.mark.parametrize(
    ("more", "outside"),
    [
        ({}, False),
        ({"vars": {"ansible_python_interpreter": "auto_silent"}}, False),
        ({"vars": {"ansible_python_interpreter": sys.executable}}, False),
        ({"vars": {"ansible_python_interpreter": "/usr/bin/python3"}}, True),
        ({"environment": {"AEP_IN_PROCESS": "false"}}, True),
        ({"async": 30, "poll": 1}, True),
        ({"become": True, "become_user": "nobody"}, True),
    ],
    ids=["local", "discovered", "same", "another interpreter", "switched off", "async", "become"],
)
def test_what_makes_a_difference_is_handed_over(
    client: Client, tmp_path: pathlib.Path, more: dict[str, Any], outside: bool
) -> None:
    assert ran_outside(client, tmp_path, **more) is outside
