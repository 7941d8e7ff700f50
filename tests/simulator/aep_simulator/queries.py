"""Filters, order and pages of a list (api-facts.md 2.1, 2.2, 2.4)."""

from __future__ import annotations

import base64
import contextlib
import operator
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from aep_simulator.documents import whole_number
from aep_simulator.errors import FlowError
from aep_simulator.store import Item

Filter = Callable[[Item], bool]

_COMPARE = {">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le}
_FILTER = re.compile(r"([A-Za-z0-9_.\-\[\]:]+?)(==|>=|<=|!=|!>|!<|[<>=~])(.*)", re.DOTALL)
_PARTS_OF_RUNS = ("lastRunDetails", "metrics.durationSummary")
_TIMES = {"createdAt", "updatedAt", *(f"{part}.{name}UTC" for part in _PARTS_OF_RUNS for name in ("startedAt", "completedAt"))}
_SORTABLE = {"id", "name", "description", "state", "createdAt", "updatedAt", "createdBy", "updatedBy"}


def values_at(item: Any, path: str) -> list[Any]:
    """Return what lies at a dotted path; a name with ``[]`` at its end stands for each element of a list."""
    found = [item]
    for key in path.split("."):
        found = [one.get(key.removesuffix("[]")) for one in found if isinstance(one, dict)]
        if key.endswith("[]"):
            found = [element for one in found if isinstance(one, list) for element in one]
    return [one for one in found if one is not None]


def filter_of(expression: str) -> Filter:
    """Return the test that one filter is, as ``name==a,b``: a comma means or.

    Which error is whose is published by one example each (2.2, 6.3). That only times can be compared is an assumption.
    """
    parsed = _FILTER.fullmatch(expression)
    if not parsed or not parsed[3]:
        raise FlowError("1453-400", text=expression)
    path, sign, text = parsed.groups()
    if sign == "==":
        if path in _TIMES and whole_number(text) is None:
            raise FlowError("1452-400", value=text, field=path)
        wanted = [part.strip().strip('"') for part in text.split(",")]
        return lambda item: any(_as_text(one) in wanted for one in values_at(item, path))
    compare = _COMPARE.get(sign)
    if compare is None:
        raise FlowError("1440-400" if sign == "~" else "1450-400", sign=sign)
    if path not in _TIMES:
        raise FlowError("1448-400", sign=sign, field=path)
    if "," in text:
        raise FlowError("1443-400", sign=sign)
    number = whole_number(text)
    if number is None:
        raise FlowError("1452-400", value=text, field=path)
    return lambda item: any(compare(one, number) for one in values_at(item, path) if isinstance(one, int))


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def order_of(orderby: str | None) -> list[tuple[str, bool]]:
    """Return the fields to order by, each with whether it goes down. Which fields can be ordered by is an assumption (2.1)."""
    if orderby is None:
        return []
    names = [name.strip() for name in orderby.split(",")]  # a plus sign that is not encoded is a space
    order = [(name.removeprefix("-" if name.startswith("-") else "+"), name.startswith("-")) for name in names]
    for field, _down in order:
        if field not in _SORTABLE:
            raise FlowError("1433-400", field=field)
    return order


def ordered(items: Iterable[Item], order: list[tuple[str, bool]]) -> list[Item]:
    """Return items in the order asked for; without one, the most recently changed come first."""
    if not order:
        return sorted(items, key=lambda item: (-item.get("updatedAt", 0), item["id"]))
    result = list(items)
    for field, down in reversed(order):
        result.sort(key=operator.methodcaller("get", field, ""), reverse=down)
    return result


def page(items: list[Item], limit: int, token: str | None) -> tuple[list[Item], str | None]:
    """Return one page and the token of the next one, if there is one."""
    start = _decode(token) if token else 0
    following = base64.b64encode(f"after:{start + limit}".encode()).decode() if start + limit < len(items) else None
    return items[start : start + limit], following


def next_link(path: str, token: str | None, filters: list[str], style: str) -> dict[str, Any]:
    """Return ``_links``: the next link is relative to the service, and may or may not repeat the filters (2.4)."""
    if token is None:
        return {}
    query = f"continuationToken={quote(token, safe='')}"
    if style == "path":
        return {"next": {"href": f"{path}?{query}"}}
    return {"next": {"href": "?" + "&".join([*(f"property={quote(one)}" for one in filters), query])}}


def _decode(token: str) -> int:
    with contextlib.suppress(ValueError):
        start = whole_number(base64.b64decode(token, validate=True).decode().removeprefix("after:"))
        if start is not None:
            return start
    raise FlowError("1451-400", field="continuationToken")
