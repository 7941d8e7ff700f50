"""The web application, put together."""

from __future__ import annotations

from aiohttp import web

from aep_simulator import admin, connection_specs, connections, downstream, explore, gateway, ims, sandboxes
from aep_simulator.world import WORLD, World

_LARGEST_REQUEST = 2**22


def make_application(world: World) -> web.Application:
    """Return the application that answers for a world."""
    passed = [gateway.record, gateway.answer_errors, gateway.inject_faults, gateway.check_gateway]
    application = web.Application(middlewares=passed, client_max_size=_LARGEST_REQUEST)
    application[WORLD] = world
    application[gateway.RATE_LIMIT] = gateway.RateLimit()
    application[ims.IMS_RATE] = gateway.RateLimit()
    for part in (ims, connections, explore, connection_specs, downstream, sandboxes, admin):
        application.add_routes(part.routes())
    return application
