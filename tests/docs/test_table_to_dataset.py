"""The guide "From table to dataset", taken as written, against a simulated platform and a real PostgreSQL."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import services
import yaml
from commands import ansible, changed
from pages import ROOT, blocks
from services import Services

GUIDE = ROOT / "docs/docsite/rst/guide_table_to_dataset.rst"
_TEN_MINUTES = 10 * 60
STEPS = ["connection", "explore", "dataflow", "monitor", "change", "replace", "disable", "remove"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("services")
    subprocess.run([sys.executable, services.__file__, "start", folder], check=True)  # apart, as it leaves two processes
    found = services.load(folder)
    try:
        found.make_datasets()
        yield found
    finally:
        services.stop(found)


def inventory(running: Services) -> dict[str, Any]:
    """Return what a reader of the guide has beside its examples."""
    secret = {"client_secret": running.settings["client_secret"], "fingerprint_key": "a long and random text"}
    auth = {"client_id": "client", "org_id": "TESTORG@AdobeOrg", **secret, "base_url": running.url, "ims_url": running.url}
    reader = {"username": "orders_reader", "password": running.readers["orders"]}
    variables = {
        "postgres_connections_auth": auth,
        "postgres_connections_credentials": {"orders_reader": reader},
        "postgres_connections_defaults": {"port": running.postgres_port, "ssl_mode": "disable"},
    }
    return {"all": {"hosts": {"dev": None}, "vars": variables}}


def test_as_written(running: Services, tmp_path: pathlib.Path) -> None:
    found = inventory(running)
    (tmp_path / "inventory.json").write_text(json.dumps(found))
    auth = {f"AEP_{name.upper()}": value for name, value in found["all"]["vars"]["postgres_connections_auth"].items()}
    examples = blocks(GUIDE, "yaml")
    said = {}
    for step, text in zip(STEPS, examples, strict=True):
        example = yaml.safe_load(text.replace("db.example.com", running.postgres_host))
        is_tasks = isinstance(example, list)
        file = tmp_path / f"{step}.yml"
        file.write_text(
            yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": example}] if is_tasks else example)
        )
        running.let_pass({"monitor": _TEN_MINUTES, "change": -_TEN_MINUTES}.get(step, 0))  # later, new ones start in its future
        command = [str(file)] if is_tasks else ["aep.sources.connections", "-e", f"@{file}"]
        done, again = (
            ansible("ansible-playbook", "-i", "inventory.json", *command, folder=tmp_path, **auth) for _time in range(2)
        )
        assert (done.returncode, again.returncode) == (0, 0), f"{step}: {done.stdout}{again.stdout}"
        assert (changed(done.stdout) > 0, changed(again.stdout)) == (not is_tasks, 0), f"{step}: {done.stdout}{again.stdout}"
        said[step] = done.stdout
    assert "date-time" in said["explore"]
    assert "success, 100 read, 100 written" in said["monitor"]
    assert running.readers["orders"] not in "".join(said.values())
