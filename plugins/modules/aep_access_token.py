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
  - Asks Adobe's token service (IMS) for one access token of an OAuth Server-to-Server credential.
  - Pass it as O(aep.sources.aep_postgres_connection#module:access_token) to later tasks, so that a play asks for one token
    instead of one for each task. A token is valid for 24 hours.
  - With O(access_token) that token is returned as it is, and none is asked for.
  - O(org_id), O(api_key) and O(base_url) are not used here. They are accepted so that one C(module_defaults) can serve the
    whole collection.
  - The result is hidden from output, as with C(no_log). A failure is shown.
extends_documentation_fragment:
  - aep.sources.attributes
  - aep.sources.attributes.actiongroup_all
  - aep.sources.auth
attributes:
  check_mode:
    support: full
    details:
      - A token is asked for in check mode too, since that changes nothing.
  diff_mode:
    support: none
  idempotent:
    support: full
    details:
      - Never reports a change, though each run returns a new token.
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

- name: Keep a base connection without asking for another token
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
  description: For how many seconds the service says the token is valid. None if it does not say, or for a token that was given.
  returned: success
  type: int
  sample: 86399
failure:
  description: What failed, as data.
  returned: when the token service refused or could not be reached
  type: dict
  sample:
    action: get an access token
    status: 400
    code: invalid_client
    detail: invalid client_secret parameter
remarks:
  description: One line for each wait before a request was repeated.
  returned: when a request was repeated
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
