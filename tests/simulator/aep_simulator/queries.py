"""Filters, order and pages of a list (facts dossier 2.1, 2.2, 2.4)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from aep_simulator.errors import FlowError
from aep_simulator.store import Item

_FILTER = re.compile(r"^([A-Za-z0-9_.\-\[\]:]+?)(==|>=|<=|>|<|!=|!>|~)(.*)$", re.DOTALL)


def value_at(item: Any, path: str) -> Any:
    """Return what lies at a dotted path, or None."""
    for key in path.split("."):
        item = item.get(key) if isinstance(item, dict) else None
    return item


def matches(item: Item, expression: str) -> bool:
    """Return whether an item passes one filter, as ``name==a,b``: a comma means or."""
    parsed = _FILTER.match(expression)
    if not parsed:
        raise FlowError("1451-400", field=expression)
    path, operator, text = parsed.groups()
    found = value_at(item, path)
    if operator == "==":
        wanted = [part.strip().strip('"') for part in text.split(",")]
        shown = str(found).lower() if isinstance(found, bool) else str(found)
        return found is not None and shown in wanted
    if operator not in (">", "<", ">=", "<="):
        raise FlowError("1440-400", text=expression)
    if not isinstance(found, int) or not text.lstrip("-").isdigit():
        return False
    return {">": found > int(text), "<": found < int(text), ">=": found >= int(text), "<=": found <= int(text)}[operator]


def ordered(items: Iterable[Item], orderby: str | None) -> list[Item]:
    """Return items in the order asked for; without one, the most recently changed come first."""
    if not orderby:
        return sorted(items, key=lambda item: (-item["updatedAt"], item["id"]))
    result = list(items)
    for name in reversed(orderby.split(",")):
        field = name.strip().lstrip("+-")
        if not re.fullmatch(r"[A-Za-z]+", field):
            raise FlowError("1433-400")
        result.sort(key=lambda item: str(value_at(item, field) or ""), reverse=name.strip().startswith("-"))
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
