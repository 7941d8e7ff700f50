"""What AWX 24 makes of job templates and workflows when they are launched."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from controller import Controller, name_of
from controller_rules import Item, Refused, launch_errors
from surveys import refused_answers, variables


@dataclass
class Launched:
    """A job: what it runs, its extra variables, the names of its credentials, and into how many slices it is divided."""

    playbook: str
    is_check: bool
    variables: dict[str, Any]
    credentials: list[str]
    slices: int


def launch(controller: Controller, name: str, answers: Item | None = None, **prompts: Any) -> Launched:
    """Launch a job template as the user interface does, which gives no more than what is asked for.

    Raises:
        Refused: the answers, the prompts, or what the template needs.
    """
    template = controller.named("job_templates")[name]
    if errors := launch_errors(controller, template, {"extra_data": answers, **prompts}):
        raise Refused(400, errors)
    if missing := [one for one in ("project", "inventory") if not template.get(one)]:
        raise Refused(400, {"resources_needed_to_start": [f"Job Template {one} is missing or undefined." for one in missing]})
    credentials = controller.linked("job_templates", name, "credentials")
    for credential in [controller.named("credentials")[one] for one in credentials]:
        needed = controller.find(credential["credential_type"])["inputs"].get("required", [])
        if missing := [one for one in needed if not controller.inputs[credential["id"]].get(one)]:
            raise Refused(400, {"credentials": f"{credential['name']} lacks {missing}"})
    known = json.loads(template.get("extra_vars") or "{}")
    return Launched(
        playbook=template["playbook"],
        is_check=template["job_type"] == "check",
        variables=variables(known, controller.survey(template), answers or {}),
        credentials=credentials,
        slices=min(template.get("job_slice_count", 1), len(controller.hosts)),
    )


def launch_by_api(controller: Controller, name: str, answers: Item) -> Launched:
    """Launch a job template by the API, which ignores what the template does not ask for.

    Raises:
        Refused: answers to questions of the survey.
    """
    template = controller.named("job_templates")[name]
    survey = controller.survey(template)
    if errors := refused_answers(survey, answers):
        raise Refused(400, {"variables_needed_to_start": errors})
    asked = [one["variable"] for one in survey.get("spec", [])]
    return launch(controller, name, {key: value for key, value in answers.items() if key in asked})


def run_workflow(controller: Controller, name: str, succeeds: Callable[[str], bool]) -> tuple[dict[str, bool], bool]:
    """Return which steps of a workflow ran and whether each succeeded, and whether the workflow did.

    Parameters:
        succeeds: says of a job template, or of an approval, whether it succeeds.
    """
    workflow = controller.named("workflow_job_templates")[name]["id"]
    nodes = [one for one in controller.held["workflow_job_template_nodes"].values() if one["workflow_job_template"] == workflow]
    following = {
        (node["id"], way): _following(controller, node, way) for node in nodes for way in ("success", "failure", "always")
    }
    reached = {one for ids in following.values() for one in ids}
    waiting, ran, is_successful = [one["id"] for one in nodes if one["id"] not in reached], {}, True
    while waiting:
        node = controller.find(waiting.pop(0))
        template = controller.find(node["unified_job_template"])
        outcome = ran[node["identifier"]] = _is_synced(controller, template) and succeeds(name_of(template))
        then = following[node["id"], "success" if outcome else "failure"] + following[node["id"], "always"]
        is_successful = is_successful and (outcome or bool(then))
        waiting += then
    return ran, is_successful


def _following(controller: Controller, node: Item, way: str) -> list[int]:
    return controller.links.get(("workflow_job_template_nodes", node["id"], f"{way}_nodes"), [])


def _is_synced(controller: Controller, template: Item) -> bool:
    """Return whether a job of a template begins: it fails if an inventory is updated at launch and cannot be."""
    sources = [one for one in controller.held["inventory_sources"].values() if one["inventory"] == template.get("inventory")]
    return controller.can_sync or not any(one["update_on_launch"] for one in sources)
