"""Running a module in this process, as its own main() does."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from ansible.module_utils import basic
from ansible.module_utils.common import warnings
from ansible.module_utils.common.parameters import PASS_VARS

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:  # before ansible-core 2.17

    @contextlib.contextmanager
    def patch_module_args(args: dict[str, Any]) -> Iterator[None]:
        """Hand arguments to the next module."""
        quiet = {"_ansible_no_log": True, **args}  # it would log the arguments by syslog, which takes no NUL
        with mock.patch.object(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": quiet}).encode()):
            yield


PLUGINS = "ansible_collections.aep.sources.plugins"


def run_main(main: Callable[[], None], options: dict[str, Any], *, check: bool = False, diff: bool = False) -> dict[str, Any]:
    """Run a module's main() with options and return its result."""
    arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": diff}
    if "inject_invocation" in PASS_VARS:  # before ansible-core 2.21 it always was there
        arguments["_ansible_inject_invocation"] = True
    output = io.StringIO()
    with _as_if_alone(), patch_module_args(arguments), contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
        main()
    result: dict[str, Any] = json.loads(output.getvalue())
    return result


@contextlib.contextmanager
def _as_if_alone() -> Iterator[None]:
    """In real life each module has a process of its own, without the controller's code."""
    warnings._global_warnings.clear()
    warnings._global_deprecations.clear()
    known = importlib.util.find_spec("ansible.module_utils._internal")
    internal = importlib.import_module("ansible.module_utils._internal") if known else None
    knows_controllers = hasattr(internal, "is_controller")  # since ansible-core 2.19
    with mock.patch.object(internal, "is_controller", False) if knows_controllers else contextlib.nullcontext():
        yield


def run_module(name: str, options: dict[str, Any], *, check: bool = False, diff: bool = False) -> dict[str, Any]:
    """Run a module with options and return its result."""
    module = importlib.import_module(f"{PLUGINS}.modules.{name}")
    return run_main(module.main, options, check=check, diff=diff)
