"""Side by side: playbooks as users write them, this collection, and the floor that nothing run by Ansible can beat.

Each shape runs twice against an empty simulator, the second time without changes; shapes take turns, several rounds.
Like is compared with like: nobody tests connections.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from typing import Any

from simulated import PARAMS, POSTGRES, Client, simulator

SHAPES = pathlib.Path(__file__).parent / "shapes"
FORKS = "20"
COMMANDS: dict[str, list[str]] = {
    "a": ["ansible-playbook", "-f", FORKS, "-i", "{inventory}", str(SHAPES / "uri_lookup.yml")],
    "b": ["ansible-playbook", "-f", FORKS, "-i", "{inventory}", str(SHAPES / "uri_list.yml")],
    "c": ["ansible-playbook", "-f", FORKS, "-i", "{inventory}", str(SHAPES / "singular_loop.yml")],
    "d": ["ansible-playbook", "-f", FORKS, "-i", "{inventory}", "aep.sources.connections"],
    "raw": [sys.executable, str(SHAPES / "raw.py"), "{inventory}"],
    "empty": ["ansible-playbook", "-f", FORKS, "-i", "{inventory}", str(SHAPES / "empty.yml")],
}
TITLES = {
    "a": "(a) uri, look-up per connection",
    "b": "(b) uri, one list per sandbox",
    "c": "(c) this module in a loop",
    "d": "(d) this role",
    "raw": "(e) raw Python, 20 threads",
    "empty": "(e) an empty play",
}
RUNS = ("first run", "no change")


@dataclass
class Measured:
    """What one shape took in one kind of run, a value for each round."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    requests: int = 0
    peak_mib: float = 0.0

    @property
    def median(self) -> tuple[float, float]:
        """Wall and CPU seconds."""
        return statistics.median(self.wall), statistics.median(self.cpu)


def inventory(url: str, who: dict[str, str], sandboxes: int, connections: int) -> dict[str, Any]:
    """Return an inventory with everything that the shapes need."""
    body = {
        "auth": {"specName": "Basic Authentication", "params": PARAMS},
        "connectionSpec": {"id": POSTGRES, "version": "1.0"},
    }
    variables = {
        "url": url,
        "body": body,
        "headers": {
            "Authorization": "Bearer {{ token.json.access_token }}",
            "x-api-key": "client",
            "x-gw-ims-org-id": "TESTORG@AdobeOrg",
            "x-sandbox-name": "{{ inventory_hostname }}",
        },
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "postgres_connections_auth": who,
        "postgres_connections_defaults": {
            "server": PARAMS["server"],
            "port": PARAMS["port"],
            "database": PARAMS["database"],
            "ssl_mode": "disable",
            "credentials": "reader",
            "test": "never",
        },
        "postgres_connections_credentials": {"reader": {"username": PARAMS["username"], "password": PARAMS["password"]}},
        "postgres_connections_definitions": [{"name": f"Orders {number}"} for number in range(connections)],
    }
    return {"all": {"hosts": {f"s{number}": None for number in range(sandboxes)}, "vars": variables}}


def take(command: list[str]) -> tuple[float, float, float]:
    """Run a command and return its wall and CPU seconds, descendants included, and its largest process in MiB."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL)
    output = process.communicate()[0]
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{output[-3000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, after.ru_maxrss / 1024


def measure(options: argparse.Namespace) -> dict[tuple[str, str], Measured]:
    """Run all shapes in turn, several rounds."""
    found = {(shape, run): Measured() for shape in options.shapes for run in RUNS}
    names = ",".join(f"s{number}" for number in range(options.sandboxes))
    with tempfile.TemporaryDirectory() as folder, simulator("--sandboxes", names, "--test-result", "true") as url:
        file = pathlib.Path(folder, "inventory.yml")
        client = Client(url)
        file.write_text(json.dumps(inventory(url, client.who, options.sandboxes, options.connections)), encoding="utf-8")
        for round_ in range(options.rounds):
            for shape in options.shapes:
                client.admin("POST", "reset")
                if options.latency:
                    client.fault(kind="latency", operation="*", seconds=options.latency, count=0)
                for run in RUNS:
                    client.admin("DELETE", "counters")
                    wall, cpu, peak = take([part.format(inventory=file) for part in COMMANDS[shape]])
                    one = found[shape, run]
                    one.wall.append(wall)
                    one.cpu.append(cpu)
                    one.peak_mib = max(one.peak_mib, peak)
                    counted = client.admin("GET", "counters")
                    one.requests = sum(count for name, count in counted.items() if " " not in name)
                    print(f"round {round_ + 1}, {TITLES[shape]}, {run}: {wall:.1f} s", file=sys.stderr, flush=True)
        client.close()
    return found


def table(options: argparse.Namespace, found: dict[tuple[str, str], Measured]) -> str:
    """Return the measurements as Markdown, with what each costs compared with the role."""
    lines = [
        "| shape | run | wall s | spread | CPU s | requests | wall / role | CPU / role |",
        "|---|---|---:|---|---:|---:|---:|---:|",
    ]
    floor = {
        run: tuple(sum(found[part, run].median[which] for part in ("raw", "empty")) for which in (0, 1))
        for run in RUNS
        if ("raw", run) in found and ("empty", run) in found
    }
    for run in RUNS:
        role = found["d", run].median if ("d", run) in found else (float("nan"), float("nan"))
        for shape in options.shapes:
            one = found[shape, run]
            wall, cpu = one.median
            spread = f"{min(one.wall):.1f} to {max(one.wall):.1f}"
            ratios = f"{wall / role[0]:.1f} | {cpu / role[1]:.1f}"
            lines.append(f"| {TITLES[shape]} | {run} | {wall:.1f} | {spread} | {cpu:.1f} | {one.requests} | {ratios} |")
        if run in floor:
            wall, cpu = floor[run]
            lines.append(
                f"| (e) the floor: both | {run} | {wall:.1f} | | {cpu:.1f} | | {wall / role[0]:.2f} | {cpu / role[1]:.2f} |"
            )
    return "\n".join(lines)


def machine() -> str:
    """Return what this was measured on."""
    core = subprocess.run(["ansible-playbook", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    return f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, {core}"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sandboxes", type=int, default=10)
    parser.add_argument("--connections", type=int, default=5, help="in each sandbox")
    parser.add_argument("--latency", type=float, default=0.1, help="seconds that each request takes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shapes", nargs="+", choices=list(COMMANDS), default=list(COMMANDS))
    options = parser.parse_args()
    found = measure(options)
    title = f"{options.sandboxes} sandboxes × {options.connections} connections, {options.latency * 1000:g} ms for each request"
    print(f"### {title}\n\n{machine()}; medians of {options.rounds}.\n\n{table(options, found)}")


if __name__ == "__main__":
    main()
