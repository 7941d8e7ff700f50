# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The Flow Service's connections as typed calls (api-facts.md 1 to 3). Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from ansible_collections.aep.sources.plugins.module_utils.api.values import items, mapping, number, text
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client
from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection

_BASE = "/data/foundation/flowservice"
PAGE_SIZE = 100
_MOST_PAGES = 1000  # of one list, so that a service that always has one more ends too
_NOT_FOUND = 404
_BEING_DELETED = "FLOW-1458-400"
_STRANGE = "Check base_url: this may not be the Flow Service."


@dataclass(frozen=True)
class Dataflow:
    """A dataflow that reads through a connection."""

    id: str
    name: str | None = None
    state: str | None = None


class FlowService:
    """The connections of one sandbox.

    Parameters:
        client: sends the requests.
        sandbox: the sandbox's name.
    """

    def __init__(self, client: Client, sandbox: str) -> None:
        self._client = client
        self.sandbox = sandbox

    def list_connections(self, spec_id: str) -> list[Connection]:
        """Return all connections of a connection spec, from all pages.

        The next page's token is taken out of ``_links.next.href``, which is relative to the service and may or may not
        repeat the filter (api-facts.md 2.4).
        """
        action = f"list the base connections of sandbox '{self.sandbox}'"
        found: dict[str, Connection] = {}
        for page in self._pages(action, {"property": f"connectionSpec.id=={spec_id}", "limit": str(PAGE_SIZE)}):
            for item in page:
                connection = _connection(action, item)
                if connection.spec_id in (spec_id, None):
                    found[connection.id] = connection
        return list(found.values())

    def get(self, name: str, connection_id: str) -> Connection | None:
        """Return one connection, or None when it is not there. The answer is a list of one (api-facts.md 3.1)."""
        action = f"look at base connection '{name}' in sandbox '{self.sandbox}'"
        try:
            document = self._call("GET", _path(connection_id), action)
        except ServiceError as error:
            if is_gone(error):
                return None
            raise
        items = document.get("items") if isinstance(document, dict) else None
        if not isinstance(items, list):
            raise NoAnswerError(action, "the answer holds no list of connections", _STRANGE, may_have_arrived=True)
        return _connection(action, items[0]) if items else None

    def published_values(self, spec_id: str, auth_spec: str, parameter: str) -> list[str]:
        """Return the values that a connection spec publishes for a parameter; empty when it publishes none (4.2, 4.3)."""
        action = f"look at the connection spec of PostgreSQL in sandbox '{self.sandbox}'"
        document = self._call("GET", f"/connectionSpecs/{quote(spec_id, safe='')}", action)
        for item in items(mapping(document).get("items")):
            for spec in items(mapping(item).get("authSpec")):
                if mapping(spec).get("name") == auth_spec:
                    schema = mapping(mapping(mapping(spec).get("spec")).get("properties"))
                    return [value for value in items(mapping(schema.get(parameter)).get("enum")) if isinstance(value, str)]
        return []

    def create(self, name: str, body: Mapping[str, Any]) -> str:
        """Create a connection and return its id. The etag of the answer may be stale at once, so it is not returned."""
        action = f"create base connection '{name}' in sandbox '{self.sandbox}'"
        return _identifier(action, self._call("POST", "/connections", action, body=body))

    def patch(self, name: str, connection_id: str, etag: str, operations: Sequence[Mapping[str, Any]]) -> str:
        """Change a connection, if it is still at this etag, and return its new etag.

        The etag is sent as it came, with the quotes that are part of it (api-facts.md 3.2).

        Raises:
            NoAnswerError: the answer holds no etag, so the change may or may not have been made.
        """
        action = f"update base connection '{name}' in sandbox '{self.sandbox}'"
        document = self._call("PATCH", _path(connection_id), action, body=list(operations), headers={"If-Match": etag})
        new = mapping(document).get("etag")
        if not isinstance(new, str) or not new:
            raise NoAnswerError(action, "the answer holds no etag", _STRANGE, may_have_arrived=True)
        return new

    def delete(self, name: str, connection_id: str) -> None:
        """Delete a connection; one that is not there any more, or that is being deleted, is no error."""
        action = f"delete base connection '{name}' in sandbox '{self.sandbox}'"
        try:
            self._call("DELETE", _path(connection_id), action)
        except ServiceError as error:
            if not is_gone(error) and error.problem.code != _BEING_DELETED:
                raise

    def test(self, name: str, connection_id: str) -> bool:
        """Return whether the service can reach the database with the connection's credentials (api-facts.md 3.7)."""
        action = f"test base connection '{name}' in sandbox '{self.sandbox}'"
        document = self._call("GET", f"{_path(connection_id)}/test", action)
        result = document.get("result") if isinstance(document, dict) else None
        if not isinstance(result, bool):
            raise NoAnswerError(action, "the answer holds no result", _STRANGE, may_have_arrived=True)
        return result

    def first_page(self, action: str, *, limit: int, name_sandbox: bool = True) -> Any:
        """Return the first page of the list of all connections, as it came; the sandbox may be left to the service."""
        headers = {"x-sandbox-name": self.sandbox} if name_sandbox else {}
        query = {"limit": str(limit)}
        return self._client.request("GET", f"{_BASE}/connections", action=action, query=query, headers=headers)

    def dataflows(self, connection_id: str) -> list[Dataflow]:
        """Return the dataflows that use a connection, which they do through its source connections (api-facts.md 3.3)."""
        action = f"look for the dataflows that use base connection {connection_id}"
        sources = self._items(action, "/sourceConnections", f"baseConnectionId=={connection_id}")
        if not sources:
            return []
        flows = self._items(action, "/flows", f"sourceConnectionIds[]=={','.join(sources)}")
        return [Dataflow(key, text(item.get("name")), text(item.get("state"))) for key, item in flows.items()]

    def explore(self, name: str, connection_id: str, **query: str) -> Any:
        """Return what the service sees through a connection, as it answers (api-facts.md 3.8)."""
        action = f"look at {query.get('object') or 'the tables'} through base connection '{name}' in sandbox '{self.sandbox}'"
        return self._call("GET", f"{_path(connection_id)}/explore", action, query=query)

    def _items(self, action: str, path: str, condition: str) -> dict[str, Mapping[str, Any]]:
        pages = self._pages(action, {"property": condition, "limit": str(PAGE_SIZE)}, path)
        return {_identifier(action, item): item for page in pages for item in page}

    def _pages(self, action: str, query: dict[str, str], path: str = "/connections") -> Iterator[list[Any]]:
        tokens: set[str] = set()
        page: dict[str, str] = {}
        while True:
            document = self._call("GET", path, action, query={**query, **page})
            if not isinstance(document, dict) or not isinstance(document.get("items"), list):
                raise NoAnswerError(action, "the answer holds no list", _STRANGE, may_have_arrived=True)
            yield document["items"]
            token = _next_token(action, document)
            if token is None:
                return
            if token in tokens or len(tokens) == _MOST_PAGES:
                raise NoAnswerError(action, "the pages of the list do not end", _STRANGE, may_have_arrived=True)
            tokens.add(token)
            page = {"continuationToken": token}

    def _call(self, method: str, path: str, action: str, **content: Any) -> Any:
        headers = {"x-sandbox-name": self.sandbox, **content.pop("headers", {})}
        return self._client.request(method, _BASE + path, action=action, headers=headers, **content)


def is_gone(error: ServiceError) -> bool:
    """Return whether an error says that the connection does not exist, in either of its spellings (api-facts.md 3.1)."""
    return "FLOW-1439-" in (error.problem.code or "") or (
        error.problem.status == _NOT_FOUND and not (error.problem.code or "").startswith("FLOW-21")
    )


def is_in_use(error: ServiceError) -> bool:
    """Return whether an error says that dataflows keep the connection from being deleted (api-facts.md 3.3)."""
    return error.problem.code in ("FLOW-1418-400", "FLOW-1447-400")


def _path(connection_id: str) -> str:
    return f"/connections/{quote(connection_id, safe='')}"


def link_to_next(document: object) -> str | None:
    """Return the link to the page after this one, as it stands in the answer (api-facts.md 2.4)."""
    return text(mapping(mapping(mapping(document).get("_links")).get("next")).get("href"))


def _next_token(action: str, document: Mapping[str, Any]) -> str | None:
    """Return the token of the next page, or None when there is none: no link, or one that is null (api-facts.md 2.4).

    Raises:
        NoAnswerError: there is a link, but no token can be read in it. To take that for the end would hide what follows.
    """
    links = document.get("_links") or {}
    link = links.get("next") if isinstance(links, dict) else links
    if link is None or (isinstance(link, dict) and link.get("href") is None):
        return None
    try:
        tokens = parse_qs(urlsplit(link_to_next(document) or "").query).get("continuationToken")
    except ValueError:
        tokens = None
    if not tokens:
        raise NoAnswerError(action, "the link to the next page holds no continuationToken", _STRANGE, may_have_arrived=True)
    return tokens[0].replace(" ", "+")  # a base64 token that the link does not encode


def _identifier(action: str, document: Any) -> str:
    identifier = document.get("id") if isinstance(document, dict) else None
    if not isinstance(identifier, str) or not identifier:
        raise NoAnswerError(action, "the answer holds no id", _STRANGE, may_have_arrived=True)
    return identifier


def _connection(action: str, item: Any) -> Connection:
    identifier = _identifier(action, item)
    auth = mapping(item.get("auth"))
    return Connection(
        id=identifier,
        name=text(item.get("name")),
        description=text(item.get("description")),
        etag=text(item.get("etag")),
        state=text(item.get("state")),
        spec_id=text(mapping(item.get("connectionSpec")).get("id")),
        auth_spec=text(auth.get("specName")),
        auth_params=mapping(auth.get("params")),
        created_at=number(item.get("createdAt")),
        updated_at=number(item.get("updatedAt")),
    )
