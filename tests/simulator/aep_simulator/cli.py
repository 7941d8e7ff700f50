"""The command ``aep-simulator``."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Sequence

from aiohttp import web

from aep_simulator import settings as known
from aep_simulator.application import make_application
from aep_simulator.settings import Settings


def read_arguments(arguments: Sequence[str] | None = None) -> tuple[Settings, int]:
    """Return the settings and the port that a command line asks for; exits with a message when it cannot be read."""
    parser = argparse.ArgumentParser(
        prog="aep-simulator",
        description="A local Adobe Experience Platform for tests. It listens on 127.0.0.1 and forgets everything at its end.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    for name, (default, knob) in known.knobs().items():
        shown = ",".join(default) if isinstance(default, tuple) else str(default)
        parser.add_argument(f"--{name.replace('_', '-')}", default=shown, help=knob.text, metavar="VALUE")
    options = vars(parser.parse_args(arguments))
    port = options.pop("port")
    try:
        return Settings(**{name: known.parse(name, text) for name, text in options.items()}), port
    except ValueError as error:
        parser.error(str(error))


async def serve(settings: Settings, port: int) -> None:
    """Serve until SIGTERM or SIGINT; one line says where, once requests are accepted."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    runner = web.AppRunner(make_application(settings), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, shutdown_timeout=1.0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await stopped.wait()
    await runner.cleanup()


def main() -> None:
    """Run the command."""
    settings, port = read_arguments()
    asyncio.run(serve(settings, port))


if __name__ == "__main__":
    main()
