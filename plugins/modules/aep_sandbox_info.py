#!/usr/bin/python
# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aep_sandbox_info
short_description: List the sandboxes of an Adobe Experience Platform organization
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Lists the sandboxes that a credential can use, or all sandboxes of the organization.
  - To use the sandboxes as the hosts of a play, use the inventory plugin P(aep.sources.sandboxes#inventory).
extends_documentation_fragment:
  - aep.sources.attributes
  - aep.sources.attributes.actiongroup_all
  - aep.sources.auth
  - aep.sources.connection.no_sandbox
  - aep.sources.sandboxes
attributes:
  check_mode:
    support: full
    details:
      - This module changes nothing.
  diff_mode:
    support: none
  idempotent:
    support: full
seealso:
  - plugin: aep.sources.sandboxes
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: List the sandboxes that this credential can use
  aep.sources.aep_sandbox_info:
    client_id: "{{ vault_aep_client_id }}"
    client_secret: "{{ vault_aep_client_secret }}"
    org_id: 1234567890ABCDEF12345678@AdobeOrg
  register: organization

- name: Show the development sandboxes
  ansible.builtin.debug:
    msg: "{{ organization.sandboxes | selectattr('type', 'equalto', 'development') | map(attribute='name') }}"
"""

RETURN = r"""
sandboxes:
  description: The sandboxes, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the sandbox, which other modules use.
      type: str
      sample: dev
    title:
      description: Title that the user interface shows.
      type: str
      sample: Development
    state:
      description: State of the sandbox.
      type: str
      sample: active
    type:
      description: Type of the sandbox, V(production) or V(development).
      type: str
      sample: development
    region:
      description: Region of the sandbox.
      type: str
      sample: VA7
    cloud:
      description: Cloud of the sandbox, V(azure) or V(aws). It is inferred from the region, and None without one.
      type: str
      sample: azure
    is_default:
      description: Whether it is the default production sandbox.
      type: bool
      sample: false
"""

from ansible_collections.aep.sources.plugins.module_utils.entry_points import MODULES
from ansible_collections.aep.sources.plugins.module_utils.module import run_module


def main() -> None:
    """Run the module."""
    run_module(MODULES["aep_sandbox_info"])


if __name__ == "__main__":
    main()
