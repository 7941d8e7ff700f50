# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""An action that runs its module's code in Ansible's worker process when the target is the controller itself.

A module that does nothing costs half a second of packaging and process start; what these modules do takes a tenth of that.
Ansible imports an action plugin before it forks its workers, so what is imported here is shared by all of them.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible_collections.aep.sources.plugins.module_utils.client.client import REQUESTS_IMPORT_ERROR
from ansible_collections.aep.sources.plugins.module_utils.entry_points import EntryPoint
from ansible_collections.aep.sources.plugins.module_utils.in_process import run_in_process
from ansible_collections.aep.sources.plugins.module_utils.progress import Progress, quiet
from ansible_collections.aep.sources.plugins.plugin_utils.type_checks import yaml_surprise

_SWITCH = "AEP_IN_PROCESS"
_PROGRESS = "AEP_PROGRESS"
_FOR_PEOPLE = ("default", "ansible.builtin.default", "yaml", "community.general.yaml")  # what others print is read by programs


class Unprinted(dict[str, Any]):
    """Arguments that do not show themselves: with ANSIBLE_DEBUG, Ansible prints those of each module that it runs."""

    def __repr__(self) -> str:
        """Return the options' names alone."""
        return f"arguments: {', '.join(self)}"


class TwoDoorsAction(ActionBase):  # type: ignore[misc]
    """Runs ``entry_point`` in this process where that is the same, and hands over to the ordinary module everywhere else."""

    _supports_check_mode = True
    _supports_async = True
    entry_point: EntryPoint

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the module's result."""
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        environment = self._environment()
        surprise = yaml_surprise(self._task.args)
        if surprise:
            result.update(failed=True, changed=False, msg=surprise)
        elif self._may_run_here(task_vars, environment):
            os.environ.update(environment)  # this process ends with the task
            arguments = dict(self._task.args)
            self._update_module_args(self._task.resolved_action or self._task.action, arguments, task_vars)
            result.update(run_in_process(partial(self.entry_point, self._progress(environment)), arguments))
        else:
            arguments = Unprinted(self._task.args)
            result.update(self._execute_module(module_args=arguments, task_vars=task_vars, wrap_async=self._task.async_val))
        return result

    def _environment(self) -> dict[str, str]:
        """Return the environment that the play and the task ask for."""
        environment: dict[str, str] = {}
        self._compute_environment_string(environment)
        return {name: str(value) for name, value in environment.items()}

    def _may_run_here(self, task_vars: dict[str, Any], environment: dict[str, str]) -> bool:
        """Return whether running in this process is the same as running the module: target, user, Python, and time."""
        interpreter = self._templar.template(task_vars.get("ansible_python_interpreter") or "auto")
        return (
            self._connection.transport == "local"
            and not self._task.async_val
            and not self._connection.become
            and (str(interpreter).startswith("auto") or interpreter == sys.executable)
            and REQUESTS_IMPORT_ERROR is None
            and _is_on(_SWITCH, environment, otherwise=True)
        )

    def _progress(self, environment: dict[str, str]) -> Progress:
        """Return what shows lines while the task is at work, if whoever reads the output is a person."""
        if _is_on(_PROGRESS, environment, otherwise=constants.DEFAULT_STDOUT_CALLBACK in _FOR_PEOPLE):
            return partial(self._display.display, color=constants.COLOR_VERBOSE)
        return quiet


def _is_on(switch: str, environment: dict[str, str], *, otherwise: bool) -> bool:
    value = environment.get(switch, os.environ.get(switch, ""))
    return value.lower() not in ("false", "no", "0") if value else otherwise
