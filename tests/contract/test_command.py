"""The command itself: configuration file, record, help, bad arguments."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys

import pytest
import requests
from aep_simulator import admin
from aep_simulator.settings import knobs
from aiohttp.web import RouteDef
from simulated import Client, simulator

PROGRAM = pathlib.Path(sys.executable).with_name("aep-simulator")


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *options], capture_output=True, text=True, check=False, timeout=20)


def test_help_explains_every_setting() -> None:
    shown = " ".join(run("--help").stdout.split())
    for text in ("--secret-view", "how GET shows credentials", "default: masked", "10 row 1", "[[faults]]", "/admin/settings"):
        assert text in shown


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--secret-view", "x"], "secret_view: give one of"),
        (["--nothing"], "unrecognized arguments"),
        (["--config", "/nowhere"], "No such file"),
    ],
)
def test_bad_arguments(options: list[str], said: str) -> None:
    done = run(*options)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_configuration_file_and_a_record(tmp_path: pathlib.Path) -> None:
    config, record = tmp_path / "config.toml", tmp_path / "exchanges.jsonl"
    config.write_text(
        'delete_status = 202\nsecret_view = "plain"\n[[faults]]\nkind = "status"\noperation = "connections.get_one"\n'
    )
    with simulator("--config", str(config), "--secret-view", "omitted", "--record", str(record)) as url:
        client = Client(url)
        settings = client.admin("GET", "settings")
        assert (settings["delete_status"], settings["secret_view"]) == (202, "omitted"), "the command line wins"
        assert len(client.admin("GET", "faults")) == 1
        client.begin()
        client.create()
        client.close()
    text = record.read_text()
    exchanges = [json.loads(line) for line in text.splitlines()]
    assert [one["operation"] for one in exchanges] == ["ims.token", "connections.create"]
    assert exchanges[1]["request"]["body"]["auth"]["params"]["password"] == "(secret)"
    assert exchanges[1]["response"]["status"] == 201
    for secret in ("s3cret-password", "client_secret=", client.session.headers["Authorization"]):
        assert str(secret) not in text


def test_the_readme_lists_every_setting_and_operation() -> None:
    readme = (pathlib.Path(__file__).parents[1] / "simulator" / "README.md").read_text(encoding="utf-8")
    for name, (default, knob) in knobs().items():
        shown = ",".join(default) if isinstance(default, tuple) else str(default)
        assert f"| `{name}` | {f'`{shown}`' if shown else 'none'} | {knob.text} | {knob.source} |" in readme
    for route in admin.routes():
        assert isinstance(route, RouteDef)
        assert f"{route.path}`" in readme


def test_it_can_be_stopped_by_a_request() -> None:
    with subprocess.Popen([PROGRAM], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert requests.post(f"{process.stdout.readline().strip()}/admin/stop", timeout=10).status_code == 204
        assert process.wait(10) == 0


def test_it_listens_on_this_machine_alone(tmp_path: pathlib.Path) -> None:
    with simulator() as url:
        assert url.startswith("http://127.0.0.1:")
        assert requests.get(f"{url}/nothing", timeout=10).status_code == 404
