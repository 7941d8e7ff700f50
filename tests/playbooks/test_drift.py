"""The playbook drift: what it says, what it leaves alone, and what a scheduler sees of it."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable
from typing import Any

import pytest
from simulated import Client

Play = Callable[..., Any]
DRIFT = "aep.sources.drift"
SANDBOXES = ("s1", "s2", "s3", "s4")


@pytest.fixture
def result(tmp_path: pathlib.Path) -> Callable[[], Any]:
    """Return a function that reads the result."""
    return lambda: json.loads((tmp_path / "aep_drift.json").read_text())


def test_nothing_differs(client: Client, play: Play, result: Any) -> None:
    play()
    done = play(playbook=DRIFT)
    assert done.returncode == 0, done.stdout
    assert (result()["status"], result()["totals"]["connections"]) == ("clean", 12)
    assert "4 sandboxes, 12 base connections: 12 as defined." in done.stdout


def test_what_differs_is_named_and_left_alone(client: Client, play: Play, result: Any) -> None:
    play()
    client.admin("DELETE", "counters")
    one_more = {"postgres_connections_definitions": [{"name": "Orders"}, {"name": "New"}]}
    done = play(playbook=DRIFT, hosts={**dict.fromkeys(SANDBOXES), "s2": one_more})
    assert done.returncode == 2
    assert (result()["status"], result()["totals"]["drifted"]) == ("drift", 1)
    assert "s2: New: to be created (it does not exist)" in done.stdout
    recap = done.stdout.partition("PLAY RECAP")[2]
    assert [line.split()[0] for line in recap.splitlines() if "failed=1" in line] == ["s2"]
    assert not [key for key in client.admin("GET", "counters") if key.startswith(("POST /data", "PATCH", "DELETE"))]


def test_a_sandbox_that_cannot_be_looked_at_does_not_hide_the_others(client: Client, play: Play, result: Any) -> None:
    play()
    done = play(playbook=DRIFT, hosts={**dict.fromkeys(SANDBOXES), "s2": {"postgres_connections_sandbox": "nowhere"}})
    assert done.returncode == 2
    assert result()["status"] == "failed"
    [broken] = [one for one in result()["sandboxes"] if one["problem"]]
    assert broken["name"] == "nowhere"
    assert result()["totals"]["connections"] == 9


def test_no_token_at_all(client: Client, play: Play, result: Any) -> None:
    who = {**client.who, "client_secret": "wr0ng-secret"}
    done = play(playbook=DRIFT, postgres_connections_auth=who)
    assert done.returncode == 2
    assert result()["status"] == "failed"
    assert "wr0ng-secret" not in done.stdout + json.dumps(result())


def test_the_file_is_where_it_is_wanted(client: Client, play: Play, tmp_path: pathlib.Path) -> None:
    play(playbook=DRIFT, aep_drift_file=str(tmp_path / "elsewhere.json"))
    assert (tmp_path / "elsewhere.json").exists()
    play(playbook=DRIFT, aep_drift_file="")
    assert not (tmp_path / "aep_drift.json").exists()
