# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin sandboxes: each sandbox of an organization is a host."""

from __future__ import annotations

DOCUMENTATION = r"""
name: sandboxes
short_description: The sandboxes of an Adobe Experience Platform organization as hosts
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Adds each sandbox as a host with the sandbox's name. A play with the role P(aep.sources.postgres_connections#role) then
    manages the base connections of all sandboxes.
  - The name of the inventory file must end in C(aep.yml), C(aep.yaml), C(aep_sandboxes.yml) or C(aep_sandboxes.yaml).
  - Values can be vaulted, and can be templates with lookups. A key that is no option is refused.
  - Each host has the variables C(aep_sandbox), C(aep_sandbox_title), C(aep_sandbox_state), C(aep_sandbox_type),
    C(aep_sandbox_region), C(aep_sandbox_cloud) and C(aep_sandbox_is_default). It also has C(ansible_connection=local), since
    tasks run on the machine that runs Ansible.
  - C(aep_sandbox_cloud) is V(aws) for the region VA6, V(azure) for any other, and None without a region. It is inferred from the
    region, since the service does not return the cloud.
extends_documentation_fragment:
  - aep.sources.auth
  - aep.sources.auth.plugin
  - aep.sources.sandboxes
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: Identifies the file as an inventory of this plugin.
    type: str
    required: true
    choices: [aep.sources.sandboxes]
  names:
    description:
      - Regular expressions. Only sandboxes whose whole name matches one of them are added. An empty list adds all sandboxes.
    type: list
    elements: str
    default: []
seealso:
  - module: aep.sources.aep_sandbox_info
"""

EXAMPLES = r"""
# The line "plugin: ..." is enough for all sandboxes, with the credential from AEP_CLIENT_ID, AEP_CLIENT_SECRET and AEP_ORG_ID.
# development.aep.yml: development sandboxes of teams, grouped by team and by cloud
plugin: aep.sources.sandboxes
client_id: 0123456789abcdef0123456789abcdef
client_secret: "{{ lookup('ansible.builtin.file', '~/.aep/client_secret') }}"
org_id: 1234567890ABCDEF12345678@AdobeOrg
types: [development]
names: ["team-.*"]
keyed_groups:
  - {key: aep_sandbox_cloud, prefix: cloud}
  - {key: "aep_sandbox.split('-')[1]", prefix: team}
compose:
  postgres_connections_purge: aep_sandbox_type == 'development'
groups:
  newest_region: aep_sandbox_region == 'VA7'
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/aep_sandboxes
cache_timeout: 3600
"""

import difflib
import re
from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.aep.sources.plugins.module_utils.entry_points import MODULES
from ansible_collections.aep.sources.plugins.module_utils.module import Surroundings
from ansible_collections.aep.sources.plugins.plugin_utils.token_cache import token_store

_ENDINGS = ("aep.yml", "aep.yaml", "aep_sandboxes.yml", "aep_sandboxes.yaml")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]
    """Reads the sandboxes."""

    NAME = "aep.sources.sandboxes"

    def verify_file(self, path: str) -> bool:
        """Return whether the file is meant for this plugin."""
        return bool(super().verify_file(path)) and path.endswith(_ENDINGS)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add a host for each sandbox.

        Raises:
            AnsibleParserError: an option cannot be used, or the sandboxes could not be listed.
        """
        super().parse(inventory, loader, path, cache)
        self._refuse_others(self._read_config_data(path))
        try:
            patterns = [re.compile(one) for one in self._option("names")]
        except re.error as error:
            raise AnsibleParserError(f"names holds no regular expression: {error}.") from None
        for sandbox in self._sandboxes(path, cache):
            if not patterns or any(pattern.fullmatch(sandbox["name"]) for pattern in patterns):
                self._add(sandbox)

    def _sandboxes(self, path: str, cache: bool) -> list[dict[str, Any]]:
        key, caching = self.get_cache_key(path), self.get_option("cache")
        if cache and caching and key in self._cache:
            kept: list[dict[str, Any]] = self._cache[key]
            return kept
        module = MODULES["aep_sandbox_info"]
        surroundings = Surroundings(
            check=False,
            diff=False,
            warn=self.display.warning,
            progress=self.display.vvv,
            tokens=token_store(self.display.vv),
        )
        result = module.result({name: self._option(name) for name in module.arguments}, surroundings)
        for remark in result.get("remarks", []):
            self.display.vvv(remark)
        if "msg" in result:
            raise AnsibleParserError(result["msg"])
        sandboxes: list[dict[str, Any]] = result["sandboxes"]
        if caching:
            self._cache[key] = sandboxes
        return sandboxes

    def _refuse_others(self, config: Mapping[str, Any]) -> None:
        """Refuse what is no option: a misspelt filter would add sandboxes that are not wanted.

        Raises:
            AnsibleParserError: there is one.
        """
        for name in config:
            if name not in self.option_definitions:
                [nearest] = difflib.get_close_matches(str(name), self.option_definitions, n=1, cutoff=0)
                raise AnsibleParserError(f"{name} is no option of {self.NAME}: did you mean {nearest}?")

    def _option(self, name: str) -> Any:
        return self.templar.template(self.get_option(name))

    def _add(self, sandbox: dict[str, Any]) -> None:
        host = self.inventory.add_host(sandbox["name"])
        shown = {
            "aep_sandbox": sandbox["name"],
            **{f"aep_sandbox_{key}": value for key, value in sandbox.items() if key != "name"},
        }
        for name, value in {**shown, "ansible_connection": "local"}.items():
            self.inventory.set_variable(host, name, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), shown, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), shown, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), shown, host, strict=strict)
