# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter login_rotation: which login role is in use, which is next in a rotation, and which may be locked or removed."""

from __future__ import annotations

DOCUMENTATION = r"""
name: login_rotation
short_description: Tell which login role of PostgreSQL is in use, and which is next in a rotation
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Takes the variables of hosts that are sandboxes, and the login roles as the database has them. Returns what the playbooks
    C(aep.sources.bootstrap), C(aep.sources.rotate) and C(aep.sources.offboard) may do with them.
  - Nothing is assumed. Whether a login role can log in, and what its comment says, is read from the database. Which login role a base
    connection uses is the user name that the service shows. If it shows none, it is the one with whose credentials the connection
    would not change. Otherwise it is not known, and the connection may use any of them.
  - Reads C(login_roles_listed) of each host, a result of M(aep.sources.aep_postgres_connection_info), C(login_roles_compared), results of
    M(aep.sources.aep_postgres_connections) in check mode in a loop over login roles, and the name in C(bootstrap_connection).
  - The throw-away connections of this collection do not count.
options:
  _input:
    description: The variables of each sandbox.
    type: list
    elements: dict
    required: true
  roles:
    description:
      - Those of the login roles that exist, each with C(name), C(unlocked) and C(comment). A comment that begins with C(aep.sources:)
        says that the collection manages it, and then C(created), C(next), C(in use) or C(idle).
    type: list
    elements: dict
    required: true
  logins:
    description: Names of the login roles.
    type: list
    elements: str
    required: true
  left_out:
    description: Names of hosts that may use the login roles, and that nothing is known of.
    type: list
    elements: str
    default: []
  ignored:
    description: Names of base connections that do not use the login roles, or will not when this counts.
    type: list
    elements: str
    default: []
  before:
    description: What O(roles) was before. Login roles that do not exist any more are called removed.
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: Show which login roles are in use
  ansible.builtin.debug:
    msg: >-
      {{ (ansible_play_hosts_all | map('extract', hostvars)
          | aep.sources.login_rotation(roles=found.query_result, logins=['aep_reader_a', 'aep_reader_b'])).summary }}
  run_once: true
"""

RETURN = r"""
_value:
  description:
    - C(active) is the login role that new base connections use. C(problem) says why there is none, or is empty.
    - C(logins) has the login role that the base connection of each host uses, or should use if that is another one or not known.
    - C(given) are the login roles that can log in and that base connections may use. Their passwords must stay as they are.
    - C(marks) has what the comment of each login role says. It is V(absent) for one that does not exist, and V(foreign) for one that the
      collection does not manage.
    - C(rotation) has C(next) and C(former), the login roles that a rotation switches to and from, and C(new_password), whether the next one
      gets a new password. It does not in a rotation that was interrupted. C(problem) says why there can be no rotation, or is empty.
    - C(kept) has the reason why each login role may be neither locked nor removed. It is empty if it may.
    - C(summary) is one line of text with the state of each login role.
  type: dict
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from ansible_collections.aep.sources.plugins.module_utils.postgres.login_roles import (
    CREATED,
    Login,
    active,
    given,
    kept,
    rotation,
    summary,
)

_THROW_AWAY = ("aep.sources proof ", "aep.sources verification ")


class _Use(NamedTuple):
    """A connection, or a whole sandbox that nothing is known of; ``login`` is None if it may use any login role."""

    host: str
    label: str
    login: str | None
    is_main: bool = False


def login_rotation(
    hosts: Iterable[Mapping[str, Any]],
    roles: Iterable[Mapping[str, Any]],
    logins: Sequence[str],
    *,
    left_out: Sequence[str] = (),
    ignored: Sequence[str] = (),
    before: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return which login role is in use, which is next, and which may be locked or removed.

    Parameters:
        hosts: the variables of each sandbox in sight.
        roles: the login roles that exist.
        logins: the names of the login roles.
        left_out: the names of hosts that are out of sight.
        ignored: the names of connections that do not count.
        before: the login roles that existed before.
    """
    hosts, found = list(hosts), {str(one["name"]): one for one in roles}
    known = [_login(str(name), found.get(str(name))) for name in logins]
    uses = [use for host in hosts for use in _uses(host, logins, ignored)]
    users = {one.name: [use.label for use in uses if use.login == one.name] for one in known}
    unclear = [use.label for use in uses if use.login is None]
    best, problem = active(known, users)
    usable = {one.name for one in known if one.is_usable and (one.mark != CREATED or one.name == best)}
    main = {use.host: use.login for use in uses if use.is_main and use.login in usable}
    return {
        "active": best,
        "problem": problem,
        "logins": {str(host["inventory_hostname"]): main.get(str(host["inventory_hostname"]), best) for host in hosts},
        "given": given(known, users, [*unclear, *left_out]),
        "marks": {one.name: one.mark for one in known},
        "rotation": asdict(rotation(known, users, [*unclear, *left_out])),
        "kept": {one.name: kept(users[one.name], unclear, left_out) for one in known},
        "summary": summary(known, users, best, {str(one["name"]) for one in before}),
    }


def _login(name: str, role: Mapping[str, Any] | None) -> Login:
    return Login(name, True, bool(role["unlocked"]), str(role.get("comment") or "")) if role else Login(name)


def _uses(host: Mapping[str, Any], logins: Sequence[str], ignored: Sequence[str]) -> list[_Use]:
    """Return what in a sandbox uses, or may use, one of the login roles."""
    name = str(host["inventory_hostname"])
    sandbox = host.get("postgres_connections_sandbox") or name
    listed = host.get("login_roles_listed")
    if not isinstance(listed, Mapping) or "connections" not in listed:
        return [_Use(name, f"whatever is in sandbox '{sandbox}', which could not be looked at", None)]
    main = (host.get("bootstrap_connection") or {}).get("name")
    holders = _holders(host.get("login_roles_compared"))
    uses = []
    for one in listed["connections"]:
        called = str(one.get("name") or one["id"])
        login = one.get("username") or holders.get(one["id"])
        if not called.startswith(_THROW_AWAY) and called not in ignored and (login is None or login in logins):
            uses.append(_Use(name, f"'{called}' of sandbox '{sandbox}'", login, called == main))
    return uses


def _holders(compared: Any) -> dict[str, str]:
    """Return by id the one login role with whose credentials a connection would not change."""
    held: dict[str, list[str]] = {}
    for result in (compared or {}).get("results") or []:
        for one in result.get("connections") or []:
            if one.get("id") and one.get("action") == "none" and not one.get("failed"):
                held.setdefault(one["id"], []).append(str(result["item"]))
    return {identifier: names[0] for identifier, names in held.items() if len(names) == 1}


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"login_rotation": login_rotation}
