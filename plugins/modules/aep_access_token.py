#!/usr/bin/python
# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aep_access_token
short_description: Get one access token for Adobe Experience Platform
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Requests one access token for an OAuth Server-to-Server credential from Adobe's token service (IMS).
  - Pass the token as O(aep.sources.aep_postgres_connection#module:access_token) to later tasks. The play then requests one
    token instead of one for each task. A token is valid for 24 hours.
  - If O(access_token) is set, it is returned unchanged, and no token is requested.
  - O(org_id), O(api_key) and O(base_url) are not used. They are accepted so that you can use the same C(module_defaults) for
    all modules of this collection.
  - The result is hidden from output, as with C(no_log). An error is shown.
  - The task keyword C(async) is refused, since Ansible would write the token into a file and show it. For the same reason,
    C(ANSIBLE_DEBUG) is refused if the module runs as a process of its own, for example on another machine.
extends_documentation_fragment:
  - aep.sources.attributes
  - aep.sources.attributes.actiongroup_all
  - aep.sources.auth
  - aep.sources.connection.no_sandbox
attributes:
  check_mode:
    support: full
    details:
      - A token is requested in check mode as well.
  diff_mode:
    support: none
  idempotent:
    support: full
    details:
      - Each run returns a new token and reports no change.
seealso:
  - module: aep.sources.aep_postgres_connection
"""

EXAMPLES = r"""
- name: Get one token for the whole play
  aep.sources.aep_access_token:
    client_id: "{{ vault_aep_client_id }}"
    client_secret: "{{ vault_aep_client_secret }}"
  run_once: true
  register: token

- name: Manage a base connection without requesting another token
  aep.sources.aep_postgres_connection:
    access_token: "{{ token.access_token }}"
    client_id: "{{ vault_aep_client_id }}"
    client_secret: "{{ vault_aep_client_secret }}"
    org_id: 1234567890ABCDEF12345678@AdobeOrg
    sandbox: dev
    name: Orders
    server: db.example.com
    database: orders
    username: aep_reader
    password: "{{ vault_orders_password }}"
"""

RETURN = r"""
access_token:
  description: The token. It is a secret.
  returned: success
  type: str
  sample: eyJhbGciOi...
expires_in:
  description: Seconds until the token expires. None if the service does not say, or if O(access_token) was set.
  returned: success
  type: int
  sample: 86399
failure:
  description: Details of the error.
  returned: if the token service returned an error or could not be reached
  type: dict
  sample:
    action: get an access token
    status: 400
    code: invalid_client
    detail: invalid client_secret parameter
remarks:
  description: One line for each repeated request, with the reason and the wait.
  returned: if a request was repeated
  type: list
  elements: str
"""

from ansible_collections.aep.sources.plugins.module_utils.entry_points import MODULES
from ansible_collections.aep.sources.plugins.module_utils.module import run_module


def main() -> None:
    """Run the module."""
    run_module(MODULES["aep_access_token"])


if __name__ == "__main__":
    main()
