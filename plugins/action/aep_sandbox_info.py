# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""aep_sandbox_info, in Ansible's own process where that is the same."""

from __future__ import annotations

from ansible_collections.aep.sources.plugins.module_utils.entry_points import sandbox_info
from ansible_collections.aep.sources.plugins.plugin_utils.action_module import TwoDoorsAction


class ActionModule(TwoDoorsAction):
    """Runs the module."""

    entry_point = sandbox_info
