"""What a job of AWX gets: the injectors of a credential type rendered as AWX renders them, and a slice of an inventory."""

from __future__ import annotations

import pathlib
from dataclasses import dataclass, field
from typing import Any

import yaml
from jinja2.sandbox import ImmutableSandboxedEnvironment


class _Unsafe(str):
    """A string that Ansible must not take for a template."""


class _Dumper(yaml.SafeDumper):
    """Writes such strings with their tag."""


_Dumper.add_representer(_Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


def _unsafe(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unsafe(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_unsafe(one) for one in value]
    return _Unsafe(value) if isinstance(value, str) else value


@dataclass
class Injected:
    """The environment and the options of a job; its files are in ``folder``."""

    folder: pathlib.Path
    environment: dict[str, str] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)

    def credential(self, kind: dict[str, Any], inputs: dict[str, str]) -> Injected:
        """Add a credential of a type. AWX knows no field that is empty, and no field's default: that is for its form alone."""
        known: dict[str, Any] = {name: value for name, value in inputs.items() if value}
        injectors = kind["injectors"]
        if "file" in injectors:
            file = self._file(_rendered(injectors["file"]["template"], known))
            known["tower"] = {"filename": str(file)}
        self.environment |= _rendered(injectors.get("env", {}), known)
        return self.variables(_rendered(injectors["extra_vars"], known)) if "extra_vars" in injectors else self

    def variables(self, variables: dict[str, Any]) -> Injected:
        """Add variables that somebody typed, such as the answers to a survey."""
        self.options += ["-e", f"@{self._file(yaml.dump(_unsafe(variables), Dumper=_Dumper))}"]
        return self

    def _file(self, content: str) -> pathlib.Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"tmp{len(list(self.folder.iterdir()))}"
        file.write_text(content)
        file.chmod(0o600)
        return file


def _rendered(node: Any, known: dict[str, Any]) -> Any:
    if isinstance(node, dict):
        return {key: _rendered(one, known) for key, one in node.items()}
    if isinstance(node, list):
        return [_rendered(one, known) for one in node]
    return ImmutableSandboxedEnvironment().from_string(node).render(**known)


def slice_of(listed: dict[str, Any], number: int, count: int) -> dict[str, Any]:
    """Return one of count slices, counted from 1, of what ``ansible-inventory --list`` printed, with all groups."""
    mine = sorted(listed["_meta"]["hostvars"])[number - 1 :: count]
    groups = {
        name: {**group, "hosts": [one for one in group.get("hosts", []) if one in mine]}
        for name, group in listed.items()
        if name != "_meta"
    }
    groups["all"] = {**groups.get("all", {}), "hosts": mine}
    return {**groups, "_meta": {"hostvars": {name: listed["_meta"]["hostvars"][name] for name in mine}}}
