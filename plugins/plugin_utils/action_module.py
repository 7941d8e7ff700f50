# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The action of every module: the module's work in Ansible's worker process when the target is the controller itself.

A module that does nothing costs half a second of packaging and process start; what these modules do takes a tenth of that.
Ansible imports an action plugin before it forks its workers, so what is imported here is shared by all of them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from ansible import constants, context
from ansible.module_utils.common import json as ansible_json
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase
from ansible_collections.aep.sources.plugins.module_utils.client.attempt import REQUESTS_IMPORT_ERROR
from ansible_collections.aep.sources.plugins.module_utils.entry_points import MODULES
from ansible_collections.aep.sources.plugins.module_utils.module import Module, Surroundings
from ansible_collections.aep.sources.plugins.plugin_utils.token_cache import token_store
from ansible_collections.aep.sources.plugins.plugin_utils.type_checks import yaml_surprise
from ansible_collections.aep.sources.plugins.plugin_utils.untrusted import as_data

_FOR_PEOPLE = ("default", "ansible.builtin.default", "yaml", "community.general.yaml")  # what others print is read by programs


class Unprinted(dict[str, Any]):
    """Arguments that do not show themselves: with ANSIBLE_DEBUG, Ansible prints those of each module that it runs."""

    def __repr__(self) -> str:
        """Return the options' names alone."""
        return f"arguments: {', '.join(self)}"


class ActionModule(ActionBase):  # type: ignore[misc]
    """Runs the task's module in this process where that is the same, and hands over to the ordinary module everywhere else."""

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the module's result."""
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        name = self._task.action.rpartition(".")[2]
        module = MODULES[name]
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        environment = {variable: str(value) for variable, value in environment.items()}
        is_here = self._may_run_here(task_vars, environment)
        refusal = yaml_surprise(self._task.args) or (self._would_show(name, is_here=is_here) if module.is_secret else None)
        if refusal:
            return {**result, "failed": True, "changed": False, "msg": refusal}
        if is_here:
            with environment_of_task(environment):
                result.update(self._run_here(module, task_vars))
        else:
            result.update(self._run_elsewhere(module, task_vars))
        if module.is_secret and "access_token" in result:
            result["_ansible_no_log"] = True  # users forget no_log; failures stay visible
        return as_data(result)

    def _would_show(self, name: str, *, is_here: bool) -> str | None:
        """Return why Ansible would show the result of a module that is a secret, and what to do, or None if it would not."""
        if self._task.async_val:
            return f"async would leave the token in a file and show it: leave async out for {name}."
        if constants.DEFAULT_DEBUG and not is_here:
            return (
                f"ANSIBLE_DEBUG would show the token, since {name} runs as an ordinary module here: "
                "leave ANSIBLE_DEBUG out, or run it on localhost with the Python that runs Ansible."
            )
        return None

    def _may_run_here(self, task_vars: dict[str, Any], environment: Mapping[str, str]) -> bool:
        """Return whether running in this process is the same as running the module: target, user, Python, and time."""
        interpreter = self._templar.template(task_vars.get("ansible_python_interpreter") or "auto")
        return (
            self._connection.transport == "local"
            and not self._task.async_val
            and not self._connection.become
            and (str(interpreter).startswith("auto") or interpreter == sys.executable)
            and REQUESTS_IMPORT_ERROR is None
            and _is_on("AEP_IN_PROCESS", environment, otherwise=True)
        )

    def _run_elsewhere(self, module: Module, task_vars: dict[str, Any]) -> dict[str, Any]:
        play = self._connection._play_context
        shown = play.no_log
        play.no_log = shown or module.is_secret  # ssh would show the output of the module at -vvv
        try:
            arguments = Unprinted(self._task.args)
            result = self._execute_module(module_args=arguments, task_vars=task_vars, wrap_async=self._task.async_val)
        finally:
            play.no_log = shown
        return dict(result)

    def _run_here(self, module: Module, task_vars: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        self._update_module_args(self._task.action, told, task_vars)
        warnings: list[str] = []
        surroundings = Surroundings(
            check=told["_ansible_check_mode"],
            diff=told["_ansible_diff"],
            warn=warnings.append,
            progress=self._progress(),
            tokens=token_store(self._display.vv),
        )
        result = run_here(module, self._task.action, as_a_module_gets_them(self._task.args), surroundings)
        if not told.get("_ansible_inject_invocation", True):  # ansible-core 2.21 leaves it out unless asked
            result.pop("invocation", None)
        return {**result, **({"warnings": warnings} if warnings else {})}

    def _progress(self) -> Callable[[str], None]:
        """Return what shows a line: nothing where a program reads the output, or where nothing is to be logged."""
        # of the commands, ansible-playbook alone has this option, and alone uses this callback without being told to
        people = "listtasks" in context.CLIARGS and constants.DEFAULT_STDOUT_CALLBACK in _FOR_PEOPLE
        if self._task.no_log or not _is_on("AEP_PROGRESS", os.environ, otherwise=people):
            return lambda _line: None
        return partial(self._display.display, color=constants.COLOR_VERBOSE)


def run_here(module: Module, name: str, arguments: Mapping[str, Any], surroundings: Surroundings) -> dict[str, Any]:
    """Return a module's result as the ordinary module would return it.

    Parameters:
        module: what to run.
        name: what the task calls it.
        arguments: the task's arguments.
        surroundings: how the task is run.
    """
    validated = ArgumentSpecValidator(module.spec(), **module.rules).validate(arguments)
    options = {**arguments, **validated.validated_parameters}
    for twice in validated._warnings:
        surroundings.warn(f"Both option {twice['option']} and its alias {twice['alias']} are set.")
    if validated.error_messages:
        unsupported = isinstance(validated.errors[0], UnsupportedError)
        heading = f"Unsupported parameters for ({name}) module: " if unsupported else ""
        result = module.refused(options, heading + validated.errors.msg)
    else:
        result = module.result(options, surroundings)
    if validated._deprecations:
        result["deprecations"] = [
            {key: one[key] for key in ("msg", "date" if one.get("date") else "version", "collection_name")}
            for one in validated._deprecations
        ]
    return result


@contextmanager
def environment_of_task(wanted: Mapping[str, str]) -> Iterator[None]:
    """Set variables of this process's environment for one task alone: a worker goes on with the next item of a loop."""
    former = {name: os.environ[name] for name in wanted if name in os.environ}
    try:
        os.environ.update(wanted)
        yield
    finally:
        for name in wanted:
            os.environ.pop(name, None)
        os.environ.update(former)


def as_a_module_gets_them(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments as plain JSON: vaulted values as texts, dates as texts, nothing of Ansible's own types."""
    encoding: dict[str, Any] = {"cls": ansible_json.AnsibleJSONEncoder, "vault_to_text": True}
    if hasattr(ansible_json, "get_module_encoder"):  # since ansible-core 2.19
        encoding = {"cls": ansible_json.get_module_encoder("legacy", ansible_json.Direction.CONTROLLER_TO_MODULE)}
    plain: dict[str, Any] = json.loads(json.dumps(arguments, **encoding))
    return plain


def _is_on(switch: str, environment: Mapping[str, str], *, otherwise: bool) -> bool:
    value = environment.get(switch, os.environ.get(switch, ""))
    return value.lower() not in ("false", "no", "0") if value else otherwise
