# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action of every module of this collection: meta/runtime.yml routes them all here."""

from __future__ import annotations

from ansible_collections.aep.sources.plugins.plugin_utils.action_module import ActionModule

__all__ = ["ActionModule"]
