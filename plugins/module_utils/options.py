# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The options that modules share, as argument specs. Documented in the doc fragments of the same names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from ansible.module_utils.common.parameters import AnsibleFallbackNotFound
from ansible_collections.aep.sources.plugins.module_utils.dataflow.terms import FREQUENCIES
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import SSL_MODES
from ansible_collections.aep.sources.plugins.module_utils.postgres.warnings import RISKS

Spec = dict[str, dict[str, Any]]

_SCOPES = ["openid", "AdobeID", "read_organizations", "additional_info.projectedProductContext", "session"]
_TEXT = {"type": "str"}
_OFF = {"type": "bool", "default": False}
_SECRET = {"type": "str", "no_log": True}


def environment(variable: str) -> str:
    """Return an environment variable's value, for an option that was not given. An empty one counts as missing.

    Automation platforms set variables for fields that were left empty, so an empty value must not hide a default.
    """
    value = os.environ.get(variable)
    if not value:
        raise AnsibleFallbackNotFound
    return value


def _from_environment(options: Spec) -> Spec:
    return {name: {"fallback": (environment, [f"AEP_{name.upper()}"]), **option} for name, option in options.items()}


def _texts(*default: str) -> dict[str, Any]:
    return {"type": "list", "elements": "str", "default": list(default)}


def _one_of(choices: Sequence[str], **more: str) -> dict[str, Any]:
    return {"type": "str", "choices": list(choices), **more}


# Who talks to Adobe, and how.
AUTH = _from_environment(
    {
        **dict.fromkeys(["client_id", "org_id"], _TEXT),
        **dict.fromkeys(["client_secret", "access_token"], _SECRET),
        "scopes": _texts(*_SCOPES),
        "api_key": {"type": "str", "no_log": False},
        "base_url": {"type": "str", "default": "https://platform.adobe.io"},
        "ims_url": {"type": "str", "default": "https://ims-na1.adobelogin.com"},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "timeout": {"type": "int", "default": 60},
        "retries": {"type": "int", "default": 4},
    }
)

# Which of an organization's sandboxes.
SANDBOXES: Spec = {"all": _OFF, "states": _texts("active"), "types": _texts()}

# Where connections are kept.
SANDBOX = _from_environment({"sandbox": _TEXT})

# What modules without a sandbox take all the same, so that all modules can have the same defaults.
NO_SANDBOX = {"sandbox": _TEXT}

_CONCURRENCY: Spec = {"concurrency": {"type": "int", "default": 8}}
_WAIT_TIMEOUT: Spec = {"wait_timeout": {"type": "int", "default": 180}}

# Which of a sandbox's connections, and what is asked of them.
QUESTIONS: Spec = {
    **dict.fromkeys(["names", "connection_ids"], _texts()),
    **dict.fromkeys(["test", "dataflows"], _OFF),
    "dataflow_hours": {"type": "int", "default": 24},
    **_CONCURRENCY,
}

# Which of a sandbox's dataflows, and how much of their runs.
DATAFLOW_QUESTIONS: Spec = {
    **dict.fromkeys(["connection", "connection_id"], _TEXT),
    **dict.fromkeys(["names", "flow_ids"], _texts()),
    "runs": {"type": "int", "default": 1},
    "hours": {"type": "int", "default": 24},
}

# Which of the tables that a connection can see, and what is shown of them.
TABLES: Spec = {
    **dict.fromkeys(["name", "connection_id"], _TEXT),
    "tables": _texts("*"),
    "columns": {"type": "bool", "default": True},
    "rows": {"type": "int", "default": 0},
    "show_values": _OFF,
    **_CONCURRENCY,
}

# Where things are kept, who manages them, and how long to wait for them.
MANAGED: Spec = {
    **SANDBOX,
    **_from_environment({"fingerprint_key": _SECRET}),
    "owner": _TEXT,
    "wait": {"type": "bool", "default": True},
    **_WAIT_TIMEOUT,
}

# Where connections are kept, and how the service is met there.
SCOPE: Spec = {
    **MANAGED,
    "ssl_mode_spellings": {"type": "dict", "default": {}},
    "suppress_warnings": {**_texts(), "choices": list(RISKS)},
}

# What one base connection should be, and how far to go for it.
CONNECTION: Spec = {
    "state": _one_of(["present", "absent"], default="present"),
    **dict.fromkeys(["name", "connection_id", "description", "server", "database", "username"], _TEXT),
    **dict.fromkeys(["password", "connection_string"], _SECRET),
    "auth_type": _one_of(["basic", "connection_string"], default="basic"),
    "port": {"type": "int"},
    "ssl_mode": _one_of(SSL_MODES),
    "encryption_method": _one_of(["disabled", "enabled", "request_ssl"]),
    "validate_server_certificate": {"type": "bool"},
    "cloud": _one_of(["azure", "aws"], default="azure"),
    "update_credentials": _one_of(["on_change", "on_create", "always", "on_failure"], default="on_change"),
    "test": _one_of(["never", "on_change", "always"], default="on_change"),
    "prove_first": {"type": "bool", "default": True},
    "on_test_failure": _one_of(["fail", "warn", "rollback"], default="fail"),
}

# With which database a service may be tried, and with which dataset.
TRIAL: Spec = {
    **{name: {**CONNECTION[name], "required": True} for name in ("server", "database", "username", "password")},
    **{name: CONNECTION[name] for name in ("port", "ssl_mode")},
    **_WAIT_TIMEOUT,
    "allow_production": _OFF,
    "throw_away": {
        "type": "dict",
        "options": {
            **{name: {"type": "str", "required": True} for name in ("dataset", "table", "delta_column")},
            "mapping": {"type": "raw", "required": True},
        },
    },
}


def _several(what: str, one: Spec, *labels: str) -> Spec:
    """Return the options for several things. What is left out of one of them is filled in from the defaults."""
    each = {name: {key: value for key, value in option.items() if key != "default"} for name, option in one.items()}
    shared = {name: option for name, option in each.items() if name not in labels}
    return {
        what: {"type": "list", "elements": "dict", "required": True, "options": each},
        "defaults": {"type": "dict", "default": {}, "options": shared},
        **_CONCURRENCY,
        **dict.fromkeys(["purge", "purge_all"], _OFF),
    }


# What several base connections should be.
CONNECTIONS: Spec = {
    **_several("connections", {**CONNECTION, "credentials": {"type": "str", "no_log": False}}, "name", "connection_id"),
    "credentials": {"type": "dict", "default": {}, "no_log": True},
}

# What one dataflow should be.
DATAFLOW: Spec = {
    "state": _one_of(["enabled", "disabled", "absent"], default="enabled"),
    **dict.fromkeys(
        ["name", "flow_id", "description", "connection", "connection_id", "table", "dataset", "delta_column"], _TEXT
    ),
    "columns": {"type": "list", "elements": "str"},
    "mapping": {"type": "raw"},
    "schedule": {
        "type": "dict",
        "options": {
            "frequency": _one_of(FREQUENCIES),
            "interval": {"type": "int"},
            "start": _TEXT,
            "backfill": {"type": "bool"},
        },
    },
    "replace": _OFF,
}

# What several dataflows should be.
DATAFLOWS: Spec = _several("dataflows", DATAFLOW, "name", "flow_id")
