"""The definition of an execution environment, as ansible-builder reads it. No image is built, which takes a registry."""

from __future__ import annotations

import pathlib
import subprocess

import yaml

ROOT = pathlib.Path(__file__).parents[2]


def run(*command: str, folder: pathlib.Path) -> str:
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_build_context(tmp_path: pathlib.Path) -> None:
    context = tmp_path / "context"
    definition = ("-f", str(ROOT / "execution-environment.yml"))
    run("ansible-builder", "create", *definition, "-c", str(context), "--output-filename", "Containerfile", folder=tmp_path)
    collections = yaml.safe_load((context / "_build/requirements.yml").read_text())["collections"]
    assert [one["name"] for one in collections] == ["aep.sources", "community.postgresql"]
    assert "psycopg" in (context / "_build/requirements.txt").read_text()
    assert "ansible-core" in (context / "Containerfile").read_text()


def test_what_the_collection_brings_into_it(tmp_path: pathlib.Path) -> None:
    installed = tmp_path / "ansible_collections/aep"
    installed.mkdir(parents=True)
    (installed / "sources").symlink_to(ROOT)
    found = yaml.safe_load(run("ansible-builder", "introspect", str(tmp_path), folder=tmp_path))
    assert any(line.startswith("requests>=2.28") for line in found["python"]), found
    assert any(line.startswith("ca-certificates") for line in found["system"]), found
