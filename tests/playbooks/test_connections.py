"""The playbook connections: batches, and what its summary says of those that failed or were not begun."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from simulated import Client

NOWHERE = {"postgres_connections_sandbox": "nowhere"}
ONE_THEN_ALL = ("-e", json.dumps({"aep_serial": [1, "100%"]}))


def held(client: Client) -> dict[str, int]:
    return {name: len(found) for name, found in client.admin("GET", "connections").items() if found}


def test_the_first_failing_batch_is_the_last(client: Client, play: Any) -> None:
    done = play(*ONE_THEN_ALL, hosts={"s1": NOWHERE, "s2": None, "s3": None})
    assert done.returncode == 2
    assert held(client) == {}
    assert '"3 sandboxes (1 failed, 2 not begun)."' in done.stdout
    assert '"Not begun: s2, s3"' in done.stdout
    assert '"nowhere: failed. ' in done.stdout


@pytest.mark.parametrize("options", [(), ONE_THEN_ALL])
def test_in_a_batch_each_sandbox_has_its_turn(client: Client, play: Any, options: tuple[str, ...]) -> None:
    done = play(*options, "-f", "1", hosts={"s1": None, "s2": NOWHERE, "s3": None, "s4": None})
    assert done.returncode == 2
    assert held(client) == {"s1": 3, "s3": 3, "s4": 3}
    assert "4 sandboxes (1 failed), 9 base connections: 9 created" in done.stdout
    assert done.stdout.rpartition("TASK [Show a summary]")[2].count("Not begun") == 0


@pytest.mark.parametrize("serial", ["2", "100%"])
def test_a_failure_does_not_stop_the_plays_that_follow(client: Client, play: Any, tmp_path: pathlib.Path, serial: str) -> None:
    file = tmp_path / "site.yml"
    then = "- hosts: s1\n  gather_facts: false\n  tasks: [ansible.builtin.debug: {msg: what follows}]\n"
    file.write_text("- ansible.builtin.import_playbook: aep.sources.connections\n" + then)
    done = play("-e", f"aep_serial={serial}", playbook=str(file), hosts={"s1": None, "s2": NOWHERE, "s3": None})
    assert done.returncode == 2
    assert "what follows" in done.stdout
    assert ("Not begun: s3" in done.stdout) == (serial == "2")
    assert held(client) == ({"s1": 3} if serial == "2" else {"s1": 3, "s3": 3})


def test_batches_without_a_failure(client: Client, play: Any) -> None:
    done = play("-e", json.dumps({"aep_serial": 2}))
    assert done.returncode == 0, done.stdout
    assert held(client) == {"s1": 3, "s2": 3, "s3": 3, "s4": 3}
    assert '"4 sandboxes (2 not begun), 6 base connections: 6 created, 6 working."' in done.stdout
    assert '"4 sandboxes, 12 base connections: 12 created, 12 working."' in done.stdout


def test_a_connection_that_fails_keeps_its_reason(client: Client, play: Any) -> None:
    client.fault(kind="status", operation="connections.create", status=400)
    done = play(hosts={"s1": None})
    assert done.returncode == 2
    assert "1 sandbox, 3 base connections: " in done.stdout
    assert "1 failed" in done.stdout
    [line] = [line for line in done.stdout.splitlines() if line.strip().startswith('"s1: ') and ": failed. " in line]
    assert "It fails on purpose" in line
