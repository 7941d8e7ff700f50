# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What each module's main() runs, and what its action plugin runs in Ansible's own process: one implementation, two doors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils import information, tasks
from ansible_collections.aep.sources.plugins.module_utils.module import Work, run
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
from ansible_collections.aep.sources.plugins.module_utils.progress import Progress, quiet


@dataclass(frozen=True)
class EntryPoint:
    """A module: its options, its work, and further rules about the options. Calling it runs the module.

    Parameters of a call:
        progress: is told of each step, in one line.
    """

    arguments: tuple[Callable[[], dict[str, Any]], ...]
    work: Work
    rules: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, progress: Progress = quiet) -> None:
        """Run the module."""
        spec = {name: option for arguments in self.arguments for name, option in arguments().items()}
        run(spec, self.work, progress, supports_check_mode=True, **self.rules)


access_token = EntryPoint((auth_arguments,), tasks.access_token)

sandbox_info = EntryPoint((auth_arguments, sandboxes_arguments), information.sandbox_info)

service_check = EntryPoint((auth_arguments, sandbox_arguments, trial_arguments), information.service_check)

postgres_connection = EntryPoint(
    (auth_arguments, scope_arguments, connection_arguments),
    tasks.postgres_connection,
    {"required_one_of": [("name", "connection_id")]},
)

postgres_connections = EntryPoint((auth_arguments, scope_arguments, connections_arguments), tasks.postgres_connections)

postgres_connection_info = EntryPoint(
    (auth_arguments, sandbox_arguments, questions_arguments), information.postgres_connection_info
)

postgres_table_info = EntryPoint(
    (auth_arguments, sandbox_arguments, tables_arguments),
    information.postgres_table_info,
    {"required_one_of": [("name", "connection_id")], "mutually_exclusive": [("name", "connection_id")]},
)
