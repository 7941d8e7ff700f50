# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The Sandbox Management API's lists as typed calls (api-facts.md 7). Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.values import mapping, text
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client
from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError

_BASE = "/data/foundation/sandbox-management"
_PAGE_SIZE = 100  # an organization has 75 sandboxes at most
_MOST_PAGES = 50


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
    found: dict[str, Sandbox] = {}
    for page in range(_MOST_PAGES):
        query = {"limit": str(_PAGE_SIZE), "offset": str(page * _PAGE_SIZE)}
        path = "/sandboxes" if all_of_them else "/"
        document = client.request("GET", _BASE + path, action=action, query=query)
        items = document.get("sandboxes") if isinstance(document, dict) else None
        if not isinstance(items, list):
            raise NoAnswerError(action, "the answer holds no list", "Check base_url.", may_have_arrived=True)
        before = len(found)
        for item in items:
            sandbox = _sandbox(action, item)
            found[sandbox.name] = sandbox
        if len(items) < _PAGE_SIZE or len(found) == before:
            return list(found.values())
    raise NoAnswerError(action, "the pages of the list do not end", "Check base_url.", may_have_arrived=True)


def _sandbox(action: str, item: Any) -> Sandbox:
    values = mapping(item)
    name = values.get("name")
    if not isinstance(name, str) or not name:
        raise NoAnswerError(action, "the answer holds a sandbox without a name", "Check base_url.", may_have_arrived=True)
    texts = {key: text(values.get(key)) for key in ("title", "state", "type", "region")}
    return Sandbox(name, is_default=values.get("isDefault") is True, **texts)
