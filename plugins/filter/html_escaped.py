# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter html_escaped: data that can be put anywhere into a page."""

from __future__ import annotations

DOCUMENTATION = r"""
name: html_escaped
short_description: Escape all texts in data for HTML
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Escapes every text in dictionaries and lists, at whatever depth, so that a template for a page cannot forget one.
  - Ansible's templates do not escape by themselves.
options:
  _input:
    description: The data.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Put data into a page
  ansible.builtin.copy:
    content: "<p>{{ (connection | aep.sources.html_escaped).name }}</p>"
    dest: /tmp/page.html
    mode: "0640"
"""

RETURN = r"""
_value:
  description: The same data with C(&), C(<), C(>), C(") and C(') escaped in texts. Keys of dictionaries stay as they are.
  type: raw
"""

from collections.abc import Mapping
from html import escape
from typing import Any


def html_escaped(data: Any) -> Any:
    """Return data with all texts in it escaped."""
    if isinstance(data, str):
        return escape(str(data))
    if isinstance(data, Mapping):
        return {key: html_escaped(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [html_escaped(value) for value in data]
    return data


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"html_escaped": html_escaped}
