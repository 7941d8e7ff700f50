#!/usr/bin/python
# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aep_postgres_dataflows
short_description: Manage several dataflows from PostgreSQL tables to datasets of Adobe Experience Platform
version_added: 0.2.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Creates, updates or deletes several dataflows in one sandbox of Adobe Experience Platform, in one task. The existing dataflows
    are listed once.
  - Does the same for each dataflow as M(aep.sources.aep_postgres_dataflow).
  - Dataflows that are not in O(dataflows) are not changed, unless O(purge) is set.
  - If a dataflow fails, the others are still processed. The task then fails and names the dataflows that failed.
extends_documentation_fragment:
  - aep.sources.attributes
  - aep.sources.attributes.actiongroup_all
  - aep.sources.auth
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
options:
  defaults:
    description:
      - Options for all of O(dataflows). The options of a dataflow take precedence, O(dataflows[].schedule) as a whole.
    type: dict
    default: {}
    suboptions: &dataflow
      state:
        description:
          - V(enabled) and V(disabled) create the dataflow if it does not exist, and update it if it differs. V(absent)
            deletes it, and those of its parts that this collection created.
          - The service creates each dataflow enabled, so with V(disabled) it is disabled right after. It does not run in
            between, unless the start in C(schedule) is that near.
          - A dataflow that runs once is not enabled again.
          - The default is V(enabled).
        type: str
        choices: [enabled, disabled, absent]
      description:
        description:
          - Description of the dataflow. An empty text clears it. If not set, the description is not changed.
        type: str
      connection:
        description:
          - Name of the base connection that the table is read through. It is case-sensitive.
          - To create a dataflow, C(connection) or C(connection_id), C(table), C(dataset), C(mapping), and the frequency in
            C(schedule) are required. For an existing one, an option that is not set is not compared.
        type: str
      connection_id:
        description:
          - ID of that base connection, instead of C(connection).
        type: str
      table:
        description:
          - Path of the table, such as C(public.orders), as M(aep.sources.aep_postgres_table_info) returns it.
        type: str
      columns:
        description:
          - The columns to read. Their order does not matter.
          - If not set, all columns that the table has when the dataflow is created are read. Columns that the table gains
            later are never added. A warning names them, and so does C(left_alone) of the result.
        type: list
        elements: str
      dataset:
        description:
          - Exact name or ID of the dataset that the rows are written to. It must exist.
        type: str
      mapping:
        description:
          - "Which column is written to which field of the dataset's schema. Either a dictionary of columns and fields, for
            example C({id: _id, placed: _acme.placed}), or a list of rules."
          - A rule has C(target), the field, and either C(source), a column, or C(expression), a calculated field of Data
            Prep.
          - The service validates a new mapping before anything is created, also in check mode.
          - A mapping of an existing dataflow is changed by a new version. Rows that were ingested before stay as they are.
        type: raw
      schedule:
        description:
          - When the table is read.
        type: dict
        suboptions:
          frequency:
            description:
              - The unit of the interval. V(once) reads the whole table, once.
            type: str
            choices: [once, minute, hour, day, week]
          interval:
            description:
              - How many units are between two runs. It is required for a new schedule, except for V(once), which has none.
              - The minimum is 15 minutes, or one of the other units.
            type: int
          start:
            description:
              - Time of the first run in ISO 8601 with its time zone, for example C('2026-09-01T06:00:00Z'). Put it in
                quotes.
              - It cannot be changed when it has passed.
              - If not set, a new dataflow starts five minutes after its creation, and the start is not compared.
            type: str
          backfill:
            description:
              - Whether the first run reads all rows. With V(false), it reads those that are new since the start. V(once)
                has none.
              - If not set, the service's default is used, which is V(true).
            type: bool
      delta_column:
        description:
          - Column with a time in UTC, by which each run finds the rows that are new or changed since the run before.
          - It is required for a new schedule, except for C(frequency=once), which has none.
        type: str
      replace:
        description:
          - Whether a new dataflow may replace one that cannot be changed. The new one ingests again what was ingested,
            unless its backfill is off, so the dataset may have rows twice.
          - Table, columns, dataset, base connection, delta column and backfill cannot be changed. Neither can a start that
            has passed, nor the schedule and the mapping of a dataflow that runs once. With V(false), such a change is
            refused.
          - The former dataflow is disabled, the new one is created, and then the former one is deleted. If the new one is
            refused, the former one is enabled again. They are never both enabled.
          - The default is V(false).
        type: bool
  dataflows:
    description:
      - The dataflows. Their names must be different.
    type: list
    elements: dict
    required: true
    suboptions:
      <<: *dataflow
      name:
        description:
          - Name of the dataflow. It is case-sensitive.
          - With C(flow_id), the dataflow is renamed to this name.
        type: str
      flow_id:
        description:
          - ID of an existing dataflow. Use it to adopt a dataflow that was created elsewhere, or to rename one.
          - An adopted dataflow gets the mark of this collection. Its source connection, target connection and mapping set
            do not, and are never deleted.
          - One of C(name) and C(flow_id) is required.
        type: str
  concurrency:
    description:
      - How many dataflows are processed at the same time.
    type: int
    default: 8
  purge:
    description:
      - Whether to delete dataflows of the sandbox that O(owner) has and that are not in O(dataflows), and what interrupted runs of
        this owner left behind more than 15 minutes ago.
      - They are identified by their mark. Dataflows of another owner, and those without a mark, are never deleted.
      - Nothing is deleted if one of O(dataflows) fails.
    type: bool
    default: false
  purge_all:
    description:
      - Whether O(purge) may delete all dataflows of O(owner), if O(dataflows) has none to be present. Otherwise that is an error.
    type: bool
    default: false
seealso:
  - module: aep.sources.aep_postgres_dataflow
  - module: aep.sources.aep_postgres_connections
"""

EXAMPLES = r"""
- name: Manage two dataflows with the same schedule
  aep.sources.aep_postgres_dataflows:
    client_id: "{{ vault_aep_client_id }}"
    client_secret: "{{ vault_aep_client_secret }}"
    org_id: 1234567890ABCDEF12345678@AdobeOrg
    fingerprint_key: "{{ vault_fingerprint_key }}"
    sandbox: dev
    defaults:
      connection: Orders
      delta_column: updated
      schedule:
        frequency: minute
        interval: 30
    dataflows:
      - name: Orders
        table: public.orders
        dataset: Orders
        mapping:
          id: _id
          updated: _acme.updated
      - name: Customers
        table: public.customers
        dataset: Customers
        mapping:
          id: _id
          updated: _acme.updated
"""

RETURN = r"""
sandbox:
  description: Name of the sandbox.
  returned: always, except for invalid input
  type: str
  sample: dev
dataflows:
  description: The result for each dataflow, in the order of O(dataflows), and then for those that were purged.
  returned: always, except for invalid input
  type: list
  elements: dict
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
    action:
      description: The action that was taken, or would be taken in check mode.
      type: str
      choices: [create, update, replace, delete, none]
      sample: update
    reasons:
      description: The reasons for the action.
      type: list
      elements: str
      sample: ["interval differs: 1 → 2"]
    changed:
      description: Whether this dataflow was changed, or would be changed in check mode.
      type: bool
      sample: true
    failed:
      description: Whether this dataflow failed.
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
  sample: ["try 1 of 5: status 429; trying again in 2.0 s"]
"""

from ansible_collections.aep.sources.plugins.module_utils.entry_points import MODULES
from ansible_collections.aep.sources.plugins.module_utils.module import run_module


def main() -> None:
    """Run the module."""
    run_module(MODULES["aep_postgres_dataflows"])


if __name__ == "__main__":
    main()
