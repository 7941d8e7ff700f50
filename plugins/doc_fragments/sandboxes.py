# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that choose among an organization's sandboxes."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of what lists sandboxes."""

    DOCUMENTATION = r"""
options:
  every:
    description:
      - Whether to list all sandboxes of the organization, which takes an administrator of sandboxes.
      - With V(false), those that the credential can use are listed.
    type: bool
    default: false
  states:
    description:
      - States of the sandboxes to return, for example V(active), V(creating), V(deleted) and V(failed). An empty list stands for any.
    type: list
    elements: str
    default: [active]
  types:
    description:
      - Types of the sandboxes to return, V(production) and V(development). An empty list stands for any.
    type: list
    elements: str
    default: []
"""
