# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup checked_hosts: the hosts of a play, of which there must be some."""

from __future__ import annotations

DOCUMENTATION = r"""
name: checked_hosts
short_description: The hosts of a play, of which there must be some
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Returns a pattern of hosts, as the keyword C(hosts) of a play takes it. Ansible ends with success if a play has no hosts. This
    lookup fails then, with the reason.
  - Each part of the pattern, except for those that begin with C(!) or C(&), must match a host or be a group of the inventory, whatever
    C(--limit) says. Otherwise a misspelt name would go unnoticed beside one that matches.
  - If the inventory has a group C(aep_sandboxes), only its hosts are sandboxes, and the pattern is narrowed to them. An inventory can then
    have other hosts as well. The hosts of a play cannot depend on variables of the inventory, but on its groups.
  - It knows the hosts in the inventory, and what C(--limit) leaves of them. C(localhost) does not have to be in the limit.
  - With C(--syntax-check), which often has no inventory, nothing is checked.
options:
  _terms:
    description: The pattern, for example V(all) or the name of a group, or a list of patterns. It must not be empty.
    required: true
"""

EXAMPLES = r"""
- name: Manage the base connections of a group, which must not be empty
  hosts: "{{ lookup('aep.sources.checked_hosts', 'production') }}"
  gather_facts: false
  roles:
    - role: aep.sources.postgres_connections
"""

RETURN = r"""
_raw:
  description: The pattern, or the patterns of the list, and V(&aep_sandboxes) if there is this group.
  type: list
  elements: raw
"""

from typing import Any

from ansible import context
from ansible.errors import AnsibleLookupError
from ansible.inventory.manager import InventoryManager, split_host_pattern
from ansible.plugins.lookup import LookupBase

_SANDBOXES = "aep_sandboxes"  # the group of the hosts that are sandboxes


class LookupModule(LookupBase):  # type: ignore[misc]
    """The lookup."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **options: Any) -> list[Any]:
        """Return the pattern.

        Raises:
            AnsibleLookupError: the play would have no hosts, or a part of the pattern matches none.
        """
        self.set_options(var_options=variables, direct=options)
        patterns = [str(one) for term in terms for one in (term if isinstance(term, list) else [term]) if one is not None]
        parts = split_host_pattern(patterns)
        if not parts:
            raise AnsibleLookupError("aep_sandboxes is empty: name hosts or groups of the inventory, or leave it out for all.")
        if context.CLIARGS.get("syntax"):
            return patterns
        known = dict(variables or {})
        narrowed = [*parts, f"&{_SANDBOXES}"] if _SANDBOXES in known["groups"] else parts
        if not known["groups"]["all"]:
            raise AnsibleLookupError(
                "The inventory has no sandboxes: give one with -i, and see whether Ansible warns that it cannot read it."
            )
        self._check_matches(patterns, narrowed, known)
        return patterns if narrowed == parts else narrowed

    def _check_matches(self, patterns: list[str], parts: list[str], known: dict[str, Any]) -> None:
        inventory = InventoryManager(self._loader, parse=False)
        for group, hosts in known["groups"].items():
            inventory.add_group(group)
            for host in hosts:
                inventory.add_host(host, group=group)
        whole = ",".join(patterns)
        named = [part for part in parts if not part.startswith(("!", "&"))]
        for part in named if len(named) > 1 else []:
            if part not in known["groups"] and not inventory.get_hosts(part):
                raise AnsibleLookupError(
                    f"No sandbox of the inventory matches '{part}', which is a part of '{whole}': "
                    "check aep_sandboxes, and the groups of the inventory."
                )
        # While the hosts of a play are a template, ansible_play_hosts_all has all hosts that --limit leaves.
        if not {host.name for host in inventory.get_hosts(parts)} & set(known["ansible_play_hosts_all"]):
            raise AnsibleLookupError(
                f"No sandbox of the inventory matches '{whole}': check aep_sandboxes, the groups of the inventory, and --limit."
            )
