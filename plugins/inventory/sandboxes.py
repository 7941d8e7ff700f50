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
  - Values can be vaulted, and can be templates with lookups. An empty value counts as missing, also one of an environment
    variable. A key that is no option is refused.
  - Each host has the variables C(aep_sandbox), C(aep_sandbox_title), C(aep_sandbox_state), C(aep_sandbox_type),
    C(aep_sandbox_region), C(aep_sandbox_cloud), C(aep_sandbox_is_default) and C(aep_sandbox_org_id). It also has
    C(ansible_connection=local), since tasks run on the machine that runs Ansible.
  - What the service says of a sandbox is never evaluated as a template. In names of groups, characters other than letters, digits
    and underscores are replaced by underscores.
  - If something is wrong, no host is added. A sandbox of the same name in two organizations cannot be two hosts of one run, so
    this is refused.
  - Ansible only warns about an inventory file that cannot be used, and continues with the others. Set
    C(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) to V(true), so that it stops. It also tries its other inventory plugins, whose
    messages about the file can be ignored. With C(ANSIBLE_INVENTORY_ENABLED=aep.sources.sandboxes), it does not.
  - C(aep_sandbox_cloud) is V(aws) for the region VA6, V(azure) for any other, and None without a region. It is inferred from the
    region, since the service does not return the cloud.
extends_documentation_fragment:
  - aep.sources.auth
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
cache_timeout: 3600 # what is cached is of one organization and one selection
"""

import difflib
import hashlib
import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.group import to_safe_group_name
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.aep.sources.plugins.module_utils.access import SANDBOX_NAME
from ansible_collections.aep.sources.plugins.module_utils.entry_points import MODULES
from ansible_collections.aep.sources.plugins.module_utils.module import Surroundings
from ansible_collections.aep.sources.plugins.plugin_utils.action_module import as_a_module_gets_them
from ansible_collections.aep.sources.plugins.plugin_utils.token_cache import token_store
from ansible_collections.aep.sources.plugins.plugin_utils.type_checks import yaml_surprise
from ansible_collections.aep.sources.plugins.plugin_utils.untrusted import as_data

_ENDINGS = ("aep.yml", "aep.yaml", "aep_sandboxes.yml", "aep_sandboxes.yaml")
_EXPRESSIONS = ("compose", "groups", "keyed_groups")  # evaluated for each host
_MODULE = MODULES["aep_sandbox_info"]
_VARIABLES = ("title", "state", "type", "region", "cloud", "is_default")
_WHOSE = ("base_url", "client_id", "org_id", "all", "states", "types")  # what the list of sandboxes depends on


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]
    """Reads the sandboxes."""

    NAME = "aep.sources.sandboxes"

    # Ansible's own setting would let a text of the service be the name of a group, and it is a template in some versions.
    _sanitize_group_name = staticmethod(partial(to_safe_group_name, force=True, silent=True))

    def verify_file(self, path: str) -> bool:
        """Return whether the file is meant for this plugin."""
        return bool(super().verify_file(path)) and path.endswith(_ENDINGS)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add a host for each sandbox, or none at all.

        Raises:
            AnsibleParserError: an option cannot be used, or the sandboxes could not be listed, or one cannot be a host.
        """
        super().parse(inventory, loader, path, cache)
        self._refuse_others(self._read_config_data(path))
        try:
            patterns = [re.compile(one) for one in self.get_option("names")]
        except re.error as error:
            raise AnsibleParserError(f"names holds no regular expression: {error}.") from None
        options = self._options_of_module()
        sandboxes = [
            one
            for one in self._sandboxes(path, options, cache)
            if not patterns or any(pattern.fullmatch(one["name"]) for pattern in patterns)
        ]
        for sandbox in sandboxes:
            self._check_host(sandbox["name"], options["org_id"])
        for sandbox in sandboxes:
            self._add(sandbox, options["org_id"])

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Mapping[str, Any] | None = None) -> None:
        """Take the options of the file. Templates among them are evaluated first, and what is empty then counts as missing."""
        values = {
            name: value if name in _EXPRESSIONS else self.templar.template(value) for name, value in (direct or {}).items()
        }
        given = {name: value for name, value in values.items() if not (value is None or (isinstance(value, str) and not value))}
        self._given = {name: given.pop(name) for name in _MODULE.arguments if name in given}
        super().set_options(task_keys, var_options, given)

    def _options_of_module(self) -> dict[str, Any]:
        """Return the options that the module has as well, from the file and the environment, as the module gets them.

        Raises:
            AnsibleParserError: one cannot be used.
        """
        if said := yaml_surprise(self._given):
            raise AnsibleParserError(said)
        given = as_a_module_gets_them(self._given)
        validated = ArgumentSpecValidator(_MODULE.spec()).validate(given)
        if validated.error_messages:
            raise AnsibleParserError(_MODULE.refused(given, validated.errors.msg)["msg"])
        options: dict[str, Any] = validated.validated_parameters
        return options

    def _sandboxes(self, path: str, options: Mapping[str, Any], cache: bool) -> list[dict[str, Any]]:
        if not self.get_option("cache"):
            return self._listed(options)
        whose = json.dumps([options[name] for name in _WHOSE])
        key = f"{self.get_cache_key(path)}_{hashlib.sha256(whose.encode()).hexdigest()[:16]}"
        kept = self._kept(key) if cache else None
        if kept is None:
            self._cache[key] = kept = self._listed(options)
        return kept

    def _kept(self, key: str) -> list[dict[str, Any]] | None:
        """Return the sandboxes in the cache, or None if there are none, or what is there cannot be used."""
        try:
            kept = json.loads(json.dumps(self._cache[key]))  # without Ansible's marks: a file could say that a text is trusted
        except (AnsibleError, LookupError, TypeError, ValueError):
            return None
        is_usable = isinstance(kept, list) and all(isinstance(one, dict) and isinstance(one.get("name"), str) for one in kept)
        return kept if is_usable else None

    def _listed(self, options: Mapping[str, Any]) -> list[dict[str, Any]]:
        surroundings = Surroundings(
            check=False,
            diff=False,
            warn=self.display.warning,
            progress=self.display.vvv,
            tokens=token_store(self.display.vv),
        )
        result = _MODULE.result(options, surroundings)
        for remark in result.get("remarks", []):
            self.display.vvv(remark)
        if "msg" in result:
            raise AnsibleParserError(result["msg"])
        sandboxes: list[dict[str, Any]] = result["sandboxes"]
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

    def _check_host(self, name: str, org_id: str) -> None:
        """Refuse a sandbox that cannot be a host, or that would be one with a sandbox of another organization.

        Raises:
            AnsibleParserError: it is one of these.
        """
        if not re.fullmatch(SANDBOX_NAME, name):
            raise AnsibleParserError(
                f"The service lists a sandbox {name[:80]!r}, which cannot be a host, as it has other characters than a-z, digits "
                "and hyphens: leave it out by names."
            )
        host = self.inventory.get_host(name)
        other = host and host.vars.get("aep_sandbox_org_id")
        if other and other != org_id:
            raise AnsibleParserError(
                f"Sandbox '{name}' of {org_id} would be one host with that of {other}: run Ansible once for each "
                "organization, or choose by names."
            )

    def _add(self, sandbox: Mapping[str, Any], org_id: str) -> None:
        host = self.inventory.add_host(sandbox["name"])
        said = {f"aep_sandbox_{name}": sandbox.get(name) for name in _VARIABLES}
        shown = as_data({"aep_sandbox": sandbox["name"], **said, "aep_sandbox_org_id": org_id})
        for name, value in {**shown, "ansible_connection": "local"}.items():
            self.inventory.set_variable(host, name, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), shown, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), shown, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), shown, host, strict=strict)
