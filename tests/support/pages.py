"""The pages that users read, and what in them is to be copied."""

from __future__ import annotations

import pathlib
import re
import textwrap
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted(ROOT.glob("roles/*/README.md")),
    ROOT / "docs/docsite/start.rst",
    *sorted(ROOT.glob("docs/docsite/rst/*.rst")),
]
_NAMED = r"`(?P<path>[\w/.-]+\.yml)`"
_COPIED = {
    ".md": rf"{_NAMED}|^```(?P<kind>\w+)\n(?P<text>.*?)^```",
    ".rst": rf"{_NAMED}|^(?P<indent> *)\.\. code-block:: (?P<kind>\w+)\n\n(?P<text>(?s:(?:(?P=indent)   [^\n]*)?\n)+)",
}


def copied(page: pathlib.Path) -> Iterator[tuple[str, str, str]]:
    """Yield the kind of each block of a page, its text, and the last name of a YAML file before it."""
    path = ""
    for one in re.finditer(_COPIED[page.suffix], page.read_text() + "\n", re.DOTALL | re.MULTILINE):
        if one["path"]:
            path = one["path"]
        else:
            yield one["kind"], textwrap.dedent(one["text"]), path


def blocks(page: pathlib.Path, kind: str) -> list[str]:
    """Return a page's blocks of a kind."""
    return [text for of_kind, text, _path in copied(page) if of_kind == kind]


def commands(page: pathlib.Path) -> list[str]:
    """Return the commands that a page shows, without the remarks behind them."""
    lines = [line for text in blocks(page, "console") for line in text.replace("\\\n", "").splitlines()]
    return [line[2:].partition("  #")[0].strip() for line in lines if line.startswith("$ ")]
