"""The answer to a request for a list: filtered, ordered, counted or cut into pages (api-facts.md 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from aiohttp import web

from aep_simulator.queries import matches, next_link, ordered, page
from aep_simulator.store import Item
from aep_simulator.world import world_of


def filters_of(request: web.Request) -> list[str]:
    """Return the filters of a request's query."""
    return request.query.getall("property", [])


def answer_list(
    request: web.Request,
    items: Iterable[Item],
    filters: list[str],
    limit: int,
    orderby: str | None,
    *,
    count: bool = False,
    shown: Callable[[Item], Item] = lambda item: item,
) -> web.Response:
    """Return one page, or how many there are."""
    found = [item for item in items if all(matches(item, one) for one in filters)]
    if count:
        return web.json_response({"count": len(found)})
    chosen, token = page(ordered(found, orderby), limit, request.query.get("continuationToken"))
    path = "/" + request.path.rstrip("/").rpartition("/flowservice/")[2]
    links = next_link(path, token, filters, world_of(request).settings.href_style)
    return web.json_response({"items": [shown(item) for item in chosen], "_links": links})
