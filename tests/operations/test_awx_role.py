"""The role awx_job_templates with the real modules of awx.awx, against a controller that refuses what AWX refuses."""

from __future__ import annotations

import hashlib
import json
import pathlib

import pytest
from awx_role import PLAYBOOKS, SECRET, TYPES, credential_types, run_role
from controller import Controller
from controller_rules import Refused, check_survey
from launching import launch, launch_by_api, run_workflow

WORKFLOW = "AEP drift, approve, converge"
SLICED = {"awx_job_templates_slices": 4}


def test_check_mode_before_there_is_anything(awx: pathlib.Path) -> None:
    said = (awx / "looked").read_text()
    assert said.startswith("0 0\n"), said
    assert "Check mode ends here" in said


def test_everything_is_there(awx_controller: Controller) -> None:
    templates = awx_controller.named("job_templates")
    slices = {name.removeprefix("AEP "): one["job_slice_count"] for name, one in templates.items()}
    one_piece = dict.fromkeys(("converge selected", "drift selected", "drift found", "report", "rotate"), 1)
    assert slices == {"converge": 4, "drift": 4, **one_piece}
    assert {name for name, one in templates.items() if one["job_type"] == "check"} == {
        name for name, one in templates.items() if one["playbook"] == PLAYBOOKS["drift"]
    }
    assert sorted(awx_controller.linked("job_templates", "AEP converge", "credentials")) == ["AEP", "AEP PostgreSQL"]
    source = awx_controller.named("inventory_sources")["AEP sandboxes"]
    assert (source["source_path"], source["update_on_launch"], source["update_cache_timeout"]) == ("org.aep.yml", True, 0)
    assert awx_controller.named("projects")["AEP sources"]["status"] == "successful"
    assert SECRET not in json.dumps([awx_controller.held, list(awx_controller.documents.values())])


def test_a_second_run_changes_nothing(awx_controller: Controller, tmp_path: pathlib.Path) -> None:
    before = awx_controller.writes
    again = run_role(awx_controller, tmp_path, **SLICED)
    assert "changed=0" in again.stdout, again.stdout
    assert awx_controller.writes == before


def test_check_mode_afterwards_shows_no_change(awx_controller: Controller, tmp_path: pathlib.Path) -> None:
    """It differs from a second run in the update of the project alone."""
    parts = ["organization", TYPES, "project", "credentials", "inventory"]
    looked = run_role(awx_controller, tmp_path, "--check", awx_job_templates_parts=parts)
    assert looked.returncode == 0, looked.stdout
    assert "changed=0" in looked.stdout, looked.stdout
    assert "Check mode ends here" not in looked.stdout


def test_what_is_deleted_by_hand_comes_back(awx_controller: Controller, tmp_path: pathlib.Path) -> None:
    before = awx_controller.described()
    deleted = {
        "credentials": ["AEP", "AEP PostgreSQL"],
        "projects": ["AEP sources"],
        "execution_environments": ["AEP sources"],
        "inventory_sources": ["AEP sandboxes"],
        "job_templates": ["AEP drift", "AEP converge selected"],
        "workflow_job_template_nodes": ["approve", "report"],
    }
    for kind, names in deleted.items():
        for name in names:
            awx_controller.delete(kind, name)
    assert "AEP drift each night" not in awx_controller.named("schedules")
    looked = run_role(awx_controller, tmp_path, "--check", **SLICED)
    assert looked.returncode == 0, looked.stdout
    assert "Check mode ends here" in looked.stdout
    done = run_role(awx_controller, tmp_path, **SLICED)
    assert done.returncode == 0, done.stdout
    assert awx_controller.described() == before


def test_a_variable_of_a_job_counts_and_a_job_that_is_not_wanted_takes_the_workflow_with_it(tmp_path: pathlib.Path) -> None:
    """AWX lets the default of a question take precedence over a variable of the job template."""
    controller = Controller(*PLAYBOOKS.values())
    given = {"converge": {"aep_sandboxes": "development"}, "rotate": {"rotate_grace": 600}}
    playbooks = {job: path for job, path in PLAYBOOKS.items() if job in given}
    wanted = {"awx_job_templates_extra_vars": given, "awx_job_templates_playbooks": playbooks}
    done = run_role(controller, tmp_path, user="superuser", **wanted)
    assert done.returncode == 0, done.stdout
    assert launch(controller, "AEP converge").variables == {"aep_sandboxes": "development"}
    assert launch(controller, "AEP rotate").variables == {"aep_sandboxes": "all", "rotate_grace": 600}
    assert not controller.named("workflow_job_templates")


def test_an_organization_does_not_get_what_another_one_has_by_the_same_name(
    awx_controller: Controller, tmp_path: pathlib.Path
) -> None:
    """By a name, the modules look for credentials and inventories in all organizations. Names of environments are unique."""
    other = {"awx_job_templates_organization": "Other", "awx_job_templates_execution_environment": "Other sources"}
    before = awx_controller.described()
    done = run_role(awx_controller, tmp_path, user="superuser", **other)
    assert done.returncode == 0, done.stdout
    organization = awx_controller.named("organizations")["Other"]["id"]
    templates = [one for one in awx_controller.held["job_templates"].values() if one["organization"] == organization]
    used = [awx_controller.links["job_templates", one["id"], "credentials"] + [one["inventory"]] for one in templates]
    used += [
        [one["credential"]]
        for one in awx_controller.held["inventory_sources"].values()
        if awx_controller.find(one["inventory"])["organization"] == organization
    ]
    assert [len(one) for one in used] == [3, 3, 3, 3, 3, 1]
    assert {awx_controller.find(one)["organization"] for ids in used for one in ids} == {organization}
    assert set(before) <= set(awx_controller.described())


def test_only_a_superuser_may_create_credential_types(tmp_path: pathlib.Path) -> None:
    done = run_role(Controller(), tmp_path, awx_job_templates_parts=[TYPES])
    assert done.returncode == 2
    assert "Let a superuser run this role once with awx_job_templates_parts: [credential_types]" in done.stdout


def test_an_input_that_a_credential_does_not_have(tmp_path: pathlib.Path) -> None:
    controller = Controller()
    done = run_role(controller, tmp_path, awx_job_templates_aep_inputs={"clientid": "client", "client_secret": SECRET})
    assert done.returncode == 2
    assert "awx_job_templates_aep_inputs.clientid" in done.stdout
    assert controller.writes == 0


def test_the_form_of_a_credential_in_use_is_frozen(awx_controller: Controller, tmp_path: pathlib.Path) -> None:
    kind = awx_controller.named(TYPES)["AEP OAuth Server-to-Server"]
    kind["inputs"] = {**kind["inputs"], "required": []}
    done = run_role(awx_controller, tmp_path, user="superuser", awx_job_templates_parts=[TYPES])
    assert done.returncode == 2
    assert "nobody may change the inputs of a credential type that is in use" in done.stdout


def test_no_release_changes_the_form_of_a_credential() -> None:
    """AWX refuses to change the inputs of a type that is in use: a new form has a new name, and is added here."""
    forms = {one["name"]: json.dumps(one["inputs"], sort_keys=True).encode() for one in credential_types()}
    assert {name: hashlib.sha256(form).hexdigest()[:16] for name, form in forms.items()} == {
        "AEP OAuth Server-to-Server": "893bf93ef1e68d18",
        "PostgreSQL credentials for AEP": "c8520f698c91eb6a",
    }


def test_the_controller_refuses_what_awx_refused(awx_controller: Controller) -> None:
    question = {"question_name": "Grace", "variable": "rotate_grace", "type": "integer", "default": 60, "required": True}
    survey = {"name": "How to rotate", "description": "", "spec": [question]}
    with pytest.raises(Refused, match="Default value 60 expected to be integer in survey question 0"):
        check_survey({**survey, "spec": [{**question, "default": "60"}]})
    rotate = awx_controller.named("job_templates")["AEP rotate"]
    awx_controller.documents["job_templates", rotate["id"], "survey_spec"] = survey
    with pytest.raises(Refused, match="'rotate_grace' value missing"):
        awx_controller.create("schedules", {"name": "Rotation", "unified_job_template": rotate["id"]})
    with pytest.raises(Refused, match="'rotate_grace' value missing"):
        launch_by_api(awx_controller, "AEP rotate", {})
    with pytest.raises(Refused, match="Playbook not found for project"):
        awx_controller.change("job_templates", rotate, {"playbook": "playbooks/new.yml"})
    environment = awx_controller.named("execution_environments")["AEP sources"]
    with pytest.raises(Refused, match="Cannot change the organization of an execution environment"):
        awx_controller.change("execution_environments", environment, {"organization": 1})
    with pytest.raises(Refused, match="'clientid' was unexpected"):
        awx_controller.change("credentials", awx_controller.named("credentials")["AEP"], {"inputs": {"clientid": "client"}})


@pytest.mark.parametrize("name", ["AEP converge", "AEP drift", "AEP converge selected", "AEP report"])
def test_a_launch_without_answers_is_about_all(awx_controller: Controller, name: str) -> None:
    assert launch(awx_controller, name).variables["aep_sandboxes"] == "all"


@pytest.mark.parametrize("name", ["AEP converge selected", "AEP report", "AEP rotate"])
def test_an_empty_answer_is_refused(awx_controller: Controller, name: str) -> None:
    with pytest.raises(Refused, match="too small"):
        launch(awx_controller, name, {"aep_sandboxes": ""})


@pytest.mark.parametrize("name", ["AEP converge", "AEP drift"])
def test_a_job_in_slices_cannot_be_limited(awx_controller: Controller, name: str) -> None:
    """A slice without a host fails, and one that may be without takes a misspelt name for one of another slice."""
    assert launch(awx_controller, name).slices == 3
    with pytest.raises(Refused, match="not configured to prompt"):
        launch(awx_controller, name, limit="s1")
    with pytest.raises(Refused, match="expected to be one of"):
        launch_by_api(awx_controller, name, {"aep_sandboxes": "s1"})
    selected = launch(awx_controller, f"{name} selected", {"aep_sandboxes": "s1"}, limit="s1")
    assert (selected.slices, selected.variables["aep_sandboxes"]) == (1, "s1")


CLEAN = {"drift": True}
DRIFT = {"drift": False, "found": True, "approve": True, "converge": True, "report": True}
FAILED = {"drift": False, "found": False}
DENIED = {"drift": False, "found": True, "approve": False}


@pytest.mark.parametrize(
    ("status", "approval", "steps", "is_successful"),
    [
        ("clean", True, CLEAN, True),
        ("drift", True, DRIFT, True),
        ("drift", False, DENIED, False),
        ("failed", True, FAILED, False),
    ],
)
def test_only_drift_asks_for_approval(
    awx_controller: Controller, status: str, approval: bool, steps: dict[str, bool], is_successful: bool
) -> None:
    outcomes = {"AEP drift": status == "clean", "AEP drift found": status == "drift", "Approve the changes": approval}
    ran = run_workflow(awx_controller, WORKFLOW, lambda name: outcomes.get(name, True))
    assert ran == (steps, is_successful)
    found = launch(awx_controller, "AEP drift found")
    assert (found.playbook, found.is_check, found.slices) == (PLAYBOOKS["drift"], True, 1)
    assert found.variables == {"aep_drift_expected": True}


def test_an_inventory_that_cannot_be_synced_ends_the_workflow(awx_controller: Controller) -> None:
    awx_controller.can_sync = False
    assert run_workflow(awx_controller, WORKFLOW, lambda name: True) == (FAILED, False)
