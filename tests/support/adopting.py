"""Base connections as they are adopted: as the module shows them, as files, and as the role reads these."""

from __future__ import annotations

from typing import Any

import yaml
from ansible_collections.aep.sources.plugins.filter.adopted_files import adopted_files
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import desired_connections

DEFAULTS, VAULT = "group_vars/all/connections.yml", "group_vars/all/vault.yml"
STRING = "Connection String Based Authentication"
NOTHING = dict.fromkeys(("server", "port", "database", "username", "ssl_mode", "encryption_method"))


class Loader(yaml.SafeLoader):
    """Reads what Ansible reads."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def shown(name: Any = "Orders", **changes: Any) -> dict[str, Any]:
    """Return a connection as aep_postgres_connection_info returns it."""
    return {
        "name": name,
        "id": f"id-{name}",
        "description": "",
        "state": "enabled",
        "managed": False,
        "owner": None,
        "auth_type": "Basic Authentication",
        "server": "db.example.com",
        "port": 5432,
        "database": "orders",
        "username": "reader",
        "ssl_mode": "require",
        "encryption_method": None,
        "validate_server_certificate": None,
        "other_properties": None,
        **changes,
    }


def in_string(name: str = "Orders", **changes: Any) -> dict[str, Any]:
    of_string = {"auth_type": STRING, "ssl_mode": None, "encryption_method": "enabled", "other_properties": False}
    return shown(name, **{**of_string, **changes})


def host(*connections: dict[str, Any], name: str = "dev", **more: Any) -> dict[str, Any]:
    return {"inventory_hostname": name, "postgres_connections_inspected": {"connections": list(connections)}, **more}


def texts(*hosts: dict[str, Any], **more: Any) -> dict[str, str]:
    return {one["path"]: one["text"] for one in adopted_files(hosts, **more)["files"]}


def read(files: dict[str, str], name: str = "dev") -> dict[str, Any]:
    """Return the variables of a host, as Ansible reads them."""
    variables: dict[str, Any] = {}
    for path in (DEFAULTS, VAULT, f"host_vars/{name}/connections.yml"):
        variables |= yaml.load(files.get(path, "{}"), Loader)
    return {key.removeprefix("postgres_connections_"): value for key, value in variables.items()}


def accepted(variables: dict[str, Any]) -> list[Desired]:
    """Return what the role makes of variables, once each credential is filled in."""
    filled = {
        key: {option: value or "filled in" for option, value in one.items()}
        for key, one in variables.get("credentials", {}).items()
    }
    return desired_connections(variables["definitions"], variables.get("defaults", {}), filled)
