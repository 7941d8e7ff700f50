"""A PostgreSQL and several simulators, each with settings of its own: what the integration tests run against.

python under_settings.py CONFIG RECORD FILE [FILE ...] -- COMMAND [ARGUMENT ...]

Each FILE holds settings of a simulator. RECORD takes every exchange. CONFIG, with where all are, is for COMMAND.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import requests
import services
from processes import uninterrupted


@contextlib.contextmanager
def simulators(files: list[pathlib.Path], record: pathlib.Path) -> Iterator[list[dict[str, Any]]]:
    """Run a simulator for each file, and yield their names, addresses and settings."""
    with contextlib.ExitStack() as ends:
        found = []
        for file in files:
            with uninterrupted():
                url, process = services.start_simulator(["--config", str(file), "--record", str(record)])
                ends.callback(os.waitpid, process, 0)
                ends.callback(os.kill, process, signal.SIGTERM)
            settings = requests.get(f"{url}/admin/settings", timeout=10).json()
            found.append({"name": file.stem, "url": url, "settings": settings})
        yield found


def main() -> int:
    """Do what the command line says."""
    at = sys.argv.index("--")
    config, record, *files = map(pathlib.Path, sys.argv[1:at])
    with services.running() as running, simulators(files, record) as found:
        keys = ("postgres_host", "postgres_port", "readers")
        config.write_text(json.dumps({**{key: getattr(running, key) for key in keys}, "simulators": found}))  # JSON is YAML
        return subprocess.run(sys.argv[at + 1 :], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
