#!/usr/bin/python
# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aep_service_check
short_description: Test how an organization's Flow Service behaves where Adobe does not document it
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Creates a few base connections, checks how the service handles them, and deletes them. Their names begin with
    C(aep.sources verification). Nothing else in the sandbox is changed.
  - Run it once, in a development sandbox, with a database that Experience Platform can reach. No data is read from the database.
  - It also asks what it can about dataflows without a dataset. With O(throw_away), it creates a dataflow, which would run for the
    first time in a year, and deletes it with its parts. Nothing is written to the dataset.
  - A sandbox that Sandbox Management does not list as a development sandbox is refused, see O(allow_production).
  - The playbook C(aep.sources.verify_service) shows the findings as a table.
extends_documentation_fragment:
  - aep.sources.attributes
  - aep.sources.attributes.actiongroup_all
  - aep.sources.auth
  - aep.sources.connection.sandbox
attributes:
  check_mode:
    support: partial
    details:
      - Nothing is created. The findings are the questions, with an empty C(observed).
  diff_mode:
    support: none
  idempotent:
    support: none
    details:
      - Each run creates connections, so it reports changed. It deletes all that it created.
options:
  server:
    description:
      - Host name or IP address of the PostgreSQL server, as Adobe reaches it.
    type: str
    required: true
  port:
    description:
      - Port of the server. If not set, 5432 is used.
    type: int
  database:
    description:
      - Name of the database.
    type: str
    required: true
  username:
    description:
      - Name of a PostgreSQL role that can log in.
    type: str
    required: true
  password:
    description:
      - Password of that role. Store it in Ansible Vault.
    type: str
    required: true
  ssl_mode:
    description:
      - How the connection to PostgreSQL is encrypted. If not set, V(require) is used.
    type: str
    choices: [disable, allow, prefer, require, verify-ca, verify-full]
  wait_timeout:
    description:
      - Maximum number of seconds to wait until a connection or a dataflow is ready, listed or gone.
    type: int
    default: 180
  allow_production:
    description:
      - Whether to run in a sandbox of type production, or one whose type cannot be told. The sandbox's type is not asked then.
    type: bool
    default: false
  throw_away:
    description:
      - What the dataflow is made of that is created, updated, disabled and deleted to see how the service handles it. Name a
        dataset that you can throw away.
      - If not set, the questions that need a dataset are not asked. The findings say so.
    type: dict
    suboptions:
      dataset:
        description:
          - Exact name or ID of the dataset.
        type: str
        required: true
      table:
        description:
          - Path of a table that the role can read, such as C(public.orders).
        type: str
        required: true
      delta_column:
        description:
          - Column of the table with a time in UTC.
        type: str
        required: true
      mapping:
        description:
          - A dictionary of columns of the table and fields of the dataset's schema, as of M(aep.sources.aep_postgres_dataflow).
        type: raw
        required: true
seealso:
  - module: aep.sources.aep_postgres_dataflow
  - module: aep.sources.aep_postgres_connection
"""

EXAMPLES = r"""
- name: Test how the service behaves
  aep.sources.aep_service_check:
    sandbox: dev
    server: db.example.com
    database: orders
    username: aep_reader
    password: "{{ vault_orders_password }}"
  register: checked

- name: Test what it does with dataflows as well
  aep.sources.aep_service_check:
    sandbox: dev
    server: db.example.com
    database: orders
    username: aep_reader
    password: "{{ vault_orders_password }}"
    throw_away:
      dataset: Scratch
      table: public.orders
      delta_column: updated
      mapping: {id: _id}
"""

RETURN = r"""
sandbox:
  description: Name of the sandbox.
  returned: success
  type: str
  sample: dev
findings:
  description: The findings, one for each question. In check mode, only what would be asked.
  returned: success
  type: list
  elements: dict
  contains:
    question:
      description: The question that Adobe does not answer.
      type: str
      sample: May two connections have one name?
    assumed:
      description: What the collection assumes.
      type: str
      sample: they may
    observed:
      description: What the service did. Empty in check mode. Begins with C(not asked) where something was missing to ask it.
      type: str
      sample: accepted
    advice:
      description: The option to set, if your service differs. Empty if you have nothing to do.
      type: str
      sample: ""
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
    run_module(MODULES["aep_service_check"])


if __name__ == "__main__":
    main()
