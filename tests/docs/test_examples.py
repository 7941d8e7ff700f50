"""What readers copy works: each example in the guides, the README, the roles' pages and the plugins' documentation."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from pages import PAGES, ROOT, blocks, commands

PLUGINS = sorted(
    path for kind in ("modules", "lookup", "filter", "inventory") for path in (ROOT / "plugins" / kind).glob("*.py")
)


def examples() -> Iterator[Any]:
    for page in PAGES:
        for number, text in enumerate(blocks(page, "yaml")):
            yield pytest.param(yaml.safe_load(text), id=f"{page.relative_to(ROOT)}:{number}")
    for plugin in PLUGINS:
        found = re.search(r'^EXAMPLES = r"{3}(.*?)"{3}', plugin.read_text(), re.DOTALL | re.MULTILINE)
        assert found, plugin
        for number, document in enumerate(yaml.safe_load_all(found[1])):
            yield pytest.param(document, id=f"{plugin.relative_to(ROOT)}:{number}")


EXAMPLES = list(examples())


def documented(kind: str) -> dict[str, Any]:
    done = subprocess.run(["ansible-doc", "-j", "-t", kind, "-l", "aep.sources"], capture_output=True, text=True, check=True)
    names = list(json.loads(done.stdout))
    done = subprocess.run(["ansible-doc", "-j", "-t", kind, *names], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def options() -> dict[str, set[str]]:
    """Return the options of each module and of the inventory plugin, by FQCN."""
    docs = {**documented("module"), **documented("inventory")}
    return {name: set(one["doc"]["options"]) for name, one in docs.items()}


@pytest.fixture(scope="module")
def variables() -> set[str]:
    """Return the variables of the roles, and those that the playbooks' headers name."""
    roles = documented("role")
    found = {name for role in roles.values() for entry in role["entry_points"].values() for name in entry["options"]}
    heads = "".join(path.read_text().partition("- name:")[0] for path in ROOT.glob("playbooks/*.yml"))
    return found | set(re.findall(r"\w+_\w+", heads))


def plays_of(example: Any) -> list[dict[str, Any]]:
    """Return the plays of an example, of which a list of tasks is one, or nothing if it is something else."""
    if isinstance(example, dict):
        return []
    return example if {"hosts", "import_playbook"} & set(example[0]) else [{"hosts": "localhost", "tasks": example}]


def syntax_error(*playbooks: pathlib.Path) -> str:
    command = ["ansible-playbook", "-i", "localhost,", "--syntax-check", *playbooks]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


@pytest.fixture(scope="module")
def has_an_error(tmp_path_factory: pytest.TempPathFactory) -> bool:
    """Return whether one of all plays has an error of syntax; then each test looks for it in its own."""
    folder = tmp_path_factory.mktemp("plays")
    files = [folder / f"{number}.yml" for number, example in enumerate(EXAMPLES) if plays_of(example.values[0])]
    for file in files:
        file.write_text(yaml.safe_dump(plays_of(EXAMPLES[int(file.stem)].values[0])))
    return bool(syntax_error(*files))


@pytest.mark.parametrize("example", EXAMPLES)
def test_yaml(
    example: Any, options: dict[str, set[str]], variables: set[str], has_an_error: bool, tmp_path: pathlib.Path
) -> None:
    if isinstance(example, dict) and "plugin" in example:
        assert set(example) <= options[example["plugin"]]
    elif isinstance(example, dict) and "all" in example:
        check_variables(example["all"].get("vars", {}), variables)
    elif isinstance(example, dict):
        check_variables(example, variables)
    else:
        for play in plays_of(example):
            check_variables(play.get("vars", {}), variables)
            for task in play.get("tasks", []):
                for module in options.keys() & task.keys():
                    assert set(task[module] or {}) <= options[module], module
        file = tmp_path / "play.yml"
        file.write_text(yaml.safe_dump(plays_of(example)))
        assert not has_an_error or not syntax_error(file)


def check_variables(given: dict[str, Any], known: set[str]) -> None:
    assert {name for name in given if not name.startswith("vault_")} <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands(page: pathlib.Path, options: dict[str, set[str]]) -> None:
    for command in commands(page):
        for playbook in re.findall(r"^ansible-playbook .*\baep\.sources\.(\w+)", command):
            assert (ROOT / f"playbooks/{playbook}.yml").exists(), command
        for module in re.findall(r"-m (aep\.sources\.\w+)", command):
            assert module in options, command
        for target in re.findall(r"\bmake ([a-z-]+)", command):
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE), command


def test_troubleshooting_is_the_table_of_hints() -> None:
    from ansible_collections.aep.sources.plugins.module_utils.client.errors import HINTS

    page = (ROOT / "docs/docsite/rst/guide_troubleshooting.rst").read_text()
    rows = re.findall(r"^   \* - ``(.+)``\n     - (.+)$", page, re.MULTILINE)
    assert dict(rows) == HINTS


def test_the_simulator_listens_where_the_guide_says() -> None:
    guide = (ROOT / "docs/docsite/rst/guide_testing.rst").read_text()
    target = re.search(r"^simulator:.*\n.*,(\d+)\)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert target
    assert set(re.findall(r"http://127\.0\.0\.1:(\d+)", guide)) == {target[1]}


def test_the_guide_on_performance_has_what_was_measured() -> None:
    measured = (
        (ROOT / "docs/performance.md").read_text().partition("### 75 sandboxes × 10 connections, 100 ms")[2].partition("###")[0]
    )
    rows = {
        tuple(cells[:2]): cells[2] for line in measured.splitlines() if len(cells := line.removeprefix("| ").split(" | ")) > 2
    }
    guide = " ".join((ROOT / "docs/docsite/rst/guide_performance.rst").read_text().split())
    for shape in ("(d) **the role**", "(b) `uri`, one list per sandbox", "(e) the floor: both"):
        assert f"took {rows[shape, 'no change']} seconds" in guide


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_definitions_and_secrets_have_one_place_each(page: pathlib.Path) -> None:
    named = set(re.findall(r"group_vars/all/([\w.]+\w)", page.read_text()))
    assert named <= {"connections.yml", "vault.yml", "vault.yml.adopted", "main.yml"}
