"""A task ends when its own limits or Ansible's ``timeout`` say so, whatever the service does."""

from __future__ import annotations

import pathlib
import time
from collections.abc import Iterator
from typing import Any

import pytest
from simulated import Client, simulator

PLAY = """
- hosts: s1
  gather_facts: false
  vars:
    ansible_connection: local
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  tasks:
    - aep.sources.aep_postgres_connections:
        sandbox: s1
        connections: "{{ postgres_connections_definitions }}"
        defaults: "{{ postgres_connections_defaults }}"
        credentials: "{{ postgres_connections_credentials }}"
        timeout: %(request)d
        retries: %(retries)d
      timeout: %(task)d
      module_defaults:
        aep.sources.aep_postgres_connections: "{{ postgres_connections_auth }}"
"""


@pytest.fixture
def _client() -> Iterator[Client]:
    """A simulator for each test: an ordinary module goes on after Ansible's timeout, and must not reach the next test's."""
    with simulator("--sandboxes", "s1", "--test-result", "true") as url:
        one = Client(url)
        yield one
        one.close()


@pytest.mark.parametrize("door", ["true", "false"], ids=["in process", "ordinary module"])
@pytest.mark.parametrize(
    ("fault", "limits", "said"),
    [
        ({"kind": "latency", "seconds": 60}, {"request": 1, "retries": 1, "task": 0}, "no answer from"),
        ({"kind": "slow", "bytes_per_second": 5}, {"request": 1, "retries": 1, "task": 0}, "not whole within 1 s"),
        ({"kind": "latency", "seconds": 60}, {"request": 60, "retries": 4, "task": 2}, "timed out|timeout"),
    ],
    ids=["no answer", "a slow drip", "the task's timeout"],
)
@pytest.mark.parametrize("operation", ["connections.list_all", "connections.create"])
def test_it_ends(
    client: Client, play: Any, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, operation: str, fault: dict[str, Any],
    limits: dict[str, int], said: str, door: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("AEP_IN_PROCESS", door)
    file = tmp_path / "site.yml"
    file.write_text(PLAY % limits)
    client.fault(operation=operation, count=0, **fault)
    began = time.monotonic()
    done = play(playbook=str(file))
    took = time.monotonic() - began
    if done.returncode == 0:  # a create that was done although its answer dripped
        assert (fault["kind"], operation) == ("slow", "connections.create")
    else:
        assert any(one.lower() in done.stdout.lower() for one in said.split("|")), done.stdout
    assert took < 45, f"{took:.1f} s"  # a create without an answer is looked for, 7.5 s at most, and tried three times
