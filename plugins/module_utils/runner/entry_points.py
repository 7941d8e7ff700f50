# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What each module's main() runs, and what its action plugin runs in Ansible's own process: one implementation, two doors."""

from __future__ import annotations

from ansible_collections.aep.sources.plugins.module_utils.runner import tasks
from ansible_collections.aep.sources.plugins.module_utils.runner.arguments import (
    auth_arguments,
    connection_arguments,
    connections_arguments,
    sandboxes_arguments,
    scope_arguments,
)
from ansible_collections.aep.sources.plugins.module_utils.runner.module import run


def access_token() -> None:
    """Run aep_access_token."""
    run(auth_arguments(), tasks.access_token, supports_check_mode=True)


def sandbox_info() -> None:
    """Run aep_sandbox_info."""
    run({**auth_arguments(), **sandboxes_arguments()}, tasks.sandbox_info, supports_check_mode=True)


def postgres_connection() -> None:
    """Run aep_postgres_connection."""
    run(
        {**auth_arguments(), **scope_arguments(), **connection_arguments()},
        tasks.postgres_connection,
        supports_check_mode=True,
        required_one_of=[("name", "connection_id")],
    )


def postgres_connections() -> None:
    """Run aep_postgres_connections."""
    run(
        {**auth_arguments(), **scope_arguments(), **connections_arguments()},
        tasks.postgres_connections,
        supports_check_mode=True,
    )
