# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Each module by its name: what its main() runs, and what the action plugin runs in Ansible's own process."""

from __future__ import annotations

from ansible_collections.aep.sources.plugins.module_utils import dataflow_tasks, information, options, service_check, tasks
from ansible_collections.aep.sources.plugins.module_utils.module import Module

_ONE = {"required_one_of": [("name", "connection_id")]}
_ONE_FLOW = {"required_one_of": [("name", "flow_id")]}
_EITHER = {**_ONE, "mutually_exclusive": [("name", "connection_id")]}

MODULES = {
    "aep_access_token": Module(options.AUTH | options.NO_SANDBOX, tasks.access_token, is_secret=True),
    "aep_sandbox_info": Module(options.AUTH | options.NO_SANDBOX | options.SANDBOXES, information.sandbox_info),
    "aep_service_check": Module(options.AUTH | options.SANDBOX | options.TRIAL, service_check.service_check),
    "aep_postgres_connection": Module(options.AUTH | options.SCOPE | options.CONNECTION, tasks.postgres_connection, _ONE),
    "aep_postgres_connections": Module(options.AUTH | options.SCOPE | options.CONNECTIONS, tasks.postgres_connections),
    "aep_postgres_connection_info": Module(
        options.AUTH | options.SANDBOX | options.QUESTIONS, information.postgres_connection_info
    ),
    "aep_postgres_dataflow": Module(
        options.AUTH | options.MANAGED | options.DATAFLOW, dataflow_tasks.postgres_dataflow, _ONE_FLOW
    ),
    "aep_postgres_dataflows": Module(options.AUTH | options.MANAGED | options.DATAFLOWS, dataflow_tasks.postgres_dataflows),
    "aep_postgres_dataflow_info": Module(
        options.AUTH | options.SANDBOX | options.DATAFLOW_QUESTIONS,
        information.postgres_dataflow_info,
        {"mutually_exclusive": [("connection", "connection_id")]},
    ),
    "aep_postgres_table_info": Module(
        options.AUTH | options.SANDBOX | options.TABLES, information.postgres_table_info, _EITHER
    ),
}
