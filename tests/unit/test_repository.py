"""The repository agrees with itself."""

from __future__ import annotations

import importlib
import pathlib
import re
import subprocess
from typing import Any

import pytest
import yaml
from ansible_collections.aep.sources.plugins.module_utils.version import VERSION

ROOT = pathlib.Path(__file__).parents[2]
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))
EMPTY: dict[str, Any] = {"str": "", "list": [], "dict": {}}


def load(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def test_versions_are_equal() -> None:
    assert load("galaxy.yml")["version"] == VERSION
    assert VERSION in load("changelogs/changelog.yaml")["releases"]


def test_every_module_is_in_the_action_group() -> None:
    group = load("meta/runtime.yml")["action_groups"]["all"]
    assert sorted(name for name in group if isinstance(name, str)) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_modules_describe_their_attributes(module: str) -> None:
    loaded = importlib.import_module(f"ansible_collections.aep.sources.plugins.modules.{module}")
    documentation = yaml.safe_load(loaded.DOCUMENTATION)
    assert {"check_mode", "diff_mode", "idempotent"} <= set(documentation["attributes"])
    assert "aep.sources.attributes.actiongroup_all" in documentation["extends_documentation_fragment"]


@pytest.mark.parametrize("role", ROLES)
def test_role_defaults_are_those_documented(role: str) -> None:
    entry_points = load(f"roles/{role}/meta/argument_specs.yml")["argument_specs"].values()
    options = {name: option for entry_point in entry_points for name, option in entry_point["options"].items()}
    for name, value in load(f"roles/{role}/defaults/main.yml").items():
        option = options.pop(name)
        assert option.get("default", EMPTY[option["type"]] if option.get("required") else None) == value, name
    assert not options, "every variable of a role has a default"


@pytest.mark.parametrize("role", ROLES)
def test_roles_have_a_page_and_an_example(role: str) -> None:
    page = (ROOT / f"roles/{role}/README.md").read_text()
    assert f"role: aep.sources.{role}" in page


def test_the_readme_names_all_there_is() -> None:
    table = (ROOT / "README.md").read_text().partition("| Content |")[2].partition("\n\n")[0]
    rows = [re.match(r"\| ([a-z ]+?)s? ((?:`\w+`(?:, )?)+) \|", row) for row in table.splitlines()[2:]]
    named = sorted((row[1], name) for row in rows if row for name in re.findall(r"`(\w+)`", row[2]))
    kinds = {
        "role": "roles/*",
        "playbook": "playbooks/*.yml",
        "module": "plugins/modules/*.py",
        "lookup": "plugins/lookup/*.py",
        "filter": "plugins/filter/*.py",
        "inventory plugin": "plugins/inventory/*.py",
    }
    assert named == sorted((kind, path.stem) for kind, where in kinds.items() for path in ROOT.glob(where))


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_playbooks_say_what_they_need_and_have_a_page(playbook: str) -> None:
    head = (ROOT / f"playbooks/{playbook}.yml").read_text().partition("- name:")[0]
    assert "# Needs: " in head
    assert "# Run it:  ansible-playbook" in head
    assert f"aep.sources.{playbook}" in head
    page = (ROOT / f"docs/docsite/rst/playbook_{playbook}.rst").read_text()
    assert re.search(rf"   \$ ansible-playbook .* aep\.sources\.{playbook}\b", page)
    assert f" {playbook}" in (ROOT / "docs/docsite/rst/guide_architecture.rst").read_text()


def test_the_role_takes_what_the_module_takes() -> None:
    options = load("roles/postgres_connections/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    arguments = importlib.import_module("ansible_collections.aep.sources.plugins.module_utils.runner.arguments")
    secret = {"username", "password", "connection_string"}
    definition = set(arguments.connections_arguments()["connections"]["options"]) - secret
    assert set(options["postgres_connections_definitions"]["options"]) == definition
    assert set(options["postgres_connections_defaults"]["options"]) == definition - {"name", "connection_id"}
    who = set(arguments.auth_arguments()) | {"fingerprint_key"}
    assert set(options["postgres_connections_auth"]["options"]) == who


def test_the_role_hands_everything_over() -> None:
    task = load("roles/postgres_connections/tasks/keep.yml")[0]
    options = load("roles/postgres_connections/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    handed = {*re.findall(r"postgres_connections_\w+", str(task)), "postgres_connections_vault_files"}
    assert handed - {"postgres_connections_token", "postgres_connections_result"} == set(options)


def test_every_option_of_who_has_an_environment_variable() -> None:
    arguments = importlib.import_module("ansible_collections.aep.sources.plugins.module_utils.runner.arguments")
    for name, spec in {**arguments.auth_arguments(), **arguments.scope_arguments()}.items():
        if name in ("wait", "wait_timeout", "ssl_mode_spellings", "silence"):
            continue  # how a task goes about it
        assert spec["fallback"][1] == [f"AEP_{name.upper()}"]
        fragments = "".join(path.read_text() for path in (ROOT / "plugins" / "doc_fragments").glob("*.py"))
        assert f"E(AEP_{name.upper()})" in fragments


def test_nothing_is_looked_for_beside_the_checkout() -> None:
    """A stranger has this repository and nothing else."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    texts = {name: (ROOT / name).read_text(encoding="utf-8", errors="replace") for name in listed if (ROOT / name).is_file()}
    beside = ".." + "/shared"
    assert not [name for name, text in texts.items() if beside in text]
    climbs = re.compile(r"__file__\)(?:\.resolve\(\))?\.parents\[(\d+)\]")
    for name, text in texts.items():
        above = [int(number) for number in climbs.findall(text)]
        assert all(number < name.count("/") + 1 for number in above), f"{name} looks above the checkout"
