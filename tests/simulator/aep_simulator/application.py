"""The web application, put together."""

from __future__ import annotations

from aiohttp import web

from aep_simulator import (
    admin,
    connection_specs,
    connections,
    datasets,
    explore,
    flow_specs,
    flows,
    gateway,
    ims,
    mapping_sets,
    runs,
    sandboxes,
    schemas,
    source_connections,
    target_connections,
)
from aep_simulator.world import WORLD, World

_LARGEST_REQUEST = 2**22


def make_application(world: World) -> web.Application:
    """Return the application that answers for a world."""
    passed = [gateway.record, gateway.answer_errors, gateway.inject_faults, gateway.check_gateway]
    application = web.Application(middlewares=passed, client_max_size=_LARGEST_REQUEST)
    application[WORLD] = world
    application[gateway.RATE_LIMIT] = gateway.RateLimit()
    application[ims.IMS_RATE] = gateway.RateLimit()
    of_dataflows = (source_connections, target_connections, flow_specs, flows, runs, mapping_sets, datasets, schemas)
    for part in (ims, connections, explore, connection_specs, *of_dataflows, sandboxes, admin):
        application.add_routes(part.routes())
    return application
