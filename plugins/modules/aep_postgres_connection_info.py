#!/usr/bin/python
# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aep_postgres_connection_info
short_description: Look at the PostgreSQL base connections of an Adobe Experience Platform sandbox
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Returns the base connections of a sandbox, or those that are named, with their state, their times and the settings that the
    service shows. Credentials are never returned.
  - On request, the service is asked whether each connection works, and which dataflows read through it.
  - A connection that cannot be looked at does not stop the others. The task fails then, and returns what was seen all the same.
extends_documentation_fragment:
  - aep.sources.attributes
  - aep.sources.attributes.actiongroup_all
  - aep.sources.auth
  - aep.sources.connection.sandbox
attributes:
  check_mode:
    support: full
    details:
      - Nothing is ever changed.
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  names:
    description:
      - Names of the connections to return. They are compared exactly, and one that does not exist is no error.
      - Without O(names) and O(connection_ids), all PostgreSQL base connections of the sandbox are returned.
    type: list
    elements: str
    default: []
  connection_ids:
    description:
      - Ids of the connections to return, besides those of O(names).
    type: list
    elements: str
    default: []
  test:
    description:
      - Whether to ask the service, for each connection that is enabled, if it can reach the database with the stored credentials.
    type: bool
    default: false
  dataflows:
    description:
      - Whether to look for the dataflows that read through each connection. A connection that has any cannot be deleted.
    type: bool
    default: false
  concurrency:
    description:
      - How many connections are looked at at once, with O(test) and O(dataflows).
    type: int
    default: 8
seealso:
  - module: aep.sources.aep_postgres_connection
  - module: aep.sources.aep_postgres_table_info
"""

EXAMPLES = r"""
- name: See which base connections of a sandbox work
  aep.sources.aep_postgres_connection_info:
    client_id: "{{ vault_aep_client_id }}"
    client_secret: "{{ vault_aep_client_secret }}"
    org_id: 1234567890ABCDEF12345678@AdobeOrg
    sandbox: dev
    test: true
  register: dev

- name: Name those that do not
  ansible.builtin.debug:
    msg: "{{ dev.connections | selectattr('test', 'false') | map(attribute='name') }}"

- name: See what depends on one connection, with the credential from the environment
  aep.sources.aep_postgres_connection_info:
    sandbox: dev
    names: [Orders]
    dataflows: true
"""

RETURN = r"""
sandbox:
  description: Name of the sandbox.
  returned: always, but for input that is refused
  type: str
  sample: dev
connections:
  description: The connections, by name.
  returned: when they could be listed
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: Orders
    id:
      description: Its id.
      type: str
      sample: 2c15b1c5-73bf-47ab-9098-0467fcd854d9
    description:
      description: Its description, without the mark of this collection.
      type: str
      sample: Orders of the web shop
    state:
      description: Its state as the service names it.
      type: str
      sample: enabled
    etag:
      description: The service's mark of its version, with the quotes that belong to it.
      type: str
      sample: '"2600fc39-0000-0200-0000-67dd48f80000"'
    managed:
      description: Whether it carries this collection's mark, so that it was made or is kept by this collection.
      type: bool
      sample: true
    created_at:
      description: When it was created, in UTC.
      type: str
      sample: "2026-03-22T09:14:31Z"
    updated_at:
      description: When it was changed last, in UTC.
      type: str
      sample: "2026-03-22T09:14:31Z"
    auth_type:
      description: Kind of its credentials, as the service names it.
      type: str
      sample: Basic Authentication
    server:
      description: The server, or None where the service does not show it. The same holds for the settings that follow.
      type: str
      sample: db.example.com
    port:
      description: The port.
      type: int
      sample: 5432
    database:
      description: The database.
      type: str
      sample: orders
    username:
      description: The role that the service logs in as.
      type: str
      sample: aep_reader
    ssl_mode:
      description: How the connection to PostgreSQL is encrypted, with basic authentication.
      type: str
      sample: verify-full
    encryption_method:
      description: How it is encrypted, with a connection string.
      type: str
      sample: enabled
    validate_server_certificate:
      description: Whether the server's certificate is verified, with a connection string.
      type: bool
      sample: true
    test:
      description: Whether the service could reach the database with it, or None if it was not asked.
      type: bool
      sample: true
    dataflows:
      description: The dataflows that read through it, or None if they were not asked for.
      type: list
      elements: dict
      contains:
        id:
          description: Id of the dataflow.
          type: str
        name:
          description: Its name.
          type: str
        state:
          description: Its state as the service names it.
          type: str
    failed:
      description: Whether this connection could not be looked at.
      type: bool
      sample: false
    msg:
      description: Why not, and what to do. Empty if it could.
      type: str
    failure:
      description: What failed, as data, as of M(aep.sources.aep_postgres_connection). None if nothing did.
      type: dict
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
    run_module(MODULES["aep_postgres_connection_info"])


if __name__ == "__main__":
    main()
