"""What the role registers of a sandbox, as the filter connections_overview takes it."""

from __future__ import annotations

from typing import Any


def seen(name: str = "Orders", **changes: Any) -> dict[str, Any]:
    return {"name": name, "id": f"id-{name}", "state": "enabled", "managed": True, "test": True, "msg": "", **changes}


def planned(name: str = "Orders", action: str = "none", *reasons: str, **changes: Any) -> dict[str, Any]:
    known = {"name": name, "id": f"id-{name}", "state": "enabled", "test": None, "msg": ""}
    return {**known, "action": action, "reasons": list(reasons), **changes}


def host(name: str = "dev", *, seen: list[Any] | None = None, planned: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    results = {"postgres_connections_inspected": seen, "postgres_connections_result": planned}
    found = {key: {"connections": value} for key, value in results.items() if value is not None}
    return {"inventory_hostname": name, **found, **more}


def only(overview: dict[str, Any]) -> dict[str, Any]:
    [connection] = overview["sandboxes"][0]["connections"]
    return dict(connection)
