"""The answer to a request for a list: filtered, ordered, counted or cut into pages (api-facts.md 2)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from aep_simulator.documents import is_whole, whole_number
from aep_simulator.errors import FlowError
from aep_simulator.queries import Filter, filter_of, next_link, order_of, ordered, page
from aep_simulator.store import Item
from aep_simulator.world import world_of

_PARAMETERS = {"property", "limit", "orderby", "continuationToken", "count"}
_LARGEST_SEARCH = 1000


@dataclass(frozen=True)
class Wanted:
    """What is asked of a list. ``expressions`` are the filters as they were written."""

    expressions: list[str]
    filters: list[Filter]
    order: list[tuple[str, bool]]
    limit: int
    token: str | None
    count: bool

    @classmethod
    def of_query(cls, request: web.Request) -> Wanted:
        """Return what a query asks for.

        That an unknown parameter is 1451 is published; that a ``count`` other than true and false is 1453 is an assumption.
        """
        settings, query = world_of(request).settings, request.query
        _check_parameters(request, _PARAMETERS)
        count = query.get("count", "false").lower()
        if count not in ("true", "false"):
            raise FlowError("1453-400", text=f"count={count}")
        if count == "true" and "limit" in query:
            raise FlowError("1401-400")
        limit = _limit(whole_number(query["limit"]), settings.max_limit) if "limit" in query else settings.default_limit
        return cls._of(query.getall("property", []), query.get("orderby"), limit, request, count=count == "true")

    @classmethod
    def of_body(cls, request: web.Request, body: Any) -> Wanted:
        """Return what a search's body asks for; that its query string is one of filters joined by & is an assumption (2.3)."""
        _check_parameters(request, {"continuationToken"})
        if not isinstance(body, dict):
            raise FlowError("1451-400", field="queryString")
        text, order, count = body.get("queryString", ""), body.get("orderby"), body.get("count", False)
        if not isinstance(text, str) or not isinstance(order, str | None):
            raise FlowError("1451-400", field="queryString")
        if not isinstance(count, bool):
            raise FlowError("1453-400", text=f"count={count}")
        limit = _limit(body["limit"], _LARGEST_SEARCH) if "limit" in body else world_of(request).settings.default_limit
        expressions = [part.removeprefix("property=") for part in text.split("&") if part]
        return cls._of(expressions, order, limit, request, count=count)

    def with_filters(self, filters: list[Filter]) -> Wanted:
        """Return the same with other tests."""
        return dataclasses.replace(self, filters=filters)

    @classmethod
    def _of(cls, expressions: list[str], order: str | None, limit: int, request: web.Request, *, count: bool) -> Wanted:
        filters = [filter_of(one) for one in expressions]
        return cls(expressions, filters, order_of(order), limit, request.query.get("continuationToken"), count)


def _check_parameters(request: web.Request, known: set[str]) -> None:
    unknown = [name for name in request.query if name not in known]
    if unknown and world_of(request).settings.unknown_parameters == "refuse":
        raise FlowError("1451-400", field=unknown[0])


def _limit(given: Any, most: int) -> int:
    if not is_whole(given) or not 1 <= given <= most:
        raise FlowError("1451-400", field="limit")
    return given


def answer_list(
    request: web.Request, items: Iterable[Item], wanted: Wanted, shown: Callable[[Item], Item] = lambda item: item
) -> web.Response:
    """Return one page, or how many there are."""
    found = [item for item in items if all(passes(item) for passes in wanted.filters)]
    if wanted.count:
        return web.json_response({"count": len(found)})
    chosen, token = page(ordered(found, wanted.order), wanted.limit, wanted.token)
    path = "/" + request.path.rstrip("/").rpartition("/flowservice/")[2]
    links = next_link(path, token, wanted.expressions, world_of(request).settings.href_style)
    return web.json_response({"items": [shown(item) for item in chosen], "_links": links})
