"""The role awx_job_templates with the real modules of awx.awx, against a controller in memory."""

from __future__ import annotations

import contextlib
import json
import pathlib
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import yaml
from commands import ansible
from controller import Controller
from pytest_httpserver import HTTPServer

ROLE = pathlib.Path(__file__).parents[2] / "roles/awx_job_templates"
PLAYBOOKS: dict[str, str] = yaml.safe_load((ROLE / "defaults/main.yml").read_text())["awx_job_templates_playbooks"]
SECRET = "s3cret-of-the-client"
AEP_INPUTS = {"client_id": "client", "client_secret": SECRET, "org_id": "TESTORG@AdobeOrg"}
POSTGRES_INPUTS = {"credentials": f"orders: {{username: reader, password: {SECRET}}}"}
TYPES = "credential_types"


class _Loader(yaml.SafeLoader):
    """Reads !unsafe strings as strings, as AWX stores them."""


_Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def credential_types() -> list[dict[str, Any]]:
    """Return the credential types of the role, that of Adobe first."""
    found: list[dict[str, Any]] = yaml.load((ROLE / "files/credential_types.yml").read_text(), _Loader)["aep_credential_types"]
    return found


@contextlib.contextmanager
def _served(controller: Controller) -> Iterator[str]:
    with HTTPServer() as server:
        server.expect_request(re.compile("/api/.*")).respond_with_handler(controller.answer)
        yield f"http://127.0.0.1:{server.port}"
        server.check()


def run_role(
    controller: Controller, folder: pathlib.Path, *options: str, user: str = "administrator", **more: Any
) -> subprocess.CompletedProcess[str]:
    """Run the role.

    Parameters:
        user: ``superuser``, or anyone else, who administers the organization.
    """
    with _served(controller) as url:
        given = {
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "awx_job_templates_controller": {"controller_host": url, "controller_oauthtoken": user},
            "awx_job_templates_organization": "Data",
            "awx_job_templates_scm_url": "https://git.example.com/aep.git",
            "awx_job_templates_image": "registry.example.com/aep-sources-ee:1",
            "awx_job_templates_aep_inputs": AEP_INPUTS,
            "awx_job_templates_postgres_inputs": POSTGRES_INPUTS,
            **more,
        }
        play = {"hosts": "localhost", "gather_facts": False, "vars": given, "roles": ["aep.sources.awx_job_templates"]}
        (folder / "play.yml").write_text(yaml.safe_dump([play]))
        command = ["-i", "localhost,", "-c", "local", "-vvv", "--diff", *options, "play.yml"]
        done = ansible("ansible-playbook", *command, folder=folder, HOME=str(folder), ANSIBLE_PIPELINING="1")
    assert SECRET not in done.stdout
    return done


def _begin(controller: Controller, folder: pathlib.Path) -> subprocess.CompletedProcess[str]:
    """Do the superuser's part, with the command that the guide shows, which needs no secret."""
    given = {"awx_job_templates_organization": "Data", "awx_job_templates_parts": ["organization", TYPES]}
    command = ["localhost", "-m", "include_role", "-a", "name=aep.sources.awx_job_templates", "-e", json.dumps(given)]
    with _served(controller) as url:
        who = {"CONTROLLER_HOST": url, "CONTROLLER_OAUTH_TOKEN": "superuser"}
        return ansible("ansible", *command, folder=folder, HOME=str(folder), **who)


def set_up(place: pathlib.Path) -> None:
    """Set a controller up as the guide says: a look in check mode, a superuser's part, and then everything else.

    The project is there already, from a first attempt when its repository could not be reached.
    """
    controller = Controller(*PLAYBOOKS.values())
    looked = run_role(controller, place, "--check")
    (place / "looked").write_text(f"{looked.returncode} {controller.writes}\n{looked.stdout}")
    began = _begin(controller, place)
    assert began.returncode == 0, began.stdout
    controller.is_reachable = False
    organization = controller.named("organizations")["Data"]["id"]
    controller.create("projects", {"name": "AEP sources", "organization": organization, "scm_type": "git"})
    controller.is_reachable = True
    done = run_role(controller, place, awx_job_templates_slices=4)
    assert done.returncode == 0, done.stdout
    controller.save(place / "controller")
