"""A request to warm_server.py, from a test or from what stands in for Python where Ansible runs a module."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Mapping, Sequence

KILLED = 128 + 9


def ask(place: str, arguments: Sequence[str], folder: str, environment: Mapping[str, str], files: Sequence[int]) -> int:
    """Let something run with these three files as its standard ones, and return its exit code."""
    os.umask(umask := os.umask(0o077))
    request = {"arguments": arguments, "environment": dict(environment), "folder": folder, "umask": umask}
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(place)
        socket.send_fds(connection, [b" "], files)
        connection.sendall(json.dumps(request).encode())
        connection.shutdown(socket.SHUT_WR)
        return int(connection.recv(16) or KILLED)


def stand_in(python: str, place: str) -> None:
    """Do what Python would do with this process's arguments: a module of Ansible by a request, all else as ever."""
    if "AnsiballZ_" not in sys.argv[-1]:
        os.execv(python, [python, *sys.argv[1:]])
    sys.exit(ask(place, sys.argv[1:], os.getcwd(), os.environ, (0, 1, 2)))
