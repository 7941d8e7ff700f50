# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter html_escaped: escape all texts in data for HTML."""

from __future__ import annotations

DOCUMENTATION = r"""
name: html_escaped
short_description: Escape all texts in data for HTML
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Escapes all texts in nested dictionaries and lists. Ansible's templates do not escape texts for HTML.
options:
  _input:
    description: The data.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Write data to an HTML page
  ansible.builtin.copy:
    content: "<p>{{ (connection | aep.sources.html_escaped).name }}</p>"
    dest: /tmp/page.html
    mode: "0640"
"""

RETURN = r"""
_value:
  description: The same data with C(&), C(<), C(>), C(") and C(') escaped in texts. Keys of dictionaries are not escaped.
  type: raw
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from ansible_collections.aep.sources.plugins.plugin_utils.untrusted import as_data


def html_escaped(data: Any) -> Any:
    """Return data with all texts in it escaped."""
    return as_data(_escaped(data))


def _escaped(data: Any) -> Any:
    if isinstance(data, str):
        return escape(str(data))
    if isinstance(data, Mapping):
        return {key: _escaped(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_escaped(value) for value in data]
    return data


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"html_escaped": html_escaped}
