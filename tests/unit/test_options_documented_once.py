"""Options that a module and a role have in nested dictionaries are documented there word for word as in the doc fragments."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
import yaml
from ansible_collections.aep.sources.plugins.doc_fragments.auth import ModuleDocFragment as Auth
from ansible_collections.aep.sources.plugins.doc_fragments.connection import ModuleDocFragment as Connection
from ansible_collections.aep.sources.plugins.doc_fragments.dataflow import ModuleDocFragment as Dataflow
from ansible_collections.aep.sources.plugins.modules import aep_postgres_connections, aep_postgres_dataflows

Options = dict[str, dict[str, Any]]
ROOT = pathlib.Path(__file__).parents[2]
COMPARED = ("description", "type", "choices", "elements", "required", "default")


def options_of(documentation: str) -> Options:
    found: Options = yaml.safe_load(documentation)["options"]
    return found


AUTH, CONNECTION, MANAGED, SCOPE, DATAFLOW = (
    options_of(text)
    for text in (Auth.DOCUMENTATION, Connection.DOCUMENTATION, Connection.MANAGED, Connection.SCOPE, Dataflow.DOCUMENTATION)
)
MODULE = options_of(aep_postgres_connections.DOCUMENTATION)
FLOWS = options_of(aep_postgres_dataflows.DOCUMENTATION)
ROLE: Options = yaml.safe_load((ROOT / "roles/postgres_connections/meta/argument_specs.yml").read_text(encoding="utf-8"))[
    "argument_specs"
]["main"]["options"]

IDENTITY = {"name", "connection_id"}  # one of each connection, so the defaults have none
FLOW_IDENTITY = {"name", "flow_id"}
SECRETS = {
    "username",
    "password",
    "connection_string",
}  # the role takes them by the key "credentials", so definitions have none
OF_A_CONNECTION = {"connection", "connection_id"}  # which the definition is, that the role's dataflows stand in
OWN = {"credentials"}  # the key of the secrets, which a single connection does not have

# Each nested dictionary, the options of the fragment that it has, and those that are its own.
NESTED = {
    "module's connections": (MODULE["connections"]["suboptions"], CONNECTION, set(), OWN),
    "module's defaults": (MODULE["defaults"]["suboptions"], CONNECTION, IDENTITY, OWN),
    "module's dataflows": (FLOWS["dataflows"]["suboptions"], DATAFLOW, set(), set()),
    "module's defaults of dataflows": (FLOWS["defaults"]["suboptions"], DATAFLOW, FLOW_IDENTITY, set()),
    "role's definitions": (ROLE["postgres_connections_definitions"]["options"], CONNECTION, SECRETS, OWN | {"dataflows"}),
    "role's dataflows": (
        ROLE["postgres_connections_definitions"]["options"]["dataflows"]["options"],
        DATAFLOW,
        OF_A_CONNECTION,
        set(),
    ),
    "role's defaults of dataflows": (
        ROLE["postgres_connections_dataflow_defaults"]["options"],
        DATAFLOW,
        FLOW_IDENTITY | OF_A_CONNECTION,
        set(),
    ),
    "role's defaults": (ROLE["postgres_connections_defaults"]["options"], CONNECTION, SECRETS | IDENTITY, OWN),
    "role's auth": (
        ROLE["postgres_connections_auth"]["options"],
        AUTH | {"fingerprint_key": MANAGED["fingerprint_key"]},
        set(),
        set(),
    ),
}


def compared(option: dict[str, Any]) -> dict[str, Any]:
    description = option["description"]
    found = {key: option[key] for key in COMPARED if key in option}
    inner = option.get("suboptions", option.get("options"))  # as modules and roles call them
    found |= {"options": inner} if inner else {}
    return found | {"description": [description] if isinstance(description, str) else description}


def nested(option: dict[str, Any]) -> dict[str, Any]:
    """Return an option of a fragment as it is documented when it is nested.

    It has no default there, since that would hide what is set elsewhere, so its text says it. O() would need a path: it is C().
    """
    expected = compared(option)
    default = expected.pop("default", None)
    values = [
        str(value).lower() if isinstance(value, bool) else value
        for value in (default if isinstance(default, list) else [default])
    ]
    said = [f"The default is {', '.join(f'V({value})' for value in values)}."] if default is not None else []
    return {**expected, "description": [text.replace("O(", "C(") for text in expected["description"]] + said}


@pytest.mark.parametrize("place", NESTED)
def test_nested_options_read_as_in_the_fragment(place: str) -> None:
    options, fragment, left_out, own = NESTED[place]
    expected = {name: nested(option) for name, option in fragment.items() if name not in left_out}
    assert {name: compared(option) for name, option in options.items() if name not in own} == expected
    assert own <= set(options)


def test_the_role_hides_the_warnings_that_the_module_hides() -> None:
    assert compared(ROLE["postgres_connections_suppress_warnings"]) == compared(SCOPE["suppress_warnings"])
