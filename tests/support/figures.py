"""What the tests of trust counted, kept while they run and told at the end in sentences.

python figures.py forget | show
"""

from __future__ import annotations

import json
import pathlib
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping

FILE = pathlib.Path(__file__).parents[2] / ".cache" / "figures.jsonl"

# Subject -> what its counts mean. A test that fails is told elsewhere: all these are counts of what went as it should.
SENTENCES = {
    "faults": (
        "{combinations:,} combinations of a request and a fault: {succeeded:,} runs did all they should in spite of it, "
        "{some failed:,} named each connection that failed and why, {failed as a whole:,} said why nothing could be done; "
        "each time one more run left exactly what was wanted."
    ),
    "controllers": (
        "{rounds:,} rounds of eight controllers at once, {rounds of two owners:,} of two owners that rotate and purge, and "
        "{kills:,} controllers killed at work: each time exactly the wanted connections were left, none twice."
    ),
    "lives": (
        "{lives:,} lives of a database and its connections, of {steps:,} steps by bootstrap, rotate and offboard: "
        "{killed at a task:,} were killed at a task and {killed at a request:,} at a request, {refused:,} met refusals and "
        "{out of reach:,} a sandbox out of reach; {reads:,} reads meanwhile, and none was lost."
    ),
    "hostile answers": (
        "{generated:,} answers that make no sense: {failed:,} were refused in plain words, as they should be, "
        "{unchanged:,} changed nothing, {changed:,} came with a change that was done and reported; none led to a traceback."
    ),
    "templates": (
        "{places:,} places where the service can put a text held templates for Ansible, {texts:,} in {runs:,} runs with the "
        "newest and the oldest ansible-core: none was evaluated, and each arrived as it was sent."
    ),
    "secrets": (
        "{runs:,} runs at the highest verbosity and {runs of AWX's engine:,} of AWX's engine, with {looks at all processes:,} "
        "looks at every process: no secret in any output, file or process."
    ),
}


def keep(subject: str, counted: Mapping[str, int]) -> None:
    """Keep what was counted about a subject of SENTENCES."""
    FILE.parent.mkdir(exist_ok=True)
    with FILE.open("a", encoding="utf-8") as file:
        file.write(json.dumps([subject, counted]) + "\n")


def told() -> list[str]:
    """Return a sentence for each subject of which something was kept; several runs of a subject are added up."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for line in FILE.read_text(encoding="utf-8").splitlines() if FILE.exists() else []:
        subject, counted = json.loads(line)
        sums[subject].update(counted)
    return [sentence.format_map(sums[subject]) for subject, sentence in SENTENCES.items() if subject in sums]


def forget() -> None:
    """Forget what earlier runs counted."""
    FILE.unlink(missing_ok=True)


if __name__ == "__main__":
    if sys.argv[1] == "forget":
        forget()
    else:
        print(*told(), sep="\n")
