# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter connections_overview: one overview of the base connections of all sandboxes, from the variables of their hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
name: connections_overview
short_description: Summarize the base connections of many sandboxes
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Takes the variables of hosts that are sandboxes, after the role P(aep.sources.postgres_connections#role) ran on them.
  - Returns the data that the playbooks C(aep.sources.connections), C(aep.sources.drift) and C(aep.sources.report) write.
  - Reads C(postgres_connections_inspected) and C(postgres_connections_result), which the role registers.
  - Reads C(aep_problem) as well, a text that says why there is no result for a sandbox. Without it, the message of the failed
    result is used.
options:
  _input:
    description: The variables of each sandbox.
    type: list
    elements: dict
    required: true
  done:
    description:
      - Whether the role made the changes that it reports. The summary then says C(created) instead of C(to be created).
    type: bool
    default: false
  dataflows:
    description: Whether C(status) is V(drift) if a dataflow is failing, and V(failed) if the dataflows of a sandbox are not known.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show how many base connections do not work
  ansible.builtin.debug:
    msg: "{{ (ansible_play_hosts_all | map('extract', hostvars) | aep.sources.connections_overview).totals.fails }}"
  run_once: true
"""

RETURN = r"""
_value:
  description:
    - C(status) is V(clean), V(drift) or V(failed). It is V(clean) if each sandbox was inspected without an error, and each connection
      that is defined is as defined, is enabled, and did not fail a test. What differs and is left alone, as C(update_credentials) says,
      is not as defined either.
    - C(summary) is a list of at most 22 lines of text. C(heading) is a list of sentences that count all connections, by their tests and
      by their definitions.
    - C(totals) has counts, for example C(works), C(fails), C(untested), C(missing), C(drifted) and C(foreign). Foreign connections are
      in the sandbox, but not in its definitions.
      Those that are absent as defined are C(absent), and are not among the C(connections). C(dataflows_failing) counts the
      dataflows that are enabled and whose last run failed.
    - C(names) are the names of all connections. C(anchor) of each sandbox and connection is its place on the report's page.
    - C(sandboxes) is a list. Each has its C(name), its C(problem) and its C(remark), which may be empty, whether it was C(begun),
      and its C(connections). The remark says why nothing is known of its dataflows, which is no problem unless O(dataflows).
    - A connection has its C(problem) as well, and its C(difference), which is the action to be taken, V(left alone),
      V(not enabled), or empty. C(failing) are lines about its failing dataflows, and C(hint) says what to check if it works all the same.
  type: dict
"""

import re
import urllib.parse
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.aep.sources.plugins.plugin_utils.dataflow_words import contradiction, failing, told, unlisted
from ansible_collections.aep.sources.plugins.plugin_utils.untrusted import as_data

# The statuses of a connection, worst first, and the words for each in the summary.
STATUSES = {
    "fails": "not working",
    "unknown": "without an answer",
    "missing": "missing",
    "untested": "not tested",
    "works": "working",
    "absent": "absent",
}
# How a connection compares with its definition, worst first, and the words for each in the heading.
COMPARISONS = {
    "drifted": "not as defined",
    "not_compared": "not compared",
    "foreign": "foreign",
    "as_defined": "as defined",
}
_FROM_INFO = (
    "id",
    "description",
    "state",
    "managed",
    "created_at",
    "updated_at",
    "auth_type",
    "server",
    "port",
    "database",
    "username",
    "dataflows",
)
# How a connection differs from its definition without an action.
_LEFT_ALONE = "left alone"
_NOT_ENABLED = "not enabled"
_STAYING = {_LEFT_ALONE: "different", _NOT_ENABLED: "not enabled"}
_DONE = {"create": "created", "update": "updated", "delete": "deleted", "none": "unchanged", **_STAYING}
_TO_BE_DONE = {
    "create": "to be created",
    "update": "to be updated",
    "delete": "to be deleted",
    "none": "as defined",
    **_STAYING,
}
_MOST_LINES = 20
# What Ansible puts before the sentence of a lookup that failed.
_WRAPPING = re.compile(
    r"(Task failed: .*?The lookup plugin '[^']*' failed"
    r"|An unhandled exception occurred while running the lookup plugin .*?original message): "
)


def connections_overview(hosts: Iterable[Mapping[str, Any]], *, done: bool = False, dataflows: bool = False) -> dict[str, Any]:
    """Return an overview of the base connections of many sandboxes.

    Parameters:
        hosts: the variables of each sandbox.
        done: whether the role made the changes that it reports, or only predicted them.
        dataflows: whether failing dataflows count as drift, and unknown ones as a problem.
    """
    sandboxes = [_sandbox(host, done=done, dataflows=dataflows) for host in hosts]
    connections = [one for sandbox in sandboxes for one in sandbox["connections"]]
    problems = sum(bool(one["problem"]) for one in (*sandboxes, *connections))
    not_begun = sum(not sandbox["begun"] for sandbox in sandboxes)
    broken = sum(one["defined"] and one["status"] == "fails" for one in connections)
    stalled = dataflows and any(one["failing"] for one in connections)
    totals = {
        "sandboxes": len(sandboxes),
        "sandboxes_not_begun": not_begun,
        "sandboxes_failed": sum(bool(sandbox["problem"]) for sandbox in sandboxes),
        "connections": sum(not _is_absent_as_defined(one) for one in connections),
        **{status: sum(one["status"] == status for one in connections) for status in STATUSES},
        **{word: sum(_compared(one) == word for one in connections) for word in COMPARISONS},
        "problems": problems,
        "dataflows": sum(len(one["dataflows"] or []) for one in connections),
        "dataflows_failing": sum(len(one["failing"]) for one in connections),
    }
    overview: dict[str, Any] = {
        "status": "failed" if problems or not_begun else "drift" if totals["drifted"] or broken or stalled else "clean",
        "summary": _summary(sandboxes, done=done),
        "heading": _heading(totals),
        "totals": totals,
        "names": sorted({one["name"] for one in connections}, key=lambda name: (name.casefold(), name)),
        "sandboxes": sandboxes,
    }
    return as_data(overview)


def _is_absent_as_defined(one: Mapping[str, Any]) -> bool:
    return one["status"] == "absent" and not one["drift"]


def _compared(one: Mapping[str, Any]) -> str:
    """Return the one of COMPARISONS that holds for a connection."""
    if one["drift"] or one["foreign"]:
        return "drifted" if one["drift"] else "foreign"
    return "not_compared" if one["problem"] or not one["defined"] else "as_defined"


def _heading(totals: Mapping[str, int]) -> list[str]:
    """Return sentences that count each connection once by its test, and once by its definition."""
    count = sum(totals[status] for status in STATUSES)
    without = totals["sandboxes_failed"] + totals["sandboxes_not_begun"]
    where = f"{totals['sandboxes']} {'sandbox' if totals['sandboxes'] == 1 else 'sandboxes'}"
    first = f"{count} base {'connection' if count == 1 else 'connections'} in {where}"
    counted = [
        f"{what}: {', '.join(f'{totals[key]} {word}' for key, word in words.items() if totals[key])}."
        for what, words in (("Tests", STATUSES), ("Definitions", COMPARISONS))
        if count
    ]
    return [f"{first}, {without} of which could not be inspected." if without else f"{first}.", *counted]


def _sandbox(host: Mapping[str, Any], *, done: bool, dataflows: bool) -> dict[str, Any]:
    """Return a sandbox with its existing connections and those that are planned."""
    inspected, result = _result(host, "postgres_connections_inspected"), _result(host, "postgres_connections_result")
    planned = _listed(result)
    remark = str(inspected.get("dataflows_msg") or "")
    problem = _problem(host, inspected, result) or (unlisted(_listed(inspected), remark) if dataflows else "")
    names_without_id = {one.get("name") for one in planned if not one.get("id")}
    connections = []
    for seen in _listed(inspected):
        plan = next((one for one in planned if one.get("id") == seen["id"]), {})
        foreign = "connections" in result and not plan and seen.get("name") not in names_without_id
        connections.append(_connection(seen, plan, done=done) | {"foreign": foreign})
        planned = [one for one in planned if one is not plan]
    connections += [_connection({}, one, done=done) for one in planned]
    name = str(host.get("postgres_connections_sandbox") or host["inventory_hostname"])
    names = Counter(one["name"] for one in connections)
    for one in connections:
        one["anchor"] = _anchor(name, one["name"] if names[one["name"]] == 1 else str(one["id"]))
    return {
        "name": name,
        "anchor": _anchor(name),
        "problem": problem,
        "remark": "" if problem else remark,
        "begun": bool(inspected or result or problem),
        "connections": sorted(connections, key=lambda one: (one["name"].casefold(), str(one["id"]))),
    }


def _anchor(*names: str) -> str:
    """Return what stands behind # in the address of a place on the page."""
    return "/".join(urllib.parse.quote(name, safe="", errors="replace") for name in names)


def _result(host: Mapping[str, Any], variable: str) -> Mapping[str, Any]:
    """Return what the role registered, which is nothing if it was not begun."""
    result = host.get(variable)
    return result if isinstance(result, Mapping) and not result.get("skipped") else {}


def _listed(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(result.get("connections") or [])


def _problem(host: Mapping[str, Any], inspected: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """Return why there is no result for a sandbox. It is empty if the connections that failed say it."""
    if any(one.get("msg") for one in _listed(result)):
        return ""
    failed = [one.get("msg") or "It failed without a message." for one in (inspected, result) if _is_failed(one)]
    said = host.get("aep_problem") or " ".join(failed)
    return _WRAPPING.sub("", str(said), count=1)


def _is_failed(result: Mapping[str, Any]) -> bool:
    """Return whether there is no list of connections, or an error beside it."""
    return bool(result) and ("connections" not in result or bool(result.get("failed")))


def _connection(seen: Mapping[str, Any], plan: Mapping[str, Any], *, done: bool) -> dict[str, Any]:
    """Return one connection from what was seen of it, what is planned for it, or both."""
    action = plan.get("action")
    known = {name: seen.get(name, plan.get(name)) for name in _FROM_INFO}
    # The test before an update is that of the credentials that are stored, as long as the update was not made.
    tests = [seen.get("test"), plan.get("test"), None if done else plan.get("test_before")]
    test = next((one for one in tests if one is not None), None)
    problem = seen.get("msg") or plan.get("msg") or ""
    # A new connection may get ready later, and one that is deleted has no state. Without a state, nobody knows.
    is_enabled = known["state"] == "enabled" or known["id"] is None or action not in ("none", "update")
    state_reasons = [] if is_enabled else [f"its state is {known['state'] or 'unknown'}"]
    left_alone = plan.get("left_alone") or []
    staying = _LEFT_ALONE if left_alone else "" if is_enabled else _NOT_ENABLED
    difference = action if action not in (None, "none") else staying
    failed = failing(known["dataflows"])
    return {
        "name": str(seen.get("name") or plan.get("name") or ""),
        **known,
        "tls": _tls(seen),
        "test": test,
        "status": _status(test, problem, action, exists=known["id"] is not None and known["state"] != "absent"),
        "defined": bool(plan),
        "foreign": False,
        "action": action,
        "drift": bool(difference),
        "difference": difference,
        "reasons": [*(plan.get("reasons") or []), *left_alone, *state_reasons],
        "problem": problem,
        "failing": [told(one) for one in failed],
        "hint": contradiction(test, failed),
    }


def _status(test: bool | None, problem: str, action: str | None, *, exists: bool) -> str:
    if test is not None:
        return "works" if test else "fails"
    if problem:
        return "unknown"
    if exists:
        return "untested"
    return "missing" if action == "create" else "absent"


def _tls(seen: Mapping[str, Any]) -> str | None:
    """Return how the connection to PostgreSQL is encrypted, in a word or two."""
    method = seen.get("encryption_method")
    if method == "enabled" and seen.get("validate_server_certificate"):
        return "enabled, verified"
    return seen.get("ssl_mode") or method


def _summary(sandboxes: list[dict[str, Any]], *, done: bool) -> list[str]:
    """Return a first line with counts, and a line for each problem or drift, up to a limit. Problems are first."""
    words = _DONE if done else _TO_BE_DONE
    connections = [(sandbox, one) for sandbox in sandboxes for one in sandbox["connections"]]
    lines = [f"{sandbox['name']}: failed. {sandbox['problem']}" for sandbox in sandboxes if sandbox["problem"]]
    lines += [f"{sandbox['name']}: dataflows unknown. {sandbox['remark']}" for sandbox in sandboxes if sandbox["remark"]]
    lines += [
        f"{sandbox['name']}: {one['name']}: {said}"
        for sandbox, one in sorted(connections, key=lambda each: not each[1]["problem"])
        if (said := _summarized(one, words)) is not None
    ]
    not_begun = [sandbox["name"] for sandbox in sandboxes if not sandbox["begun"]]
    lines = [*([f"Not begun: {', '.join(not_begun)}"] if not_begun else []), *lines]
    more = len(lines) - _MOST_LINES
    first = _first_line(sandboxes, [one for _sandbox, one in connections], words)
    return [first, *lines[:_MOST_LINES], *([f"... and {more} more"] if more > 0 else [])]


def _first_line(sandboxes: list[dict[str, Any]], connections: list[dict[str, Any]], words: Mapping[str, str]) -> str:
    """Return how many sandboxes and connections there are, and how they are. Of a sandbox without a result, none are counted."""
    failed = sum(bool(sandbox["problem"]) for sandbox in sandboxes)
    not_begun = sum(not sandbox["begun"] for sandbox in sandboxes)
    without = [f"{count} {word}" for count, word in ((failed, "failed"), (not_begun, "not begun")) if count]
    absent = sum(map(_is_absent_as_defined, connections))
    connections = [one for one in connections if not _is_absent_as_defined(one)]
    more = f" {absent} more {'is' if absent == 1 else 'are'} absent as defined." if absent else ""
    line = f"{len(sandboxes)} sandbox{'' if len(sandboxes) == 1 else 'es'}" + (f" ({', '.join(without)})" if without else "")
    if not connections and not absent and without:
        return f"{line}."
    actions = Counter(
        "failed" if one["problem"] else words[one["difference"] or "none"] for one in connections if one["defined"]
    )
    tests = Counter(one["status"] for one in connections)
    foreign = sum(one["foreign"] for one in connections)
    counted = [f"{count} {word}" for word, count in actions.items()]
    counted += [f"{tests[status]} {STATUSES[status]}" for status in ("fails", "untested", "works") if tests[status]]
    counted += [f"{foreign} foreign"] if foreign else []
    failed = sum(len(one["failing"]) for one in connections)
    more += f" {failed} {'dataflow is' if failed == 1 else 'dataflows are'} failing." if failed else ""
    line += f", {len(connections)} base connection{'' if len(connections) == 1 else 's'}"
    return line + (f": {', '.join(counted)}." if counted else ".") + more


def _summarized(one: Mapping[str, Any], words: Mapping[str, str]) -> str | None:
    """Return what the summary says of a connection, or None if it has neither drift, nor a problem, nor failing dataflows."""
    if one["problem"]:
        return f"failed. {one['problem']}"
    parts = [f"{words[one['difference']]} ({', '.join(one['reasons'])})"] if one["drift"] else []
    parts += ["not working"] if one["status"] == "fails" else []
    parts += one["failing"]
    return ", ".join(parts) or None


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"connections_overview": connections_overview}
