"""A stand-in for the lookup: takes and returns what the documentation of amazon.aws 10.1.2 says."""

from __future__ import annotations

import json
from typing import Any

from ansible.plugins.lookup import LookupBase
from secret_store import read


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, *, nested: bool = False) -> list[str]:
        found = []
        for term in terms:
            name, *keys = term.split(".") if nested else [term]
            value = read(name)
            for key in keys:
                value = value[key]
            found.append(value if isinstance(value, str) else json.dumps(value))
        return found
