"""The connection spec of PostgreSQL, its kinds of authentication, and how credentials are shown (api-facts.md 2.6, 4)."""

from __future__ import annotations

import copy
import functools
import pathlib
from typing import Any

import jsonschema

from aep_simulator.documents import read_json
from aep_simulator.errors import FlowError
from aep_simulator.settings import Settings

POSTGRES = "74a1c565-4e59-48d7-9d67-7c03b8a13137"
BASIC = "Basic Authentication"
CONNECTION_STRING = "Connection String Based Authentication"

_TEXT = {"type": "string", "minLength": 1}
_SECRET = {**_TEXT, "format": "password"}
_MASK = "******"
_PLACEHOLDERS = {"password": "{PASSWORD}", "connectionString": "{CONNECTION_STRING}"}
_SCHEMA = {"type": "object", "allOf": [jsonschema.Draft7Validator.META_SCHEMA]}
_AUTH_SPEC = {"type": "object", "required": ["name", "spec"], "properties": {"name": {"type": "string"}, "spec": _SCHEMA}}
_SPEC = jsonschema.Draft7Validator(
    {
        "type": "object",
        "required": ["id", "authSpec"],
        "properties": {"authSpec": {"type": "array", "items": _AUTH_SPEC}},
    }
)


@functools.lru_cache(maxsize=32)
def connection_spec(settings: Settings) -> dict[str, Any]:
    """Return the spec of PostgreSQL as these settings make it. ``format: password`` marks what is secret.

    Only a spec of 2020 was published (4.3); what this one says of Basic Authentication is an assumption.

    Raises:
        OSError: the file of the settings cannot be read.
        ValueError: it holds no connection spec.
    """
    if settings.spec_file:
        document: dict[str, Any] = read_json(pathlib.Path(settings.spec_file).read_bytes())
        if not _SPEC.is_valid(document):
            raise ValueError("spec_file: it holds no connection spec")
        return document
    basic = {name: _SECRET if name == "password" else _TEXT for name in ("server", "port", "database", "username", "password")}
    mode: dict[str, Any] = {"type": "string", "enum": list(settings.sslmode_enum)}
    if settings.boolean_ssl:
        mode |= {"enum": ["true", "false"], "default": "false"}
    required = [*basic] if settings.region == "VA6" else [*basic, "sslMode"]
    specs = [_auth_spec(BASIC, "basicAuthentication", {**basic, "sslMode": mode}, required=required)]
    if settings.region != "VA6" and settings.allow_connection_string:
        strings = {"connectionString": _SECRET}
        specs.append(_auth_spec(CONNECTION_STRING, "connectionStringAuth", strings, required=list(strings)))
    return {
        "id": POSTGRES,
        "name": "postgre-sql",
        "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a",
        "version": "1.0",
        "authSpec": specs,
        "attributes": {
            "category": "Databases",
            "connectorName": "PostgreSQL",
            "isSource": True,
            "isDraftModeSupported": settings.draft_supported,
            "uiAttributes": {"apiFeatures": {"explorePaginationSupported": False}},
        },
        "permissionsInfo": {
            "view": [{"@type": "lowLevel", "name": "EnterpriseSource", "permissions": ["read"]}],
            "manage": [{"@type": "lowLevel", "name": "EnterpriseSource", "permissions": ["write"]}],
        },
    }


def published_spec(settings: Settings) -> dict[str, Any]:
    """Return the spec as it is shown, which may keep the spellings of sslMode to itself."""
    spec = connection_spec(settings)
    if settings.publish_enum:
        return spec
    spec = copy.deepcopy(spec)
    for auth in spec["authSpec"]:
        auth["spec"].get("properties", {}).get("sslMode", {}).pop("enum", None)
    return spec


def _auth_spec(name: str, kind: str, properties: dict[str, Any], *, required: list[str]) -> dict[str, Any]:
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "description": "defines auth params required for connecting to PostgreSQL",
        "properties": properties,
        "required": required,
    }
    return {"name": name, "type": kind, "spec": schema}


@functools.lru_cache(maxsize=64)
def _validator(settings: Settings, name: str) -> jsonschema.Draft7Validator | None:
    schemas = {spec["name"]: spec["spec"] for spec in connection_spec(settings)["authSpec"]}
    return jsonschema.Draft7Validator(schemas[name]) if name in schemas else None


def check_auth(auth: Any, settings: Settings) -> None:
    """Check a connection's credentials against the schema of their kind."""
    if not isinstance(auth, dict) or not isinstance(auth.get("specName"), str):
        raise FlowError("1304-400", field="auth.specName")
    validator = _validator(settings, auth["specName"])
    if validator is None:
        raise FlowError("1415-400", name=auth["specName"], id=POSTGRES)
    params = auth.get("params", {})
    for error in validator.iter_errors(params):
        if error.validator == "required":
            raise FlowError("1304-400", field=next(name for name in error.validator_value if name not in params))
        field = ".".join(map(str, error.path)) or "auth.params"
        raise FlowError("1312-400", field=field, value="" if field in _PLACEHOLDERS else error.instance)
    if settings.echo_masked == "reject" and any(params.get(name) in (_MASK, _PLACEHOLDERS[name]) for name in _PLACEHOLDERS):
        raise FlowError("1312-400", field="auth.params", value=_MASK)


def shown(item: dict[str, Any], view: str) -> dict[str, Any]:
    """Return a connection as GET shows it."""
    params = item["auth"].get("params")
    if view == "plain" or not isinstance(params, dict):
        return item
    auth = {key: value for key, value in item["auth"].items() if key != "params"}
    if view == "omitted":
        return {**item, "auth": auth}
    secret = {name: placeholder for name, placeholder in _PLACEHOLDERS.items() if name in params}
    if view == "partial":
        visible = {name: value for name, value in params.items() if name not in secret}
    else:
        visible = params | (secret if view == "placeholder" else dict.fromkeys(secret, _MASK))
    return {**item, "auth": {**auth, "params": visible}}
