"""The command ``aep-simulator``."""

from __future__ import annotations

import argparse
import asyncio
import pathlib
import signal
from collections.abc import Sequence
from typing import Any

import tomllib
from aiohttp import web

from aep_simulator import settings as known
from aep_simulator.application import make_application
from aep_simulator.faults import Fault, Faults
from aep_simulator.recorder import Recorder
from aep_simulator.settings import Settings
from aep_simulator.specs import connection_spec
from aep_simulator.world import World

_DESCRIPTION = """\
A local Adobe Experience Platform for tests: access tokens, PostgreSQL base connections, dataflows and sandboxes.
It prints its address in one line when it is ready, listens on 127.0.0.1 alone, and forgets everything at its end.
Whatever Adobe does not document, or says in two ways, is a setting; the defaults are the likeliest.
api-facts.md is docs/api-facts.md of the collection aep.sources: what Adobe documents, and where."""
_EPILOGUE = """\
A configuration file is TOML: settings by their names with underscores, and faults as [[faults]] tables, for example

    secret_view = "omitted"
    [[faults]]
    kind = "status"
    operation = "connections.create"
    status = 503
    when = "after"

While it runs, /admin shows and changes the same: GET and PATCH /admin/settings, GET, POST and DELETE /admin/faults,
GET /admin/counters, POST /admin/reset."""


def read_arguments(arguments: Sequence[str] | None = None) -> tuple[World, int]:
    """Return the world and the port that a command line asks for; exits with a message when it cannot be read."""
    parser = argparse.ArgumentParser(
        prog="aep-simulator",
        description=_DESCRIPTION,
        epilog=_EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0, the default, takes a free one")
    parser.add_argument("--config", type=pathlib.Path, metavar="FILE", help="configuration file; the command line wins over it")
    parser.add_argument("--record", type=pathlib.Path, metavar="FILE", help="write every exchange down, a line of JSON each")
    for name, (default, knob) in known.knobs().items():
        shown = ",".join(default) if isinstance(default, tuple) else str(default)
        text = f"{knob.text} (default: {shown or 'none'}; api-facts.md {knob.source})"
        parser.add_argument(f"--{name.replace('_', '-')}", metavar="VALUE", help=text.replace("%", "%%"))
    options = vars(parser.parse_args(arguments))
    port, config, record = options.pop("port"), options.pop("config"), options.pop("record")
    try:
        file: dict[str, Any] = tomllib.loads(config.read_text(encoding="utf-8")) if config else {}
        faults = Faults([Fault.of(one) for one in file.pop("faults", [])])
        given = file | {name: text for name, text in options.items() if text is not None}
        settings = known.changed(Settings(), given)
        connection_spec(settings)  # a file that holds none is told now
        recorder = Recorder(file=record.open("a", encoding="utf-8") if record else None)
    except (OSError, TypeError, ValueError) as error:
        parser.error(str(error))
    return World(settings, faults=faults, recorder=recorder), port


async def serve(world: World, port: int) -> None:
    """Serve until SIGTERM or SIGINT; one line says where, once requests are accepted."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    runner = web.AppRunner(make_application(world), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, shutdown_timeout=1.0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await stopped.wait()
    await runner.cleanup()


def main() -> None:
    """Run the command."""
    world, port = read_arguments()
    try:
        asyncio.run(serve(world, port))
    except OSError as error:
        raise SystemExit(f"aep-simulator: port {port}: {error.strerror}") from None


if __name__ == "__main__":
    main()
