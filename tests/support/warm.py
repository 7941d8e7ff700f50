"""Ansible's commands without their start: a process that has imported Ansible forks for each.

A command, and each ordinary module that it runs, begins where the imports end. All else is as ever: a process of its own, with
arguments, environment, folder, output and exit code. If a setting differs that Ansible reads while it is imported, a command is
started as ever.
"""

from __future__ import annotations

import atexit
import functools
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from typing import IO

from warm_request import ask

PYTHON = """#!{python} -S
import sys
sys.path.insert(0, {support!r})
import warm_request
warm_request.stand_in({python!r}, {place!r})
"""
# Settings of Ansible that it reads when it needs them.
READ_LATE = {
    "ANSIBLE_CACHE_PLUGIN",
    "ANSIBLE_CACHE_PLUGIN_CONNECTION",
    "ANSIBLE_DEPRECATION_WARNINGS",
    "ANSIBLE_HOME",
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED",
    "ANSIBLE_STDOUT_CALLBACK",
    "ANSIBLE_VAULT_PASSWORD_FILE",
}
USUAL = {**os.environ, "ANSIBLE_NOCOLOR": "1"}


def run(
    arguments: Sequence[str], folder: pathlib.Path, environment: Mapping[str, str], output: IO[str], errors: IO[str]
) -> int:
    """Run a command with nobody at the keyboard, and return its exit code."""
    command = shutil.which(arguments[0], path=environment["PATH"])
    with open(os.devnull) as nobody:
        if command is None or (folder / "ansible.cfg").exists() or _read_early(environment) != _read_early(USUAL):
            return subprocess.run(
                arguments, cwd=folder, env=environment, stdin=nobody, stdout=output, stderr=errors, check=False
            ).returncode
        files = [one.fileno() for one in (nobody, output, errors)]
        return ask(_server(_interpreter(command)), arguments, str(folder), environment, files)


def _read_early(environment: Mapping[str, str]) -> dict[str, str]:
    prefixes = ("ANSIBLE_", "PYTHON", "LC_")
    return {name: value for name, value in environment.items() if name.startswith(prefixes) and name not in READ_LATE}


def _interpreter(command: str) -> str:
    with open(command, encoding="utf-8") as file:
        return file.readline().removeprefix("#!").strip()


@functools.cache
def _server(python: str) -> str:
    """Start a server, which ends with this process; return where it takes requests."""
    folder = tempfile.mkdtemp(prefix="warm-")
    places = [f"{folder}/{name}" for name in ("commands", "modules")]
    listeners = [socket.socket(socket.AF_UNIX) for _place in places]
    for listener, place in zip(listeners, places, strict=True):
        listener.bind(place)
        listener.listen(64)
    stand_in = pathlib.Path(folder, "python")
    stand_in.write_text(PYTHON.format(python=python, support=str(pathlib.Path(__file__).parent), place=places[1]))
    stand_in.chmod(0o700)
    pathlib.Path(folder, "ansiballz_cache").mkdir()
    numbers = [listener.fileno() for listener in listeners]
    process = subprocess.Popen(
        [python, pathlib.Path(__file__).with_name("warm_server.py"), folder, *map(str, numbers)],
        env={**USUAL, "ANSIBLE_HOME": folder},
        pass_fds=numbers,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    atexit.register(process.communicate)  # it ends when its standard input does
    for listener in listeners:
        listener.close()
    return places[0]
