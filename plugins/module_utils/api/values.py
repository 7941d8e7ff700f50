# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Parts and pages of JSON documents, whatever is really there: answers come from elsewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError

MOST_PAGES = 1000  # of one list, so that a service that always has one more ends too

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

Kind = TypeVar("Kind")
Query = dict[str, str]


def part(kind: type[Kind], document: object, *keys: str) -> Kind | None:
    """Return the part of a document that keys lead to, one inside the other, or None where there is none of this kind."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    is_boolean = isinstance(document, bool) and kind is not bool  # which Python takes for a number
    return document if isinstance(document, kind) and not is_boolean else None


def required(kind: type[Kind], action: str, lack: str, document: object, *keys: str) -> Kind:
    """Return a part of an answer that has to be there.

    Parameters:
        kind, document, keys: as for ``part``.
        action: what was attempted, as a verb phrase, for the error.
        lack: what the answer holds if the part is missing, as ``no id``.

    Raises:
        NoAnswerError: there is none of this kind, or an empty text.
    """
    found = part(kind, document, *keys)
    if found is None or found == "":
        raise unusable(action, f"the answer holds {lack}")
    return found


def whole_number(value: object) -> int | None:
    """Return a whole number, which the service also sends as a text (api-facts.md 9)."""
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value[:18])
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def utc(milliseconds: int | None) -> str | None:
    """Return a time of the service as ISO 8601 in UTC, or None for one that it does not give or that no calendar has."""
    with contextlib.suppress(OverflowError):
        return None if milliseconds is None else (_EPOCH + timedelta(milliseconds=milliseconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return None


def unusable(action: str, reason: str) -> NoAnswerError:
    """Return the error about an answer that cannot be used."""
    return NoAnswerError(action, reason, "Check base_url: this may not be Experience Platform.", may_have_arrived=True)


def from_pages(
    action: str, key: str, ask: Callable[[Query], object], following: Callable[[Any, list[Any]], Query | None]
) -> Iterator[Any]:
    """Yield what a list holds, from all of its pages.

    Parameters:
        action: what is attempted, as a verb phrase, for errors.
        key: where a page holds its items.
        ask: returns the page that a query asks for; the first one takes none.
        following: gets a page and its items, and returns the query of the next page, or None if it is the last.

    Raises:
        NoAnswerError: an answer is no page, or the pages do not end.
    """
    asked: list[Query] = []
    query: Query | None = {}
    while query is not None:
        if query in asked or len(asked) == MOST_PAGES:
            raise unusable(action, "the pages of the list do not end")
        asked.append(query)
        document = ask(query)
        items = required(list, action, "no list", document, key)
        yield from items
        query = following(document, items)
