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
  - Reads C(aep_problem) as well, a text that says why there is no result for a sandbox.
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
    - C(status) is V(clean), V(drift) or V(failed).
    - C(summary) is a list of at most 22 lines of text.
    - C(totals) has counts, for example C(works), C(fails), C(missing) and C(drifted).
    - C(names) are the names of all connections.
    - C(sandboxes) is a list. Each has its C(name), its C(problem), which may be empty, and its C(connections).
  type: dict
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sized
from typing import Any

# The statuses of a connection, worst first, and the words for each in the summary.
STATUSES = {
    "fails": "not working",
    "unknown": "without an answer",
    "missing": "missing",
    "untested": "not tested",
    "works": "working",
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
_DONE = {"create": "created", "update": "updated", "delete": "deleted", "none": "unchanged"}
_TO_BE_DONE = {"create": "to be created", "update": "to be updated", "delete": "to be deleted", "none": "as defined"}
_MOST_LINES = 20


def connections_overview(hosts: Iterable[Mapping[str, Any]], *, done: bool = False) -> dict[str, Any]:
    """Return an overview of the base connections of many sandboxes.

    Parameters:
        hosts: the variables of each sandbox.
        done: whether the role made the changes that it reports, or only predicted them.
    """
    sandboxes = [_sandbox(host) for host in hosts]
    connections = [one for sandbox in sandboxes for one in sandbox["connections"]]
    problems = sum(bool(one["problem"]) for one in (*sandboxes, *connections))
    drifted = sum(one["drift"] for one in connections)
    return {
        "status": "failed" if problems else "drift" if drifted else "clean",
        "summary": _summary(sandboxes, done=done),
        "totals": {
            "sandboxes": len(sandboxes),
            "connections": len(connections),
            **{status: sum(one["status"] == status for one in connections) for status in STATUSES},
            "drifted": drifted,
            "foreign": sum(one["foreign"] for one in connections),
            "problems": problems,
        },
        "names": sorted({one["name"] for one in connections}, key=lambda name: (name.casefold(), name)),
        "sandboxes": sandboxes,
    }


def _sandbox(host: Mapping[str, Any]) -> dict[str, Any]:
    """Return a sandbox with its existing connections and those that are planned."""
    planned = list(_listed(host, "postgres_connections_result"))
    connections = []
    for seen in _listed(host, "postgres_connections_inspected"):
        plan = next((one for one in planned if one.get("id") == seen["id"]), {})
        connections.append(_connection(seen, plan))
        planned = [one for one in planned if one is not plan]
    connections += [_connection({}, one) for one in planned]
    return {
        "name": str(host.get("postgres_connections_sandbox") or host["inventory_hostname"]),
        "problem": str(host.get("aep_problem") or "") if not connections else "",
        "connections": sorted(connections, key=lambda one: (one["name"].casefold(), str(one["id"]))),
    }


def _listed(host: Mapping[str, Any], variable: str) -> list[Mapping[str, Any]]:
    result = host.get(variable)
    found = result.get("connections") if isinstance(result, Mapping) else None
    return list(found) if isinstance(found, list) else []


def _connection(seen: Mapping[str, Any], plan: Mapping[str, Any]) -> dict[str, Any]:
    """Return one connection from what was seen of it, what is planned for it, or both."""
    action = plan.get("action")
    known = {name: seen.get(name, plan.get(name)) for name in _FROM_INFO}
    test = seen.get("test", plan.get("test"))
    problem = seen.get("msg") or plan.get("msg") or ""
    return {
        "name": str(seen.get("name") or plan.get("name") or ""),
        **known,
        "tls": _tls(seen),
        "test": test,
        "status": _status(test, problem, action, seen),
        "defined": bool(plan),
        "foreign": seen.get("managed") is False and not plan,
        "action": action,
        "drift": action not in (None, "none"),
        "reasons": list(plan.get("reasons") or []),
        "problem": problem,
    }


def _status(test: bool | None, problem: str, action: str | None, seen: Mapping[str, Any]) -> str:
    if test is not None:
        return "works" if test else "fails"
    if problem:
        return "unknown"
    return "missing" if action == "create" and not seen else "untested"


def _tls(seen: Mapping[str, Any]) -> str | None:
    """Return how the connection to PostgreSQL is encrypted, in a word or two."""
    method = seen.get("encryption_method")
    if method == "enabled" and seen.get("validate_server_certificate"):
        return "enabled, verified"
    return seen.get("ssl_mode") or method


def _summary(sandboxes: list[dict[str, Any]], *, done: bool) -> list[str]:
    """Return a first line with counts, and a line for each drift or problem, up to a limit."""
    words = _DONE if done else _TO_BE_DONE
    connections = [(sandbox, one) for sandbox in sandboxes for one in sandbox["connections"]]
    actions = Counter("failed" if one["problem"] else words[one["action"]] for _sandbox, one in connections if one["defined"])
    tests = Counter(one["status"] for _sandbox, one in connections if one["test"] is not None)
    counted = [f"{count} {word}" for word, count in actions.items()]
    counted += [f"{tests[status]} {STATUSES[status]}" for status in STATUSES if tests[status]]
    all_of_them = f"{_count(sandboxes, 'sandbox', 'es')}, {_count(connections, 'base connection', 's')}"
    first = f"{all_of_them}: {', '.join(counted)}." if counted else f"{all_of_them}."
    lines = [f"{sandbox['name']}: {sandbox['problem']}" for sandbox in sandboxes if sandbox["problem"]]
    lines += [
        f"{sandbox['name']}: {one['name']}: {said}"
        for sandbox, one in connections
        if (said := _summarized(one, words)) is not None
    ]
    more = len(lines) - _MOST_LINES
    return [first, *lines[:_MOST_LINES], *([f"... and {more} more"] if more > 0 else [])]


def _count(things: Sized, name: str, plural: str) -> str:
    return f"{len(things)} {name}{plural if len(things) != 1 else ''}"


def _summarized(one: Mapping[str, Any], words: Mapping[str, str]) -> str | None:
    """Return what the summary says of a connection, or None if it has neither drift nor a problem."""
    if one["problem"]:
        return f"failed. {one['problem']}"
    parts = [f"{words[one['action']]} ({', '.join(one['reasons'])})"] if one["drift"] else []
    parts += ["not working"] if one["status"] == "fails" else []
    return ", ".join(parts) or None


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"connections_overview": connections_overview}
