"""A stand-in for the lookup: takes and returns what the documentation of azure.azcollection 3.12.0 says."""

from __future__ import annotations

from typing import Any

from ansible.plugins.lookup import LookupBase
from secret_store import read


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, *, vault_url: str, use_msi: bool = True) -> list[str]:
        assert vault_url.startswith("https://")
        assert vault_url.endswith(".vault.azure.net")
        return [read(term) for term in terms]
