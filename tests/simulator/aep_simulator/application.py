"""The web application, put together."""

from __future__ import annotations

from aiohttp import web

from aep_simulator import connections, platform, sandboxes
from aep_simulator.settings import Settings
from aep_simulator.store import Store


def make_application(settings: Settings) -> web.Application:
    """Return the simulated platform with these settings, and nothing in it."""
    application = web.Application(middlewares=[platform.answer_errors, platform.check_gateway], client_max_size=2**22)
    application[platform.SETTINGS] = settings
    application[platform.STORE] = Store()
    application.add_routes([web.post("/ims/token/v3", platform.give_token), *connections.routes(), *sandboxes.routes()])
    return application
