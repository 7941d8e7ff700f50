"""The connection that the wire tests talk about."""

from __future__ import annotations

from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import BasicAuthentication
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import derive_key, fingerprint, mark

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
PRINT = fingerprint(
    derive_key("client-s3cret"),
    BasicAuthentication("db.example.com", 5432, "orders", "reader", PASSWORD, "require"),
    sandbox="dev",
    name="Orders",
)
SPEC = {"id": "74a1c565-4e59-48d7-9d67-7c03b8a13137", "version": "1.0"}
BODY = {
    "name": "Orders",
    "description": mark("text", PRINT),
    "auth": {"specName": "Basic Authentication", "params": PARAMS},
    "connectionSpec": SPEC,
}
CREATED = {"id": "id-1", "etag": '"etag-1"'}
