# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup postgres_connections: a variable of the role of this name, checked, with its vaulted files read."""

from __future__ import annotations

DOCUMENTATION = r"""
name: postgres_connections
short_description: A variable of the role aep.sources.postgres_connections
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Returns a variable of the role P(aep.sources.postgres_connections#role), as a task before or after the role needs it.
  - The files of C(postgres_connections_vault_files) are read for it, and nothing of them is kept. A value that is
    defined elsewhere, and is not empty, takes precedence. They are looked for where C(include_vars) looks, and in the current folder.
  - A variable that begins with C(postgres_connections_) and is none of the role's is refused.
options:
  _terms:
    description:
      - Which variable, without C(postgres_connections_).
      - V(access) is C(postgres_connections_auth) without C(fingerprint_key), for modules that do not need it.
      - V(definitions) are C(postgres_connections_definitions) without their C(dataflows).
      - V(dataflows) are these dataflows. C(wanted) are those that can be managed, with the C(connection_id) that
        C(postgres_connections_result) has. C(left_out) are the others, each with C(name), C(connection), C(reason) and C(msg).
    required: true
    type: list
    elements: str
    choices: [definitions, dataflows, credentials, auth, access]
"""

EXAMPLES = r"""
- name: See what there is, with the credential of the role
  aep.sources.aep_postgres_connection_info:
    sandbox: dev
  module_defaults:
    aep.sources.aep_postgres_connection_info: "{{ lookup('aep.sources.postgres_connections', 'access') }}"
"""

RETURN = r"""
_raw:
  description: The variable.
  type: list
  elements: raw
"""

import difflib
import inspect
import os
from typing import Any

from ansible.errors import AnsibleError, AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.aep.sources.plugins.plugin_utils.defined_dataflows import manageable, misplaced, without_dataflows

_PREFIX = "postgres_connections_"
_OPTIONS = (
    "sandbox",
    "definitions",
    "defaults",
    "credentials",
    "vault_files",
    "auth",
    "owner",
    "purge",
    "purge_all",
    "suppress_warnings",
    "test",
    "dataflows",
    "dataflow_defaults",
    "adopt_folder",
)
_RESULTS = ("result", "inspected", "dataflow_result")


class LookupModule(LookupBase):  # type: ignore[misc]
    """The lookup."""

    def run(self, terms: list[str], variables: dict[str, Any] | None = None, **options: Any) -> list[Any]:
        """Return the variables.

        Raises:
            AnsibleLookupError: one is missing or of another kind, a file cannot be read, or there is one that the role does not have.
        """
        self.set_options(var_options=variables, direct=options)
        known = dict(variables or {})
        paths = self._templar.template(known.get(f"{_PREFIX}vault_files")) or []
        if not isinstance(paths, list):
            raise AnsibleLookupError(f"{_PREFIX}vault_files is no list of paths: put the path in brackets.")
        for path in paths:
            read = self._read(path, known)
            known.update({name: value for name, value in read.items() if name not in known or _is_empty(known[name])})
        _refuse_others(known)
        templar = self._templar.copy_with_new_env(available_variables=known)
        return [self._value(term, known, templar) for term in terms]

    def _value(self, term: str, known: dict[str, Any], templar: Any) -> Any:
        if term in ("definitions", "dataflows"):
            definitions = self._definitions(known, templar)
            result = known.get(f"{_PREFIX}result") or {}
            return without_dataflows(definitions) if term == "definitions" else manageable(definitions, result)
        name = _PREFIX + ("auth" if term == "access" else term)
        value = templar.template(known.get(name, {}))
        if term in ("auth", "access") and not isinstance(value, dict):
            raise AnsibleLookupError(
                f"{name} is no dictionary: give client_id, client_secret and org_id in it, or leave it out."
            )
        return {key: one for key, one in value.items() if key != "fingerprint_key"} if term == "access" else value

    def _definitions(self, known: dict[str, Any], templar: Any) -> Any:
        name = f"{_PREFIX}definitions"
        if name not in known:
            raise AnsibleLookupError(f"{name} is not defined: list the base connections of the sandbox, or give [] for none.")
        definitions, defaults = (templar.template(known.get(one)) for one in (name, f"{_PREFIX}defaults"))
        if isinstance(definitions, list):
            said = misplaced(definitions, defaults.get("state") if isinstance(defaults, dict) else None)
            if said:
                raise AnsibleLookupError(f"{name}: {said}")
        return definitions

    def _read(self, path: str, variables: dict[str, Any]) -> dict[str, Any]:
        what = f"{path}, one of {_PREFIX}vault_files,"
        here = os.path.abspath(os.path.expanduser(path))  # a playbook of a collection is not where its user is
        found = self.find_file_in_search_path(variables, "vars", path, ignore_missing=True) or here
        if not os.path.exists(found):
            raise AnsibleLookupError(f"{what} does not exist.")
        load = self._loader.load_from_file
        trust = {"trusted_as_template": True} if "trusted_as_template" in inspect.signature(load).parameters else {}
        try:
            content = load(found, **trust)
        except AnsibleError:  # its text may quote the file
            content = None
        if not isinstance(content, dict):
            raise AnsibleLookupError(f"{what} cannot be read: give its vault password, and see that it is YAML with variables.")
        return content


def _is_empty(value: Any) -> bool:
    return isinstance(value, dict | list) and not value  # to compare a value could mean to decrypt it


def _refuse_others(variables: dict[str, Any]) -> None:
    known = [f"{_PREFIX}{name}" for name in (*_OPTIONS, *_RESULTS)]
    for name in variables:
        if name.startswith(_PREFIX) and name not in known:
            [nearest] = difflib.get_close_matches(name, known[: len(_OPTIONS)], n=1, cutoff=0)
            raise AnsibleLookupError(f"{name} is no variable of this role: did you mean {nearest}?")
