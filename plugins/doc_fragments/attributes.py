# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules of this collection support."""

from __future__ import annotations


class ModuleDocFragment:
    """The attributes that all modules describe."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and report what would change, without changing it.
  diff_mode:
    description: Returns details of what changes, in diff mode.
  idempotent:
    description: A second run with the same options reports no change.
"""

    ACTIONGROUP_ALL = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/aep.sources.all) in C(module_defaults) to set defaults for all modules of this collection.
    support: full
    membership:
      - aep.sources.all
"""
