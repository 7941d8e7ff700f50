"""What the README says of versions and numbers is what the files say that decide it."""

from __future__ import annotations

import pathlib
import re

ROOT = pathlib.Path(__file__).parents[2]
README = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_the_oldest_requests() -> None:
    [requests] = re.findall(r"^requests>=([\d.]+)$", read("meta/ee-requirements.txt"), re.MULTILINE)
    assert f"`requests` {requests} or newer" in README
    assert f"pip install 'requests>={requests}'" in README
    assert f"requests=={requests}" in read("requirements/minimum.in")


def test_the_newest_ansible_core() -> None:
    pinned = dict(
        re.findall(r"^ansible-core==(\d+\.\d+)\S* ; python_full_version (\S+) ", read("requirements/dev.txt"), re.MULTILINE)
    )
    newest, older = sorted(pinned, key=lambda version: int(version.partition(".")[2]), reverse=True)
    assert f"({newest}, or {older} with Python 3.11)" in README


def test_what_a_checkout_needs() -> None:
    [versions] = re.findall(r"AEP_PYTHON:-([\d. ]+)", read("scripts/setup.sh"))
    first, *_between, last = sorted(versions.split())
    assert f"Python {first} to {last} with `venv`" in README
    assert {"git", "make", "python3", "python3-venv"} <= set(read(".ci/run").partition("needed=(")[2].partition(")")[0].split())


def test_the_combinations_of_settings() -> None:
    assert f"{NUMBERS[len(list(ROOT.glob('tests/integration/knobs/*.toml')))]} combinations of them" in README


def test_the_contents_lead_to_sections() -> None:
    text = read("README.md")
    places = {
        re.sub(r"[^\w ]", "", title).strip().lower().replace(" ", "-") for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert {link[1:] for link in links if link.startswith("#")} >= {"try-it", "quick-start", "limits"}
    assert [link for link in links if link.startswith("#") and link[1:] not in places] == []
    assert [link for link in links if "://" not in link and not (ROOT / (link.partition("#")[0] or ".")).exists()] == []
