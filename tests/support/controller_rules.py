"""What AWX 24 refuses, as its serializers and access rules do. Facts only; the texts are those that its users see."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from surveys import refused_answers, refused_spec

if TYPE_CHECKING:
    from controller import Controller

Item = dict[str, Any]
_PROMPTS = ("limit", "job_slice_count", "inventory", "job_type", "diff_mode")


class Refused(Exception):
    """A request that is not carried out."""

    def __init__(self, status: int, document: Any) -> None:
        self.status = status
        self.document = document if isinstance(document, dict) else {"detail": document}
        super().__init__(json.dumps(self.document))


def check_access(method: str, kind: str, body: Item, *, is_superuser: bool) -> None:
    """Refuse what an administrator of an organization may not do. Everyone may read."""
    needs = kind == "credential_types" or (kind == "organizations" and method == "POST")
    is_global = kind == "execution_environments" and "organization" in body and not body["organization"]
    if method != "GET" and (needs or is_global) and not is_superuser:
        raise Refused(403, "You do not have permission to perform this action.")


def check_survey(spec: Item) -> None:
    """Refuse a survey with something in it that has another type."""
    if reason := refused_spec(spec):
        raise Refused(400, {"error": reason})


def check(controller: Controller, kind: str, body: Item, item: Item) -> None:
    """Refuse to create an object, or to change one, if what it would be is not possible."""
    rules = {
        "credential_types": _check_credential_type,
        "execution_environments": _check_execution_environment,
        "credentials": _check_credential,
        "job_templates": _check_job_template,
        "inventory_sources": _check_inventory_source,
        "schedules": _check_schedule,
        "workflow_job_template_nodes": _check_node,
    }
    if kind in rules:
        rules[kind](controller, {**item, **body}, item)


def is_in_use(controller: Controller, credential_type: int) -> bool:
    """Return whether there are credentials of a type."""
    return any(one["credential_type"] == credential_type for one in controller.held.get("credentials", {}).values())


def secret_fields(controller: Controller, credential: Item) -> list[str]:
    """Return the fields of a credential that the API does not show."""
    fields = controller.find(credential["credential_type"])["inputs"]["fields"]
    return [one["id"] for one in fields if one.get("secret")]


def _check_credential_type(controller: Controller, wanted: Item, item: Item) -> None:
    if wanted["kind"] not in ("cloud", "net"):
        raise Refused(400, {"kind": f"Must be 'cloud' or 'net', not {wanted['kind']}"})
    if item and wanted["inputs"] != item["inputs"] and is_in_use(controller, item["id"]):
        raise Refused(403, "Modifications to inputs are not allowed for credential types that are in use")


def _check_execution_environment(controller: Controller, wanted: Item, item: Item) -> None:
    if not item and wanted["name"] in controller.named("execution_environments"):
        raise Refused(400, {"name": ["Execution environment with this Name already exists."]})
    if item and wanted["organization"] not in (None, item["organization"]):
        raise Refused(400, {"organization": ["Cannot change the organization of an execution environment"]})


def _check_credential(controller: Controller, wanted: Item, item: Item) -> None:
    known = [one["id"] for one in controller.find(wanted["credential_type"])["inputs"]["fields"]]
    for name, value in wanted.get("inputs", {}).items():
        if name not in known:
            raise Refused(400, {"inputs": [f"Additional properties are not allowed ('{name}' was unexpected)"]})
        if not isinstance(value, str):
            raise Refused(400, {"inputs": {name: [f"{value} is not of type 'string'"]}})


def _check_job_template(controller: Controller, wanted: Item, item: Item) -> None:
    project = controller.find(wanted.get("project"))
    if not project:
        raise Refused(400, {"project": ["This field is required."]})
    if wanted.get("playbook") not in project["playbook_files"]:
        raise Refused(400, {"playbook": ["Playbook not found for project."]})


def _check_inventory_source(controller: Controller, wanted: Item, item: Item) -> None:
    if wanted["source"] == "scm" and not wanted.get("source_project"):
        raise Refused(400, {"source_project": ["Project required for scm type sources."]})


def _check_schedule(controller: Controller, wanted: Item, item: Item) -> None:
    if errors := launch_errors(controller, controller.find(wanted["unified_job_template"]), wanted):
        raise Refused(400, errors)


def _check_node(controller: Controller, wanted: Item, item: Item) -> None:
    if errors := launch_errors(controller, controller.find(wanted.get("unified_job_template")), wanted, may_lack=True):
        raise Refused(400, errors)


def launch_errors(controller: Controller, template: Item, given: Item, *, may_lack: bool = False) -> Item:
    """Return why a template cannot be launched with what is given for it, by what a user sees.

    Parameters:
        given: ``extra_data``, with variables, and the fields that a template may prompt for.
        may_lack: whether answers that are required may be missing, as a workflow may have them.
    """
    if not template:
        return {}
    survey, variables = controller.survey(template), given.get("extra_data") or {}
    asked = [one["variable"] for one in survey.get("spec", [])]
    not_asked = sorted(set(variables) - set(asked))
    errors: Item = {}
    if missing := refused_answers(survey, variables, may_lack=may_lack):
        errors["variables_needed_to_start"] = missing
    if not_asked and not template.get("ask_variables_on_launch"):
        errors["extra_data"] = [f"Variables {', '.join(not_asked)} are not allowed on launch."]
    for field in _PROMPTS:
        value = given.get(field)
        if value not in (None, template.get(field)) and not template.get(f"ask_{field}_on_launch"):
            errors[field] = "Field is not configured to prompt on launch."
    return errors
