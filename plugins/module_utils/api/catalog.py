# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Datasets and their schemas as typed calls. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ansible_collections.aep.sources.plugins.module_utils.api.values import MOST_PAGES, part, required, unusable
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.flow import SCHEMA_VERSION, Dataset

_DATASETS = "/data/foundation/catalog/dataSets"
_SCHEMAS = "/data/foundation/schemaregistry/tenant/schemas"
_PAGE_SIZE = 100
_NOT_FOUND = 404


class Catalog:
    """The datasets of one sandbox."""

    def __init__(self, client: Client, sandbox: str) -> None:
        self._client = client
        self.sandbox = sandbox

    def list_datasets(self) -> list[Dataset]:
        """Return all datasets, from all pages. A page is an object by id, and the last one is not full."""
        action = f"list the datasets of sandbox '{self.sandbox}'"
        found: dict[str, Dataset] = {}
        for page in range(MOST_PAGES):
            query = {"limit": str(_PAGE_SIZE), "start": str(page * _PAGE_SIZE), "properties": "name,schemaRef"}
            document = required(dict, action, "no list of datasets", {"page": self._get(_DATASETS, action, query)}, "page")
            known = len(found)
            found |= {one: _dataset(one, item) for one, item in document.items()}
            if len(document) < _PAGE_SIZE or len(found) == known:
                return list(found.values())
        raise unusable(action, "the pages of the list do not end")

    def get(self, identifier: str) -> Dataset | None:
        """Return a dataset, or None when it is not there. The answer is an object of one, by its id."""
        action = f"look at dataset '{identifier}' in sandbox '{self.sandbox}'"
        try:
            document = self._get(f"{_DATASETS}/{quote(identifier, safe='')}", action, {})
        except ServiceError as error:
            if error.problem.status == _NOT_FOUND:
                return None
            raise
        item = part(dict, document, identifier)
        return None if item is None else _dataset(identifier, item)

    def schema(self, schema_id: str) -> Mapping[str, Any] | None:
        """Return a schema with all of its fields, or None where it cannot be seen."""
        action = f"look at schema {schema_id} in sandbox '{self.sandbox}'"
        try:
            document = self._get(f"{_SCHEMAS}/{quote(schema_id, safe='')}", action, {}, Accept=SCHEMA_VERSION)
        except AepError:
            return None
        return part(dict, document)

    def _get(self, path: str, action: str, query: Mapping[str, str], **headers: str) -> Any:
        return self._client.request(
            "GET", path, action=action, query=dict(query), headers={"x-sandbox-name": self.sandbox, **headers}
        )


def _dataset(identifier: str, item: Any) -> Dataset:
    return Dataset(identifier, part(str, item, "name"), part(str, item, "schemaRef", "id"))
