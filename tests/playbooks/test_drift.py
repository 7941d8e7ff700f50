"""The playbook drift: what it says, what it leaves alone, and what a scheduler sees of it."""

from __future__ import annotations

import json
import pathlib
import subprocess
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from commands import ansible
from simulated import Client

Play = Callable[..., Any]
DRIFT = "aep.sources.drift"
SANDBOXES = ("s1", "s2", "s3", "s4")


@pytest.fixture
def result(tmp_path: pathlib.Path) -> Callable[[], Any]:
    """Return a function that reads the result."""
    return lambda: json.loads((tmp_path / "aep_report" / "drift.json").read_text())


def test_nothing_differs(client: Client, play: Play, result: Any) -> None:
    play()
    done = play(playbook=DRIFT)
    assert done.returncode == 0, done.stdout
    jsonschema.validate(result(), json.loads((pathlib.Path(__file__).parents[2] / "docs" / "overview.schema.json").read_text()))
    assert (result()["status"], result()["totals"]["connections"]) == ("clean", 12)
    assert '"12 base connections in 4 sandboxes."' in done.stdout
    assert '"Definitions: 12 as defined."' in done.stdout
    assert '"Tests: 12 not tested."' in done.stdout
    assert "/aep_report/drift.json" in done.stdout


def test_what_differs_is_named_and_left_alone(client: Client, play: Play, result: Any) -> None:
    play()
    client.admin("DELETE", "counters")
    one_more = {"postgres_connections_definitions": [{"name": "Orders"}, {"name": "New"}]}
    done = play(playbook=DRIFT, hosts={**dict.fromkeys(SANDBOXES), "s2": one_more})
    assert done.returncode == 2
    assert (result()["status"], result()["totals"]["drifted"]) == ("drift", 1)
    assert "s2: New: would be created (it does not exist)" in done.stdout
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
    assert "'nowhere'" in broken["problem"]
    assert result()["totals"]["connections"] == 9
    assert '"9 base connections in 3 of 4 sandboxes."' in done.stdout
    assert '"Sandboxes: 3 succeeded, 1 failed."' in done.stdout
    assert done.stdout.count(f"nowhere: failed. {broken['problem']}") == done.stdout.count(broken["problem"]) == 1
    assert broken["hint"].startswith("Check sandbox: ")


@pytest.mark.parametrize("given", [False, "false"], ids=["variable", "text"])
def test_a_scheduler_that_reads_the_result_wants_no_failure(client: Client, play: Play, result: Any, given: Any) -> None:
    hosts = {"s1": None, "s2": {"postgres_connections_sandbox": "nowhere"}}
    done = play(playbook=DRIFT, hosts=hosts, aep_drift_fail=given)
    assert done.returncode == 0, done.stdout
    assert (result()["status"], result()["totals"]["drifted"]) == ("failed", 3)
    assert "nowhere: failed." in done.stdout


def test_failing_dataflows_are_shown_and_are_drift_if_that_is_wanted(client: Client, play: Play, result: Any) -> None:
    play(hosts={"s1": None})
    orders = client.admin("GET", "connections")["s1"][0]["id"]
    flow = client.admin("POST", "flows", {"sandbox": "s1", "baseConnectionId": orders, "name": "Nightly"})
    error = {"code": "CONNECTOR-2001-500", "message": "no rows"}
    client.admin("POST", "runs", {"sandbox": "s1", "flowId": flow["id"], "status": "failed", "errors": [error]})
    client.admin("DELETE", "counters")
    done = play(playbook=DRIFT, hosts={"s1": None})
    assert (done.returncode, result()["status"], result()["totals"]["dataflows_failing"]) == (0, "clean", 1), done.stdout
    assert "CONNECTOR-2001-500: no rows" in done.stdout
    counted = client.admin("GET", "counters")
    assert {name: counted[f"{name}.list_all"] for name in ("source_connections", "flows", "runs")} == {
        "source_connections": 1,
        "flows": 1,
        "runs": 1,
    }
    done = play(playbook=DRIFT, hosts={"s1": None}, aep_drift_dataflows=True)
    assert (done.returncode, result()["status"]) == (2, "drift")


def test_a_credential_that_may_not_read_dataflows(client: Client, play: Play, result: Any) -> None:
    play(hosts={"s1": None})
    client.fault(kind="status", operation="source_connections.list_all", status=403, count=0)
    done = play(playbook=DRIFT, hosts={"s1": None})
    assert (done.returncode, result()["status"], result()["totals"]["connections"]) == (0, "clean", 3), done.stdout
    jsonschema.validate(result(), json.loads((pathlib.Path(__file__).parents[2] / "docs" / "overview.schema.json").read_text()))
    assert "s1: dataflows unknown. Could not look for the dataflows" in done.stdout
    assert {str(one["dataflows"]) for one in result()["sandboxes"][0]["connections"]} == {"None"}
    done = play(playbook=DRIFT, hosts={"s1": None}, aep_drift_dataflows=True)
    assert (done.returncode, result()["status"]) == (2, "failed")


def test_no_token_at_all(client: Client, play: Play, result: Any) -> None:
    who = {**client.who, "client_secret": "wr0ng-secret"}
    done = play(playbook=DRIFT, postgres_connections_auth=who)
    assert done.returncode == 2
    assert result()["status"] == "failed"
    assert all("invalid client_secret parameter" in one["problem"] for one in result()["sandboxes"])
    assert '"Sandboxes: 4 failed."' in done.stdout
    assert "wr0ng-secret" not in done.stdout + json.dumps(result())


def test_the_file_is_where_it_is_wanted(client: Client, play: Play, tmp_path: pathlib.Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    there = tmp_path / "there"
    there.mkdir(mode=0o755)
    play(playbook=DRIFT, aep_drift_file=str(there / "elsewhere.json"))
    assert [one.name for one in there.iterdir()] == ["elsewhere.json"]
    assert there.stat().st_mode & 0o777 == 0o755  # it is not ours
    play(playbook=DRIFT, aep_drift_file="")
    assert not (tmp_path / "aep_report").exists()
    (tmp_path / "aep_report").symlink_to("there")
    play(playbook=DRIFT)
    assert sorted(one.name for one in there.iterdir()) == ["drift.json", "elsewhere.json"]
    (tmp_path / "aep_report").unlink()
    play(playbook=DRIFT)
    assert (tmp_path / "aep_report" / "drift.json").exists()
    ignored = subprocess.run(["git", "check-ignore", "aep_report/drift.json"], cwd=tmp_path, check=False)
    assert ignored.returncode == 0, "the result could be committed by accident"


def test_a_tilde_is_the_home_of_the_user(
    client: Client, play: Play, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    play(playbook=DRIFT, aep_drift_file="~/drift.json")
    play(playbook="aep.sources.report", aep_report_folder="~/report")
    assert sorted(one.name for one in (tmp_path / "home").iterdir() if not one.name.startswith(".")) == ["drift.json", "report"]
    assert not (tmp_path / "~").exists()


@pytest.mark.parametrize("playbook", ["aep.sources.connections", DRIFT])
def test_another_strategy_of_ansible_is_not_used(play: Play, playbook: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSIBLE_STRATEGY", "free")
    done = play(playbook=playbook)
    assert done.stdout.count('"12 base connections in 4 sandboxes."') == 1


UNDEFINED = "postgres_connections_definitions is not defined: list the base connections of the sandbox, or give [] for none."


def test_definitions_are_required(client: Client, play: Play, result: Any, variables: dict[str, Any]) -> None:
    play()
    definitions = variables.pop("postgres_connections_definitions")
    done = play(playbook=DRIFT, hosts={"s1": {"postgres_connections_definitions": definitions}, "s2": None})
    assert done.returncode == 2
    assert {one["name"]: one["problem"] for one in result()["sandboxes"]} == {"s1": "", "s2": UNDEFINED}
    assert f"s2: failed. {UNDEFINED}" in done.stdout


def test_what_is_disabled_or_foreign(client: Client, play: Play, result: Any) -> None:
    play()
    client.set(patch_state=True)
    client.session.headers["x-sandbox-name"] = "s2"
    [orders] = [one for one in client("GET", "/connections").json()["items"] if one["name"] == "Orders"]
    disabled = [{"op": "replace", "path": "/state", "value": "disabled"}]
    assert client("PATCH", f"/connections/{orders['id']}", json=disabled, headers={"If-Match": orders["etag"]}).ok
    assert client.create("Theirs").ok
    done = play(playbook=DRIFT)
    assert done.returncode == 2
    assert '"Definitions: 1 not enabled, 1 foreign, 11 as defined."' in done.stdout
    assert "s2: Orders: not enabled (its state is disabled)" in done.stdout
    assert {name: result()["totals"][name] for name in ("drifted", "foreign", "untested")} == {
        "drifted": 1,
        "foreign": 1,
        "untested": 13,
    }
    assert "s2: Orders: not enabled (its state is disabled)" in play().stdout


PLAYBOOKS = ("aep.sources.connections", DRIFT, "aep.sources.report")
NO_MATCH = "No sandbox of the inventory matches 'production': check aep_sandboxes, the groups of the inventory, and --limit."


@pytest.mark.parametrize("playbook", [*PLAYBOOKS, *(f"aep.sources.{name}" for name in ("bootstrap", "rotate", "offboard"))])
@pytest.mark.parametrize("options", [(), ("--limit", "s2")])
def test_there_must_be_sandboxes(play: Play, playbook: str, options: tuple[str, ...]) -> None:
    done = play(*options, "-e", "aep_sandboxes=production", playbook=playbook)
    assert done.returncode != 0
    assert NO_MATCH in done.stdout
    assert "TASK" not in done.stdout


@pytest.mark.parametrize("playbook", PLAYBOOKS)
@pytest.mark.parametrize("options", [(), ("--limit", "s2")])
def test_an_inventory_that_cannot_be_read(playbook: str, options: tuple[str, ...], tmp_path: pathlib.Path) -> None:
    (tmp_path / "org.aep.yml").write_text("plugin: aep.sources.sandboxes\nclient_id: client\norg_id: none\n")
    done = ansible("ansible-playbook", "-i", "org.aep.yml", playbook, *options, folder=tmp_path)
    assert done.returncode != 0
    assert (
        "The inventory has no sandboxes: give one with -i, and see whether Ansible warns that it cannot read it." in done.stdout
    )


def test_sandboxes_that_are_left_out(play: Play) -> None:
    done = play("--limit", "s2:s3", "-e", "aep_sandboxes=s1,s2,s4", playbook="aep.sources.connections")
    assert done.returncode == 0, done.stdout
    assert '"3 base connections in 1 sandbox."' in done.stdout


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_the_syntax_is_checked_without_an_inventory(playbook: str, tmp_path: pathlib.Path) -> None:
    done = ansible("ansible-playbook", "--syntax-check", playbook, folder=tmp_path)
    assert done.returncode == 0, done.stdout


def test_where_drift_is_expected(client: Client, play: Play, result: Any) -> None:
    play()
    expected = ("-e", "aep_drift_expected=true")
    done = play(*expected, playbook=DRIFT)
    assert done.returncode == 2
    assert "nothing differs: 12 base connections in 4 sandboxes. Definitions: 12 as defined." in done.stdout
    one_more = {"s2": {"postgres_connections_definitions": [{"name": "Orders"}, {"name": "New"}]}}
    done = play(*expected, playbook=DRIFT, hosts={**dict.fromkeys(SANDBOXES), **one_more})
    assert done.returncode == 0, done.stdout
    assert result()["status"] == "drift"
    nowhere = {"s3": {"postgres_connections_sandbox": "nowhere"}}
    done = play(*expected, playbook=DRIFT, hosts={**dict.fromkeys(SANDBOXES), **one_more, **nowhere})
    assert done.returncode == 2
    recap = done.stdout.partition("PLAY RECAP")[2]
    assert [line.split()[0] for line in recap.splitlines() if "failed=1" in line] == ["s2", "s3"]
