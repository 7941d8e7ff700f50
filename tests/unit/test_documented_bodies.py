"""What is sent at creation is what Adobe's page shows, to the letter."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from orders import BASE, BASIC, CREATED, PASSWORD, SPEC

Run = Callable[..., dict[str, Any]]
Item = Callable[..., dict[str, Any]]

DOCUMENT = pathlib.Path(__file__).parents[3] / "shared" / "postgres-base-connection.md"


def documented_bodies() -> list[dict[str, Any]]:
    if not DOCUMENT.exists():
        pytest.skip(f"{DOCUMENT.name} is not there: it is Adobe's page on PostgreSQL base connections, kept beside the project")
    return [json.loads(text) for text in re.findall(r"-d '(\{.*?\})'\n", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)]


def fill(body: dict[str, Any]) -> dict[str, Any]:
    """Put values in place of the document's placeholders."""
    values = {
        "SERVER": "db.example.com",
        "DATABASE": "orders",
        "PORT": "5433",
        "USERNAME": "reader",
        "PASSWORD": "s3cret-password",
    }
    text = json.dumps(body)
    for name, value in {**values, "SSL_MODE": "Prefer"}.items():
        text = text.replace(f"{{{name}}}", value)
    filled: dict[str, Any] = json.loads(text)
    return filled


@pytest.mark.parametrize("number", [0, 1, 2], ids=["azure-connection-string", "azure-basic", "aws-basic"])
def test_the_body_is_exactly_the_documents(run: Run, wire: Any, item: Item, number: int) -> None:
    bodies = documented_bodies()
    assert len(bodies) == 3
    body = fill(bodies[number])
    options = {
        **BASIC,
        "name": body["name"],
        "description": body["description"],
        "port": 5433,
        "password": "s3cret-password",
        "update_credentials": "on_create",
        "test": "never",
        "ssl_mode_spellings": {"prefer": "Prefer"},
        "cloud": "aws" if number == 2 else "azure",
        **({"ssl_mode": "prefer"} if number else {"auth_type": "connection_string"}),
    }
    wire.expect_list()
    wire.expect("POST", BASE, body=body, headers={"x-sandbox-name": "dev"}, status=201, answer=CREATED)
    wire.expect_list(item(name=body["name"]))
    assert run(options)["changed"]


@pytest.mark.parametrize(
    ("more", "end"),
    [
        ({}, ""),
        ({"encryption_method": "request_ssl"}, ";EncryptionMethod=6"),
        (
            {"encryption_method": "enabled", "validate_server_certificate": True},
            ";EncryptionMethod=1;ValidateServerCertificate=1",
        ),
        (
            {"encryption_method": "disabled", "validate_server_certificate": False},
            ";EncryptionMethod=0;ValidateServerCertificate=0",
        ),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_a_connection_string(run: Run, wire: Any, item: Item, more: dict[str, Any], end: str, whole: bool) -> None:
    text = f"Server=db.example.com;Database=orders;Port=5432;UID=reader;Password={PASSWORD}{end}"
    options = {"sandbox": "dev", "name": "Orders", "connection_string": text} if whole else {**BASIC, **more}
    wire.expect_list()
    auth = {"specName": "Connection String Based Authentication", "params": {"connectionString": text}}
    wire.expect("POST", BASE, body={"name": "Orders", "auth": auth, "connectionSpec": SPEC}, status=201, answer=CREATED)
    wire.expect_list(item())
    result = run({**options, "auth_type": "connection_string", "update_credentials": "on_create", "test": "never"}, diff=True)
    assert result["changed"]
