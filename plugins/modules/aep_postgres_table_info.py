#!/usr/bin/python
# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aep_postgres_table_info
short_description: List the tables that Adobe Experience Platform can read through a PostgreSQL base connection
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Returns the tables and views that the PostgreSQL role of a base connection can read, with their columns, and a preview of
    their rows if you set O(rows).
  - Adobe Experience Platform itself reads the database, so this shows that it can read the data through this connection.
  - If this fails for a table, or a table of O(tables) does not exist, the others are still processed. The task then fails, and
    returns all results.
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
  name:
    description:
      - Name of the base connection. It is case-sensitive.
      - One of O(name) and O(connection_id) is required.
    type: str
  connection_id:
    description:
      - ID of the base connection.
    type: str
  tables:
    description:
      - Paths of the tables to return, for example C(public.orders). You can use the wildcards C(*), C(?) and C([...]).
      - The task fails if there is no table with a path that has no wildcard. A path with wildcards may match no table.
    type: list
    elements: str
    default: ["*"]
  columns:
    description:
      - Whether to return the columns of each table. This needs one request for each table.
    type: bool
    default: true
  rows:
    description:
      - Maximum number of rows to return from each table, as a preview. The service may return fewer.
    type: int
    default: 0
  show_values:
    description:
      - Whether to return the values in these rows. They may be personal data, and appear in output and logs.
      - With V(false), each value except null is replaced by C(********).
    type: bool
    default: false
  concurrency:
    description:
      - How many tables are processed at the same time.
    type: int
    default: 8
seealso:
  - module: aep.sources.aep_postgres_connection
  - module: aep.sources.aep_postgres_connection_info
"""

EXAMPLES = r"""
- name: List the tables that Experience Platform can read
  aep.sources.aep_postgres_table_info:
    client_id: "{{ vault_aep_client_id }}"
    client_secret: "{{ vault_aep_client_secret }}"
    org_id: 1234567890ABCDEF12345678@AdobeOrg
    sandbox: dev
    name: Orders
    columns: false

- name: Check that the tables of one schema have rows, without showing their values
  aep.sources.aep_postgres_table_info:
    sandbox: dev
    name: Orders
    tables: [shop.*]
    rows: 1
"""

RETURN = r"""
sandbox:
  description: Name of the sandbox.
  returned: always, except for invalid input
  type: str
  sample: dev
connection_id:
  description: ID of the connection.
  returned: if it was found
  type: str
  sample: 2c15b1c5-73bf-47ab-9098-0467fcd854d9
tables:
  description: The tables, sorted by path.
  returned: if they could be listed
  type: list
  elements: dict
  contains:
    path:
      description: Path of the table, for requests to the service.
      type: str
      sample: public.orders
    name:
      description: Its name.
      type: str
      sample: public.orders
    type:
      description: Its type in the service.
      type: str
      sample: table
    columns:
      description: Its columns, in their order. Empty without O(columns).
      type: list
      elements: dict
      contains:
        name:
          description: Name of the column.
          type: str
          sample: placed
        type:
          description: Its type in Experience Platform.
          type: str
          sample: string
        format:
          description: Format of a string, or None.
          type: str
          sample: date-time
    rows:
      description:
        - Its rows, each a dictionary by column name. The values are masked unless O(show_values) is set.
        - A name that begins with C(__ansible) is returned without its underscores, since Ansible marks trusted and vaulted values so.
      type: list
      elements: dict
    failed:
      description: Whether there was an error with this table.
      type: bool
      sample: false
    msg:
      description: The error message. Empty if there was no error.
      type: str
    failure:
      description: Details of the error, as in M(aep.sources.aep_postgres_connection). None if there was no error.
      type: dict
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
    run_module(MODULES["aep_postgres_table_info"])


if __name__ == "__main__":
    main()
