"""A task ends when its own limits or Ansible's ``timeout`` say so, whatever the service does.

These take real time, one for each kind of end; every request's other ways to be late are in the fault matrix, where waits are
simulated.
"""

from __future__ import annotations

import pathlib
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
DOORS = {"in process": "true", "ordinary module": "false"}
FOREVER = 3600  # seconds: a task that did not end by itself would be killed with the test


@pytest.fixture
def _client() -> Iterator[Client]:
    """A simulator for each test: an ordinary module goes on after Ansible's timeout, and must not reach the next test's."""
    with simulator("--sandboxes", "s1", "--test-result", "true") as url:
        one = Client(url)
        yield one
        one.close()


@pytest.mark.parametrize(
    ("operation", "fault", "limits", "said", "door"),
    [
        ("connections.list_all", {"kind": "latency", "seconds": FOREVER}, (1, 1, 0), ("no whole answer from",), "in process"),
        (
            "connections.list_all",
            {"kind": "slow", "bytes_per_second": 5},
            (1, 1, 0),
            ("no whole answer from",),
            "ordinary module",
        ),
        ("connections.list_all", {"kind": "latency", "seconds": FOREVER}, (60, 4, 2), ("timed out", "timeout"), "in process"),
        ("connections.create", {"kind": "latency", "seconds": FOREVER}, (60, 4, 2), ("timed out", "timeout"), "in process"),
        (
            "connections.create",
            {"kind": "latency", "seconds": FOREVER},
            (60, 4, 2),
            ("timed out", "timeout"),
            "ordinary module",
        ),
    ],
    ids=["no answer", "a slow drip", "the task's timeout", "the task's timeout, at work", "the same of an ordinary module"],
)
def test_it_ends(
    client: Client, play: Any, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, operation: str, fault: dict[str, Any],
    limits: tuple[int, int, int], said: tuple[str, ...], door: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("AEP_IN_PROCESS", DOORS[door])
    file = tmp_path / "site.yml"
    file.write_text(PLAY % dict(zip(("request", "retries", "task"), limits, strict=True)))
    client.fault(operation=operation, count=0, **fault)
    done = play(playbook=str(file))
    assert done.returncode == 2
    assert any(one in done.stdout.lower() for one in said), done.stdout
