"""Running the shapes in turn against a simulator that is empty at first, and measuring what each takes."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from simulated import Client, simulator
from workload import COMMANDS, FLOOR, MODULE_ALONE, ROLE, RUNS, inventory, rotation


@dataclass(frozen=True)
class Size:
    """How much there is to do, and the seconds that each request takes."""

    sandboxes: int
    connections: int
    latency: float = 0.1


@dataclass
class Measured:
    """What one shape took in one kind of run: seconds, a value for each round; the rest as in the last."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    requests: int = 0
    tcp: int = 0
    peak_mib: float = 0.0

    @property
    def median(self) -> tuple[float, float]:
        """Wall and CPU seconds."""
        return statistics.median(self.wall), statistics.median(self.cpu)


Results = dict[tuple[str, str], Measured]


def floor(found: Results, run: str) -> tuple[float, float] | None:
    """Return wall and CPU seconds of the raw requests and an empty play together, if both were measured."""
    if any((part, run) not in found for part in FLOOR):
        return None
    (wall, cpu), (wall_too, cpu_too) = (found[part, run].median for part in FLOOR)
    return wall + wall_too, cpu + cpu_too


def measure(size: Size, shapes: Sequence[str], *, rounds: int, patience: float) -> Results:
    """Run all shapes in turn, several rounds; one that took more seconds than ``patience`` is not repeated."""
    found: Results = {(shape, run): Measured() for shape in shapes for run in RUNS}
    with _prepared(size) as (client, file):
        for round_ in range(rounds):
            for shape in shapes:
                if sum(found[shape, RUNS[0]].wall) > patience:
                    continue
                client.admin("POST", "reset")
                with _slowed(client, size):
                    for run in RUNS:
                        _take(client, COMMANDS[shape], file, found[shape, run])
                _say(f"{size.sandboxes} × {size.connections}, round {round_ + 1}, {shape}", found, shape)
    return found


def measure_listing(existing: int) -> tuple[Measured, Measured]:
    """Measure the role, and the module alone, in a sandbox that holds many connections, one of which is theirs."""
    size, role, module = Size(1, 1), Measured(), Measured()
    with _prepared(size) as (client, file):
        client.begin()
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda number: client.create(f"Other {number}").status_code, range(existing - 1)))
        assert made == [201] * (existing - 1)
        _take(client, COMMANDS[ROLE], file, Measured())
        with _slowed(client, size):
            for _round in range(3):
                _take(client, COMMANDS[ROLE], file, role)
                _take(client, MODULE_ALONE, file, module)
    _say(f"a sandbox of {existing}", {(ROLE, RUNS[1]): role}, ROLE)
    return role, module


def measure_rotation(size: Size, rounds: int) -> dict[bool, Measured]:
    """Measure the role while it replaces all passwords by one other, with and without proving that first."""
    found = {False: Measured(), True: Measured()}
    with _prepared(size) as (client, file):
        client.begin()
        _take(client, COMMANDS[ROLE], file, Measured())
        with _slowed(client, size):
            for round_ in range(rounds):
                for prove_first, one in found.items():
                    variables = file.with_name("rotation.json")
                    variables.write_text(json.dumps(rotation(f"password-{round_}-{prove_first}", prove_first=prove_first)))
                    _take(client, [*COMMANDS[ROLE], "-e", f"@{variables}"], file, one)
    print(f"rotation: {found[False].wall[-1]:.1f} s, with proof {found[True].wall[-1]:.1f} s", file=sys.stderr, flush=True)
    return found


@contextlib.contextmanager
def _prepared(size: Size) -> Iterator[tuple[Client, pathlib.Path]]:
    names = ",".join(f"s{number}" for number in range(size.sandboxes))
    with tempfile.TemporaryDirectory() as folder, simulator("--sandboxes", names, "--test-result", "true") as url:
        client = Client(url, sandbox="s0")
        file = pathlib.Path(folder, "inventory.yml")
        file.write_text(json.dumps(inventory(url, client.who, size.sandboxes, size.connections)), encoding="utf-8")
        yield client, file
        client.close()


@contextlib.contextmanager
def _slowed(client: Client, size: Size) -> Iterator[None]:
    if size.latency:
        client.fault(kind="latency", operation="*", seconds=size.latency, count=0)
    yield
    client.admin("DELETE", "faults")


def _take(client: Client, shape: Sequence[str], file: pathlib.Path, one: Measured) -> None:
    """Run a command, and add its seconds with all descendants, what it asked, and its largest process."""
    client.admin("DELETE", "counters")
    command = [part.format(inventory=file) for part in shape]
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        _pid, status, used = os.wait4(process.pid, 0)
        one.wall.append(time.perf_counter() - began)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            sys.exit(f"{' '.join(command)} failed:\n{output.read()[-3000:].decode()}")
    one.cpu.append(used.ru_utime + used.ru_stime)
    one.peak_mib = max(one.peak_mib, used.ru_maxrss / 1024)
    counted = client.admin("GET", "counters")
    one.tcp = counted.pop("tcp", 0)
    one.requests = sum(count for name, count in counted.items() if " " not in name)


def _say(what: str, found: Results, shape: str) -> None:
    walls = ", ".join(f"{run} {found[shape, run].wall[-1]:.1f} s" for run in RUNS if (shape, run) in found)
    print(f"{what}: {walls}", file=sys.stderr, flush=True)
