# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter adopted_files: definitions of the base connections that sandboxes have, as files for an inventory."""

from __future__ import annotations

DOCUMENTATION = r"""
name: adopted_files
short_description: Write the base connections that sandboxes have as definitions
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Takes the variables of hosts that are sandboxes, after M(aep.sources.aep_postgres_connection_info) listed their base connections into
    C(postgres_connections_inspected), and returns the variable files that the playbook C(aep.sources.adopt) writes.
  - There is a file with C(postgres_connections_definitions) for each host. What all definitions of all hosts share is in
    C(postgres_connections_defaults) for all hosts, unless that could change something for others. Credentials that have to be filled in
    are in one file for all hosts.
  - What the service does not show is not made up. A comment in the file says that it is missing.
  - It reads and writes no file.
options:
  _input:
    description: The variables of each sandbox.
    type: list
    elements: dict
    required: true
  there:
    description: The files that exist in C(group_vars) and C(host_vars), with paths that begin with these.
    type: list
    elements: str
    default: []
  texts:
    description: What the files named C(connections.yml) and C(connections.yml.adopted) contain, by their paths.
    type: dict
    default: {}
  covers_all:
    description: Whether these are all hosts of the inventory. If not, nothing is written for all hosts but the credentials.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Show which files there would be
  ansible.builtin.debug:
    msg: "{{ (ansible_play_hosts_all | map('extract', hostvars) | aep.sources.adopted_files).files | map(attribute='path') }}"
  run_once: true
"""

RETURN = r"""
_value:
  description:
    - C(files) is a list of what is to be written. Each has the C(path) and the C(text), and C(beside), the file that exists already and is
      not to be overwritten, or an empty text. C(diff) has the lines that say how it differs from that, if that is known. Ansible
      does not read a file whose name ends in C(.adopted).
    - C(summary) is a list of lines that say what there is and what to do next.
  type: dict
"""

import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import quoted
from ansible_collections.aep.sources.plugins.plugin_utils.adoption import (
    Credential,
    Definition,
    Identity,
    Options,
    definition,
    keyed,
    left_out,
    shared,
)
from ansible_collections.aep.sources.plugins.plugin_utils.untrusted import as_data
from ansible_collections.aep.sources.plugins.plugin_utils.yaml_text import comment, entries

_ALL = "group_vars/all"
_DEFAULTS_FILE = f"{_ALL}/connections.yml"
_VAULT_FILE = f"{_ALL}/vault.yml"
_BESIDE = ".adopted"
_HIDDEN = (".yml", ".yaml", ".json")  # endings of the files that a folder of their name hides
_PREFIX = "postgres_connections_"
_FILL_IN = f"Their credentials are in {_VAULT_FILE}."
_ENCRYPT = f"Fill in what is empty in {_VAULT_FILE}, and encrypt it: ansible-vault encrypt {_VAULT_FILE}"


@dataclass(frozen=True)
class _Sandbox:
    """What is adopted of a sandbox; ``ignored`` says what is not."""

    host: str
    variables: Mapping[str, Any]
    definitions: list[Definition]
    ignored: list[str]

    def has(self, variable: str) -> bool:
        """Return whether a variable of the role has a value. An empty one may be the role's own default."""
        return bool(self.variables.get(_PREFIX + variable))

    @property
    def known(self) -> Collection[str]:
        """The keys of the credentials that are defined, in vaulted files that the role reads as well."""
        in_files = self.variables.get(f"__{_PREFIX}keys")
        return in_files or self.variables.get(f"{_PREFIX}credentials") or ()

    def is_defined(self) -> bool:
        """Return whether the user says already which base connections the sandbox has, be it none."""
        return f"{_PREFIX}definitions" in self.variables


def adopted_files(
    hosts: Iterable[Mapping[str, Any]],
    *,
    there: Sequence[str] = (),
    texts: Mapping[str, str] | None = None,
    covers_all: bool = True,
) -> dict[str, Any]:
    """Return the files, and lines that say what they are.

    Parameters:
        hosts: the variables of each sandbox.
        there: the files that exist in group_vars and host_vars.
        texts: what those of them contain that may be the same as what is returned.
        covers_all: whether there are no other hosts.

    Raises:
        AnsibleFilterError: a file cannot be written without hiding or overwriting another one.
    """
    sandboxes, texts = [_sandbox(host) for host in hosts], texts or {}
    _refuse(sandboxes, there)
    keys = keyed(one for sandbox in sandboxes for one in sandbox.definitions)
    defaults = (
        _defaults_in(texts[_DEFAULTS_FILE])
        if _DEFAULTS_FILE in texts
        else _shared_by_all(sandboxes, keys)
        if covers_all
        else {}
    )
    wanted = [(_DEFAULTS_FILE, _defaults_text(defaults), False)] if defaults and _DEFAULTS_FILE not in texts else []
    wanted += [
        (f"host_vars/{one.host}/connections.yml", _host_text(one, keys, defaults), one.is_defined()) for one in sandboxes
    ]
    credentials = _missing_credentials(sandboxes, keys)
    if credentials:
        wanted.append((_VAULT_FILE, _vault_text(credentials), any(one.known for one in sandboxes)))
    files = [_file(path, text, there, texts, is_defined=is_defined) for path, text, is_defined in wanted]
    files = [one for one in files if one["text"] not in (texts.get(one["path"]), texts.get(one["beside"]))]
    result: dict[str, Any] = as_data({"files": files, "summary": list(_summary(sandboxes, len(credentials), files))})
    return result


def _sandbox(variables: Mapping[str, Any]) -> _Sandbox:
    """Return what is adopted of the sandbox with these variables of its host."""
    host = str(variables["inventory_hostname"])
    connections = variables[f"{_PREFIX}inspected"]["connections"]
    names = Counter(one["name"] for one in connections)
    owner, cloud = variables.get(f"{_PREFIX}owner") or "", variables.get("aep_sandbox_cloud")
    definitions, ignored = [], []
    for one in connections:
        reason = left_out(one, owner)
        if reason:
            ignored.append(f"{quoted(one['name'] or one['id'])} is left out: {reason}")
        else:
            definitions.append(definition(one, namesakes=names[one["name"]], host=host, cloud=cloud))
    return _Sandbox(host, variables, definitions, ignored)


def _refuse(sandboxes: Sequence[_Sandbox], there: Sequence[str]) -> None:
    """Refuse to write where it would hide a file that the user has, or outside of the folder.

    Raises:
        AnsibleFilterError: that would happen.
    """
    for sandbox in sandboxes:
        if "/" in sandbox.host or sandbox.host in (".", ".."):
            raise AnsibleFilterError(f"No folder can be named like the host {quoted(sandbox.host)}: give it another name.")
    for folder in (_ALL, *(f"host_vars/{sandbox.host}" for sandbox in sandboxes)):
        for path in there:
            if path == folder:
                raise AnsibleFilterError(
                    f"{path} is a file or a link, and this needs a folder of its own there: move it away, or set "
                    f"{_PREFIX}adopt_folder to another folder. Nothing was written."
                )
            if path in (f"{folder}{ending}" for ending in _HIDDEN):
                raise AnsibleFilterError(
                    f"{path} exists, and Ansible would not read it any more beside a folder {folder}, which this needs: "
                    f"move it to {folder}/main.yml. Nothing was written."
                )


def _shared_by_all(sandboxes: Sequence[_Sandbox], keys: Mapping[Identity, str]) -> Options:
    """Return the options that can stand in a file for all hosts: none if a host has some of its own."""
    if len(sandboxes) < 2 or any(sandbox.is_defined() or sandbox.has("defaults") for sandbox in sandboxes):
        return {}
    return shared([one.complete(keys) for sandbox in sandboxes for one in sandbox.definitions])


def _defaults_in(text: str) -> Options:
    """Return the defaults in the file for all hosts that is there; none if that is not to be read."""
    try:
        found = yaml.safe_load(text)[f"{_PREFIX}defaults"]
    except (yaml.YAMLError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def _missing_credentials(
    sandboxes: Sequence[_Sandbox], keys: Mapping[Identity, str]
) -> dict[str, tuple[Credential, dict[str, list[str]]]]:
    """Return the credentials that have to be filled in by their keys, each with the connections that use it, by host."""
    missing: dict[str, tuple[Credential, dict[str, list[str]]]] = {}
    for sandbox in sandboxes:
        for one in sandbox.definitions:
            if one.credential and (key := keys[one.credential.identity]) not in sandbox.known:
                users = missing.setdefault(key, (one.credential, {}))[1]
                users.setdefault(sandbox.host, []).append(quoted(one.title))
    return missing


def _file(path: str, text: str, there: Sequence[str], texts: Mapping[str, str], *, is_defined: bool) -> dict[str, Any]:
    """Return where a text is to be written: beside a file that exists, or if its variables are defined elsewhere.

    Raises:
        AnsibleFilterError: another text is there already.
    """
    if path not in there and not is_defined:
        return {"path": path, "beside": "", "text": text, "diff": []}
    another = path + _BESIDE
    if another in there and text not in (texts.get(another), texts.get(path)):
        raise AnsibleFilterError(
            f"{another} is left from an earlier run: use what you need of it, and delete it. Nothing was written."
        )
    before = texts[path].splitlines() if path in texts and path != _VAULT_FILE else []
    diff = list(difflib.unified_diff(before, text.splitlines(), path, another, lineterm="")) if before else []
    return {"path": another, "beside": path, "text": text, "diff": diff}


def _text(*lines: str) -> str:
    return "\n".join(["---", *lines, ""])


def _defaults_text(options: Options) -> str:
    said = "What all base connections of all sandboxes have in common. The options of a definition take precedence."
    return _text(*comment(said), f"{_PREFIX}defaults:", *entries(options, 2))


def _host_text(sandbox: _Sandbox, keys: Mapping[Identity, str], defaults: Options) -> str:
    """Return the definitions of a sandbox, with defaults of its own unless there are some for all hosts."""
    complete = [one.complete(keys) for one in sandbox.definitions]
    is_fitting = bool(defaults) and all(defaults.keys() <= options.keys() for options in complete)
    own = {} if is_fitting else shared(complete)
    given = defaults if is_fitting else own
    lines = list(comment(f"The PostgreSQL base connections of {sandbox.host}, as they were found. {_FILL_IN}"))
    if own:
        lines += [f"{_PREFIX}defaults:", *entries(own, 2)]
    elif not is_fitting and (defaults or sandbox.has("defaults")):
        lines += [f"{_PREFIX}defaults: {{}}"]  # those of other files are not for these definitions
    lines += [f"{_PREFIX}definitions:" + ("" if complete else " []")]
    for one, options in zip(sandbox.definitions, complete, strict=True):
        first, *others = entries({key: value for key, value in options.items() if given.get(key) != value}, 4)
        remarks = [line for remark in one.remarks for line in comment(remark, 4)]
        lines += [f"  - {first[4:]}", *others, *remarks, *_to_be_added(one, keys)]
    return _text(*lines, *(line for reason in sandbox.ignored for line in comment(reason)))


def _to_be_added(one: Definition, keys: Mapping[Identity, str]) -> Iterator[str]:
    """Yield, as comments, the options that a definition needs for its credential to be used."""
    if one.credential and one.lacks:
        what = " and ".join(one.lacks)
        yield from comment(f"The service does not show {what}. Its credentials are left alone until you add all of this:", 4)
        for line in (
            *(f"{key}:" for key in one.lacks),
            *entries({**one.aside, "credentials": keys[one.credential.identity]}, 0),
        ):
            yield from comment(line, 4)


def _vault_text(credentials: Mapping[str, tuple[Credential, dict[str, list[str]]]]) -> str:
    lines = [*comment(f"The credentials of the base connections. {_ENCRYPT}"), f"{_PREFIX}credentials:"]
    for key, (credential, users) in credentials.items():
        said = "; ".join(f"{host}: {', '.join(names)}" for host, names in users.items())
        lines += [*comment(said, 2), f"  {key}:"]
        if credential.in_string:
            lines += ['    connection_string: "" # the whole string, with its password']
            continue
        known = [*entries({"username": credential.username}, 4)] if credential.username else ['    username: ""']
        lines += [*known, '    password: ""']
    return _text(*lines)


def _summary(sandboxes: Sequence[_Sandbox], credentials: int, files: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    count = sum(len(sandbox.definitions) for sandbox in sandboxes)
    yield f"Sandboxes: {len(sandboxes)}; base connections: {count}; credentials to fill in: {credentials}."
    for sandbox in sandboxes:
        yield from (f"{sandbox.host}: {reason}" for reason in sandbox.ignored)
    for one in files:
        why = (
            f" is not read by Ansible. Compare it with {one['beside']}, or what else defines its variables."
            if one["beside"]
            else ""
        )
        yield one["path"] + why
    if not files:
        yield "There is nothing to write: all of this is defined already."
    if credentials:
        is_beside = any(one["path"] == _VAULT_FILE + _BESIDE for one in files)
        where = (
            f"Add what is in {_VAULT_FILE}{_BESIDE} to {_VAULT_FILE}, or where {_PREFIX}credentials is defined"
            if is_beside
            else _ENCRYPT
        )
        yield f"{where}. Then run aep.sources.connections with --check --diff."


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"adopted_files": adopted_files}
