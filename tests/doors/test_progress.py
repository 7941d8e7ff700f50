"""Progress lines are for people: a program that reads the output gets none, nor does a task that is not to be logged."""

from __future__ import annotations

import json
import pathlib
import sys
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from commands import ansible
from simulated import Client

ON_THIS_MACHINE = ("-i", "localhost,", "-c", "local")
ONE: dict[str, Any] = {
    "sandbox": "dev",
    "defaults": {"server": "db.example.com", "database": "orders", "test": "always"},
    "connections": [{"name": "Orders", "credentials": "k"}],
    "credentials": {"k": {"username": "reader", "password": "s3cret-password"}},
}
LINE = "dev: Orders: unchanged, works"


@pytest.fixture
def unchanged(client: Client, tmp_path: pathlib.Path) -> Callable[..., str]:
    """Return a function that finds a connection as it should be, in a playbook or in a single task, and returns the output."""
    client.begin()
    name, options = "aep.sources.aep_postgres_connections", {**client.who, **ONE}

    def output(*single: str, no_log: bool | None = None, **environment: str) -> str:
        task = {
            name: options,
            "vars": {"ansible_python_interpreter": sys.executable},
            **({} if no_log is None else {"no_log": no_log}),
        }
        (tmp_path / "progress.yml").write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
        command = (
            ("ansible", "localhost", "-m", name, "-a", json.dumps(options)) if single else ("ansible-playbook", "progress.yml")
        )
        told = {"ANSIBLE_DEPRECATION_WARNINGS": "false"}  # oneline is one that ansible-core will not have for ever
        interpreter = ("-e", f"ansible_python_interpreter={sys.executable}")
        done = ansible(*command, *interpreter, *ON_THIS_MACHINE, *single, folder=tmp_path, apart=True, **told, **environment)
        assert done.returncode == 0, done.stdout
        return done.stdout

    assert LINE.replace("unchanged", "created") in output()
    return output


def test_a_person_sees_progress(unchanged: Callable[..., str]) -> None:
    assert f"{LINE}\n" in unchanged()
    assert LINE in unchanged(ANSIBLE_STDOUT_CALLBACK="minimal", AEP_PROGRESS="true")
    for quiet in ({"AEP_PROGRESS": "false"}, {"AEP_IN_PROCESS": "false"}):
        assert LINE not in unchanged(**quiet)


def test_nobody_sees_progress_of_what_is_not_to_be_logged(unchanged: Callable[..., str]) -> None:
    assert LINE not in unchanged(no_log=True)
    assert LINE not in unchanged(no_log=True, AEP_PROGRESS="true")
    assert LINE not in unchanged(ANSIBLE_NO_LOG="true")
    assert LINE in unchanged(ANSIBLE_NO_LOG="true", no_log=False)


@pytest.mark.parametrize("callback", ["minimal", "oneline"])
def test_a_program_sees_no_progress(unchanged: Callable[..., str], callback: str) -> None:
    assert LINE not in unchanged(ANSIBLE_STDOUT_CALLBACK=callback)


AS_JSON = """
import json
from ansible.plugins.callback import CallbackBase

class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "json"

    def v2_playbook_on_stats(self, stats):
        print(json.dumps({"changed": stats.changed}))
"""


def test_output_in_json_is_json_alone(unchanged: Callable[..., str], tmp_path: pathlib.Path) -> None:
    """As that of ansible.posix.json, which is called json for short."""
    (tmp_path / "callback_plugins").mkdir()
    (tmp_path / "callback_plugins" / "json.py").write_text(AS_JSON)
    assert json.loads(unchanged(ANSIBLE_STDOUT_CALLBACK="json")) == {"changed": {}}


@pytest.mark.parametrize("option", ["-v", "-o"])
def test_the_output_of_a_single_task_is_its_result_alone(unchanged: Callable[..., str], option: str) -> None:
    assert LINE not in unchanged(option)
    assert LINE in unchanged(option, AEP_PROGRESS="true")
