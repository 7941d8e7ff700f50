"""The playbook verify_service finds out the simulator's knobs, cleans up, and tells no secret."""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import pytest
import yaml
from simulated import Client

SETTINGS: dict[str, dict[str, Any]] = {
    "strict": {
        "secret_view": "plain",
        "unique_names": "409",
        "validate": "sync",
        "patch_subpath": False,
        "strict_etag": True,
        "sslmode_enum": ["Disable", "Verify Full", "Require"],
        "publish_enum": True,
        "name_max": 100,
        "href_style": "query",
    },
    "lenient": {
        "secret_view": "omitted",
        "patch_specname": True,
        "patch_state": True,
        "max_limit": 1000,
        "strict_etag": False,
        "require_sandbox": False,
        "sslmode_enum": ["verify-full"],
        "publish_enum": False,
    },
    "slow": {
        "list_lag": 1.0,
        "delete_delay": 1.0,
        "delete_status": 202,
        "initializing_seconds": 1.5,
        "allow_connection_string": False,
        "secret_view": "partial",
        "error_style": "legacy",
    },
    "aws": {
        "region": "VA6",
        "initializing_seconds": 0,
        "sslmode_enum": ["false", "true"],
        "publish_enum": False,
        "allow_connection_string": False,
    },
    "storing": {"secret_view": "masked", "echo_masked": "store"},
    "rejecting": {"secret_view": "masked", "echo_masked": "reject"},
}
EXPECTED: dict[str, dict[str, str]] = {
    "strict": {
        "How is sslMode": "verify-full as Verify Full, published",
        "How do stored": "in plain",
        "May two": "refused with 409",
        "Are credentials checked at create": "refused with 400",
        "Can the password": "refused",
        "May If-Match be": "refused",
        "May If-Match leave": "refused",
        "Can the kind": "refused",
        "Can the state": "refused",
        "What becomes": "not to be seen",
        "Are credentials checked at a change": "refused with 400",
        "What does the service's test": "refused with 400",
        "May a name": "refused",
        "May a page": "refused",
        "What does the link": "a query",
        "What if no sandbox": "refused with 400",
        "May sslMode be a boolean": "refused with 400",
    },
    "lenient": {
        "How is sslMode": "verify-full as verify-full, found by trying",
        "How do stored": "no parameters",
        "May two": "accepted",
        "Are credentials checked at create": "not at create",
        "Are credentials checked at a change": "not at a change",
        "What does the service's test": "false",
        "May If-Match be": "accepted",
        "May If-Match leave": "accepted",
        "Can the kind": "accepted",
        "Can the state": "accepted",
        "May a name": "accepted",
        "May a page": "accepted",
        "What does the link": "a path and a query",
        "What if no sandbox": "the default sandbox is taken",
    },
    "slow": {
        "Is a new connection": "later",
        "In which state": "initializing, then enabled",
        "How do stored": "left out",
        "Is a connection string": "refused",
        "When is a deleted connection": "later",
        "Is a connection that": "it is",
    },
    "aws": {
        "How is sslMode": "verify-full as true, found by trying",
        "May sslMode be a boolean": "accepted",
        "Is a connection string": "refused",
    },
    "storing": {"What becomes": "it is stored", "How do stored": "something else"},
    "rejecting": {"What becomes": "refused", "How do stored": "something else"},
}


@pytest.fixture(autouse=True)
def _in_a_development_sandbox(client: Client) -> None:
    client.session.headers["x-sandbox-name"] = "s2"


def spelled(spelling: str) -> str:
    """Return the advice about a spelling, which YAML has to read as a text."""
    advice = f'ssl_mode_spellings: {{verify-full: "{spelling}"}}'
    assert yaml.safe_load(advice) == {"ssl_mode_spellings": {"verify-full": spelling}}
    return advice


@pytest.mark.parametrize("name", SETTINGS)
def test_it_finds_out(client: Client, database: Any, play: Any, tmp_path: pathlib.Path, name: str) -> None:
    with database.connect() as administrator:
        administrator.execute("CREATE ROLE verifier LOGIN PASSWORD 's3cret-of-the-verifier'")
    client.set(**SETTINGS[name])
    reached = {"server": "127.0.0.1", "port": database.server.port, "database": "postgres", "ssl_mode": "verify-full"}
    role = {"username": "verifier", "password": "s3cret-of-the-verifier"}
    done = play("verify_service", "-vvv", "--diff", verify_sandbox="s2", verify_database={**reached, **role})
    assert done.returncode == 0, done.stdout
    assert "s3cret-of-the-verifier" not in done.stdout

    findings = json.loads((tmp_path / "aep_verify_service.json").read_text())
    observed = {one["question"]: one["observed"] for one in findings}
    for question, answer in EXPECTED[name].items():
        [found] = [seen for asked, seen in observed.items() if asked.startswith(question)]
        assert answer in found, (question, found)
        assert re.search(rf'"{question}.*  \S.*  .*{re.escape(answer)}', done.stdout)
    advice = [one["advice"] for one in findings if one["advice"].startswith("ssl_mode")]
    assert advice == {"lenient": [spelled("verify-full")], "aws": [spelled("true")]}.get(name, [])
    assert "changed=1 " in done.stdout, "connections were made"
    client.set(list_lag=0, delete_delay=0)
    left = [one["state"] for one in client("GET", "/connections").json()["items"]]
    assert left in ([], ["deleting"] * len(left))


def test_a_failure_in_between_leaves_nothing_behind(client: Client, database: Any, play: Any) -> None:
    client.fault(kind="status", operation="connections.patch", status=400)
    reached = {"server": "127.0.0.1", "port": database.server.port, "database": "postgres", "ssl_mode": "verify-full"}
    options = {"verify_sandbox": "s2", "verify_database": {**reached, "username": "any", "password": "s3cret-of-nobody"}}
    assert play("verify_service", **options).returncode == 0, "an answer is a finding"

    client.admin("DELETE", "faults")
    client.fault(kind="status", operation="connections.patch", status=500)
    done = play("verify_service", "-vvv", **{**options, "postgres_connections_auth": {**client.who, "retries": 0}})
    assert done.returncode == 2, "a failure of the service is none"
    assert "500" in done.stdout
    assert "s3cret-of-nobody" not in done.stdout
    client.admin("DELETE", "faults")
    assert client("GET", "/connections").json()["items"] == []


def test_a_production_sandbox_is_refused(client: Client, play: Any) -> None:
    database = {"server": "127.0.0.1", "database": "postgres", "username": "any", "password": "s3cret-of-nobody"}
    done = play("verify_service", verify_sandbox="s1", verify_database=database)
    assert done.returncode == 2
    assert "its type is 'production'. Name a development sandbox, or set allow_production to true." in done.stdout
    assert "connections.create" not in client.admin("GET", "counters")


def test_check_mode_shows_what_would_be_asked(client: Client, play: Any, tmp_path: pathlib.Path) -> None:
    database = {"server": "127.0.0.1", "database": "postgres", "username": "any", "password": "s3cret-of-nobody"}
    done = play("verify_service", "--check", verify_sandbox="s2", verify_database=database)
    assert done.returncode == 0, done.stdout
    assert "May two connections have one name?  " in done.stdout
    assert "changed=1 " in done.stdout
    assert not [one for one in client.admin("GET", "counters") if one.startswith("connection")]
    assert not (tmp_path / "aep_verify_service.json").exists()
