"""What is compared: playbooks as users write them, this collection, and the floor that nothing run by Ansible can beat."""

from __future__ import annotations

import pathlib
import sys
from typing import Any

from simulated import PARAMS, POSTGRES

SHAPES = pathlib.Path(__file__).parent / "shapes"
FORKS = "20"


def _playbook(name: str) -> list[str]:
    return ["ansible-playbook", "-f", FORKS, "-i", "{inventory}", name]


COMMANDS: dict[str, list[str]] = {
    "a": _playbook(str(SHAPES / "uri_lookup.yml")),
    "b": _playbook(str(SHAPES / "uri_list.yml")),
    "c": _playbook(str(SHAPES / "singular_loop.yml")),
    "d": _playbook("aep.sources.connections"),
    "raw": [sys.executable, str(SHAPES / "raw.py"), "{inventory}"],
    "empty": _playbook(str(SHAPES / "empty.yml")),
    "task": _playbook(str(SHAPES / "one_task.yml")),
}
ROLE, FLOOR = "d", ("raw", "empty")
MODULE_ALONE = [sys.executable, str(SHAPES / "module_alone.py"), "{inventory}"]
TITLES = {
    "a": "(a) `uri`, look-up per connection",
    "b": "(b) `uri`, one list per sandbox",
    "c": "(c) the singular module in a loop",
    "d": "(d) **the role**",
    "raw": "(e) raw Python, 20 threads",
    "empty": "(e) an empty play",
    "floor": "(e) the floor: both",
    "task": "(f) a task that does nothing",
}
RUNS = ("first run", "no change")


DEFAULTS = {**{key: PARAMS[key] for key in ("server", "port", "database")}, "ssl_mode": "disable", "credentials": "reader"}


def rotation(password: str, *, prove_first: bool) -> dict[str, Any]:
    """Return the variables that replace the password of all connections, and have each tested."""
    return {
        "postgres_connections_defaults": {**DEFAULTS, "prove_first": prove_first},
        "postgres_connections_credentials": {"reader": {"username": PARAMS["username"], "password": password}},
    }


def inventory(url: str, who: dict[str, str], sandboxes: int, connections: int) -> dict[str, Any]:
    """Return an inventory with everything that the shapes need. Nobody tests connections."""
    body = {
        "auth": {"specName": "Basic Authentication", "params": PARAMS},
        "connectionSpec": {"id": POSTGRES, "version": "1.0"},
    }
    variables = {
        "url": url,
        "body": body,
        "headers": {
            "Authorization": "Bearer {{ token.json.access_token }}",
            "x-api-key": "client",
            "x-gw-ims-org-id": "TESTORG@AdobeOrg",
            "x-sandbox-name": "{{ inventory_hostname }}",
        },
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "postgres_connections_auth": who,
        "postgres_connections_defaults": {**DEFAULTS, "test": "never"},
        "postgres_connections_credentials": {"reader": {"username": PARAMS["username"], "password": PARAMS["password"]}},
        "postgres_connections_definitions": [{"name": f"Orders {number}"} for number in range(connections)],
    }
    return {"all": {"hosts": {f"s{number}": None for number in range(sandboxes)}, "vars": variables}}
