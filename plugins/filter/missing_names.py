# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter missing_names: names that are not among others, each with the nearest of these."""

from __future__ import annotations

DOCUMENTATION = r"""
name: missing_names
short_description: Names that are not among others, with the nearest ones
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Returns the names that are not among others, for an error message. Names that are similar are shown, since a name that is missing is
    often misspelt.
options:
  _input:
    description: The names.
    type: list
    elements: str
    required: true
  known:
    description: The names that there are.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Fail if a base connection is not there
  ansible.builtin.assert:
    that: missing | length == 0
    fail_msg: "There is no {{ missing | join(', ') }}."
  vars:
    missing: "{{ ['Shopp'] | aep.sources.missing_names(known=['Orders', 'Shop']) }}"
"""

RETURN = r"""
_value:
  description: A text for each name that is missing, in their order.
  type: list
  elements: str
  sample: ["'Shopp' (there is 'Shop')"]
"""

import difflib
from collections.abc import Iterable
from typing import Any


def missing_names(names: Iterable[Any], *, known: Iterable[Any]) -> list[str]:
    """Return the names that are not known, each with up to three that are near, whatever their case."""
    there = {str(one): str(one).casefold() for one in known if one is not None}
    return [_said(str(name), there) for name in names if str(name) not in there]


def _said(name: str, there: dict[str, str]) -> str:
    near = difflib.get_close_matches(name.casefold(), there.values())
    similar = [f"'{one}'" for one in sorted(there) if there[one] in near]
    return f"'{name}'" + (f" (there is {', '.join(similar)})" if similar else "")


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"missing_names": missing_names}
