#!/usr/bin/python
# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aep_postgres_dataflow_info
short_description: List the dataflows of PostgreSQL base connections of an Adobe Experience Platform sandbox, with their runs
version_added: 0.2.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Returns the dataflows of one base connection, or of all PostgreSQL base connections of a sandbox, with their schedules, their
    states and their last runs. Whoever created them, they are returned.
  - This takes a list each of base connections, source connections, dataflows, target connections and runs, with one request for
    each 50 base connections, source connections and dataflows, or more if there are several pages of 100.
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
  connection:
    description:
      - Name of the base connection whose dataflows are returned. It is case-sensitive.
      - If neither O(connection) nor O(connection_id) is set, the dataflows of all PostgreSQL base connections are returned.
    type: str
  connection_id:
    description:
      - ID of that base connection, instead of O(connection).
    type: str
  names:
    description:
      - Names of the dataflows to return. They are case-sensitive. Names that do not exist are ignored.
      - If O(names) and O(flow_ids) are empty, all are returned.
    type: list
    elements: str
    default: []
  flow_ids:
    description:
      - IDs of more dataflows to return.
    type: list
    elements: str
    default: []
  runs:
    description:
      - How many of the last runs to return of each dataflow, as far as they began in the last O(hours).
      - With V(1), runs are listed from the last one on, of which the service shows the time with the dataflow. With more, all runs
        of these hours are listed. With V(0), none are.
    type: int
    default: 1
  hours:
    description:
      - How many hours back runs are listed. Of a dataflow whose last run is older, only the result and the times of that run are
        known.
    type: int
    default: 24
seealso:
  - module: aep.sources.aep_postgres_dataflow
  - module: aep.sources.aep_postgres_connection_info
"""

EXAMPLES = r"""
- name: List the dataflows of a base connection, with the runs of the last week
  aep.sources.aep_postgres_dataflow_info:
    client_id: "{{ vault_aep_client_id }}"
    client_secret: "{{ vault_aep_client_secret }}"
    org_id: 1234567890ABCDEF12345678@AdobeOrg
    sandbox: dev
    connection: Orders
    runs: 100
    hours: 168
  register: orders

- name: Show how many rows each wrote
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.runs | map(attribute='rows_written') | select | sum }} rows"
  loop: "{{ orders.dataflows }}"
  loop_control:
    label: "{{ item.id }}"

- name: List all dataflows of the sandbox, with the credential from the environment
  aep.sources.aep_postgres_dataflow_info:
    sandbox: dev
  register: dev

- name: Show those that nobody manages with this collection
  ansible.builtin.debug:
    msg: "{{ dev.dataflows | rejectattr('managed') | map(attribute='name') }}"
"""

RETURN = r"""
sandbox:
  description: Name of the sandbox.
  returned: always, except for invalid input
  type: str
  sample: dev
dataflows:
  description: The dataflows, sorted by name. One that reads through several base connections is returned for each.
  returned: if they could be listed
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: Orders hourly
    id:
      description: Its ID.
      type: str
      sample: 2edc08ac-4df5-4fe6-936f-81a19ce92f5c
    description:
      description: Its description, without the mark that this collection adds.
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
    created_at:
      description: When it was created, in UTC.
      type: str
      sample: "2026-03-22T09:14:31Z"
    connection:
      description: Name of the base connection that it reads through.
      type: str
      sample: Orders
    connection_id:
      description: ID of that base connection.
      type: str
      sample: 2c15b1c5-73bf-47ab-9098-0467fcd854d9
    table:
      description: Path of the table. This and what follows are None if the service does not return them.
      type: str
      sample: public.orders
    columns:
      description: The columns that it reads.
      type: list
      elements: str
      sample: [id, placed, total]
    dataset_id:
      description: ID of the dataset that it writes to.
      type: str
      sample: 6019e0e7c5dcf718db5ebc71
    delta_column:
      description: Column by which new rows are found.
      type: str
      sample: placed
    schedule:
      description: When it runs.
      type: dict
      contains:
        frequency:
          description: The unit of the interval, or V(once).
          type: str
          sample: hour
        interval:
          description: How many units are between two runs.
          type: int
          sample: 1
        start:
          description: Time of the first run in UTC.
          type: str
          sample: "2026-09-01T06:00:00Z"
        backfill:
          description: Whether the first run reads all rows.
          type: bool
          sample: true
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
    running:
      description: Whether a run has begun and is not over.
      type: bool
      sample: false
    runs:
      description: Its last runs that are over, the last one first. Empty if there were none, as far as is known.
      type: list
      elements: dict
      contains:
        id:
          description: ID of the run.
          type: str
        result:
          description:
            - V(success), V(partial) or V(failed), or the service's word for anything else.
            - A run that succeeded with errors, or that left out rows, is V(partial).
          type: str
          sample: success
        started_at:
          description: When it began, in UTC.
          type: str
          sample: "2026-09-01T06:00:04Z"
        completed_at:
          description: When it ended, in UTC.
          type: str
          sample: "2026-09-01T06:01:12Z"
        rows_read:
          description: How many rows it read. This and the other numbers are None if they are not known.
          type: int
          sample: 100
        rows_written:
          description: How many rows it wrote.
          type: int
          sample: 100
        rows_failed:
          description: How many rows it left out because of errors.
          type: int
          sample: 0
        bytes_read:
          description: How many bytes it read.
          type: int
          sample: 12800
        bytes_written:
          description: How many bytes it wrote.
          type: int
          sample: 4096
        error:
          description: The error messages. Empty if there are none, or if the run is older than O(hours).
          type: str
        error_codes:
          description: The codes of the errors.
          type: list
          elements: str
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
    run_module(MODULES["aep_postgres_dataflow_info"])


if __name__ == "__main__":
    main()
