# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter report_changes: what is different in a report since the one before."""

from __future__ import annotations

DOCUMENTATION = r"""
name: report_changes
short_description: What changed in a report since the one before
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Compares an overview of P(aep.sources.connections_overview#filter) with an earlier report that the playbook C(aep.sources.report) wrote.
  - Sandboxes that could not be inspected at one of the times are not compared, except that this is said.
options:
  _input:
    description: The overview.
    type: dict
    required: true
  before:
    description: The earlier C(report.json) as text. One that cannot be read counts as none.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Show what changed since the last report
  ansible.builtin.debug:
    msg: "{{ overview | aep.sources.report_changes(before=lookup('ansible.builtin.file', 'aep_report/report.json')) }}"
"""

RETURN = r"""
_value:
  description:
    - C(since) is the time of the earlier report, or an empty text if there is none.
    - C(changes) is a list. Each change has the C(sandbox), the C(name) of the connection, which is empty for the sandbox as a whole, its
      C(anchor) on the page, and C(text).
  type: dict
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.aep.sources.plugins.plugin_utils.untrusted import as_data

_STATUS = {
    "works": "works",
    "fails": "does not work",
    "unknown": "is unknown",
    "missing": "is missing",
    "untested": "is not tested",
    "absent": "is absent",
}


def report_changes(report: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Return what is different, and since when.

    Parameters:
        report: the overview.
        before: an earlier report as JSON.
    """
    try:
        earlier = json.loads(before)
        then = {sandbox["name"]: sandbox for sandbox in earlier["sandboxes"]}
        changes = list(_changes(report, then))
        since = str(earlier["generated_at"])
    except (ValueError, KeyError, TypeError, AttributeError):  # another version wrote it, or none did
        since, changes = "", []
    result: dict[str, Any] = as_data({"since": since, "changes": changes})
    return result


def _changes(report: Mapping[str, Any], then: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    now = {sandbox["name"]: sandbox for sandbox in report["sandboxes"]}
    for name, sandbox in now.items():
        earlier = then.get(name)
        if earlier is None:
            yield _change(sandbox, "was not in the last report")
        elif bool(sandbox["problem"]) != bool(earlier["problem"]):
            yield _change(sandbox, "could not be inspected" if sandbox["problem"] else "can be inspected again")
        elif not sandbox["problem"]:
            yield from _changes_in(sandbox, earlier)
    for name in then.keys() - now.keys():
        yield {"sandbox": str(name), "name": "", "anchor": "", "text": "is not in this report any more"}


def _changes_in(sandbox: Mapping[str, Any], earlier: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    left = list(earlier["connections"])
    before: dict[int, Mapping[str, Any]] = {}
    for key in ("id", "name"):  # one that is missing now has no id, and one that was made anew has another
        for number, one in enumerate(sandbox["connections"]):
            match = next((was for was in left if one[key] and was[key] == one[key]), None)
            if number not in before and match is not None:
                before[number] = match
                left.remove(match)
    for number, one in enumerate(sandbox["connections"]):
        if number not in before:
            yield _change(sandbox, _STATUS[one["status"]] if one["status"] in ("missing", "absent") else "is new", one)
        elif texts := list(_differences(one, before[number])):
            yield _change(sandbox, "; ".join(texts), one)
    for one in left:
        yield {"sandbox": sandbox["name"], "name": str(one["name"]), "anchor": "", "text": "is gone"}


def _differences(one: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[str]:
    if one["name"] != before["name"]:
        yield f"was named '{before['name']}'"
    if one["id"] and before["id"] and one["id"] != before["id"]:
        yield "was made anew"
    if one["status"] != before["status"]:
        yield f"{_STATUS[one['status']]}, before: {_STATUS[before['status']]}"
    if one["drift"] != before["drift"] and one["defined"]:
        yield "is not as defined any more" if one["drift"] else "is as defined again"
    if one["foreign"] != before["foreign"]:
        yield "is not in the definitions any more" if one["foreign"] else "is in the definitions now"
    if one["state"] != before["state"] and one["state"] and before["state"]:
        yield f"its state is {one['state']}, before: {before['state']}"
    failing, failed = len(one["failing"]), len(before.get("failing") or [])
    if failing != failed and None not in (one["dataflows"], before.get("dataflows")):  # of which nothing was known
        yield f"dataflows that are failing: {failing}, before: {failed}"


def _change(sandbox: Mapping[str, Any], text: str, one: Mapping[str, Any] | None = None) -> dict[str, str]:
    return {
        "sandbox": sandbox["name"],
        "name": one["name"] if one else "",
        "anchor": (one or sandbox)["anchor"],
        "text": text,
    }


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"report_changes": report_changes}
