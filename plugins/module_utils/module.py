# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Running a task's work from an ordinary module: arguments in, result or one clear failure out, secrets in neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.aep.sources.plugins.module_utils.access import Reporter, access_risks
from ansible_collections.aep.sources.plugins.module_utils.client.client import REQUESTS_IMPORT_ERROR
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.masking import Mask, secrets_in, texts_in, without_secrets
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import InputError
from ansible_collections.aep.sources.plugins.module_utils.progress import Progress

Work = Callable[["Task"], dict[str, Any]]

# What results say themselves: a secret that is one of these words must not turn them into asterisks.
_VOCABULARY = (
    "create",
    "update",
    "delete",
    "none",
    "present",
    "absent",
    "enabled",
    "disabled",
    "initializing",
    "stored",
    "new",
)


class _Module(AnsibleModule):  # type: ignore[misc]
    """A module that masks secrets also in what Ansible says of arguments that it refuses, in each of their spellings."""

    def fail_json(self, msg: str, **more: Any) -> None:
        """Fail."""
        mask = Mask()
        for secret in secrets_in(self.argument_spec, self.params):
            mask.add(secret)
        super().fail_json(mask.text(msg), **more)


class Task:
    """What a task's work gets: its options, how it is run, and where remarks go."""

    def __init__(self, module: AnsibleModule, progress: Progress) -> None:
        self._module = module
        self._progress = progress
        self.options: Mapping[str, Any] = module.params
        self.check: bool = module.check_mode
        self.diff: bool = module._diff
        self._shown_arguments = without_secrets(module.argument_spec, module.params)
        self.mask = Mask(texts_in(self._shown_arguments) | set(_VOCABULARY))
        for secret in secrets_in(module.argument_spec, module.params):
            self.mask.add(secret)
        self.reporter = Reporter(notify=self._notify, register_secret=self.mask.add, redact=self.mask.text)
        self._remarks: list[str] = []

    def _notify(self, message: str) -> None:
        self._remarks.append(self.mask.text(message))

    def validate(self, check: Callable[[Mapping[str, Any]], None]) -> None:
        """Check the options before anything is sent, and warn of what is risky in who is talked to, and how.

        Parameters:
            check: raises InputError for an option's value that cannot be used.
        """
        check(self.options)
        if self.options.get("concurrency", 1) < 1:
            raise InputError(f"concurrency is {self.options['concurrency']}: give at least 1.")
        for risk in access_risks(self.options):
            self.warn(risk)

    def warn(self, message: str) -> None:
        """Show a warning."""
        self._module.warn(self.mask.text(message))

    def progress(self, line: str) -> None:
        """Say what is going on, in one line."""
        self._progress("".join(one if one.isprintable() else "?" for one in self.mask.text(line)))

    def finish(self, result: dict[str, Any]) -> None:
        """Return a result to Ansible."""
        # The module's own set holds each secret as it is, also where masking it would corrupt what is returned.
        self._module.no_log_values.clear()
        self._module.no_log_values.update(self.mask.forms_in_data)
        result["invocation"] = {"module_args": self._shown_arguments}
        if self._remarks:
            result["remarks"] = self._remarks
        if "msg" in result:
            result["msg"] = self.mask.text(result["msg"])
            self._module.fail_json(**result)
        self._module.exit_json(**result)

    def failure(self, error: AepError) -> dict[str, Any]:
        """Return an error as the part of a result that describes it."""
        facts = {key: self.mask.text(value) if isinstance(value, str) else value for key, value in error.as_failure().items()}
        return {"msg": self.mask.text(str(error)), "failure": facts}


def run(argument_spec: dict[str, Any], work: Work, progress: Progress, **rules: Any) -> None:
    """Run a task's work as a module.

    Parameters:
        argument_spec: the module's options.
        work: does it and returns the result; a result with ``msg`` is a failure.
        progress: is told of each step, in one line.
        rules: further rules about the options, as AnsibleModule takes them.
    """
    task = Task(_Module(argument_spec=argument_spec, **rules), progress)
    if REQUESTS_IMPORT_ERROR:
        task.finish({"msg": missing_required_lib("requests"), "exception": REQUESTS_IMPORT_ERROR})
    try:
        result = work(task)
    except InputError as error:
        result = {"msg": str(error)}
    except AepError as error:
        result = task.failure(error)
    task.finish(result)
