#!/usr/bin/python
# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aep_service_check
short_description: Find out how an organization's Flow Service behaves where Adobe does not say
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Creates a few base connections, looks at what the service makes of them, and deletes them. Their names begin with
    C(aep.sources verification), and nothing else in the sandbox is touched.
  - Run it once, in a development sandbox, with a database that Experience Platform can reach. Nothing is read from that database.
  - The playbook C(aep.sources.verify_service) shows what was found out as a table.
extends_documentation_fragment:
  - aep.sources.attributes
  - aep.sources.attributes.actiongroup_all
  - aep.sources.auth
  - aep.sources.connection.sandbox
attributes:
  check_mode:
    support: partial
    details:
      - Nothing is sent and nothing is found out.
  diff_mode:
    support: none
  idempotent:
    support: full
    details:
      - What is created is deleted again.
options:
  server:
    description:
      - Host name or address of the PostgreSQL server.
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
      - Name of a role that may log in.
    type: str
    required: true
  password:
    description:
      - Its password.
    type: str
    required: true
  ssl_mode:
    description:
      - How the connection to PostgreSQL is encrypted. If not set, V(require) is used.
    type: str
    choices: [disable, allow, prefer, require, verify-ca, verify-full]
  wait_timeout:
    description:
      - For how many seconds a connection may take to be ready, listed or gone.
    type: int
    default: 180
seealso:
  - module: aep.sources.aep_postgres_connection
"""

EXAMPLES = r"""
- name: Find out how the service behaves
  aep.sources.aep_service_check:
    sandbox: dev
    server: db.example.com
    database: orders
    username: aep_reader
    password: "{{ vault_orders_password }}"
  register: checked
"""

RETURN = r"""
sandbox:
  description: Name of the sandbox.
  returned: success
  type: str
  sample: dev
findings:
  description: What was found out, one for each question. Empty in check mode.
  returned: success
  type: list
  elements: dict
  contains:
    question:
      description: What is not documented.
      type: str
      sample: May two connections have one name?
    assumed:
      description: What the collection takes for granted.
      type: str
      sample: they may
    observed:
      description: What the service did.
      type: str
      sample: accepted
    advice:
      description: What to set because of it. Empty if nothing has to be set.
      type: str
      sample: ""
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
    run_module(MODULES["aep_service_check"])


if __name__ == "__main__":
    main()
