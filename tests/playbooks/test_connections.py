"""The playbook connections: batches, and what its summary says of those that failed or were not begun."""

from __future__ import annotations

import json
import pathlib
import re
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
    assert '"Sandboxes: 1 failed, 2 not begun."' in done.stdout
    assert '"Not begun: s2, s3."' in done.stdout
    assert '"nowhere: failed. ' in done.stdout


@pytest.mark.parametrize("options", [(), ONE_THEN_ALL])
def test_in_a_batch_each_sandbox_has_its_turn(client: Client, play: Any, options: tuple[str, ...]) -> None:
    done = play(*options, "-f", "1", hosts={"s1": None, "s2": NOWHERE, "s3": None, "s4": None})
    assert done.returncode == 2
    assert held(client) == {"s1": 3, "s3": 3, "s4": 3}
    assert '"9 base connections in 3 of 4 sandboxes."' in done.stdout
    assert '"Sandboxes: 3 succeeded, 1 failed."' in done.stdout
    assert '"Changes: 9 created."' in done.stdout
    assert done.stdout.rpartition("TASK [Show a summary]")[2].count("Not begun") == 0


@pytest.mark.parametrize("serial", ["2", "100%"])
def test_a_failure_does_not_stop_the_plays_that_follow(client: Client, play: Any, tmp_path: pathlib.Path, serial: str) -> None:
    file = tmp_path / "site.yml"
    then = "- hosts: s1\n  gather_facts: false\n  tasks: [ansible.builtin.debug: {msg: what follows}]\n"
    file.write_text("- ansible.builtin.import_playbook: aep.sources.connections\n" + then)
    done = play("-e", f"aep_serial={serial}", playbook=str(file), hosts={"s1": None, "s2": NOWHERE, "s3": None})
    assert done.returncode == 2
    assert "what follows" in done.stdout
    assert ("Not begun: s3." in done.stdout) == (serial == "2")
    assert held(client) == ({"s1": 3} if serial == "2" else {"s1": 3, "s3": 3})


def test_batches_without_a_failure(client: Client, play: Any) -> None:
    done = play("-e", json.dumps({"aep_serial": 2}))
    assert done.returncode == 0, done.stdout
    assert held(client) == {"s1": 3, "s2": 3, "s3": 3, "s4": 3}
    assert '"Sandboxes: 2 succeeded, 2 not begun."' in done.stdout
    assert '"12 base connections in 4 sandboxes."' in done.stdout
    assert '"Changes: 12 created."' in done.stdout
    assert '"Tests: 12 working."' in done.stdout


def test_a_connection_that_fails_keeps_its_reason(client: Client, play: Any) -> None:
    client.fault(kind="status", operation="connections.create", status=400)
    done = play(hosts={"s1": None})
    assert done.returncode == 2
    assert '"3 base connections in 1 sandbox."' in done.stdout
    assert '"Base connections: 2 succeeded, 1 failed."' in done.stdout
    [line] = [line for line in done.stdout.splitlines() if line.strip().startswith('"s1: ') and ": failed. " in line]
    assert "It fails on purpose" in line


NEW_PASSWORD = {"postgres_connections_credentials": {"reader": {"username": "reader", "password": "an-0ther-password"}}}
CAUSE, HINT = "the service's test of its credentials failed", "Check that the database admits Adobe's addresses"


def test_a_failed_run_shows_what_it_replaced_and_tells_each_cause_once(client: Client, play: Any, variables: Any) -> None:
    play()
    client.set(test_result="false")
    variables["postgres_connections_defaults"]["prove_first"] = False
    done = play("--diff", hosts={"s1": NEW_PASSWORD, "s2": NEW_PASSWORD, "s3": None})
    assert done.returncode == 2
    recap = done.stdout.partition("PLAY RECAP")[2]
    counted = {
        line.split()[0]: re.findall(r"(?:changed|failed)=(\d)", line) for line in recap.splitlines() if "changed=" in line
    }
    assert counted == {"s1": ["1", "1"], "s2": ["1", "1"], "s3": ["0", "0"]}
    assert done.stdout.count('+        "credentials": "(new)"') == 6
    assert "s1: Orders: updated, then failed, does not work" in done.stdout
    assert (done.stdout.count(CAUSE), done.stdout.count(HINT)) == (6, 1)
    for name in ("Orders", "Customers", "Invoices"):
        assert f'"s2: {name}: updated (credentials changed), then failed. Could not use it: {CAUSE}."' in done.stdout
    assert '"What to do about s1, s2: 6 base connections: Check that the database' in done.stdout
    assert '"Changes: 6 updated, 3 unchanged."' in done.stdout
    assert "Orders, Customers, Invoices failed. The summary says why." in done.stdout
    assert "an-0ther-password" not in done.stdout


def test_a_sandbox_that_fails_as_a_whole_tells_why_once(play: Any) -> None:
    done = play(hosts={"s1": None, "s2": NOWHERE})
    assert done.stdout.count("could not be found") == 1
    assert "Sandbox nowhere failed. The summary says why." in done.stdout


def test_a_play_without_a_summary_says_why_it_fails(client: Client, play: Any, variables: Any, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "site.yml"
    file.write_text("- hosts: all\n  gather_facts: false\n  roles: [aep.sources.postgres_connections]\n")
    play(hosts={"s1": None})
    client.set(test_result="false")
    variables["postgres_connections_defaults"]["prove_first"] = False
    done = play(playbook=str(file), hosts={"s1": NEW_PASSWORD})
    assert done.returncode == 2
    [fatal] = [line for line in done.stdout.splitlines() if line.startswith("fatal: ")]
    assert "3 of 3 base connections of sandbox 's1' failed. " in fatal
    assert (fatal.count(CAUSE), fatal.count(HINT), fatal.count("Before that, it was updated (credentials changed).")) == (
        3,
        1,
        3,
    )


def test_one_vocabulary_for_what_is_done_and_for_what_would_be(play: Any) -> None:
    checked = play("--check")
    assert "s1: Orders: would be created\n" in checked.stdout
    assert '"Definitions: 12 would be created."' in checked.stdout
    assert '"s1: Orders: would be created (it does not exist)"' in checked.stdout
    done = play()
    assert "s1: Orders: created, works\n" in done.stdout
    assert '"s1: Orders: created (it does not exist)"' in done.stdout
