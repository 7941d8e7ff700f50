"""The repository agrees with itself."""

from __future__ import annotations

import ast
import fnmatch
import importlib
import pathlib
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible_collections.aep.sources.plugins.module_utils.client.client import VERSION

ROOT = pathlib.Path(__file__).parents[2]
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))
EMPTY: dict[str, Any] = {"str": "", "list": [], "dict": {}}
FACTS = (ROOT / "docs" / "api-facts.md").read_text(encoding="utf-8")
SIMULATOR = ROOT / "tests" / "simulator"


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
    assert set(options) <= {"postgres_connections_definitions"}, "every other variable of a role has a default"


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
def test_playbooks_run_a_task_once_before_the_next_one_whatever_the_configuration_says(playbook: str) -> None:
    text = (ROOT / f"playbooks/{playbook}.yml").read_text()
    assert "run_once: true" not in text or "\n  strategy: linear" in text


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
    arguments = importlib.import_module("ansible_collections.aep.sources.plugins.module_utils.options")
    secret = {"username", "password", "connection_string"}
    definition = set(arguments.CONNECTIONS["connections"]["options"]) - secret
    assert set(options["postgres_connections_definitions"]["options"]) == definition | {"dataflows"}
    assert set(options["postgres_connections_defaults"]["options"]) == definition - {"name", "connection_id"}
    dataflow = set(arguments.DATAFLOW) - {"connection", "connection_id"}
    assert set(options["postgres_connections_definitions"]["options"]["dataflows"]["options"]) == dataflow
    assert set(options["postgres_connections_dataflow_defaults"]["options"]) == dataflow - {"name", "flow_id"}
    who = set(arguments.AUTH) | {"fingerprint_key"}
    assert set(options["postgres_connections_auth"]["options"]) == who


def test_the_role_hands_everything_over() -> None:
    task = str([load(f"roles/postgres_connections/tasks/{name}.yml") for name in ("manage", "finish")])
    options = load("roles/postgres_connections/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    looked_up = {f"postgres_connections_{term}" for term in re.findall(r"'aep.sources.postgres_connections', '(\w+)'", task)}
    handed = {*re.findall(r"\bpostgres_connections_\w+", task), *looked_up, "postgres_connections_vault_files"}
    results = {f"postgres_connections_{name}" for name in ("result", "dataflow_result", "dataflows")}
    assert handed - results == set(options)


def test_the_role_knows_its_variables() -> None:
    entry_points = load("roles/postgres_connections/meta/argument_specs.yml")["argument_specs"].values()
    lookup = importlib.import_module("ansible_collections.aep.sources.plugins.lookup.postgres_connections")
    options = {name for entry_point in entry_points for name in entry_point["options"]}
    assert options == {f"postgres_connections_{name}" for name in lookup._OPTIONS}


def test_one_action_serves_every_module_under_its_name() -> None:
    modules = importlib.import_module("ansible_collections.aep.sources.plugins.module_utils.entry_points").MODULES
    assert sorted(modules) == MODULES
    actions = list((ROOT / "plugins" / "action").glob("*.py"))
    assert sorted(path.stem for path in actions) == MODULES
    assert len({path.read_text() for path in actions}) == 1
    assert "plugin_routing" not in load("meta/runtime.yml"), "each worker would import an action that is named there"


def test_every_option_of_who_has_an_environment_variable() -> None:
    arguments = importlib.import_module("ansible_collections.aep.sources.plugins.module_utils.options")
    for name, spec in {**arguments.AUTH, **arguments.SCOPE}.items():
        if name in ("owner", "wait", "wait_timeout", "ssl_mode_spellings", "suppress_warnings"):
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


def facts() -> dict[str, str]:
    """Return the text of each section of docs/api-facts.md by its number, and of section 10's rows by theirs: "10 row 4"."""
    parts = re.split(r"(?m)^#{2,3} (\d+(?:\.\d)?) ", FACTS)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    return sections | {f"10 row {row[1]}": row[0] for row in re.finditer(r"(?m)^\| (\d+) \|.*$", sections.get("10", ""))}


def named_by(citation: str) -> list[str]:
    """Return what a citation names: "6.3 to 6.5" are three sections, "10 rows 4 and 5" a section and two of its rows."""
    section, _rows, rows = re.sub(r"\s+", " ", citation).partition("row")
    named = re.findall(r"\d+(?:\.\d)?", section)
    for first, last in re.findall(r"([\d.]+) to ([\d.]+)", section):
        chapter = first[:-1] if "." in first else ""
        named += [f"{chapter}{number}" for number in range(int(first[len(chapter) :]), int(last[len(chapter) :]))]
    return named + [f"10 row {row}" for row in re.findall(r"\d+", rows)]


def knobs() -> dict[str, str]:
    """Return the citation of each setting of the simulator, without importing it: it needs a newer Python than Ansible."""
    files = [SIMULATOR / "aep_simulator" / name for name in ("settings.py", "dataflow_settings.py")]
    return {
        node.target.id: call.args[1].value
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        for call in ast.walk(node.annotation)
        if isinstance(call, ast.Call) and isinstance(call.args[1], ast.Constant) and isinstance(call.args[1].value, str)
    }


def citations() -> Iterator[tuple[str, str]]:
    """Yield each citation of a fact, and where it stands."""
    for path in ROOT.rglob("*"):
        if path.suffix not in (".md", ".py", ".rst", ".toml", ".yml") or {".venv", ".cache", "output"} & set(path.parts):
            continue
        text = path.read_text(encoding="utf-8")
        found = re.findall(r"api-facts\.md`?\s+(\d+(?:[\s,.\d]|rows?|and|to)*)", text)
        if SIMULATOR in path.parents:  # in docstrings there, and in the README's tables, sections stand alone
            found += re.findall(r"(?m)(?<=[( ])\d\.\d(?=[,)].*\"\"\"$)", text)
            found += re.findall(r"(?m)^\|.*\| ([\d., ]+(?:rows? [\d and]+)?) \|$", text)
        yield from ((path.relative_to(ROOT).as_posix(), citation) for citation in found)
    amended = (ROOT / "tests" / "support" / "specification.py").read_text(encoding="utf-8")
    yield from (("AMENDMENTS", citation) for citation in re.findall(r'"(\d+(?:\.\d)?): ', amended))
    yield from knobs().items()


def test_every_fact_that_is_cited_is_there() -> None:
    known, cited = facts(), list(citations())
    assert {where for where, _citation in cited} >= {"AMENDMENTS", "secret_view", "tests/simulator/README.md"}
    assert [(where, name) for where, citation in cited for name in named_by(citation) if name not in known] == []


def test_what_is_open_names_the_settings_of_the_simulator() -> None:
    known, settings = facts(), knobs()
    for setting, citation in settings.items():
        assert [row for row in named_by(citation) if " row " in row and f"`{setting}`" not in known[row]] == [], setting
    for row in filter(lambda name: " row " in name, known):
        assert set(re.findall(r"`(\w+)`", known[row].rstrip(" |").rpartition("|")[2])) <= set(settings), row


@pytest.mark.parametrize("folder", ["aep_report", "aep_tokens", "passwords", ".ansible", ".venv", "dist"])
def test_what_is_written_is_neither_committed_nor_published(folder: str) -> None:
    git = ["git", "-c", f"safe.directory={ROOT}", "check-ignore", "-q", f"{folder}/file"]
    assert subprocess.run(git, cwd=ROOT, check=False).returncode == 0
    assert any(fnmatch.fnmatch(folder, pattern) for pattern in load("galaxy.yml")["build_ignore"])
