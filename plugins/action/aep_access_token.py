# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""aep_access_token, with its result hidden: it is a secret as a whole, and users forget no_log."""

from __future__ import annotations

from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.entry_points import access_token
from ansible_collections.aep.sources.plugins.plugin_utils.action_module import TwoDoorsAction


class ActionModule(TwoDoorsAction):
    """Runs the module."""

    entry_point = access_token

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the module's result, a token kept out of every output; failures stay visible."""
        result = super().run(tmp, task_vars)
        if "access_token" in result:
            result["_ansible_no_log"] = True
        return result
