"""What the service says is data: no template in it is ever evaluated."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from simulated import Client

TEMPLATE = "{{ 7 * 7 }} {% if true %}evaluated{% endif %}"
PLAY = """
- hosts: s1
  gather_facts: false
  vars:
    ansible_connection: local
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  tasks:
    - aep.sources.aep_postgres_connections:
        sandbox: s1
        connections: [{name: Orders, update_credentials: on_create, credentials: reader}]
        defaults: "{{ postgres_connections_defaults | combine({'test': 'never'}) }}"
        credentials: "{{ postgres_connections_credentials }}"
      module_defaults:
        aep.sources.aep_postgres_connections: "{{ postgres_connections_auth }}"
      register: result
    - ansible.builtin.debug:
        msg: "description is <{{ result.connections.0.description }}>"
"""


@pytest.mark.parametrize("door", ["true", "false"], ids=["in process", "ordinary module"])
def test_a_description_is_no_template(
    client: Client, play: Any, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    monkeypatch.setenv("AEP_IN_PROCESS", door)
    client.session.headers["x-sandbox-name"] = "s1"
    assert client.create("Orders", description=TEMPLATE, params={"server": "127.0.0.1", "sslMode": "Disable"}).ok
    file = tmp_path / "site.yml"
    file.write_text(PLAY)
    done = play(playbook=str(file))
    assert done.returncode == 0, done.stdout
    assert f"description is <{TEMPLATE}>" in done.stdout
