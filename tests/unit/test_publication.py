"""What Galaxy shows of the collection, and what Ansible asks of collections for its package ``ansible``."""

from __future__ import annotations

import pathlib
import re
from typing import Any

import pytest
import yaml

ROOT = pathlib.Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FORMS = sorted(path for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")


def load(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def supported() -> dict[str, str]:
    """Return the Python versions of control nodes that the README names for each ansible-core."""
    return dict(re.findall(r"(?m)^\| (\d\.\d+) \| (3\.\d+ to 3\.\d+) \| 3\.10 to ", README))


def test_the_readme_names_the_versions_that_are_tested() -> None:
    pinned = {path.stem for path in (ROOT / "requirements/matrix").glob("*.txt")}
    workflow = load(".github/workflows/test.yml")["jobs"]
    branches = set(workflow["sanity"]["strategy"]["matrix"]["branch"]) - {"devel"}
    assert set(supported()) == pinned == set(workflow["matrix"]["strategy"]["matrix"]["version"])
    assert {f"stable-{version}" for version in supported()} == branches
    assert load("meta/runtime.yml")["requires_ansible"] == f">={min(pinned, key=lambda name: int(name[2:]))}.0"


def test_the_readme_names_the_pythons_that_the_matrix_takes() -> None:
    function = (ROOT / "scripts/matrix.sh").read_text().partition("pythons_of()")[2].partition("\n}")[0]
    cases = {
        name: sorted(map(int, re.findall(r"3\.(\d+)", line))) for name, line in re.findall(r"(\S+)\) echo (.*) ;;", function)
    }
    for version, pythons in supported().items():
        taken = cases.get(version, cases["*"])
        assert pythons == f"3.{taken[0]} to 3.{taken[-1]}", version


def test_the_readme_says_where_to_ask_and_how_to_behave() -> None:
    for address in ("forum.ansible.com/c/help/6", "forum.ansible.com/tag/", "code_of_conduct", "semver.org"):
        assert address in README
    assert (
        "docs.ansible.com/projects/ansible/latest/community/code_of_conduct.html" in (ROOT / "CODE_OF_CONDUCT.md").read_text()
    )


def test_galaxy_links_to_the_repository() -> None:
    galaxy = load("galaxy.yml")
    for link in ("documentation", "homepage", "issues"):
        assert galaxy[link].startswith(galaxy["repository"])
    assert set(galaxy["tags"]) & {"cloud", "database"}, "Galaxy asks for one tag of its own list"
    assert all(re.fullmatch(r"[a-z0-9]+", tag) for tag in galaxy["tags"])


def test_the_importer_does_not_lint_what_needs_other_collections() -> None:
    foreign = re.compile(r"^\s*(?:- )?(?:community|awx)\.\w+\.\w+:|group/(?:community|awx)\.", re.MULTILINE)
    left_out = load(".ansible-lint.yml")["exclude_paths"]
    content = {path: path.read_text() for folder in ("playbooks", "roles") for path in (ROOT / folder).rglob("*.yml")}
    using = {path for path, text in content.items() if foreign.search(text)}
    imports = tuple(f"import_tasks: tasks/{path.name}" for path in using)
    needing = {
        path.relative_to(ROOT).as_posix()
        for path, text in content.items()
        if path in using or any(line.strip().endswith(imports) for line in text.splitlines())
    }
    assert [name for name in needing if not name.startswith(tuple(left_out))] == []
    assert [path for path in left_out if not any(name.startswith(path) for name in needing)] == [], "only those"


def test_the_changelog_names_all_that_is_released() -> None:
    releases = load("changelogs/changelog.yaml")["releases"]
    listed = {
        one["name"]
        for release in releases.values()
        for objects in ({"module": release.get("modules", [])}, release.get("plugins", {}), release.get("objects", {}))
        for kind in objects.values()
        for one in kind
    }
    fragments = "".join(path.read_text() for path in (ROOT / "changelogs/fragments").glob("*.y*ml"))
    places = [*(f"plugins/{kind}/*.py" for kind in ("modules", "filter", "inventory", "lookup")), "playbooks/*.yml", "roles/*"]
    there = [path for place in places for path in ROOT.glob(place)]
    text = {path: (path / "meta/argument_specs.yml" if path.is_dir() else path).read_text() for path in there}
    later = {path.stem for path in there if not set(re.findall(r"version_added: (\S+)", text[path])[:1]) <= set(releases)}
    assert listed == {path.stem for path in there if path.stem not in later and f"- name: {path.stem}\n" not in fragments}


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_issue_forms_are_ones_that_github_takes(form: pathlib.Path) -> None:
    loaded = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= set(loaded)
    asked = [field for field in loaded["body"] if field["type"] != "markdown"]
    assert asked
    assert all(field["type"] in ("textarea", "dropdown") and field["attributes"]["label"] for field in asked)
    assert len({field["id"] for field in asked}) == len(asked)


def test_links_of_the_issue_forms_are_there() -> None:
    links = [
        link
        for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml")
        for link in re.findall(r"blob/main/([\w./]+)", path.read_text())
    ]
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_every_file_of_the_plugins_names_its_licence() -> None:
    sources = [path for path in (ROOT / "plugins").rglob("*.py") if path.stat().st_size]
    assert sources
    assert [path for path in sources if "SPDX-License-Identifier: GPL-3.0-or-later" not in path.read_text()[:400]] == []


def test_execution_environments_get_what_meta_names() -> None:
    named = load("meta/execution-environment.yml")["dependencies"].values()
    assert sorted(named) == ["meta/ee-bindep.txt", "meta/ee-requirements.txt"]
    assert all((ROOT / name).is_file() for name in named)
