"""What is sent at creation is what Adobe's page shows, to the letter."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable
from typing import Any

import pytest
from orders import BASE, BASIC, CREATED, PASSWORD, SPEC

Run = Callable[..., dict[str, Any]]
Item = Callable[..., dict[str, Any]]

# The requests of Adobe's page "Create a PostgreSQL base connection using the Flow Service API", placeholders included.
DOCUMENTED: dict[str, dict[str, Any]] = json.loads(pathlib.Path(__file__).with_name("documented_bodies.json").read_text())


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


@pytest.mark.parametrize("kind", DOCUMENTED)
def test_the_body_is_exactly_the_documents(run: Run, wire: Any, item: Item, kind: str) -> None:
    body = fill(DOCUMENTED[kind])
    options = {
        **BASIC,
        "name": body["name"],
        "description": body["description"],
        "port": 5433,
        "password": "s3cret-password",
        "update_credentials": "on_create",
        "test": "never",
        "ssl_mode_spellings": {"prefer": "Prefer"},
        "cloud": kind.partition("-")[0],
        **({"auth_type": "connection_string"} if kind == "azure-connection-string" else {"ssl_mode": "prefer"}),
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
