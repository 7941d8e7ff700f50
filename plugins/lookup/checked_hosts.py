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
  - It knows the hosts in the inventory, and what C(--limit) leaves of them. C(localhost) does not have to be in the limit.
  - With C(--syntax-check), which often has no inventory, nothing is checked.
options:
  _terms:
    description: The pattern, for example V(all) or the name of a group.
    required: true
  may_match_none:
    description:
      - Whether the pattern may match none of the hosts in the inventory, for example in a slice of a job of AWX.
      - An inventory without any host is an error nevertheless.
    type: bool
    default: false
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
  description: The pattern, unchanged.
  type: list
  elements: raw
"""

from typing import Any

from ansible import context
from ansible.errors import AnsibleLookupError
from ansible.plugins.loader import lookup_loader
from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):  # type: ignore[misc]
    """The lookup."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **options: Any) -> list[Any]:
        """Return the pattern.

        Raises:
            AnsibleLookupError: the play would have no hosts.
        """
        self.set_options(var_options=variables, direct=options)
        if context.CLIARGS.get("syntax"):
            return terms
        known = dict(variables or {})
        if not known["groups"]["all"]:
            raise AnsibleLookupError(
                "The inventory has no sandboxes: give one with -i, and see whether Ansible warns that it cannot read it."
            )
        matches = lookup_loader.get("ansible.builtin.inventory_hostnames", loader=self._loader, templar=self._templar)
        # While the hosts of a play are a template, ansible_play_hosts_all has all hosts that --limit leaves.
        hosts = set(matches.run(terms, known)) & set(known["ansible_play_hosts_all"])
        if not hosts and not self.get_option("may_match_none"):
            raise AnsibleLookupError(
                f"No sandbox of the inventory matches {_text(terms)}: check aep_sandboxes, the groups of the inventory, and --limit."
            )
        return terms


def _text(terms: list[Any]) -> str:
    patterns = [one for term in terms for one in (term if isinstance(term, list) else [term])]
    return f"'{','.join(map(str, patterns))}'"
