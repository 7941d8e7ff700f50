"""Filters, order and pages of a list (api-facts.md 2.1, 2.2, 2.4)."""

from __future__ import annotations

import base64
import operator
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from aep_simulator.errors import FlowError
from aep_simulator.store import Item

_COMPARE = {">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le}
_FILTER = re.compile(r"^([A-Za-z0-9_.\-\[\]:]+?)(==|>=|<=|>|<|!=|!>|~)(.*)$", re.DOTALL)


def values_at(item: Any, path: str) -> list[Any]:
    """Return what lies at a dotted path; a name with ``[]`` at its end stands for each element of a list."""
    found = [item]
    for key in path.split("."):
        found = [one.get(key.removesuffix("[]")) for one in found if isinstance(one, dict)]
        if key.endswith("[]"):
            found = [element for one in found if isinstance(one, list) for element in one]
    return [one for one in found if one is not None]


def matches(item: Item, expression: str) -> bool:
    """Return whether an item passes one filter, as ``name==a,b``: a comma means or."""
    parsed = _FILTER.match(expression)
    if not parsed:
        raise FlowError("1451-400", field=expression)
    path, sign, text = parsed.groups()
    found = values_at(item, path)
    if sign == "==":
        wanted = [part.strip().strip('"') for part in text.split(",")]
        return any((str(one).lower() if isinstance(one, bool) else str(one)) in wanted for one in found)
    if sign not in _COMPARE:
        raise FlowError("1440-400", text=expression)
    if "," in text:
        raise FlowError("1443-400", text=expression)
    if not text.removeprefix("-").isdecimal():
        raise FlowError("1452-400", field=path)
    return any(_COMPARE[sign](one, int(text)) for one in found if isinstance(one, int))


def ordered(items: Iterable[Item], orderby: str | None) -> list[Item]:
    """Return items in the order asked for; without one, the most recently changed come first."""
    if not orderby:
        return sorted(items, key=lambda item: (-item["updatedAt"], item["id"]))
    result = list(items)
    for name in reversed(orderby.split(",")):
        field = name.strip().lstrip("+-")
        if not re.fullmatch(r"[A-Za-z]+", field):
            raise FlowError("1433-400")
        result.sort(key=lambda item: str(next(iter(values_at(item, field)), "")), reverse=name.strip().startswith("-"))
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
    try:
        return int(base64.b64decode(token, validate=True).decode().removeprefix("after:"))
    except ValueError:
        raise FlowError("1451-400", field="continuationToken") from None
