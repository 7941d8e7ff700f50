"""The demo: what it leaves running when it is interrupted, and that all that it offers can be done with it."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

import pytest
import yaml
from processes import kill_all_with, running_with

DEMO = pathlib.Path(__file__).with_name("demo.py")
KEPT = pathlib.Path(__file__).parents[2] / ".cache" / "demo"
MARK = "TMPDIR"


@pytest.fixture
def mark() -> Iterator[str]:
    """Return the folder for temporary files of a demo, by which its processes are found: those that are left are killed."""
    folder = tempfile.mkdtemp(prefix="aep-tried-")
    pathlib.Path(folder).chmod(0o755)  # PostgreSQL runs as another user
    yield folder
    kill_all_with(MARK, folder)
    subprocess.run([sys.executable, DEMO, "down"], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(folder)


def demo(verb: str, mark: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, DEMO, verb],
        env={**os.environ, MARK: mark},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # as a terminal would have it: an interrupt reaches the demo and all that is not apart
    )


def interrupt(process: subprocess.Popen[str], number: int, mark: str, when: Callable[[str], bool]) -> str:
    """Interrupt as soon as the command line of one of its processes is like this, and return what was said."""
    while process.poll() is None and not any(map(when, running_with(MARK, mark).values())):
        time.sleep(0.005)
    os.killpg(process.pid, number)
    return process.communicate(timeout=60)[0]


def assert_nothing_is_left(mark: str, said: str) -> None:
    assert running_with(MARK, mark) == {}, said
    assert list(pathlib.Path(mark).iterdir()) == []
    assert not KEPT.exists()


@pytest.mark.parametrize(
    ("verb", "program", "number"),
    [
        *(("up", program, signal.SIGINT) for program in ("initdb", "pg_ctl", "postgres", "aep-simulator", "ansible-vault")),
        *(("run", program, signal.SIGTERM) for program in ("postgres", "aep-simulator")),
        ("run", "aep-simulator", signal.SIGHUP),
    ],
)
def test_an_interrupt_while_it_starts_leaves_nothing(verb: str, program: str, number: int, mark: str) -> None:
    said = interrupt(demo(verb, mark), number, mark, lambda command: f"/{program} " in f"{command} ")
    assert_nothing_is_left(mark, said)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_of_a_playbook_leaves_nothing(number: int, mark: str) -> None:
    said = interrupt(demo("run", mark), number, mark, lambda command: "run_and_report.yml" in command)
    assert_nothing_is_left(mark, said)


def test_a_second_interrupt_while_it_stops_leaves_nothing(mark: str) -> None:
    process = demo("run", mark)
    while not [one for one in running_with(MARK, mark).values() if "aep-simulator" in one]:
        time.sleep(0.005)
    for _time in range(20):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.05)
    said = process.communicate(timeout=60)[0]
    assert_nothing_is_left(mark, said)


def test_what_is_offered_can_be_done(mark: str, tmp_path: pathlib.Path) -> None:
    said, _nothing = demo("up", mark).communicate(timeout=300)
    assert "its administrator is admin" in said
    offered = re.findall(r"^  (ansible-playbook .*)$", said, re.MULTILINE)
    assert [line.split()[3].rpartition(".")[2] for line in offered] == [
        "connections", "connections", "report", "bootstrap", "rotate", "offboard",
    ]  # fmt: skip
    root = KEPT.parents[1]
    script = "; ".join(["set -e", ". .cache/demo/env", "ansible-vault view .cache/demo/group_vars/all/vault.yml >&2"])
    clean = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
    where = {"cwd": root, "env": {**clean, MARK: mark, "ANSIBLE_HOME": str(tmp_path)}, "text": True, "capture_output": True}
    vault = subprocess.run(["bash", "-c", script], check=True, **where).stderr
    secrets = yaml.safe_load(vault)
    assert vault.startswith("vault_client_secret: ")
    assert all(len(secret) >= 20 for secret in secrets.values()), "a word of messages would be masked in them"
    done = subprocess.run(
        ["bash", "-c", "; ".join([script, *(f"{line} -e aep_report_folder={tmp_path}" for line in offered)])],
        check=False,
        **where,
    )
    assert done.returncode == 0, done.stdout
    assert "aep_reader_b is active" in done.stdout
    assert not any(secret in said + done.stdout for secret in secrets.values())
    assert not list((KEPT / "group_vars").glob("all.*")), "a folder and a file of the same name hide each other"
    assert sorted(one.name for one in (KEPT / "group_vars" / "all").iterdir()) == ["connections.yml", "vault.yml"]
