"""Filters, order and pages of a list (facts dossier 2.1, 2.2, 2.4)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from aep_simulator.errors import flow_error
from aep_simulator.store import Item

_FILTER = re.compile(r"^([A-Za-z0-9_.\-\[\]:]+?)(==|>=|<=|>|<|!=|!>|~)(.*)$", re.DOTALL)


def value_at(item: Any, path: str) -> Any:
    """Return what lies at a dotted path, or None."""
    for key in path.split("."):
        item = item.get(key) if isinstance(item, dict) else None
    return item


def matches(item: Item, expression: str, request_id: str) -> bool:
    """Return whether an item passes one filter, as ``name==a,b``: a comma means or."""
    parsed = _FILTER.match(expression)
    if not parsed:
        raise flow_error("1451-400", request_id, field=expression)
    path, operator, text = parsed.groups()
    found = value_at(item, path)
    if operator == "==":
        wanted = [part.strip().strip('"') for part in text.split(",")]
        shown = str(found).lower() if isinstance(found, bool) else str(found)
        return found is not None and shown in wanted
    if operator not in (">", "<", ">=", "<="):
        raise flow_error("1440-400", request_id, text=expression)
    if not isinstance(found, int) or not text.lstrip("-").isdigit():
        return False
    return {">": found > int(text), "<": found < int(text), ">=": found >= int(text), "<=": found <= int(text)}[operator]


def ordered(items: Iterable[Item], orderby: str | None, request_id: str) -> list[Item]:
    """Return items in the order asked for; without one, the most recently changed come first."""
    if not orderby:
        return sorted(items, key=lambda item: (-item["updatedAt"], item["id"]))
    result = list(items)
    for name in reversed(orderby.split(",")):
        field = name.strip().lstrip("+-")
        if not re.fullmatch(r"[A-Za-z]+", field):
            raise flow_error("1433-400", request_id)
        result.sort(key=lambda item: str(value_at(item, field) or ""), reverse=name.strip().startswith("-"))
    return result


def page(items: list[Item], limit: int, token: str | None, request_id: str) -> tuple[list[Item], dict[str, Any]]:
    """Return one page and its links. The next link is relative to the service and does not repeat the filters."""
    start = _decode(token, request_id) if token else 0
    chosen = items[start : start + limit]
    if start + limit >= len(items):
        return chosen, {}
    following = base64.b64encode(f"after:{start + limit}".encode()).decode()
    return chosen, {"next": {"href": f"/connections?continuationToken={quote(following, safe='')}"}}


def _decode(token: str, request_id: str) -> int:
    try:
        return int(base64.b64decode(token, validate=True).decode().removeprefix("after:"))
    except ValueError:
        raise flow_error("1451-400", request_id, field="continuationToken") from None
