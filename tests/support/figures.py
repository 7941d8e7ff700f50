"""What the tests of trust counted, kept while they run and printed as one table.

python figures.py forget | show
"""

from __future__ import annotations

import json
import pathlib
import sys
from collections.abc import Mapping

FILE = pathlib.Path(__file__).parents[2] / ".cache" / "figures.jsonl"


def keep(subject: str, counted: Mapping[str, int]) -> None:
    """Keep what was counted about a subject."""
    FILE.parent.mkdir(exist_ok=True)
    with FILE.open("a", encoding="utf-8") as file:
        for what, count in counted.items():
            file.write(json.dumps([subject, what, count]) + "\n")


def show() -> None:
    """Print everything that was kept."""
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()] if FILE.exists() else []
    width = max((len(what) for _subject, what, _count in rows), default=0)
    for subject, what, count in rows:
        print(f"{subject:<18} {what:<{width}} {count:>8}")


if __name__ == "__main__":
    if sys.argv[1] == "forget":
        FILE.unlink(missing_ok=True)
    else:
        show()
