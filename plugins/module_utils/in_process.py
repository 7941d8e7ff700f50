# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Running a module's entry point in this process, with the very code that runs it elsewhere."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

from ansible.module_utils import basic
from ansible.module_utils.common import json as ansible_json

_PROFILE = "legacy"  # how arguments and results are written since ansible-core 2.19


def run_in_process(entry_point: Callable[[], None], arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the result of a module's entry point, as if the module had been run with these arguments.

    Parameters:
        entry_point: what the module's main() calls.
        arguments: the module's options, and Ansible's own (``_ansible_...``).
    """
    output = io.StringIO()
    with _arguments_in_place(arguments), contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
        entry_point()
    result: dict[str, Any] = json.loads(output.getvalue(), cls=_decoder())
    return result


@contextlib.contextmanager
def _arguments_in_place(arguments: dict[str, Any]) -> Iterator[None]:
    """Put arguments where AnsibleModule looks for them, and take them away again."""
    encoded = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}, **_encoding()).encode()
    former = {name: getattr(basic, name) for name in ("_ANSIBLE_ARGS", "_ANSIBLE_PROFILE") if hasattr(basic, name)}
    wanted = {"_ANSIBLE_ARGS": encoded, "_ANSIBLE_PROFILE": _PROFILE}
    for name in former:
        setattr(basic, name, wanted[name])
    try:
        yield
    finally:
        for name, value in former.items():
            setattr(basic, name, value)


def _encoding() -> dict[str, Any]:
    if hasattr(ansible_json, "get_module_encoder"):
        return {"cls": ansible_json.get_module_encoder(_PROFILE, ansible_json.Direction.CONTROLLER_TO_MODULE)}
    return {"cls": ansible_json.AnsibleJSONEncoder, "vault_to_text": True}


def _decoder() -> Any:
    if hasattr(ansible_json, "get_module_decoder"):
        return ansible_json.get_module_decoder(_PROFILE, ansible_json.Direction.MODULE_TO_CONTROLLER)
    return json.JSONDecoder
