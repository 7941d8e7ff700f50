# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The Sandbox Management API's lists as typed calls (api-facts.md 7). Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.values import Query, from_pages, part, required
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client

_BASE = "/data/foundation/sandbox-management"
_PAGE_SIZE = 100  # an organization has 75 sandboxes at most


@dataclass(frozen=True)
class Sandbox:
    """A sandbox as the service shows it; ``is_default`` tells the default production sandbox."""

    name: str
    title: str | None = None
    state: str | None = None
    type: str | None = None
    region: str | None = None
    is_default: bool = False


def list_sandboxes(client: Client, *, all_of_them: bool) -> list[Sandbox]:
    """Return the sandboxes of an organization.

    The next page is asked for by number: the link that the service gives is a template with another port in it.

    Parameters:
        client: sends the requests.
        all_of_them: whether to return all sandboxes, which takes an administrator; else those that the credential can use.

    Raises:
        ServiceError: the service refused.
        NoAnswerError: no usable answer came.
    """
    action = "list the sandboxes of the organization"
    path = _BASE + ("/sandboxes" if all_of_them else "/")
    full: list[list[Any]] = []

    def ask(query: Query) -> Any:
        return client.request("GET", path, action=action, query={"limit": str(_PAGE_SIZE), "offset": "0", **query})

    def following(_document: Any, items: list[Any]) -> Query | None:
        if len(items) < _PAGE_SIZE or items in full:  # a service that ignores the number gives the same page again
            return None
        full.append(items)
        return {"offset": str(_PAGE_SIZE * len(full))}

    found = [_sandbox(action, one) for one in from_pages(action, "sandboxes", ask, following)]
    return list({one.name: one for one in found}.values())


def _sandbox(action: str, item: Any) -> Sandbox:
    name = required(str, action, "a sandbox without a name", item, "name")
    texts = {key: part(str, item, key) for key in ("title", "state", "type", "region")}
    return Sandbox(name, is_default=part(bool, item, "isDefault") is True, **texts)
