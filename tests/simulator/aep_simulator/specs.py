"""The connection spec of PostgreSQL, its kinds of authentication, and how credentials are shown (facts dossier 2.6, 4)."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema

from aep_simulator.errors import flow_error
from aep_simulator.settings import Settings

POSTGRES = "74a1c565-4e59-48d7-9d67-7c03b8a13137"
BASIC = "Basic Authentication"
CONNECTION_STRING = "Connection String Based Authentication"


def connection_spec(settings: Settings) -> dict[str, Any]:
    """Return the spec of PostgreSQL as these settings make it. ``format: password`` marks what is secret."""
    text = {"type": "string", "minLength": 1}
    secret = {**text, "format": "password"}
    basic = {
        "server": text,
        "port": text,
        "database": text,
        "username": text,
        "password": secret,
        "sslMode": {"type": "string", "enum": list(settings.sslmode_enum)},
    }
    specs = [_auth_spec(BASIC, "basicAuthentication", basic)]
    if settings.region != "VA6":
        specs.append(_auth_spec(CONNECTION_STRING, "connectionStringAuth", {"connectionString": secret}))
    return {
        "id": POSTGRES,
        "name": "postgre-sql",
        "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a",
        "version": "1.0",
        "authSpec": specs,
        "attributes": {"category": "Databases", "connectorName": "PostgreSQL", "isSource": True, "isDraftModeSupported": False},
        "permissionsInfo": {
            "view": [{"@type": "lowLevel", "name": "EnterpriseSource", "permissions": ["read"]}],
            "manage": [{"@type": "lowLevel", "name": "EnterpriseSource", "permissions": ["write"]}],
        },
    }


def _auth_spec(name: str, kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "description": "defines auth params required for connecting to PostgreSQL",
        "properties": properties,
        "required": list(properties),
    }
    return {"name": name, "type": kind, "spec": schema}


def check_auth(auth: Any, settings: Settings, request_id: str) -> None:
    """Check a connection's credentials against the schema of their kind."""
    if not isinstance(auth, dict) or not isinstance(auth.get("specName"), str):
        raise flow_error("1304-400", request_id, field="auth.specName")
    for spec in connection_spec(settings)["authSpec"]:
        if spec["name"] == auth["specName"]:
            break
    else:
        raise flow_error("1415-400", request_id, name=auth["specName"], id=POSTGRES)
    params = auth.get("params", {})
    for error in sorted(jsonschema.Draft7Validator(spec["spec"]).iter_errors(params), key=lambda one: list(one.path)):
        if error.validator == "required":
            missing = next(name for name in spec["spec"]["required"] if name not in params)
            raise flow_error("1304-400", request_id, field=missing)
        field = ".".join(map(str, error.path)) or "params"
        raise flow_error(
            "1312-400",
            request_id,
            field=field,
            value="(not shown)" if field in ("password", "connectionString") else error.instance,
        )


def shown(item: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Return a connection as GET shows it."""
    if settings.secret_view == "plain" or "params" not in item.get("auth", {}):
        return item
    item = copy.deepcopy(item)
    params = item["auth"]["params"]
    if settings.secret_view == "omitted":
        del item["auth"]["params"]
        return item
    for name, placeholder in (("password", "{PASSWORD}"), ("connectionString", "{CONNECTION_STRING}")):
        if name in params:
            if settings.secret_view == "partial":
                del params[name]
            else:
                params[name] = "******" if settings.secret_view == "masked" else placeholder
    return item
