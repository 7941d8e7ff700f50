#!/usr/bin/python
# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aep_postgres_connections
short_description: Keep several PostgreSQL base connections of Adobe Experience Platform
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Creates, changes or deletes the PostgreSQL base connections of one sandbox of Adobe Experience Platform, as many as are
    listed, in one task with one look at what exists.
  - Does for each connection what M(aep.sources.aep_postgres_connection) does for one. That module's page explains each option.
  - Connections that are not listed are left alone. One that fails does not stop the others; the task fails at its end and says
    which did.
  - Secrets can be kept apart in O(credentials), which is hidden as a whole, while O(connections) names them by key.
extends_documentation_fragment:
  - aep.sources.attributes
  - aep.sources.attributes.actiongroup_all
  - aep.sources.auth
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
      - As for M(aep.sources.aep_postgres_connection), it depends on O(connections[].update_credentials).
options:
  defaults:
    description:
      - Options that each of O(connections) starts from; those of the connection win.
    type: dict
    default: {}
    suboptions: &connection
      credentials:
        description: Key in O(credentials), whose C(username) and C(password) or C(connection_string) are used.
        type: str
      state:
        description: Whether the connection should exist. If not set, V(present).
        type: str
        choices: [present, absent]
      description:
        description: Text that describes the connection.
        type: str
      auth_type:
        description: Kind of credentials. If not set, V(basic).
        type: str
        choices: [basic, connection_string]
      server:
        description: Host name or IP address of the PostgreSQL server.
        type: str
      port:
        description: Port of the PostgreSQL server. If not set, 5432.
        type: int
      database:
        description: Name of the database.
        type: str
      username:
        description: Role that the service logs in as.
        type: str
      password:
        description: Password of that role.
        type: str
      ssl_mode:
        description: How the connection to PostgreSQL is encrypted, with basic authentication. If not set, V(require).
        type: str
        choices: [disable, allow, prefer, require, verify-ca, verify-full]
      connection_string:
        description: The whole connection string, with that kind of authentication.
        type: str
      encryption_method:
        description: Whether the connection to PostgreSQL is encrypted, with a connection string.
        type: str
        choices: [disabled, enabled, request_ssl]
      validate_server_certificate:
        description: Whether the server's certificate is verified, with a connection string.
        type: bool
      cloud:
        description: The cloud that this Experience Platform runs on. If not set, V(azure).
        type: str
        choices: [azure, aws]
      update_credentials:
        description: When the credentials of an existing connection are sent again. If not set, V(on_change).
        type: str
        choices: [on_change, on_create, always, on_failure]
      test:
        description: When the service is asked whether the connection works. If not set, V(on_change).
        type: str
        choices: [never, on_change, always]
      on_test_failure:
        description: What follows when that test says false. If not set, V(fail).
        type: str
        choices: [fail, warn, rollback]
  connections:
    description:
      - The base connections. No two may have the same name.
      - Each takes the options of M(aep.sources.aep_postgres_connection) that say what a connection should be.
    type: list
    elements: dict
    required: true
    suboptions:
      <<: *connection
      name:
        description: Name of the base connection, compared exactly.
        type: str
      connection_id:
        description: Id of an existing base connection. One of name and id is needed.
        type: str
  credentials:
    description:
      - C(username) and C(password), or C(connection_string), by a key that O(connections) name. Keep them in Ansible Vault.
    type: dict
    default: {}
  concurrency:
    description:
      - How many connections are worked on at once.
    type: int
    default: 8
  purge:
    description:
      - Whether to delete those base connections of the sandbox that carry this collection's mark and are not listed any
        more. Others are never deleted.
      - Only O(connections[].update_credentials=on_change) leaves a mark.
    type: bool
    default: false
seealso:
  - module: aep.sources.aep_postgres_connection
  - module: aep.sources.aep_access_token
"""

EXAMPLES = r"""
- name: Keep two base connections with credentials from the vault
  aep.sources.aep_postgres_connections:
    client_id: "{{ vault_aep_client_id }}"
    client_secret: "{{ vault_aep_client_secret }}"
    org_id: 1234567890ABCDEF12345678@AdobeOrg
    sandbox: dev
    defaults:
      server: db.example.com
      ssl_mode: verify-full
    connections:
      - name: Orders
        database: orders
        credentials: orders_reader
      - name: Customers
        database: customers
        credentials: customers_reader
    credentials: "{{ vault_postgres_credentials }}"
"""

RETURN = r"""
sandbox:
  description: Name of the sandbox.
  returned: always, but for input that is refused
  type: str
  sample: dev
connections:
  description: What became of each connection, in the order of O(connections). Credentials are never returned.
  returned: always, but for input that is refused
  type: list
  elements: dict
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
    action:
      description: What was done, or would be done in check mode.
      type: str
      choices: [create, update, delete, none]
      sample: update
    reasons:
      description: Why.
      type: list
      elements: str
      sample: [credentials changed]
    changed:
      description: Whether something was done, or would be in check mode.
      type: bool
      sample: true
    failed:
      description: Whether this connection failed.
      type: bool
      sample: false
    msg:
      description: Why it failed, and what to do. Empty if it did not.
      type: str
    failure:
      description: What failed, as data, as of M(aep.sources.aep_postgres_connection). None if nothing did.
      type: dict
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
    run_module(MODULES["aep_postgres_connections"])


if __name__ == "__main__":
    main()
