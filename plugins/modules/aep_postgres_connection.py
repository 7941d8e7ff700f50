#!/usr/bin/python
# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aep_postgres_connection
short_description: Manage a PostgreSQL base connection of Adobe Experience Platform
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Creates, updates or deletes one PostgreSQL base connection in one sandbox of Adobe Experience Platform.
  - A base connection stores the credentials that Experience Platform reads a database with. Source connections refer to it by
    its ID. A sandbox is an isolated environment of an organization.
  - The connection is identified by its exact name among all PostgreSQL connections of the sandbox, or by O(connection_id). If
    several connections have the name, the task changes nothing and fails with their IDs.
extends_documentation_fragment:
  - aep.sources.attributes
  - aep.sources.attributes.actiongroup_all
  - aep.sources.auth
  - aep.sources.connection
  - aep.sources.connection.sandbox
  - aep.sources.connection.managed
  - aep.sources.connection.scope
attributes:
  check_mode:
    support: full
    details:
      - Check mode predicts what a run does. A connection that would be created or updated is not tested.
  diff_mode:
    support: full
    details:
      - Credentials are shown as C((stored)) and C((new)) only.
  idempotent:
    support: partial
    details:
      - With O(update_credentials=always), each run reports a change.
      - While the test of a connection fails, each run updates its credentials, except with O(update_credentials=on_create).
seealso:
  - module: aep.sources.aep_access_token
  - name: Connect PostgreSQL to Experience Platform using the Flow Service API
    description: Adobe's description of the requests that this module sends.
    link: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/create/databases/postgres
"""

EXAMPLES = r"""
- name: Manage a base connection with basic authentication
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

- name: Manage a base connection with a connection string that is built from single options
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

- name: Rename a base connection without changing its credentials
  aep.sources.aep_postgres_connection:
    sandbox: dev
    connection_id: 2c15b1c5-73bf-47ab-9098-0467fcd854d9
    name: Orders (archive)

- name: Delete a base connection
  aep.sources.aep_postgres_connection:
    sandbox: dev
    name: Orders
    state: absent
"""

RETURN = r"""
connection:
  description: The base connection. Credentials are never returned.
  returned: always, except for invalid input
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: Orders
    id:
      description: Its ID, which source connections refer to. None if it does not exist.
      type: str
      sample: 2c15b1c5-73bf-47ab-9098-0467fcd854d9
    sandbox:
      description: Name of its sandbox.
      type: str
      sample: dev
    description:
      description: Its description, without the marker that this collection adds.
      type: str
      sample: Orders of the web shop
    state:
      description: Its state in the service, V(absent) after it was deleted, or None if it was not read.
      type: str
      sample: enabled
    etag:
      description: The service's version of it, including the quotes.
      type: str
      sample: '"2600fc39-0000-0200-0000-67dd48f80000"'
    test:
      description: Whether the service could connect to the database. None if it was not tested.
      type: bool
      sample: true
    test_before:
      description: The result of the test that caused an update of the credentials. None if there was no such test.
      type: bool
      sample: false
    left_alone:
      description: What differs from the options and is not changed, with C(update_credentials=on_create).
      type: list
      elements: str
      sample: ["server differs: old.example.com → db.example.com (left alone, as update_credentials is on_create)"]
actions:
  description: The actions that were taken, or would be taken in check mode. Empty if there were none.
  returned: always, except for invalid input
  type: list
  elements: dict
  contains:
    action:
      description: The action.
      type: str
      choices: [create, update, delete]
      sample: update
    reasons:
      description: The reasons for the action.
      type: list
      elements: str
      sample: [credentials changed]
failure:
  description: Details of the error.
  returned: if the service returned an error or could not be reached
  type: dict
  contains:
    action:
      description: The action that failed.
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
      description: The service's ID of the request. Adobe's support asks for it.
      type: str
      sample: 9bT1kRzpXY
    hint:
      description: How to fix it.
      type: str
      sample: Try the other auth_type.
remarks:
  description: One line for each repeated request, with the reason and the wait.
  returned: if a request was repeated
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
