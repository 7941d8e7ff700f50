#!/usr/bin/python
# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aep_postgres_dataflow
short_description: Manage a dataflow from a PostgreSQL table to a dataset of Adobe Experience Platform
version_added: 0.2.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Creates, updates or deletes one dataflow in one sandbox of Adobe Experience Platform. It reads one table through one base
    connection, on a schedule, and writes the rows to one existing dataset.
  - A dataflow has a source connection, a target connection and a mapping set, which this module creates and deletes with it.
  - The dataflow is identified by its exact name and the mark of this collection, or by O(flow_id). A dataflow of this name without
    the mark is refused, with its ID.
extends_documentation_fragment:
  - aep.sources.attributes
  - aep.sources.attributes.actiongroup_all
  - aep.sources.auth
  - aep.sources.dataflow
  - aep.sources.dataflow.preview
  - aep.sources.connection.sandbox
  - aep.sources.connection.managed
attributes:
  check_mode:
    support: full
    details:
      - Check mode predicts what a run does. It lists, explores and validates, which changes nothing.
  diff_mode:
    support: full
    details:
      - A start that is not set is shown in words, as it depends on the time of the run.
  idempotent:
    support: full
seealso:
  - module: aep.sources.aep_postgres_dataflows
  - module: aep.sources.aep_postgres_dataflow_info
  - module: aep.sources.aep_postgres_connection
  - module: aep.sources.aep_postgres_table_info
  - name: Create a dataflow for database sources using the Flow Service API
    description: Adobe's description of the requests that this module sends.
    link: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/collect/database-nosql
"""

EXAMPLES = r"""
- name: Read new orders every hour
  aep.sources.aep_postgres_dataflow:
    client_id: "{{ vault_aep_client_id }}"
    client_secret: "{{ vault_aep_client_secret }}"
    org_id: 1234567890ABCDEF12345678@AdobeOrg
    fingerprint_key: "{{ vault_fingerprint_key }}"
    sandbox: dev
    name: Orders hourly
    connection: Orders
    table: public.orders
    columns: [id, placed, total]
    dataset: Orders
    delta_column: placed
    schedule:
      frequency: hour
      interval: 1
    mapping:
      id: _id
      placed: _acme.placed
      total: _acme.total

- name: Read all customers once, with a calculated field
  aep.sources.aep_postgres_dataflow:
    sandbox: dev
    name: Customers once
    connection: Orders
    table: public.customers
    dataset: Customers
    schedule:
      frequency: once
    mapping:
      - source: id
        target: _id
      - expression: concat(first_name, last_name)
        target: person.name.fullName

- name: Disable a dataflow for a while
  aep.sources.aep_postgres_dataflow:
    sandbox: dev
    name: Orders hourly
    state: disabled

- name: Adopt a dataflow that was created in the user interface
  aep.sources.aep_postgres_dataflow:
    sandbox: dev
    flow_id: 2edc08ac-4df5-4fe6-936f-81a19ce92f5c
    schedule:
      frequency: day
      interval: 1

- name: Delete a dataflow
  aep.sources.aep_postgres_dataflow:
    sandbox: dev
    name: Orders hourly
    state: absent
"""

RETURN = r"""
dataflow:
  description: The dataflow.
  returned: always, except for invalid input
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: Orders hourly
    id:
      description: Its ID. None if it does not exist.
      type: str
      sample: 2edc08ac-4df5-4fe6-936f-81a19ce92f5c
    sandbox:
      description: Name of its sandbox.
      type: str
      sample: dev
    description:
      description: Its description, without the mark that this collection adds.
      type: str
      sample: Orders of the web shop
    state:
      description: Its state in the service, V(absent) after it was deleted, or None if there is none.
      type: str
      sample: enabled
    etag:
      description: The service's version of it, including the quotes.
      type: str
      sample: '"2600fc39-0000-0200-0000-67dd48f80000"'
    connection_id:
      description: ID of the base connection.
      type: str
      sample: 2c15b1c5-73bf-47ab-9098-0467fcd854d9
    table:
      description: Path of the table.
      type: str
      sample: public.orders
    dataset_id:
      description: ID of the dataset.
      type: str
      sample: 6019e0e7c5dcf718db5ebc71
    schedule:
      description: When it runs.
      type: dict
      contains:
        frequency:
          description: The unit of the interval, or V(once).
          type: str
          sample: hour
        interval:
          description: How many units are between two runs. None for V(once).
          type: int
          sample: 1
        start:
          description: Time of the first run in UTC. None if it is not known yet.
          type: str
          sample: "2026-09-01T06:00:00Z"
        backfill:
          description: Whether the first run reads all rows. None if the service does not show it.
          type: bool
          sample: true
    delta_column:
      description: Column by which new rows are found.
      type: str
      sample: placed
    source_connection_id:
      description: ID of its source connection.
      type: str
      sample: b7581b59-c603-4df1-a689-d23d7ac440f3
    target_connection_id:
      description: ID of its target connection.
      type: str
      sample: 320f119a-5ac1-4ab1-88ea-eb19e674ea2e
    mapping_set_id:
      description: ID of its mapping set.
      type: str
      sample: 0b090130b58b4819afc78b6dc98b484d
    left_alone:
      description: What differs or could not be compared, and is not changed, such as columns that the table gained.
      type: list
      elements: str
      sample: ["the table has columns that it does not read: discount"]
actions:
  description: The actions that were taken, or would be taken in check mode. Empty if there were none.
  returned: always, except for invalid input
  type: list
  elements: dict
  contains:
    action:
      description: The action.
      type: str
      choices: [create, update, replace, delete]
      sample: update
    reasons:
      description: The reasons for the action.
      type: list
      elements: str
      sample: ["interval differs: 1 → 2"]
failure:
  description: Details of the error, as in M(aep.sources.aep_postgres_connection).
  returned: if the service returned an error or could not be reached
  type: dict
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
    run_module(MODULES["aep_postgres_dataflow"])


if __name__ == "__main__":
    main()
