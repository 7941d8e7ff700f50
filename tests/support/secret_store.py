"""A secret store for the stand-ins of lookups: a file of secrets, and a note of each that was read."""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any

from ansible.errors import AnsibleLookupError


def read(name: str) -> Any:
    """Return a secret of the store whose folder SECRET_STORE names."""
    folder = pathlib.Path(os.environ["SECRET_STORE"])
    with (folder / "read").open("a") as notes:
        notes.write(f"{name}\n")
    secrets = json.loads((folder / "secrets.json").read_text())
    if name not in secrets:
        raise AnsibleLookupError(f"The store has no secret '{name}'.")
    return secrets[name]
