"""Ansible's commands, run as a user runs them: in a folder, with an environment, and nobody at the keyboard."""

from __future__ import annotations

import os
import pathlib
import subprocess


def own_home(folder: pathlib.Path) -> dict[str, str]:
    """Return the variable that lets Ansible keep what it keeps, access tokens among it, in a test's own folder."""
    return {"ANSIBLE_HOME": str(folder / "ansible-home")}


def ansible(
    command: str, *arguments: str | pathlib.Path, folder: pathlib.Path, apart: bool = False, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Return what a command said, which is no warning of something deprecated.

    Parameters:
        apart: whether errors are in ``stderr``; else all is in ``stdout``.
    """
    done = subprocess.run(
        [command, *arguments],
        cwd=folder,
        env={**os.environ, "NO_PROXY": "127.0.0.1", "ANSIBLE_NOCOLOR": "1", **own_home(folder), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if apart else subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert "DEPRECATION WARNING" not in done.stdout + (done.stderr or "")
    return done
