"""The role awx_job_templates with the real modules of awx.awx, against a controller that only keeps what it is given."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from commands import ansible
from controller import Controller
from pytest_httpserver import HTTPServer

SECRET = "s3cret-of-the-client"
Keep = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def controller(httpserver: HTTPServer) -> Controller:
    one = Controller()
    httpserver.expect_request(re.compile("/api/.*")).respond_with_handler(one.answer)
    return one


@pytest.fixture
def keep(controller: Controller, httpserver: HTTPServer, tmp_path: pathlib.Path) -> Keep:
    """Return a function that runs the role."""

    def run(**more: Any) -> subprocess.CompletedProcess[str]:
        given = {
            "awx_job_templates_controller": {
                "controller_host": httpserver.url_for("").rstrip("/"),
                "controller_oauthtoken": "a-token",
            },
            "awx_job_templates_scm_url": "https://git.example.com/aep.git",
            "awx_job_templates_image": "registry.example.com/aep-sources-ee:1",
            "awx_job_templates_aep_inputs": {"client_id": "client", "client_secret": SECRET, "org_id": "TESTORG@AdobeOrg"},
            "awx_job_templates_postgres_inputs": {"credentials": f"orders: {{username: reader, password: {SECRET}}}"},
            **more,
        }
        play = [{"hosts": "localhost", "gather_facts": False, "vars": given, "roles": ["aep.sources.awx_job_templates"]}]
        play[0]["vars"]["ansible_python_interpreter"] = "{{ ansible_playbook_python }}"
        (tmp_path / "play.yml").write_text(yaml.safe_dump(play))
        options = ["-i", "localhost,", "-c", "local", "-v", "--diff"]
        done = ansible("ansible-playbook", *options, "play.yml", folder=tmp_path, HOME=str(tmp_path))
        assert done.returncode == 0, done.stdout
        assert SECRET not in done.stdout
        return done

    return run


def test_everything_and_then_nothing(controller: Controller, keep: Keep) -> None:
    keep(awx_job_templates_slices=4)
    templates = controller.named("job_templates")
    slices = {name: one["job_slice_count"] for name, one in templates.items()}
    assert slices == {"AEP converge": 4, "AEP drift": 4, "AEP report": 1, "AEP rotate": 1}
    sliced = {name: "aep_may_match_none" in one["extra_vars"] for name, one in templates.items()}
    assert sliced == {"AEP converge": True, "AEP drift": True, "AEP report": False, "AEP rotate": False}
    assert sorted(templates) == ["AEP converge", "AEP drift", "AEP report", "AEP rotate"]
    assert (templates["AEP drift"]["job_type"], templates["AEP drift"]["playbook"]) == ("check", "playbooks/drift.yml")
    assert sorted(controller.linked("job_templates", "AEP converge", "credentials")) == ["AEP", "AEP PostgreSQL"]
    assert controller.linked("job_templates", "AEP rotate", "survey_spec")["spec"][1]["variable"] == "rotate_grace"
    types = controller.named("credential_types")
    assert types["AEP OAuth Server-to-Server"]["injectors"]["env"]["AEP_CLIENT_SECRET"] == "{{ client_secret }}"
    assert types["PostgreSQL credentials for AEP"]["injectors"]["extra_vars"] == {
        "postgres_connections_vault_files": ["{{ tower.filename }}"]
    }
    assert controller.named("inventory_sources")["AEP sandboxes"]["source_path"] == "org.aep.yml"
    assert controller.linked("workflow_job_template_nodes", "drift", "failure_nodes") == ["approve"]
    assert controller.linked("workflow_job_template_nodes", "approve", "success_nodes") == ["converge"]
    assert SECRET not in json.dumps(controller.held)

    before = controller.writes
    again = keep(awx_job_templates_slices=4).stdout
    assert "changed=0" in again, again
    assert controller.writes == before


def test_a_part_of_it(controller: Controller, keep: Keep) -> None:
    keep(awx_job_templates_parts=["credential_types"])
    assert sorted(controller.held) == ["credential_types", "execution_environments", "organizations"]
