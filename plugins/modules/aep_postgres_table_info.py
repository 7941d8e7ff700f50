#!/usr/bin/python
# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aep_postgres_table_info
short_description: See the tables that Adobe Experience Platform can read through a PostgreSQL base connection
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Returns the tables and views that the role of a base connection can see, with their columns and, on request, some rows.
  - Adobe Experience Platform itself looks into the database, so this shows that a connection is good for what it was made for.
  - A table that cannot be looked into does not stop the others. The task fails then, and returns what was seen all the same.
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
  name:
    description:
      - Name of the base connection. It is compared exactly.
      - One of O(name) and O(connection_id) is needed.
    type: str
  connection_id:
    description:
      - Id of the base connection.
    type: str
  tables:
    description:
      - Which tables to return, by their paths as C(public.orders). The wildcards C(*), C(?) and C([...]) can be used.
    type: list
    elements: str
    default: ["*"]
  columns:
    description:
      - Whether to look at the columns of each table, which takes a request for each.
    type: bool
    default: true
  rows:
    description:
      - How many rows of each table to return at most, as a preview. How many the service sends is up to the service.
    type: int
    default: 0
  reveal:
    description:
      - Whether to show the values in these rows. They are the database's own, maybe of persons, and appear in output and logs then.
      - With V(false), each value but none at all is replaced by C(********).
    type: bool
    default: false
  concurrency:
    description:
      - How many tables are looked into at once.
    type: int
    default: 8
seealso:
  - module: aep.sources.aep_postgres_connection
  - module: aep.sources.aep_postgres_connection_info
"""

EXAMPLES = r"""
- name: See which tables Experience Platform can read
  aep.sources.aep_postgres_table_info:
    client_id: "{{ vault_aep_client_id }}"
    client_secret: "{{ vault_aep_client_secret }}"
    org_id: 1234567890ABCDEF12345678@AdobeOrg
    sandbox: dev
    name: Orders
    columns: false

- name: See that the tables of one schema hold something, without showing what
  aep.sources.aep_postgres_table_info:
    sandbox: dev
    name: Orders
    tables: [shop.*]
    rows: 1
"""

RETURN = r"""
sandbox:
  description: Name of the sandbox.
  returned: always, but for input that is refused
  type: str
  sample: dev
connection_id:
  description: Id of the connection.
  returned: when it was found
  type: str
  sample: 2c15b1c5-73bf-47ab-9098-0467fcd854d9
tables:
  description: The tables, by path.
  returned: when they could be listed
  type: list
  elements: dict
  contains:
    path:
      description: How the service wants the table named.
      type: str
      sample: public.orders
    name:
      description: Its name as the service shows it.
      type: str
      sample: public.orders
    type:
      description: What it is, as the service says.
      type: str
      sample: table
    columns:
      description: Its columns, in their order. Empty if they were not asked for.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the column.
          type: str
          sample: placed
        type:
          description: Its type as the service translates it.
          type: str
          sample: string
        format:
          description: Format of a text, or None.
          type: str
          sample: date-time
    rows:
      description: Rows of it, each a dictionary by column. The values are masked unless O(reveal) is set.
      type: list
      elements: dict
    failed:
      description: Whether this table could not be looked at.
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
    run_module(MODULES["aep_postgres_table_info"])


if __name__ == "__main__":
    main()
