"""What the service says is data: nothing of it is ever evaluated, wherever it says it and whatever a play does with it."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from commands import ansible
from figures import keep
from hostile import Hostile
from pytest_httpserver import HTTPServer

FILES = pathlib.Path(__file__).parent / "files" / "hostile"
INVENTORY = """
plugin: aep.sources.sandboxes
states: []
keyed_groups:
  - {key: aep_sandbox_title}
  - {key: aep_sandbox_region, prefix: region, separator: ""}
  - {key: "{aep_sandbox_type: aep_sandbox_state}"}
  - {key: "[aep_sandbox_state]", default_value: none}
compose:
  described: aep_sandbox_title
  joined: "'it is ' ~ aep_sandbox_state ~ ' in ' ~ aep_sandbox_region"
  listed: "[aep_sandbox_type, {aep_sandbox_title: aep_sandbox_region}]"
groups:
  titled: aep_sandbox_title != ''
  stated: aep_sandbox_state
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: cache
"""
VARIABLES = {
    "postgres_connections_definitions": [
        {"name": "Orders"},
        {"name": "Titled", "description": "{{ aep_sandbox_title }}"},
        {"name": "{{ aep_sandbox_region }}", "state": "absent"},
    ],
    "postgres_connections_defaults": {
        "server": "db.example.com",
        "database": "orders",
        "ssl_mode": "disable",
        "credentials": "reader",
    },
    "postgres_connections_credentials": {"reader": {"username": "reader", "password": "s3cret-password"}},
}
NUMBERS = (1, 2, 3)
# What no result has: it is compared, or asked with. A setting in braces is taken for a masked one.
NOT_SHOWN = {
    "SSL mode of the connection spec",
    "id of a source connection",
    *(f"sslMode of connection {one}" for one in NUMBERS),
}
IN_BRACES = {f"{what} of connection {one}" for what in ("server", "port", "database", "username") for one in NUMBERS}
REPORTED = {f"{what} of connection {one}" for what in ("name", "description") for one in (1, 2)} | {
    "name of a dataflow",
    "message of an error of a run",
}
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def hostile(tmp_path: pathlib.Path, httpserver: HTTPServer) -> Hostile:
    (tmp_path / "marks").mkdir()
    service = Hostile(tmp_path / "marks")
    httpserver.expect_request(re.compile("/.*")).respond_with_handler(service)
    return service


@pytest.fixture
def run(hostile: Hostile, httpserver: HTTPServer, tmp_path: pathlib.Path) -> Run:
    """Return a function that runs a playbook over the sandboxes of the service."""
    folder = tmp_path / "run"
    shutil.copytree(FILES, folder)
    (folder / "arrived").mkdir()
    (folder / "group_vars").mkdir()
    (folder / "group_vars" / "all.json").write_text(json.dumps(VARIABLES))
    (folder / "org.aep.yml").write_text(INVENTORY)
    url = httpserver.url_for("").rstrip("/")
    who = {"AEP_CLIENT_ID": "client", "AEP_CLIENT_SECRET": "s3cret", "AEP_ORG_ID": "ORG@AdobeOrg", "AEP_RETRIES": "0"}
    strict = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}

    def play(playbook: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        known = {**who, **strict, "AEP_BASE_URL": url, "AEP_IMS_URL": url, **environment}
        return ansible("ansible-playbook", "-i", "org.aep.yml", playbook, *options, folder=folder, **known)

    return play


def evaluated(hostile: Hostile) -> list[str]:
    token = hostile.marks.parent / "run" / "token"
    return sorted(path.name for path in [*hostile.marks.iterdir(), *([token] if token.exists() else [])])


def texts(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        data = [*data, *data.values()]
    if isinstance(data, list):
        for one in data:
            yield from texts(one)
    elif isinstance(data, str):
        yield data


def in_one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("door", ["true", "false"], ids=["in process", "ordinary module"])
def test_what_the_service_says_is_never_evaluated(hostile: Hostile, run: Run, tmp_path: pathlib.Path, door: str) -> None:
    sandboxes = hostile.names if door == "true" else ("statement",)
    # It makes conditions of texts, which is deprecated before ansible-core 2.19.
    done = run("site.yml", "--limit", ",".join(sandboxes), AEP_IN_PROCESS=door, ANSIBLE_DEPRECATION_WARNINGS="false")
    assert evaluated(hostile) == []
    assert done.returncode == 0, done.stdout[-5000:]
    for sandbox in sandboxes:
        arrived = in_one_line("\n".join(texts(json.loads((tmp_path / "run" / "arrived" / sandbox).read_text()))))
        missing = {
            place for (whose, place), text in hostile.said.items() if whose == sandbox and in_one_line(text) not in arrived
        }
        expected = NOT_SHOWN | (IN_BRACES if sandbox == "expression" else set())
        assert missing == (set() if sandbox == "refusing" else expected), sandbox
    is_first = door == "true" and "core" not in os.environ  # that of scripts/matrix.sh: the same places again
    keep("templates", {"texts": len(hostile.said), "places": is_first * len(hostile.places), "runs": 1})


@pytest.mark.parametrize(
    ("playbook", "files"),
    [("report", ["aep_report/report.json", "aep_report/report.html"]), ("drift", ["aep_report/drift.json"])],
)
def test_a_playbook_evaluates_nothing(
    hostile: Hostile, run: Run, tmp_path: pathlib.Path, playbook: str, files: list[str]
) -> None:
    done = run(f"aep.sources.{playbook}")
    assert evaluated(hostile) == []
    assert done.returncode == 2, done.stdout[-5000:]
    for file in files:
        content = (tmp_path / "run" / file).read_text()
        shown = "\n".join(texts(json.loads(content))) if file.endswith("json") else unescape(content)
        missing = {
            (sandbox, place) for (sandbox, place), text in hostile.said.items() if place in REPORTED and text not in shown
        }
        assert missing == set(), file
        assert in_one_line(hostile.said["refusing", "error of the list"]) in shown


def test_a_sandbox_with_a_template_as_its_name_is_refused(hostile: Hostile, run: Run) -> None:
    hostile.names = ("expression", hostile.text("expression", "name of a sandbox"))
    done = run("site.yml")
    assert evaluated(hostile) == []
    assert done.returncode != 0
    assert "which cannot be a host" in in_one_line(done.stdout)
