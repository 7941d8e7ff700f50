"""A stand-in for the lookup: takes and returns what the documentation of community.hashi_vault 7.1.0 says."""

from __future__ import annotations

from typing import Any

from ansible.plugins.lookup import LookupBase
from secret_store import read


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, *, engine_mount_point: str = "secret") -> list[dict[str, Any]]:
        assert engine_mount_point == "secret"
        found = []
        for term in terms:
            data = {"data": read(term), "metadata": {"version": 1, "destroyed": False, "custom_metadata": None}}
            found.append(
                {"raw": {"data": data, "lease_id": ""}, "data": data, "secret": data["data"], "metadata": data["metadata"]}
            )
        return found
