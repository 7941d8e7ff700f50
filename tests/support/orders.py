"""The connection that the wire tests talk about."""

from __future__ import annotations

from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.mark import COMPLETE, PENDING, derived_key, with_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import BasicAuthentication
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import fingerprint, signed

BASE = "/data/foundation/flowservice/connections"
PASSWORD = 'pa ss"w/ö%+rd'
BASIC: dict[str, Any] = {
    "sandbox": "dev",
    "name": "Orders",
    "server": "db.example.com",
    "database": "orders",
    "username": "reader",
    "password": PASSWORD,
}
PARAMS = {
    "server": "db.example.com",
    "port": "5432",
    "database": "orders",
    "username": "reader",
    "password": PASSWORD,
    "sslMode": "Require",
}
SCOPE = Scope("dev", derived_key("client-s3cret"), organization="TESTORG@AdobeOrg")
CREDENTIALS = BasicAuthentication("db.example.com", 5432, "orders", "reader", PASSWORD, "require")


def described(text: str, state: str = COMPLETE, name: str = "Orders", owner: str | None = None) -> str:
    """Return the description of the connection, with the mark of its credentials."""
    return with_mark(text, signed(SCOPE, name, owner=owner, state=state, print_=fingerprint(SCOPE, CREDENTIALS)))


SPEC = {"id": "74a1c565-4e59-48d7-9d67-7c03b8a13137", "version": "1.0"}
BODY = {
    "name": "Orders",
    "description": described("text", PENDING),
    "auth": {"specName": "Basic Authentication", "params": PARAMS},
    "connectionSpec": SPEC,
}
UNTESTED_BODY = {**BODY, "description": described("text")}  # with test: never
CREATED = {"id": "id-1", "etag": '"etag-1"'}
UNPROVEN = described("text", PENDING)


def expect_completed(wire: Any, etag: str, text: str = "text") -> None:
    """Expect the mark to say that the credentials are proven, by a change at this etag."""
    operation = {"op": "replace", "path": "/description", "value": described(text)}
    answer = {"id": "id-1", "etag": '"etag-2"'}
    wire.expect("PATCH", f"{BASE}/id-1", body=[operation], headers={"If-Match": f'"{etag}"'}, answer=answer)
