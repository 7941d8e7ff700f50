"""The paths of the Flow Service: each may end in a slash (api-facts.md 3.3)."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from aep_simulator.world import Handler

BASE = "/data/foundation/flowservice"


def with_and_without_slash(table: Iterable[tuple[str, str, Handler]]) -> list[web.RouteDef]:
    """Return the routes of a table of method, path below BASE, and handler."""
    return [web.route(method, BASE + path + slash, handler) for method, path, handler in table for slash in ("", "/")]
