# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that select sandboxes of an organization."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of everything that lists sandboxes."""

    DOCUMENTATION = r"""
options:
  all:
    description:
      - Whether to list all sandboxes of the organization. This requires a sandbox administrator.
      - With V(false), only the sandboxes that the credential can use are listed.
    type: bool
    default: false
  states:
    description:
      - Only return sandboxes in these states, for example V(active), V(creating), V(deleted) and V(failed). An empty list returns
        all states. Adobe does not document all of them. If no sandbox is in one of them, a warning says which there are.
    type: list
    elements: str
    default: [active]
  types:
    description:
      - Only return sandboxes of these types, V(production) and V(development). An empty list returns all types.
        Other values are refused.
    type: list
    elements: str
    default: []
"""
