#!/usr/bin/env python
"""Run the checks named, by default all of them, side by side; say in one screen what came of them.

A check is a function of scripts/check.sh. What it prints goes to a file of its own, whose end is shown when it fails.
"""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

import figures

ROOT = pathlib.Path(__file__).parents[1]
LOGS = ROOT / ".cache" / "logs"
AT_ONCE = min(os.cpu_count() or 1, 4)
LAST_LINES = 60

# The longest come first, so that the cores end at the same time; what one check leaves for another comes before it in its row.
ROWS = (
    ("operations",),
    ("oldest",),
    ("playbooks",),
    ("scenarios",),
    ("integration", "contract"),
    ("leaks",),
    ("sanity",),
    ("unit",),
    ("lint",),
    ("docs",),
    ("doors",),
    ("molecule",),
    ("build",),
    ("types",),
)
_LAST_LINE_OF_PYTEST = re.compile(r"^[= ]*(\d+ \w+(?:, \d+ \w+)*) in [\d.]+s", re.MULTILINE)
_SKIP = re.compile(r"^SKIPPED \[\d+\] \S+: (.*)$", re.MULTILINE)
_RESULT = re.compile(r"^result: (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Checked:
    """What came of a check; ``tests`` counts what pytest ran in it, by passed, failed, skipped, error."""

    name: str
    succeeded: bool
    seconds: float
    output: str
    tests: Counter[str]

    def __str__(self) -> str:
        """Return it as one line."""
        said = [f"{count} {word}" for word, count in self.tests.items()] + _RESULT.findall(self.output)
        return f"  {self.name:<12}{'passed' if self.succeeded else 'FAILED':<8}{self.seconds:>4.0f} s   {', '.join(said)}"


def run(check: str) -> Checked:
    """Run one check."""
    log = LOGS / f"{check}.log"
    began = time.monotonic()
    with log.open("wb") as file:
        command = [ROOT / "scripts" / "check.sh", check]
        environment = {**os.environ, "PYTEST_ADDOPTS": "-rs --durations=15"}
        code = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=environment, check=False
        ).returncode
    output = log.read_text(errors="replace")
    tests: Counter[str] = Counter()
    for line in _LAST_LINE_OF_PYTEST.findall(output):
        tests.update({word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", line)})
    return Checked(check, code == 0, time.monotonic() - began, output, tests)


def run_row(row: tuple[str, ...]) -> list[Checked]:
    """Run checks one after the other, and tell of each as it ends."""
    done = []
    for check in row:
        done.append(run(check))
        print(done[-1], flush=True)
    return done


def main(wanted: list[str]) -> int:
    """Run the checks and return the exit code."""
    rows = [left for row in ROWS if (left := tuple(check for check in row if not wanted or check in wanted))]
    LOGS.mkdir(parents=True, exist_ok=True)
    figures.forget()
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        checked = [one for future in as_completed([pool.submit(run_row, row) for row in rows]) for one in future.result()]
    skips = sorted({reason for one in checked for reason in _SKIP.findall(one.output)})
    print(*(f"\nSkipped: {reason}." for reason in skips), *(f"\n{sentence}" for sentence in figures.told()), sep="")
    failed = [one for one in checked if not one.succeeded]
    for one in failed:
        print(f"\n== the end of {LOGS / one.name}.log:", *one.output.splitlines()[-LAST_LINES:], sep="\n")
    total = sum((one.tests for one in checked), Counter[str]())
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    print(f"\n{len(checked) - len(failed)} of {len(checked)} checks passed in {minutes} min {seconds} s", end="")
    print(f"; failed: {', '.join(one.name for one in failed)}." if failed else ".")
    print(f"{total['passed']} passed, {total['failed'] + total['error']} failed, {total['skipped']} skipped")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
