# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The frame: a task's work gets its options and returns a result or raises; secrets are in neither result nor warning."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from platform import node
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values
from ansible_collections.aep.sources.plugins.module_utils.access import Reporter, access_risks, check_access, platform
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.client.attempt import REQUESTS_IMPORT_ERROR
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.client.tokens import TokenStore, fetch_always
from ansible_collections.aep.sources.plugins.module_utils.masking import Mask, separated, texts_in
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import InputError

# What results say themselves: a secret that is one of these words must not turn them into asterisks.
_ACTIONS = {"create", "update", "delete", "none"}
_STATES = {"present", "absent", "enabled", "disabled", "initializing", "stored", "new"}


@dataclass(frozen=True)
class Surroundings:
    """How a task is run: in check mode, in diff mode, where warnings and progress go, and where tokens are kept."""

    check: bool
    diff: bool
    warn: Callable[[str], None]
    progress: Callable[[str], None]
    tokens: TokenStore


class Task:
    """What a task's work gets: its options, how it is run, and where remarks go.

    Parameters:
        spec: the options' argument spec.
        options: the options, validated.
        surroundings: how the task is run.
    """

    def __init__(self, spec: Mapping[str, Any], options: Mapping[str, Any], surroundings: Surroundings) -> None:
        self.options, self.check, self.diff = options, surroundings.check, surroundings.diff
        self._surroundings = surroundings
        self._shown_arguments, secrets = separated(spec, options)
        self.mask = Mask(texts_in(self._shown_arguments) | _ACTIONS | _STATES, secrets)
        self.reporter = Reporter(self._remark, self.mask.add, self.mask.text_of_service, surroundings.tokens)
        self._remarks: list[str] = []
        self._warned: set[str] = set()

    def _remark(self, message: str) -> None:
        self._remarks.append(self.mask.text(message))

    def check_access(self, *needed: str) -> None:
        """Check the options that say who talks to Adobe, and how, before anything is sent; warn of what is risky in them.

        Parameters:
            needed: options that the module cannot do without, beside those that it takes to have a token.

        Raises:
            InputError: an option's value cannot be used, or is missing.
        """
        check_access(self.options, needed)
        for risk in access_risks(self.options):
            self.warn(risk)

    def platform(self, *needed: str) -> Client:
        """Return Experience Platform as the options name it; as of ``check_access``."""
        self.check_access("org_id", *needed)
        return platform(self.options, self.reporter)

    def flow_service(self) -> FlowService:
        """Return the connections of the sandbox that the options name; as of ``check_access``."""
        return FlowService(self.platform("sandbox"), self.options["sandbox"])

    def warn(self, message: str) -> None:
        """Show a warning, once."""
        warning = self.mask.text(message)
        if warning not in self._warned:
            self._warned.add(warning)
            self._surroundings.warn(warning)

    def progress(self, sandbox: str, name: str, became: str, works: bool | None) -> None:
        """Say in one line what became of a connection, and whether it works, if the service was asked."""
        tested = "" if works is None else ", works" if works else ", does not work"
        line = self.mask.text(f"{sandbox}: {name}: {became}{tested}")
        self._surroundings.progress("".join(one if one.isprintable() else "?" for one in line))

    def failure(self, error: AepError | None) -> dict[str, Any]:
        """Return what a result, or the part of one about one of several things, says of an error, or of none."""
        if error is None:
            return {"failed": False, "msg": "", "failure": None}
        facts = {key: self.mask.text(value) if isinstance(value, str) else value for key, value in error.as_failure().items()}
        return {"failed": True, "msg": self.mask.text(str(error)), "failure": facts}

    def finished(self, result: dict[str, Any]) -> dict[str, Any]:
        """Return a result as Ansible gets it; one with ``msg`` is a failure."""
        if self._remarks:
            result["remarks"] = self._remarks
        if "msg" in result:
            result |= {"failed": True, "msg": self.mask.text(result["msg"])}
        result["invocation"] = {"module_args": self._shown_arguments}
        words = {key: value for key, value in result.items() if value is None or isinstance(value, bool)}
        cleaned: dict[str, Any] = remove_values(result, self.mask.forms_in_data)
        return {**cleaned, **words}


@dataclass(frozen=True)
class Module:
    """A module: its options, its work, and further rules about the options, as AnsibleModule takes them.

    ``is_secret`` says that its result is a secret as a whole.
    """

    arguments: Mapping[str, Any]
    work: Callable[[Task], dict[str, Any]]
    rules: Mapping[str, Any] = field(default_factory=dict)
    is_secret: bool = False

    def spec(self) -> dict[str, Any]:
        """Return the argument spec of its options, for one task: Ansible writes into the defaults of one that it validates."""
        return copy.deepcopy(dict(self.arguments))

    def result(self, options: Mapping[str, Any], surroundings: Surroundings) -> dict[str, Any]:
        """Return the result of its work, a failure included, without a secret in it. Parameters as of Task."""
        if REQUESTS_IMPORT_ERROR:
            where = f"{sys.executable} on {node()}"
            said = f"The Python library requests is missing: install it for {where}, or let Ansible use another Python."
            return {"failed": True, "msg": said, "exception": REQUESTS_IMPORT_ERROR}
        task = Task(self.arguments, options, surroundings)
        try:
            result = self.work(task)
        except InputError as error:
            result = {"msg": str(error)}
        except AepError as error:
            result = task.failure(error)
        return task.finished(result)

    def refused(self, options: Mapping[str, Any], message: str) -> dict[str, Any]:
        """Return the result of a task whose arguments Ansible itself refuses: what it says of them may quote a secret."""
        shown, secrets = separated(self.arguments, options)
        mask = Mask(secrets=secrets)
        arguments = remove_values(shown, mask.forms_in_data)  # a secret may stand in another option
        return {"failed": True, "msg": mask.text(message), "invocation": {"module_args": arguments}}


class _OrdinaryModule(AnsibleModule):  # type: ignore[misc]
    """A module of Ansible's whose results are masked here, in each spelling of a secret, and left alone by Ansible."""

    def __init__(self, module: Module) -> None:
        self._module = module
        super().__init__(argument_spec=module.spec(), supports_check_mode=True, **module.rules)

    def fail_json(self, msg: str, **_more: Any) -> None:
        """Refuse the arguments; nothing else calls this."""
        self.finish(self._module.refused(self.params, msg))

    def finish(self, result: dict[str, Any]) -> None:
        """Return a result to Ansible."""
        self.no_log_values.clear()
        if result.pop("failed", False):
            super().fail_json(**result)
        super().exit_json(**result)


def run_module(module: Module) -> None:
    """Run a module as Ansible runs it in a process of its own, where nobody listens before it ends."""
    ordinary = _OrdinaryModule(module)
    surroundings = Surroundings(ordinary.check_mode, ordinary._diff, ordinary.warn, lambda _line: None, fetch_always)
    ordinary.finish(module.result(ordinary.params, surroundings))
