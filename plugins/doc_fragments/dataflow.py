# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a dataflow, described once for all modules that have them."""

from __future__ import annotations


class ModuleDocFragment:
    """The whole fragment describes one dataflow, preview says what is not known about all of them."""

    DOCUMENTATION = r"""
options:
  state:
    description:
      - V(enabled) and V(disabled) create the dataflow if it does not exist, and update it if it differs. V(absent) deletes it, and
        those of its parts that this collection created.
      - The service creates each dataflow enabled, so with V(disabled) it is disabled right after. It does not run in between,
        unless the start in O(schedule) is that near.
      - A dataflow that runs once is not enabled again.
    type: str
    choices: [enabled, disabled, absent]
    default: enabled
  name:
    description:
      - Name of the dataflow. It is case-sensitive.
      - With O(flow_id), the dataflow is renamed to this name.
    type: str
  flow_id:
    description:
      - ID of an existing dataflow. Use it to adopt a dataflow that was created elsewhere, or to rename one.
      - An adopted dataflow gets the mark of this collection. Its source connection, target connection and mapping set do not, and
        are never deleted.
      - One of O(name) and O(flow_id) is required.
    type: str
  description:
    description:
      - Description of the dataflow. An empty text clears it. If not set, the description is not changed.
    type: str
  connection:
    description:
      - Name of the base connection that the table is read through. It is case-sensitive.
      - To create a dataflow, O(connection) or O(connection_id), O(table), O(dataset), O(mapping), and the frequency in O(schedule) are
        required. For an existing one, an option that is not set is not compared.
    type: str
  connection_id:
    description:
      - ID of that base connection, instead of O(connection).
    type: str
  table:
    description:
      - Path of the table, such as C(public.orders), as M(aep.sources.aep_postgres_table_info) returns it.
    type: str
  columns:
    description:
      - The columns to read. Their order does not matter.
      - If not set, all columns that the table has when the dataflow is created are read. Columns that the table gains later are
        never added. A warning names them, and so does C(left_alone) of the result.
    type: list
    elements: str
  dataset:
    description:
      - Exact name or ID of the dataset that the rows are written to. It must exist.
    type: str
  mapping:
    description:
      - "Which column is written to which field of the dataset's schema. Either a dictionary of columns and fields, for example
        C({id: _id, placed: _acme.placed}), or a list of rules."
      - A rule has C(target), the field, and either C(source), a column, or C(expression), a calculated field of Data Prep.
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
          - Time of the first run in ISO 8601 with its time zone, for example C('2026-09-01T06:00:00Z'). Put it in quotes.
          - It cannot be changed when it has passed.
          - If not set, a new dataflow starts five minutes after its creation, and the start is not compared.
        type: str
      backfill:
        description:
          - Whether the first run reads all rows. With V(false), it reads those that are new since the start. V(once) has none.
          - If not set, the service's default is used, which is V(true).
        type: bool
  delta_column:
    description:
      - Column with a time in UTC, by which each run finds the rows that are new or changed since the run before.
      - It is required for a new schedule, except for C(frequency=once), which has none.
    type: str
  replace:
    description:
      - Whether a new dataflow may replace one that cannot be changed. The new one ingests again what was ingested, unless its
        backfill is off, so the dataset may have rows twice.
      - Table, columns, dataset, base connection, delta column and backfill cannot be changed. Neither can a start that has passed,
        nor the schedule and the mapping of a dataflow that runs once. With V(false), such a change is refused.
      - The former dataflow is disabled, the new one is created, and then the former one is deleted. If the new one is refused, the
        former one is enabled again. They are never both enabled.
    type: bool
    default: false
"""

    PREVIEW = r"""
options: {}
notes:
  - "This module is a preview. It is built from Adobe's published documentation and tested against a simulated service, and what
    Adobe does not document is an assumption. The playbook C(aep.sources.verify_service) asks the service about most of them. Try it
    in a development sandbox first, with a dataset that you can throw away."
  - It is assumed that the lists of dataflows, source connections and target connections show what they were created with,
    descriptions included, and that the list of dataflows can be filtered by the ID of the flow spec.
  - It is assumed that the start and the interval can be updated at C(/scheduleParams/startTime) and C(/scheduleParams/interval), as
    the frequency is in Adobe's example, that source dataflows are enabled and disabled by the actions that Adobe describes for
    destinations, and that a dataflow uses the version of the mapping set that it names.
  - It is assumed that deleting a dataflow may or may not delete its parts. Those that are left are deleted. Adobe's description has
    no request to delete a mapping set, so if the service refuses it, a warning says that it stays. If the service deletes the
    connections with the dataflow, a run that is interrupted right then may leave the mapping set.
  - It is assumed that the first version of a schema is the one to use, as in Adobe's example, and that numbers are accepted as
    numbers. A field of the schema that cannot be seen is left to the validation of the service.
  - It is not documented whether all of this is available on AWS. If the flow spec has another ID there, it is looked up.
  - Dataflow, source connection and target connection have a mark at the end of their description, and the mapping set at the end of
    its name. It is bound to organization and sandbox by O(fingerprint_key). A dataflow without it is refused, with its ID.
  - Set O(fingerprint_key). With a key that is derived from O(client_secret), a new client secret makes all dataflows unknown, and
    they are refused until O(fingerprint_key) is set and they are adopted.
  - An interrupted run leaves parts that no dataflow uses. The next run with the same definition uses them. Those that do not fit
    are deleted when they are 15 minutes old, since a run at the same time may be about to use them.
"""
