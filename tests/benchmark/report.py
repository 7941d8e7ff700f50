"""What was measured, as the document docs/performance.md and its chart."""

from __future__ import annotations

import math
import os
import pathlib
import platform
import subprocess
from typing import Any

import jinja2
from measuring import Measured, Results, Size, floor
from workload import ROLE, RUNS, TITLES

HERE = pathlib.Path(__file__).parent
LINES = ("a", "b", "c", "d", "floor")


def table(found: Results) -> list[dict[str, Any]]:
    """Return the rows of a table: each shape in each run, with what it took against the role."""
    rows = []
    shapes = list(dict.fromkeys(shape for shape, _run in found))
    for run in RUNS:
        role_wall, role_cpu = found[ROLE, run].median
        for shape in shapes:
            one = found[shape, run]
            wall, cpu = one.median
            rows.append(
                {
                    "title": TITLES[shape],
                    "run": run,
                    "wall": f"{wall:.1f}",
                    "spread": f"{min(one.wall):.1f} to {max(one.wall):.1f} ({len(one.wall)})",
                    "cpu": f"{cpu:.1f}",
                    "requests": one.requests,
                    "tcp": one.tcp,
                    "peak": f"{one.peak_mib:.0f}",
                    "wall_ratio": f"{wall / role_wall:.2f}",
                    "cpu_ratio": f"{cpu / role_cpu:.2f}",
                }
            )
        both = floor(found, run)
        if both:
            ratios = {"wall_ratio": f"{both[0] / role_wall:.2f}", "cpu_ratio": f"{both[1] / role_cpu:.2f}"}
            rows.append({"title": TITLES["floor"], "run": run, "wall": f"{both[0]:.1f}", "cpu": f"{both[1]:.1f}", **ratios})
    return rows


def series(sizes: dict[Size, Results], run: str) -> dict[str, list[tuple[int, float]]]:
    """Return a line for each shape: sandboxes and wall seconds."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for size, found in sizes.items():
        both = floor(found, run)
        walls = {shape: one.median[0] for (shape, of_run), one in found.items() if of_run == run}
        for shape, wall in {**walls, **({"floor": both[0]} if both else {})}.items():
            if shape in LINES:
                lines.setdefault(shape, []).append((size.sandboxes, wall))
    return lines


def machine() -> str:
    """Return what this was measured on."""
    core = subprocess.run(["ansible-playbook", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    return f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, {core}"


def write(
    folder: pathlib.Path,
    sizes: dict[Size, Results],
    listings: dict[int, tuple[Measured, Measured]],
    rotations: dict[Size, dict[bool, Measured]],
    seconds: float,
) -> None:
    """Write the document and its chart into a folder."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["log10"] = math.log10
    tables = {size: table(found) for size, found in sizes.items()}
    values = {"tables": tables, "listings": listings, "rotations": rotations, "machine": machine()}
    document = environment.get_template("performance.md.j2").render(values, minutes=round(seconds / 60))
    folder.joinpath("performance.md").write_text(document, encoding="utf-8")
    growing = {size: found for size, found in sizes.items() if size.latency and size.connections > 1}
    panels = {run: series(growing, run) for run in RUNS}
    titles = {shape: TITLES[shape].replace("`", "").replace("*", "") for shape in LINES}
    chart = environment.get_template("chart.svg.j2").render(panels=panels, titles=titles)
    folder.joinpath("performance.svg").write_text(chart, encoding="utf-8")
