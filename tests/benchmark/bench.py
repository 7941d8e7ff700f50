"""Measure this collection beside what users write without it, and write docs/performance.md.

Each shape runs twice, first against an empty simulator and then without changes; shapes take turns, several rounds.
"""

from __future__ import annotations

import argparse
import pathlib
import time

from measuring import Size, measure, measure_listing, measure_rotation
from report import write
from workload import COMMANDS

DOCS = pathlib.Path(__file__).parents[2] / "docs"
SIZES = [Size(1, 1), Size(1, 10), Size(10, 10), Size(10, 10, latency=0.0), Size(75, 10)]
ROTATIONS = [Size(1, 1), Size(10, 10)]
LISTINGS = [1, 100, 10_000]


def size(text: str) -> Size:
    """Read a size like ``10x5@0.1``: sandboxes, connections in each, and the seconds that a request takes."""
    counts, _at, latency = text.partition("@")
    sandboxes, connections = counts.split("x")
    return Size(int(sandboxes), int(connections), float(latency or 0.1))


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=size, nargs="+", default=SIZES, help="like 10x5@0.1: sandboxes x connections @ seconds")
    parser.add_argument("--listings", type=int, nargs="*", default=LISTINGS, help="how many connections a sandbox holds")
    parser.add_argument("--rotations", type=size, nargs="*", default=ROTATIONS, help="sizes, to replace all passwords in")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--patience", type=float, default=120, help="seconds after which a slow shape is not repeated")
    parser.add_argument("--shapes", nargs="+", choices=list(COMMANDS), default=list(COMMANDS))
    parser.add_argument("--folder", type=pathlib.Path, default=DOCS, help="where performance.md and performance.svg go")
    options = parser.parse_args()
    began = time.monotonic()
    found = {one: measure(one, options.shapes, rounds=options.rounds, patience=options.patience) for one in options.sizes}
    listings = {existing: measure_listing(existing) for existing in options.listings}
    rotations = {one: measure_rotation(one, options.rounds) for one in options.rotations}
    write(options.folder, found, listings, rotations, time.monotonic() - began)
    print(f"written: {options.folder / 'performance.md'}")


if __name__ == "__main__":
    main()
