# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The Flow Service's connections as typed calls (api-facts.md 1 to 3). Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from ansible_collections.aep.sources.plugins.module_utils.api.values import Query, from_pages, part, required, unusable
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client
from ansible_collections.aep.sources.plugins.module_utils.client.errors import ServiceError
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection

_BASE = "/data/foundation/flowservice"
PAGE_SIZE = 100
_NOT_FOUND = 404
BEING_DELETED = "FLOW-1458-400"


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
        items = self.listed(action, "/connections", f"connectionSpec.id=={spec_id}")
        found = [_connection(action, item) for item in items]
        return list({one.id: one for one in found if one.spec_id in (spec_id, None)}.values())

    def get(self, name: str, connection_id: str) -> Connection | None:
        """Return one connection, or None when it is not there. The answer is a list of one (api-facts.md 3.1)."""
        action = self.doing("look at", name)
        try:
            document = self.call("GET", _path(connection_id), action)
        except ServiceError as error:
            if is_gone(error):
                return None
            raise
        items = required(list, action, "no list of connections", document, "items")
        return _connection(action, items[0]) if items else None

    def published_values(self, spec_id: str, auth_spec: str, parameter: str) -> list[str]:
        """Return the values that a connection spec publishes for a parameter; empty when it publishes none (4.2, 4.3)."""
        action = f"look at the connection spec of PostgreSQL in sandbox '{self.sandbox}'"
        document = self.call("GET", f"/connectionSpecs/{quote(spec_id, safe='')}", action)
        for item in part(list, document, "items") or []:
            for spec in part(list, item, "authSpec") or []:
                if part(str, spec, "name") == auth_spec:
                    values = part(list, spec, "spec", "properties", parameter, "enum") or []
                    return [value for value in values if isinstance(value, str)]
        return []

    def create(self, name: str, body: Mapping[str, Any]) -> str:
        """Create a connection and return its id. The etag of the answer may be stale at once, so it is not returned."""
        action = self.doing("create", name)
        return _identifier(action, self.call("POST", "/connections", action, body=body))

    def patch(self, name: str, connection_id: str, etag: str, operations: Sequence[Mapping[str, Any]]) -> str:
        """Change a connection, if it is still at this etag, and return its new etag.

        The etag is sent as it came, with the quotes that are part of it (api-facts.md 3.2).

        Raises:
            NoAnswerError: the answer holds no etag, so the change may or may not have been made.
        """
        action = self.doing("update", name)
        document = self.call("PATCH", _path(connection_id), action, body=list(operations), headers={"If-Match": etag})
        return required(str, action, "no etag", document, "etag")

    def delete(self, name: str, connection_id: str) -> None:
        """Delete a connection; one that is not there any more, or that is being deleted, is no error."""
        action = self.doing("delete", name)
        try:
            self.call("DELETE", _path(connection_id), action)
        except ServiceError as error:
            if not is_gone(error) and error.problem.code != BEING_DELETED:
                raise

    def test(self, name: str, connection_id: str) -> bool:
        """Return whether the service can reach the database with the connection's credentials (api-facts.md 3.7)."""
        action = self.doing("test", name)
        return required(bool, action, "no result", self.call("GET", f"{_path(connection_id)}/test", action), "result")

    def first_page(self, action: str, *, limit: int, name_sandbox: bool = True) -> Any:
        """Return the first page of the list of all connections, as it came; the sandbox may be left to the service."""
        headers = {"x-sandbox-name": self.sandbox} if name_sandbox else {}
        query = {"limit": str(limit)}
        return self._client.request("GET", f"{_BASE}/connections", action=action, query=query, headers=headers)

    def explore(self, name: str, connection_id: str, **query: str) -> Any:
        """Return what the service sees through a connection, as it answers (api-facts.md 3.8)."""
        action = f"look at {query.get('object') or 'the tables'} through base connection '{name}' in sandbox '{self.sandbox}'"
        return self.call("GET", f"{_path(connection_id)}/explore", action, query=query)

    def listed(self, action: str, path: str, *conditions: str) -> Iterator[Any]:
        """Yield what a list holds that meets all conditions, from all pages, as it comes (api-facts.md 2.2, 2.4)."""

        def ask(page: Query) -> Any:
            return self.call("GET", path, action, query={"property": list(conditions), "limit": str(PAGE_SIZE), **page})

        def following(document: Any, _items: list[Any]) -> Query | None:
            token = _next_token(action, document)
            return None if token is None else {"continuationToken": token}

        return from_pages(action, "items", ask, following)

    def doing(self, verb: str, name: str) -> str:
        """Return what is done to a connection, for errors."""
        return f"{verb} base connection '{name}' in sandbox '{self.sandbox}'"

    def call(self, method: str, path: str, action: str, **content: Any) -> Any:
        """Send a request for this sandbox, and return what the service answers; ``content`` as of Client.request."""
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
    return part(str, document, "_links", "next", "href")


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
        raise unusable(action, "the link to the next page holds no continuationToken")
    return tokens[0].replace(" ", "+")  # a base64 token that the link does not encode


def _identifier(action: str, item: object) -> str:
    return required(str, action, "no id", item, "id")


def _connection(action: str, item: Any) -> Connection:
    return Connection(
        id=_identifier(action, item),
        name=part(str, item, "name"),
        description=part(str, item, "description"),
        etag=part(str, item, "etag"),
        state=part(str, item, "state"),
        spec_id=part(str, item, "connectionSpec", "id"),
        auth_spec=part(str, item, "auth", "specName"),
        auth_params=part(dict, item, "auth", "params") or {},
        created_at=part(int, item, "createdAt"),
        updated_at=part(int, item, "updatedAt"),
    )
