# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Each module by its name: what its main() runs, and what the action plugin runs in Ansible's own process."""

from __future__ import annotations

from ansible_collections.aep.sources.plugins.module_utils import information, tasks
from ansible_collections.aep.sources.plugins.module_utils.module import Module
from ansible_collections.aep.sources.plugins.module_utils.options import (
    auth_arguments,
    connection_arguments,
    connections_arguments,
    questions_arguments,
    sandbox_arguments,
    sandboxes_arguments,
    scope_arguments,
    tables_arguments,
    trial_arguments,
)

_NAME_OR_ID = [("name", "connection_id")]

MODULES = {
    "aep_access_token": Module((auth_arguments,), tasks.access_token, is_secret=True),
    "aep_sandbox_info": Module((auth_arguments, sandboxes_arguments), information.sandbox_info),
    "aep_service_check": Module((auth_arguments, sandbox_arguments, trial_arguments), information.service_check),
    "aep_postgres_connection": Module(
        (auth_arguments, scope_arguments, connection_arguments),
        tasks.postgres_connection,
        {"required_one_of": _NAME_OR_ID},
    ),
    "aep_postgres_connections": Module((auth_arguments, scope_arguments, connections_arguments), tasks.postgres_connections),
    "aep_postgres_connection_info": Module(
        (auth_arguments, sandbox_arguments, questions_arguments), information.postgres_connection_info
    ),
    "aep_postgres_table_info": Module(
        (auth_arguments, sandbox_arguments, tables_arguments),
        information.postgres_table_info,
        {"required_one_of": _NAME_OR_ID, "mutually_exclusive": _NAME_OR_ID},
    ),
}
