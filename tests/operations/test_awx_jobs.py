"""The jobs of the role awx_job_templates, run by AWX's engine with what AWX would give them."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from awx_role import PLAYBOOKS, credential_types
from commands import ansible
from controller import Controller
from injected import Injected, slice_of
from launching import launch
from simulated import Client

AEP, POSTGRESQL = credential_types()
Job = Callable[..., Callable[[], "tuple[int, str]"]]


@pytest.fixture
def project(tmp_path: pathlib.Path, variables: dict[str, Any]) -> pathlib.Path:
    """Return a user's project: one line for each playbook, an inventory file, and variables without a secret."""
    folder = tmp_path / "project"
    for job, file in PLAYBOOKS.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        name = {"converge": "connections"}.get(job, job)
        (folder / file).write_text(f"- import_playbook: aep.sources.{name}\n")
    (folder / "org.aep.yml").write_text("plugin: aep.sources.sandboxes\n")
    connection = {"database": "shop", "credentials": "reader", **variables["bootstrap_connection"]}
    public = {**variables, "postgres_reader_schemas": ["public"], "postgres_connections_definitions": [connection]}
    del public["postgres_connections_auth"]
    (folder / "group_vars/all").mkdir(parents=True)
    (folder / "group_vars/all/connections.yml").write_text(json.dumps(public))
    return folder


@pytest.fixture
def aep_inputs(client: Client) -> dict[str, str]:
    return client.who


@pytest.fixture
def listed(project: pathlib.Path, aep_inputs: dict[str, str], tmp_path: pathlib.Path) -> dict[str, Any]:
    """Return what the update of the inventory source finds."""
    environment = Injected(tmp_path / "update").credential(AEP, aep_inputs).environment
    done = ansible("ansible-inventory", "-i", "org.aep.yml", "--list", "--export", folder=project, apart=True, **environment)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout, object_hook=lambda one: one.get("__ansible_unsafe", one))
    return found


@pytest.fixture
def passwords(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "passwords"


@pytest.fixture
def start(
    project: pathlib.Path,
    listed: dict[str, Any],
    aep_inputs: dict[str, str],
    passwords: pathlib.Path,
    tmp_path: pathlib.Path,
    bootstrapped: Any,
    awx_controller: Controller,
) -> Job:
    """Return a function that launches a job template and returns one that waits for the job.

    The playbook bootstrap has made the database, and the role awx_job_templates the job templates.
    """
    key, password = tmp_path / "vault-password", bootstrapped.password
    postgres = {"credentials": yaml.safe_dump({"reader": {"username": "aep_reader_a", "password": password}})}
    (project / "inventory.json").write_text(json.dumps(listed))

    def run(name: str, number: int = 1, **answers: Any) -> Callable[[], tuple[int, str]]:
        job = launch(awx_controller, f"AEP {name}", answers)
        place = tmp_path / f"job-{len(list(tmp_path.iterdir()))}"
        place.mkdir()
        (place / "project").symlink_to(project)
        (place / "inventory").mkdir()
        script = place / "inventory" / "hosts"
        script.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(slice_of(listed, number, job.slices))}\nEND\n")
        script.chmod(0o700)
        injected = (
            Injected(place / "env-files")
            .credential(AEP, aep_inputs)
            .credential(POSTGRESQL, postgres)
            .variables({"bootstrap_password_folder": str(passwords), **job.variables})
        )
        options = [*injected.options, *(["--check"] if job.is_check else []), "--vault-password-file", str(key)]
        in_a_container = {"ANSIBLE_HOME": str(place / "home")}  # of each job, with nothing that another one left
        process = subprocess.Popen(
            ["ansible-runner", "run", str(place), "-p", job.playbook, "--cmdline", " ".join(options)],
            env={**os.environ, **injected.environment, **in_a_container, "NO_PROXY": "127.0.0.1", "ANSIBLE_NOCOLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

        def wait() -> tuple[int, str]:
            output = process.communicate(timeout=120)[0]
            assert password not in output
            assert aep_inputs["client_secret"] not in output.replace("client_secret", "")
            return process.returncode, output

        return wait

    return run


def test_every_job(start: Job, client: Client, project: pathlib.Path) -> None:
    code, output = start("drift selected")()
    assert code == 0, output

    for sandbox in ("s1", "s2", "s3"):
        client.session.headers["x-sandbox-name"] = sandbox
        [connection] = client("GET", "/connections").json()["items"]
        assert client("DELETE", f"/connections/{connection['id']}").status_code == 204
    code, output = start("drift", 1)()
    assert code == 2
    assert "s1: Shop" in output
    code, output = start("drift found")()
    assert code == 0, output
    code, output = start("converge selected", aep_sandboxes="s1,s2,s3")()
    assert code == 0, output
    assert "s1: Shop: created" in output
    code, output = start("converge selected", aep_sandboxes="s4")()
    assert code != 0
    assert "No sandbox of the inventory matches 's4'" in output
    code, output = start("drift found")()
    assert code == 2
    assert "nothing differs" in output

    code, output = start("report", aep_report_title="Everything of ours")()
    assert code == 0, output
    assert "Everything of ours" in (project / "aep_report/report.html").read_text()

    code, output = start("rotate", rotate_grace=0)()
    assert code == 0, output
    assert client("GET", "/connections").json()["items"][0]["auth"]["params"]["username"] == "aep_reader_b"


def test_slices_at_the_same_time(start: Job, client: Client, listed: dict[str, Any], awx_controller: Controller) -> None:
    awx_controller.named("job_templates")["AEP converge"]["job_slice_count"] = 2
    slices = [set(slice_of(listed, number, 2)["_meta"]["hostvars"]) for number in (1, 2)]
    assert slices == [{"s1", "s3"}, {"s2"}]
    client.admin("DELETE", "counters")
    jobs = [start("converge", number) for number in (1, 2)]
    for code, output in [job() for job in jobs]:
        assert code == 0, output
    counted = client.admin("GET", "counters")
    assert counted["ims.token"] == 2
    assert counted["connections.list_all"] == 3


def test_what_is_left_out_of_a_credential_has_its_default(tmp_path: pathlib.Path) -> None:
    required = dict.fromkeys(AEP["inputs"]["required"], "given")
    environment = Injected(tmp_path).credential(AEP, required).environment
    assert environment == {
        "AEP_CLIENT_ID": "given",
        "AEP_CLIENT_SECRET": "given",
        "AEP_ORG_ID": "given",
        "AEP_FINGERPRINT_KEY": "",
        "AEP_BASE_URL": "https://platform.adobe.io",
        "AEP_IMS_URL": "https://ims-na1.adobelogin.com",
    }
