#!/usr/bin/python
# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aep_postgres_connection_info
short_description: List and test the PostgreSQL base connections of an Adobe Experience Platform sandbox
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Returns the base connections of a sandbox with their state, their times and the settings that the service returns. Passwords
    and connection strings are never returned.
  - It can also test each connection, and list the dataflows that use it, with their schedules and their last runs.
  - If this fails for a connection, the others are still processed. The task then fails, and returns all results.
extends_documentation_fragment:
  - aep.sources.attributes
  - aep.sources.attributes.actiongroup_all
  - aep.sources.auth
  - aep.sources.connection.sandbox
attributes:
  check_mode:
    support: full
    details:
      - This module changes nothing.
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  names:
    description:
      - Names of the connections to return. They are case-sensitive. Names that do not exist are ignored.
      - If O(names) and O(connection_ids) are empty, all PostgreSQL base connections of the sandbox are returned.
    type: list
    elements: str
    default: []
  connection_ids:
    description:
      - IDs of more connections to return.
    type: list
    elements: str
    default: []
  test:
    description:
      - Whether to test each enabled connection. In a test, the service connects to the database with the stored credentials.
      - A connection in another state, for example C(disabled) or C(initializing), is not tested. A warning names it.
    type: bool
    default: false
  dataflows:
    description:
      - Whether to list the dataflows that use each connection, with their last runs. A connection with dataflows cannot be deleted.
      - This needs three more lists for the sandbox, of source connections, of dataflows and of runs, with one request for each 50
        connections, source connections and dataflows, or more if there are several pages of 100.
      - If they cannot be listed, the connections are still returned, and the task fails.
    type: bool
    default: false
  dataflow_hours:
    description:
      - How many hours back runs are listed, with O(dataflows). Of a dataflow whose last run is older, only the result and the times of
        that run are known.
    type: int
    default: 24
  concurrency:
    description:
      - How many connections are tested at the same time, with O(test).
    type: int
    default: 8
seealso:
  - module: aep.sources.aep_postgres_connection
  - module: aep.sources.aep_postgres_dataflow_info
  - module: aep.sources.aep_postgres_table_info
"""

EXAMPLES = r"""
- name: Test the base connections of a sandbox
  aep.sources.aep_postgres_connection_info:
    client_id: "{{ vault_aep_client_id }}"
    client_secret: "{{ vault_aep_client_secret }}"
    org_id: 1234567890ABCDEF12345678@AdobeOrg
    sandbox: dev
    test: true
  register: dev

- name: Show those that do not work
  ansible.builtin.debug:
    msg: "{{ dev.connections | selectattr('test', 'false') | map(attribute='name') }}"

- name: Show those that were not tested, for example because they are disabled
  ansible.builtin.debug:
    msg: "{{ dev.connections | selectattr('test', 'none') | items2dict(key_name='name', value_name='state') }}"

- name: List the dataflows that use one connection, with the credential from the environment
  aep.sources.aep_postgres_connection_info:
    sandbox: dev
    names: [Orders]
    dataflows: true
  register: orders

- name: Show those whose last run failed
  ansible.builtin.debug:
    msg: "{{ orders.connections[0].dataflows | selectattr('last_run') | selectattr('last_run.result', 'eq', 'failed') }}"
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
  description: The connections, sorted by name.
  returned: if they could be listed
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: Orders
    id:
      description: Its ID.
      type: str
      sample: 2c15b1c5-73bf-47ab-9098-0467fcd854d9
    description:
      description: Its description, without the marker that this collection adds.
      type: str
      sample: Orders of the web shop
    state:
      description: Its state in the service.
      type: str
      sample: enabled
    etag:
      description: The service's version of it, including the quotes.
      type: str
      sample: '"2600fc39-0000-0200-0000-67dd48f80000"'
    managed:
      description: Whether its description has a mark of this collection. Whether that is true can only be told with its key.
      type: bool
      sample: true
    owner:
      description: The owner that the mark names.
      type: str
      sample: team-a
    proven:
      description: Whether the mark says that its credentials are proven, or need not be. It is null without a mark.
      type: bool
      sample: true
    created_at:
      description: When it was created, in UTC.
      type: str
      sample: "2026-03-22T09:14:31Z"
    updated_at:
      description: When it was last changed, in UTC.
      type: str
      sample: "2026-03-22T09:14:31Z"
    auth_type:
      description: Its authentication type, as the service names it.
      type: str
      sample: Basic Authentication
    server:
      description: The server. This and the settings that follow are None if the service does not return them.
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
      description: The PostgreSQL role that Experience Platform logs in as.
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
    other_properties:
      description: Whether a connection string has other properties than these and a password. None if no string is shown.
      type: bool
      sample: false
    test:
      description:
        - Whether the service could connect to the database.
        - None says nothing about whether it works. It was not tested because O(test) is V(false) or because RV(connections[].state)
          is not C(enabled), or there was an error, which RV(connections[].msg) describes.
      type: bool
      sample: true
    dataflows:
      description: The dataflows that use it. None without O(dataflows), or if they could not be listed, as RV(dataflows_msg) says.
      type: list
      elements: dict
      contains:
        id:
          description: ID of the dataflow.
          type: str
        name:
          description: Its name.
          type: str
        state:
          description: Its state in the service.
          type: str
        schedule:
          description: When it runs, in words.
          type: str
          sample: every 15 minutes since 2026-03-22T09:00:00Z
        running:
          description: Whether a run has begun and is not over.
          type: bool
        last_run:
          description: Its last run that is over. None if there was none, as far as is known.
          type: dict
          contains:
            id:
              description: ID of the run.
              type: str
            result:
              description:
                - V(success), V(partial) or V(failed), or the service's word for anything else.
                - A run that succeeded with errors, or that left out rows, is V(partial).
              type: str
            started_at:
              description: When it began, in UTC.
              type: str
            completed_at:
              description: When it ended, in UTC.
              type: str
            rows_written:
              description: How many rows it wrote.
              type: int
            rows_failed:
              description: How many rows it left out because of errors.
              type: int
            error:
              description: The error messages. Empty if there are none, or if the run is older than O(dataflow_hours).
              type: str
            error_codes:
              description: The codes of the errors.
              type: list
              elements: str
    failed:
      description: Whether there was an error with this connection.
      type: bool
      sample: false
    msg:
      description: The error message. Empty if there was no error.
      type: str
    failure:
      description: Details of the error, as in M(aep.sources.aep_postgres_connection). None if there was no error.
      type: dict
dataflows_msg:
  description: Why the dataflows could not be listed. The connections are returned all the same, and the task fails.
  returned: if the dataflows could not be listed
  type: str
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
    run_module(MODULES["aep_postgres_connection_info"])


if __name__ == "__main__":
    main()
