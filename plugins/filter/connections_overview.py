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
  - Reads C(postgres_connections_dataflow_result) as well, and which dataflows the role left as they are.
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
      - Whether the role made the changes that it reports. The summary then says C(created) instead of C(would be created).
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
    - C(heading) is a list of sentences with counts. Each adds up to all sandboxes, all connections or all dataflows.
    - C(summary) is a list of at most 20 lines of text. It begins with C(heading), and says what failed and why, what differs or was
      changed, and what to do. Where there is no room for a line about each connection, those of which the same is said share one.
    - C(organizations) are the IDs of the organizations.
    - C(totals) has counts, for example C(works), C(fails), C(untested), C(missing), C(drifted) and C(foreign). Foreign connections are
      in the sandbox, but not in its definitions.
      Those that are absent as defined are C(absent), and are not among the C(connections). C(dataflows_failing) counts the
      dataflows that are enabled and whose last run failed, C(dataflows_defined) those in the definitions, and C(dataflows_drifted)
      those of them that are not as defined, which makes C(status) V(drift).
    - C(names) are the names of all connections. C(anchor) of each sandbox and connection is its place on the report's page.
    - C(sandboxes) is a list. Each has its C(name), its C(org_id), its C(problem), its C(hint) and its C(remark), which may be empty,
      whether it was C(begun), its C(connections), and its C(dataflows) in the definitions. The hint says what to do about the problem.
      The remark says why nothing is known of its dataflows, which is no problem unless O(dataflows).
    - Connections of one name are one if a definition does not say by its ID which is meant. Its C(id) has the IDs of all of them.
    - A connection has its C(problem) as well, and its C(difference), which is the action to be taken, V(left alone),
      V(not enabled), or empty. C(failing) are lines about its failing dataflows. C(hint) says what to check if it failed, if it does
      not work, or if it works although they fail.
  type: dict
"""

import re
import urllib.parse
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.postgres.warnings import TEST_HINT
from ansible_collections.aep.sources.plugins.plugin_utils.dataflow_words import contradiction, failing, told, unlisted
from ansible_collections.aep.sources.plugins.plugin_utils.defined_dataflows import compared
from ansible_collections.aep.sources.plugins.plugin_utils.overview_words import (
    LEFT_ALONE,
    NOT_ENABLED,
    STATUSES,
    counted,
    is_absent_as_defined,
    summary,
)
from ansible_collections.aep.sources.plugins.plugin_utils.untrusted import as_data

# How a connection compares with its definition, worst first.
_COMPARISONS = ("drifted", "not_compared", "foreign", "as_defined")
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
    flows = [one for sandbox in sandboxes for one in sandbox["dataflows"]]
    problems = sum(bool(one["problem"]) for one in (*sandboxes, *connections, *flows))
    not_begun = sum(not sandbox["begun"] for sandbox in sandboxes)
    broken = sum(one["defined"] and one["status"] == "fails" for one in connections)
    stalled = dataflows and any(one["failing"] for one in connections)
    totals = {
        "sandboxes": len(sandboxes),
        "sandboxes_not_begun": not_begun,
        "sandboxes_failed": sum(bool(sandbox["problem"]) for sandbox in sandboxes),
        "connections": sum(not is_absent_as_defined(one) for one in connections),
        **{status: sum(one["status"] == status for one in connections) for status in STATUSES},
        **{word: sum(_compared(one) == word for one in connections) for word in _COMPARISONS},
        "problems": problems,
        "dataflows": sum(len(one["dataflows"] or []) for one in connections),
        "dataflows_failing": sum(len(one["failing"]) for one in connections),
        "dataflows_defined": len(flows),
        "dataflows_drifted": sum(one["drift"] for one in flows),
    }
    drifted = totals["drifted"] or totals["dataflows_drifted"]
    overview: dict[str, Any] = {
        "status": "failed" if problems or not_begun else "drift" if drifted or broken or stalled else "clean",
        "summary": summary(sandboxes, done=done),
        "heading": counted(sandboxes, done=done),
        "organizations": sorted({sandbox["org_id"] for sandbox in sandboxes if sandbox["org_id"]}),
        "totals": totals,
        "names": sorted({one["name"] for one in connections}, key=lambda name: (name.casefold(), name)),
        "sandboxes": sandboxes,
    }
    return as_data(overview)


def _compared(one: Mapping[str, Any]) -> str:
    """Return the one of _COMPARISONS that holds for a connection."""
    if one["drift"] or one["foreign"]:
        return "drifted" if one["drift"] else "foreign"
    return "not_compared" if one["problem"] or not one["defined"] else "as_defined"


def _sandbox(host: Mapping[str, Any], *, done: bool, dataflows: bool) -> dict[str, Any]:
    """Return a sandbox with its existing connections and those that are planned."""
    inspected, result = _result(host, "postgres_connections_inspected"), _result(host, "postgres_connections_result")
    name = str(host.get("postgres_connections_sandbox") or host["inventory_hostname"])
    remark = str(inspected.get("dataflows_msg") or "")
    problem, hint = _problem(host, inspected, result)
    problem = problem or (unlisted(_listed(inspected), remark) if dataflows else "")
    connections = [
        _connection(seen, plan, done=done) | {"foreign": "connections" in result and not plan}
        for seen, plan in _paired(_listed(inspected), _listed(result))
    ]
    names = Counter(one["name"] for one in connections)
    for one in connections:
        one["anchor"] = _anchor(name, one["name"] if names[one["name"]] == 1 else str(one["id"]))
    return {
        "name": name,
        "org_id": str(inspected.get("org_id") or result.get("org_id") or host.get("aep_sandbox_org_id") or ""),
        "anchor": _anchor(name),
        "problem": problem,
        "hint": hint,
        "remark": "" if problem else remark,
        "begun": bool(inspected or result or problem),
        "connections": sorted(connections, key=lambda one: (one["name"].casefold(), str(one["id"]))),
        "dataflows": compared(
            _result(host, "postgres_connections_dataflow_result"),
            (host.get("__postgres_connections_dataflows") or {}).get("left_out") or [],
            {str(one["id"]): one["name"] for one in connections},
        ),
    }


def _paired(
    seen: Sequence[Mapping[str, Any]], planned: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Return each connection as it was seen with what is planned for it; either is empty if there is none.

    A plan without an id is for those of its name, which is why there is none if there are several of them.
    """
    left, pairs = list(seen), []
    for plan in planned:
        key = "id" if plan.get("id") else "name"
        ids = {one.get("id") for one in planned if one.get("id")}
        meant = [one for one in left if one.get(key) == plan.get(key) and (key == "id" or one.get("id") not in ids)]
        left = [one for one in left if one not in meant]
        pairs.append((_as_one(meant), plan))
    return [*pairs, *((one, {}) for one in left)]


def _as_one(namesakes: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return what is seen of connections of one name: their ids, what all of them have in common, and the worst of their tests."""
    if not namesakes[1:]:
        return namesakes[0] if namesakes else {}
    tests = [one.get("test") for one in namesakes]
    flows = [one.get("dataflows") for one in namesakes]
    return {
        **{key: value for key, value in namesakes[0].items() if all(one.get(key) == value for one in namesakes)},
        "id": ", ".join(str(one.get("id")) for one in namesakes),
        "test": min(tests, key=[False, None, True].index),
        "msg": " ".join(filter(None, (one.get("msg") for one in namesakes))),
        "dataflows": None if None in flows else [flow for each in flows for flow in each or []],
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


def _problem(host: Mapping[str, Any], inspected: Mapping[str, Any], result: Mapping[str, Any]) -> tuple[str, str]:
    """Return why there is no result for a sandbox, and what to do. Both are empty if the connections that failed say it."""
    flows = _result(host, "postgres_connections_dataflow_result")
    if any(one.get("msg") for one in (*_listed(result), *(flows.get("dataflows") or []))):
        return "", ""
    failed = next((one for one in (inspected, result) if _is_failed(one)), flows if flows.get("msg") else None)
    if failed is None:
        return _WRAPPING.sub("", str(host.get("aep_problem") or ""), count=1), ""
    return _failure({**failed, "msg": _WRAPPING.sub("", failed.get("msg") or "It failed without a message.", count=1)})


def _failure(failed: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a result says of a failure, and what to do about it, which is the end of its message."""
    said, hint = str(failed.get("msg") or ""), str((failed.get("failure") or {}).get("hint") or "")
    return (said.removesuffix(hint).rstrip(), hint) if hint and said.endswith(hint) else (said, "")


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
    problem, advice = _failure(seen if seen.get("msg") else plan)
    # A new connection may get ready later, and one that is deleted has no state. Without a state, nobody knows.
    is_enabled = known["state"] == "enabled" or plan.get("id") is None or action not in ("none", "update")
    state_reasons = [] if is_enabled else [f"its state is {known['state'] or 'unknown'}"]
    left_alone = plan.get("left_alone") or []
    staying = LEFT_ALONE if left_alone else "" if is_enabled else NOT_ENABLED
    difference = action if action not in (None, "none") else staying
    failed = failing(known["dataflows"])
    return {
        "name": str(seen.get("name") or plan.get("name") or ""),
        **known,
        "tls": _tls(seen),
        "test": test,
        "status": _status(
            test, seen.get("msg"), problem, action, exists=known["id"] is not None and known["state"] != "absent"
        ),
        "defined": bool(plan),
        "foreign": False,
        "action": action,
        "drift": bool(difference),
        "difference": difference,
        "reasons": [*(plan.get("reasons") or []), *left_alone, *state_reasons],
        "problem": problem,
        "failing": [told(one) for one in failed],
        "hint": advice or (TEST_HINT if test is False else contradiction(test, failed)),
    }


def _status(test: bool | None, no_answer: str | None, problem: str, action: str | None, *, exists: bool) -> str:
    if test is not None:
        return "works" if test else "fails"
    if no_answer or (problem and not exists):
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


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"connections_overview": connections_overview}
