"""The module in a process of its own, without Ansible around it, so that its memory can be told."""

from __future__ import annotations

import json
import pathlib
import sys

from in_process import run_module


def main() -> None:
    """Keep the connections of the inventory's only sandbox."""
    with open(sys.argv[1], encoding="utf-8") as file:
        inventory = json.load(file)["all"]
    variables = inventory["vars"]
    [sandbox] = inventory["hosts"]
    options = {name: variables[f"postgres_connections_{name}"] for name in ("defaults", "credentials")}
    connections = variables["postgres_connections_definitions"]
    sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / ".cache" / "link"))  # where ansible_collections is
    result = run_module(
        "aep_postgres_connections",
        {**variables["postgres_connections_auth"], **options, "sandbox": sandbox, "connections": connections},
    )
    if result.get("failed"):
        sys.exit(result["msg"])


if __name__ == "__main__":
    main()
