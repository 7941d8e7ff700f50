# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The options that modules share, as argument specs. Documented in the doc fragments of the same names."""

from __future__ import annotations

import os
from typing import Any

from ansible.module_utils.common.parameters import AnsibleFallbackNotFound
from ansible_collections.aep.sources.plugins.module_utils.postgres.warnings import RISKS

DEFAULT_SCOPES = ["openid", "AdobeID", "read_organizations", "additional_info.projectedProductContext", "session"]


def environment(variable: str) -> str:
    """Return an environment variable's value, for an option that was not given. An empty one counts as missing.

    Automation platforms set variables for fields that were left empty, so an empty value must not hide a default.
    """
    value = os.environ.get(variable)
    if not value:
        raise AnsibleFallbackNotFound
    return value


def _from_environment(option: str, **attributes: Any) -> dict[str, Any]:
    return {"fallback": (environment, [f"AEP_{option.upper()}"]), **attributes}


def auth_arguments() -> dict[str, Any]:
    """Return the options that say who talks to Adobe, and how."""
    return {
        "client_id": _from_environment("client_id", type="str"),
        "client_secret": _from_environment("client_secret", type="str", no_log=True),
        "scopes": _from_environment("scopes", type="list", elements="str", default=list(DEFAULT_SCOPES)),
        "org_id": _from_environment("org_id", type="str"),
        "access_token": _from_environment("access_token", type="str", no_log=True),
        "api_key": _from_environment("api_key", type="str", no_log=False),
        "base_url": _from_environment("base_url", type="str", default="https://platform.adobe.io"),
        "ims_url": _from_environment("ims_url", type="str", default="https://ims-na1.adobelogin.com"),
        "validate_certs": _from_environment("validate_certs", type="bool", default=True),
        "ca_path": _from_environment("ca_path", type="path"),
        "timeout": _from_environment("timeout", type="int", default=60),
        "retries": _from_environment("retries", type="int", default=4),
    }


def sandboxes_arguments() -> dict[str, Any]:
    """Return the options that choose among an organization's sandboxes."""
    return {
        "all": {"type": "bool", "default": False},
        "states": {"type": "list", "elements": "str", "default": ["active"]},
        "types": {"type": "list", "elements": "str", "default": []},
    }


def sandbox_arguments() -> dict[str, Any]:
    """Return the option that says where connections are kept."""
    return {"sandbox": _from_environment("sandbox", type="str")}


def questions_arguments() -> dict[str, Any]:
    """Return the options that choose among a sandbox's connections, and say what is asked of them."""
    return {
        "names": {"type": "list", "elements": "str", "default": []},
        "connection_ids": {"type": "list", "elements": "str", "default": []},
        "test": {"type": "bool", "default": False},
        "dataflows": {"type": "bool", "default": False},
        **_concurrency(),
    }


def tables_arguments() -> dict[str, Any]:
    """Return the options that choose among the tables that a connection can see, and say what is shown of them."""
    return {
        "name": {"type": "str"},
        "connection_id": {"type": "str"},
        "tables": {"type": "list", "elements": "str", "default": ["*"]},
        "columns": {"type": "bool", "default": True},
        "rows": {"type": "int", "default": 0},
        "show_values": {"type": "bool", "default": False},
        **_concurrency(),
    }


def scope_arguments() -> dict[str, Any]:
    """Return the options that say where connections are kept, and how the service is met there."""
    return {
        **sandbox_arguments(),
        "fingerprint_key": _from_environment("fingerprint_key", type="str", no_log=True),
        "owner": {"type": "str"},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 180},
        "ssl_mode_spellings": {"type": "dict", "default": {}},
        "suppress_warnings": {"type": "list", "elements": "str", "choices": list(RISKS), "default": []},
    }


def connection_arguments() -> dict[str, Any]:
    """Return the options that say what one base connection should be, and how far to go for it."""
    return {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "name": {"type": "str"},
        "connection_id": {"type": "str"},
        "description": {"type": "str"},
        "auth_type": {"type": "str", "choices": ["basic", "connection_string"], "default": "basic"},
        "server": {"type": "str"},
        "port": {"type": "int"},
        "database": {"type": "str"},
        "username": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "ssl_mode": {"type": "str", "choices": ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]},
        "connection_string": {"type": "str", "no_log": True},
        "encryption_method": {"type": "str", "choices": ["disabled", "enabled", "request_ssl"]},
        "validate_server_certificate": {"type": "bool"},
        "cloud": {"type": "str", "choices": ["azure", "aws"], "default": "azure"},
        "update_credentials": {
            "type": "str",
            "choices": ["on_change", "on_create", "always", "on_failure"],
            "default": "on_change",
        },
        "test": {"type": "str", "choices": ["never", "on_change", "always"], "default": "on_change"},
        "prove_first": {"type": "bool", "default": True},
        "on_test_failure": {"type": "str", "choices": ["fail", "warn", "rollback"], "default": "fail"},
    }


def trial_arguments() -> dict[str, Any]:
    """Return the options that say which database a service may be tried with."""
    database = ("server", "port", "database", "username", "password", "ssl_mode")
    given = {name: spec for name, spec in connection_arguments().items() if name in database}
    needed = {name: {**given[name], "required": True} for name in ("server", "database", "username", "password")}
    return {**given, **needed, "wait_timeout": {"type": "int", "default": 180}}


def connections_arguments() -> dict[str, Any]:
    """Return the options that say what several base connections should be. What is left out is filled in from the defaults."""
    options = {
        name: {key: value for key, value in spec.items() if key != "default"} for name, spec in connection_arguments().items()
    }
    one = {**options, "credentials": {"type": "str", "no_log": False}}
    defaults = {name: spec for name, spec in one.items() if name not in ("name", "connection_id")}
    return {
        "connections": {"type": "list", "elements": "dict", "required": True, "options": one},
        "defaults": {"type": "dict", "default": {}, "options": defaults},
        "credentials": {"type": "dict", "default": {}, "no_log": True},
        **_concurrency(),
        "purge": {"type": "bool", "default": False},
        "purge_all": {"type": "bool", "default": False},
    }


def _concurrency() -> dict[str, Any]:
    return {"concurrency": {"type": "int", "default": 8}}
