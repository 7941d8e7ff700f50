#!/usr/bin/python
# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aep_postgres_connections
short_description: Manage several PostgreSQL base connections of Adobe Experience Platform
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Creates, updates or deletes several PostgreSQL base connections in one sandbox of Adobe Experience Platform, in one task.
    The existing connections are listed once.
  - Does the same for each connection as M(aep.sources.aep_postgres_connection).
  - Connections that are not in O(connections) are not changed, unless O(purge) is set.
  - If a connection fails, the others are still processed. The task then fails and names the connections that failed.
  - O(connections) can refer to secrets in O(credentials) by a key. The output then shows the key only.
extends_documentation_fragment:
  - aep.sources.attributes
  - aep.sources.attributes.actiongroup_all
  - aep.sources.auth
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
      - It depends on O(connections[].update_credentials), as for M(aep.sources.aep_postgres_connection).
options:
  defaults:
    description:
      - Options for all of O(connections). The options of a connection take precedence.
    type: dict
    default: {}
    suboptions: &connection
      credentials:
        description: Key in O(credentials). Its C(username) and C(password), or its C(connection_string), are used.
        type: str
      state:
        description:
          - V(present) creates the base connection if it does not exist, and updates it if it differs. V(absent) deletes it.
          - The default is V(present).
        type: str
        choices: [present, absent]
      description:
        description: Description of the connection. An empty text clears it. If not set, the description is not changed.
        type: str
      auth_type:
        description:
          - Authentication type. V(basic) sends server, database, user name and password one by one, V(connection_string) sends
            them in one string.
          - Use V(basic) if you can. It is the only type for C(cloud=aws).
          - The type of an existing connection cannot be changed, since Adobe does not document whether that works.
          - The default is V(basic).
        type: str
        choices: [basic, connection_string]
      server:
        description:
          - Host name or IP address of the PostgreSQL server, as Adobe reaches it.
          - C(server), C(database), C(username) and C(password) are required together.
          - If none of them is set, the credentials of an existing connection are not changed.
        type: str
      port:
        description: Port of the PostgreSQL server. If not set, 5432 is used.
        type: int
      database:
        description: Name of the database.
        type: str
      username:
        description: PostgreSQL role that Experience Platform logs in as. It only needs to read the tables that are ingested.
        type: str
      password:
        description: Password of that role. Store it in Ansible Vault.
        type: str
      ssl_mode:
        description:
          - How the connection to PostgreSQL is encrypted, with C(auth_type=basic). If not set, V(require) is used.
          - V(disable), V(allow) and V(prefer) may send data and credentials unencrypted.
          - V(verify-ca) also verifies the server's certificate. V(verify-full) verifies the certificate and its host name.
          - With C(cloud=aws), Adobe documents a boolean, so only V(disable) and V(require) can be used, which are sent
            as C(false) and C(true). The service's connection spec, or C(ssl_mode_spellings), can say otherwise.
        type: str
        choices: [disable, allow, prefer, require, verify-ca, verify-full]
      connection_string:
        description:
          - The complete connection string, with C(auth_type=connection_string). Use it instead of C(server), C(database) and so
            on.
          - Its format is
            C(Server=...;Database=...;Port=...;UID=...;Password=...;EncryptionMethod=1;ValidateServerCertificate=1).
        type: str
      encryption_method:
        description:
          - Whether the connection to PostgreSQL is encrypted, with C(auth_type=connection_string).
          - V(request_ssl) uses no encryption if the server does not support it.
          - If not set, the property is not in the connection string, and the service's driver does not encrypt.
        type: str
        choices: [disabled, enabled, request_ssl]
      validate_server_certificate:
        description: Whether the server's certificate is verified, with C(encryption_method).
        type: bool
      cloud:
        description:
          - The cloud that your Experience Platform runs on.
          - With V(aws), C(auth_type=connection_string) is refused, and C(ssl_mode) is a boolean.
          - The default is V(azure).
        type: str
        choices: [azure, aws]
      update_credentials:
        description:
          - When to update the credentials of an existing connection. The service does not return them, so they cannot be
            compared.
          - V(on_change) stores a mark with a keyed fingerprint of the credentials at the end of the connection's description, and
            updates the credentials if the fingerprint differs or is missing. It needs C(fingerprint_key) or C(client_secret).
          - V(on_create) sends credentials only when the connection is created.
          - V(always) updates them in each run, and each run reports changed.
          - V(on_failure) updates them if the service's test of the stored credentials fails.
          - Server, port, database, user name and SSL mode are compared as well if the service returns them. With V(on_create),
            a difference only causes a warning, and is in C(left_alone) of the result.
          - The default is V(on_change).
        type: str
        choices: [on_change, on_create, always, on_failure]
      test:
        description:
          - When to test the connection. In a test, the service connects to the database. If a test fails, C(on_test_failure)
            applies.
          - V(on_change) tests after the connection is created or its credentials are updated. V(always) tests in each run.
          - If a connection fails its test with V(always) although nothing changed, its credentials are sent again and it is
            tested again. This does not happen with C(update_credentials=on_create).
          - With C(update_credentials=on_change), the mark says V(pending) until a test has passed. As long as it does, each run
            tests the connection, and sends the credentials again if the test fails.
          - The default is V(on_change).
        type: str
        choices: [never, on_change, always]
      prove_first:
        description:
          - Whether to test new credentials on a throw-away connection before they replace those of an existing connection. If they
            do not work, the task fails and the connection keeps its former credentials, which nobody could read and restore.
          - This takes four more requests for each set of credentials in a task, and waits up to C(wait_timeout) also without
            C(wait). It is not done with C(test=never), nor if the service says that the stored credentials do not work.
          - The throw-away connection is named C(aep.sources proof) and a random text, and deleted at once. If a run is interrupted,
            a run of the same C(owner) and C(fingerprint_key) deletes it when it is 15 minutes old. Without such a key, delete it by
            hand.
          - The default is V(true).
        type: bool
      on_test_failure:
        description:
          - What to do if the test fails.
          - V(fail) fails the task, V(warn) shows a warning. With both, the next run tests again, and updates the credentials if
            they still do not work.
          - V(rollback) fails the task, and deletes the connection if this run created it. An existing connection is not
            restored, since its former credentials cannot be read.
          - The default is V(fail).
        type: str
        choices: [fail, warn, rollback]
  connections:
    description:
      - The base connections. Their names must be different.
    type: list
    elements: dict
    required: true
    suboptions:
      <<: *connection
      name:
        description:
          - Name of the base connection. It is case-sensitive.
          - With C(connection_id), the connection is renamed to this name.
        type: str
      connection_id:
        description:
          - ID of an existing base connection. Use it to rename a connection, or if several connections have the same name.
          - One of C(name) and C(connection_id) is required.
        type: str
  credentials:
    description:
      - Credentials that O(connections) refer to by key. Each is a dictionary of C(username) and C(password), or of
        C(connection_string). Store them in Ansible Vault.
    type: dict
    default: {}
  concurrency:
    description:
      - How many connections are processed at the same time.
    type: int
    default: 8
  purge:
    description:
      - Whether to delete base connections of the sandbox that O(owner) has and that are not in O(connections).
      - They are identified by the mark in their description, which is bound to the organization, the sandbox and the name by
        O(fingerprint_key). Connections of another owner, and those without a mark, are never deleted. A connection that somebody
        else made and that was adopted is deleted like one that was created.
      - Only connections with O(connections[].update_credentials=on_change) have a mark.
    type: bool
    default: false
  purge_all:
    description:
      - Whether O(purge) may delete all connections of O(owner), if O(connections) has none to be present. Otherwise that is an
        error.
    type: bool
    default: false
seealso:
  - module: aep.sources.aep_postgres_connection
  - module: aep.sources.aep_access_token
"""

EXAMPLES = r"""
- name: Manage two base connections with credentials from Ansible Vault
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
org_id:
  description: ID of the organization.
  returned: if the base connections could be listed
  type: str
  sample: 1234567890ABCDEF12345678@AdobeOrg
sandbox:
  description: Name of the sandbox.
  returned: always, except for invalid input
  type: str
  sample: dev
connections:
  description: The result for each connection, in the order of O(connections). Credentials are never returned.
  returned: always, except for invalid input
  type: list
  elements: dict
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
    action:
      description: The action that was taken, or would be taken in check mode.
      type: str
      choices: [create, update, delete, none]
      sample: update
    reasons:
      description: The reasons for the action.
      type: list
      elements: str
      sample: [credentials changed]
    changed:
      description: Whether this connection was changed, or would be changed in check mode.
      type: bool
      sample: true
    failed:
      description: Whether this connection failed.
      type: bool
      sample: false
    msg:
      description: The error message. Empty if there was no error.
      type: str
    failure:
      description: Details of the error, as in M(aep.sources.aep_postgres_connection). None if there was no error.
      type: dict
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
    run_module(MODULES["aep_postgres_connections"])


if __name__ == "__main__":
    main()
