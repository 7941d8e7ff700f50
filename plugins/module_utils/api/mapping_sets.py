# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Mapping sets of the Data Prep API as typed calls: which column goes where in a dataset. Decides nothing.

Two forms of rules are published: ``source`` and ``destination``, which is sent, and ``sourceAttribute`` and
``destinationXdmPath``. Both are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from ansible_collections.aep.sources.plugins.module_utils.api.values import Query, from_pages, part, required, whole_number
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client
from ansible_collections.aep.sources.plugins.module_utils.client.errors import ServiceError
from ansible_collections.aep.sources.plugins.module_utils.flow import SCHEMA_VERSION, MappingSet, Rule

_BASE = "/data/foundation/conversion/mappingSets"
_PAGE_SIZE = 100
_NOT_FOUND = 404
_NOT_OFFERED = (405, 501)  # the published description of the API has no DELETE
_ATTRIBUTE = ("ATTRIBUTE", "text/x.schema-path", None)
_LONGEST_ERROR = 300  # characters of what the service says of one rule


class MappingSets:
    """The mapping sets of one sandbox."""

    def __init__(self, client: Client, sandbox: str) -> None:
        self._client = client
        self._asking = replace(client, repeat_post=True)  # a POST that only asks may be repeated
        self.sandbox = sandbox

    def get(self, name: str, identifier: str, version: int | None = None) -> MappingSet | None:
        """Return a version of a mapping set, the newest if none is named; or None when it is not there."""
        action = self._doing("look at", name)
        query = {} if version is None else {"version": str(version)}
        try:
            return _mapping_set(action, self._call("GET", _path(identifier), action, query=query))
        except ServiceError as error:
            if error.problem.status == _NOT_FOUND:
                return None
            raise

    def named(self, name: str, full_name: str) -> list[MappingSet]:
        """Return the mapping sets of exactly this name, the oldest first. What the filter matches is not published."""
        action = self._doing("look for", name)
        full: list[list[Any]] = []

        def ask(page: Query) -> Any:
            query = {"start": "0", "limit": str(_PAGE_SIZE), "name": full_name, **page}
            return self._call("GET", _BASE, action, query=query)

        def following(_document: Any, items: list[Any]) -> Query | None:
            if len(items) < _PAGE_SIZE or items in full:
                return None
            full.append(items)
            return {"start": str(_PAGE_SIZE * len(full))}

        found = {one["id"]: one for one in from_pages(action, "data", ask, following) if part(str, one, "id")}
        exact = [_mapping_set(action, one) for one in found.values() if part(str, one, "name") == full_name]
        return sorted(exact, key=lambda one: (one.created_at or 0, one.id))

    def create(self, name: str, full_name: str, schema_id: str, rules: Iterable[Rule]) -> tuple[str, int]:
        """Create a mapping set, and return its id and version."""
        action = self._doing("create", name)
        document = self._call("POST", _BASE, action, body={"name": full_name, **_content(schema_id, rules)})
        return required(str, action, "no id", document, "id"), whole_number(document.get("version")) or 0

    def update(self, name: str, held: MappingSet, schema_id: str, rules: Iterable[Rule]) -> int | None:
        """Give a mapping set other rules, and return the number of this version, None if the answer does not say it."""
        action = self._doing("update", name)
        kept = {key: held.shown[key] for key in ("name", "inputSchema") if held.shown.get(key) is not None}
        body = {"id": held.id, **kept, **_content(schema_id, rules)}
        document = part(dict, self._call("PUT", _path(held.id), action, body=body)) or {}
        return whole_number(document.get("version"))

    def delete(self, name: str, identifier: str) -> bool:
        """Delete a mapping set; one that is not there any more is no error. Return whether the service does that at all."""
        try:
            self._call("DELETE", _path(identifier), self._doing("delete", name))
        except ServiceError as error:
            if error.problem.status in _NOT_OFFERED:
                return False
            if error.problem.status != _NOT_FOUND:
                raise
        return True

    def problems(self, name: str, schema_id: str, rules: Iterable[Rule]) -> list[str]:
        """Return what the service has against rules, which it does not store."""
        action, ordered = self._doing("validate", name), sorted(rules)
        headers = {"x-sandbox-name": self.sandbox}
        body = _content(schema_id, ordered)
        document = self._asking.request("POST", f"{_BASE}/validate", action=action, body=body, headers=headers)
        verdicts = required(list, action, "no validation", document, "validationResponse")
        return [
            f"{ordered[index] if index < len(ordered) else 'a rule'} ({_in_one_line(part(object, one, 'errors'))})"
            for index, one in enumerate(verdicts)
            if part(str, one, "status") != "SUCCESS"
        ]

    def _doing(self, verb: str, name: str) -> str:
        return f"{verb} the mapping of dataflow '{name}' in sandbox '{self.sandbox}'"

    def _call(self, method: str, path: str, action: str, **content: Any) -> Any:
        return self._client.request(method, path, action=action, headers={"x-sandbox-name": self.sandbox}, **content)


def _path(identifier: str) -> str:
    return f"{_BASE}/{quote(identifier, safe='')}"


def _content(schema_id: str, rules: Iterable[Rule]) -> dict[str, Any]:
    kinds = {True: "EXPRESSION", False: "ATTRIBUTE"}
    return {
        "outputSchema": {"schemaRef": {"id": schema_id, "contentType": SCHEMA_VERSION}},
        "mappings": [
            {"sourceType": kinds[one.is_expression], "source": one.source, "destination": one.target} for one in sorted(rules)
        ],
    }


def _mapping_set(action: str, document: Any) -> MappingSet:
    schema = part(str, document, "outputSchema", "schemaRef", "id") or part(str, document, "xdmSchema")
    return MappingSet(
        id=required(str, action, "no id", document, "id"),
        version=whole_number(document.get("version")),
        name=part(str, document, "name"),
        created_at=part(int, document, "createdDate"),
        schema_id=schema,
        rules=frozenset(_rule(one) for one in required(list, action, "no rules", document, "mappings")),
        shown=document,
    )


def _rule(item: Any) -> Rule:
    target = part(str, item, "destination") or part(str, item, "destinationXdmPath") or ""
    source = part(str, item, "source") or part(str, item, "sourceAttribute") or ""
    return Rule(target, source.strip(), is_expression=part(str, item, "sourceType") not in _ATTRIBUTE)


def _in_one_line(errors: object) -> str:
    return " ".join(str(errors or "no reason is given").split())[:_LONGEST_ERROR]
