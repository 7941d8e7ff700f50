# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action of this module, which is that of every module of this collection."""

from __future__ import annotations

# Under each module's own name, since Ansible imports such an action before it forks its workers. One that meta/runtime.yml
# names is imported by each worker again, which takes ten times as long as what the module does.
from ansible_collections.aep.sources.plugins.plugin_utils.action_module import ActionModule

__all__ = ["ActionModule"]
