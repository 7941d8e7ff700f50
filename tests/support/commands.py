"""Ansible's commands, run as a user runs them: in a folder, with an environment, and nobody at the keyboard.

Most tests are about what a command does, not about its start, which is shared (warm.py).
"""

from __future__ import annotations

import os
import pathlib
import subprocess
import tempfile
import time
from collections.abc import Callable

import warm
from processes import kill_all_with


def own_home(folder: pathlib.Path) -> dict[str, str]:
    """Return the variable that lets Ansible keep what it keeps, access tokens among it, in a test's own folder."""
    return {"ANSIBLE_HOME": str(folder / "ansible-home")}


def environment(folder: pathlib.Path, **more: str) -> dict[str, str]:
    """Return the environment of a command that runs in a folder."""
    return {**os.environ, "NO_PROXY": "127.0.0.1", "ANSIBLE_NOCOLOR": "1", **own_home(folder), **more}


def changed(output: str) -> int:
    """Return how many changes a playbook reported."""
    recap = output.partition("PLAY RECAP")[2]
    return sum(int(word.partition("=")[2]) for word in recap.split() if word.startswith("changed="))


def ansible(
    command: str, *arguments: str | pathlib.Path, folder: pathlib.Path, apart: bool = False, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Return what a command said, which is no warning of something deprecated.

    Parameters:
        apart: whether errors are in ``stderr``; else all is in ``stdout``.
    """
    words, known = [command, *map(str, arguments)], environment(folder, **variables)
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        told = (output, errors if apart else output)
        code = warm.run(words, folder, known, *told)
        for file in told:
            file.seek(0)
        done = subprocess.CompletedProcess(words, code, output.read(), errors.read() if apart else None)
    assert "DEPRECATION WARNING" not in done.stdout + (done.stderr or "")
    return done


def cut_off(
    command: str, *arguments: str | pathlib.Path, folder: pathlib.Path, when: Callable[[str], bool], **variables: str
) -> subprocess.CompletedProcess[str]:
    """Return what a command said until ``when`` was true of its output, and it was killed with all that it started."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [command, *arguments],
            cwd=folder,
            env=environment(folder, **variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        said = ""
        while process.poll() is None and not when(said):
            time.sleep(0.02)
            output.seek(0)
            said = output.read()
        kill_all_with("ANSIBLE_HOME", own_home(folder)["ANSIBLE_HOME"])
        code = process.wait()
        output.seek(0)
        return subprocess.CompletedProcess([command], code, output.read())
