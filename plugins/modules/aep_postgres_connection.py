#!/usr/bin/python
# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aep_postgres_connection
short_description: Keep a PostgreSQL base connection of Adobe Experience Platform
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Creates, changes or deletes one PostgreSQL base connection in one sandbox of Adobe Experience Platform.
  - A base connection holds the credentials with which Experience Platform reads a database, and has an id that source
    connections refer to. A sandbox is one isolated environment of an organization.
  - The connection is looked up among all PostgreSQL connections of the sandbox by its exact name, or by O(connection_id). If
    several have the name, nothing is changed and the task fails with their ids.
extends_documentation_fragment:
  - aep.sources.attributes
  - aep.sources.attributes.actiongroup_all
  - aep.sources.auth
  - aep.sources.connection
  - aep.sources.connection.sandbox
  - aep.sources.connection.scope
attributes:
  check_mode:
    support: full
    details:
      - The plan that check mode shows is the one that a run executes. A connection that would be changed is not tested.
  diff_mode:
    support: full
    details:
      - Credentials are shown as C((stored)) and C((new)), never themselves.
  idempotent:
    support: partial
    details:
      - Full with O(update_credentials=on_change) and V(on_create), as long as the connection works.
      - With O(update_credentials=always) each run reports a change. Credentials whose test fails are sent again by each run,
        except with O(update_credentials=on_create).
seealso:
  - module: aep.sources.aep_access_token
  - name: Connect PostgreSQL to Experience Platform using the Flow Service API
    description: Adobe's description of the requests that this module sends.
    link: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/create/databases/postgres
"""

EXAMPLES = r"""
- name: Keep a base connection with basic authentication
  aep.sources.aep_postgres_connection:
    client_id: "{{ vault_aep_client_id }}"
    client_secret: "{{ vault_aep_client_secret }}"
    org_id: 1234567890ABCDEF12345678@AdobeOrg
    sandbox: dev
    name: Orders
    description: Orders of the web shop
    server: db.example.com
    port: 5432
    database: orders
    username: aep_reader
    password: "{{ vault_orders_password }}"
    ssl_mode: verify-full

- name: Keep one with a connection string that is composed of its parts
  aep.sources.aep_postgres_connection:
    sandbox: dev
    name: Invoices
    auth_type: connection_string
    server: db.example.com
    database: invoices
    username: aep_reader
    password: "{{ vault_invoices_password }}"
    encryption_method: enabled
    validate_server_certificate: true

- name: Rename a connection and leave its credentials alone
  aep.sources.aep_postgres_connection:
    sandbox: dev
    connection_id: 2c15b1c5-73bf-47ab-9098-0467fcd854d9
    name: Orders (archive)

- name: Delete a connection
  aep.sources.aep_postgres_connection:
    sandbox: dev
    name: Orders
    state: absent
"""

RETURN = r"""
connection:
  description: The base connection. Credentials are never returned.
  returned: always, but for input that is refused
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: Orders
    id:
      description: Its id, which source connections refer to. None if it does not exist.
      type: str
      sample: 2c15b1c5-73bf-47ab-9098-0467fcd854d9
    sandbox:
      description: Name of its sandbox.
      type: str
      sample: dev
    description:
      description: Its description, without the mark of this collection.
      type: str
      sample: Orders of the web shop
    state:
      description: Its state as the service names it, V(absent) after it was deleted, or None where it was not asked for.
      type: str
      sample: enabled
    etag:
      description: The service's mark of its version, with the quotes that belong to it.
      type: str
      sample: '"2600fc39-0000-0200-0000-67dd48f80000"'
    test:
      description: Whether the service could reach the database with it, or None if it was not asked.
      type: bool
      sample: true
    test_before:
      description: What the service said before credentials were sent because of it, else None.
      type: bool
      sample: false
actions:
  description: What was done, or would be done in check mode, and why. Empty when nothing was.
  returned: always, but for input that is refused
  type: list
  elements: dict
  contains:
    action:
      description: What was done.
      type: str
      choices: [create, update, delete]
      sample: update
    reasons:
      description: Why.
      type: list
      elements: str
      sample: [credentials changed]
failure:
  description: What failed, as data.
  returned: when the service refused, failed, or could not be reached
  type: dict
  contains:
    action:
      description: What was attempted.
      type: str
      sample: create base connection 'Orders' in sandbox 'dev'
    status:
      description: HTTP status.
      type: int
      sample: 400
    code:
      description: The service's error code.
      type: str
      sample: FLOW-1415-400
    title:
      description: The service's title of the error.
      type: str
      sample: Invalid request
    detail:
      description: The service's description of the error.
      type: str
      sample: The auth spec 'Basic Authentication' could not be found.
    request_id:
      description: The service's id of the request, for Adobe's support.
      type: str
      sample: 9bT1kRzpXY
    hint:
      description: What can be done about it.
      type: str
      sample: Try the other auth_type.
remarks:
  description: One line for each wait before a request was repeated.
  returned: when a request was repeated
  type: list
  elements: str
  sample: ["try 1 of 5: status 429; trying again in 2.0 s"]
"""

from ansible_collections.aep.sources.plugins.module_utils.entry_points import MODULES
from ansible_collections.aep.sources.plugins.module_utils.module import run_module


def main() -> None:
    """Run the module."""
    run_module(MODULES["aep_postgres_connection"])


if __name__ == "__main__":
    main()
