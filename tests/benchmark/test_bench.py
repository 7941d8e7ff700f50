"""The benchmark runs through and writes a document and a chart that can be read."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import xml.etree.ElementTree

BENCH = pathlib.Path(__file__).with_name("bench.py")


def test_a_small_benchmark(tmp_path: pathlib.Path) -> None:
    options = [
        "--sizes",
        "2x2@0.01",
        "--listings",
        "1",
        "150",
        "--rotations",
        "2x2@0.01",
        "--rounds",
        "1",
        "--folder",
        str(tmp_path),
    ]
    subprocess.run([sys.executable, str(BENCH), *options], check=True, stdin=subprocess.DEVNULL)
    document = (tmp_path / "performance.md").read_text()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in document.splitlines() if line.startswith("| (")]
    assert len(rows) == 16
    requests = {(row[0], row[1]): row[5] for row in rows}
    assert requests["(d) **the role**", "no change"] == "2"  # two lists: the first run has left its token
    assert requests["(b) `uri`, one list per sandbox", "first run"] == "7"
    assert "| 150 | 2 |" in document
    # Of each sandbox a list and its spellings of sslMode; of each connection two changes and a test; four requests for a proof.
    assert "| 2 × 2 | false | 16 |" in document
    assert "| 2 × 2 | true | 24 |" in document
    xml.etree.ElementTree.parse(tmp_path / "performance.svg")
