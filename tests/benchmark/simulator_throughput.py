"""How many simple requests the simulator answers in a second, on one core: it must never be what a benchmark measures."""

from __future__ import annotations

import asyncio
import statistics
import time

import aiohttp
from simulated import FLOW, PARAMS, POSTGRES, Client, simulator

REQUESTS = 4000
AT_ONCE = 20
ROUNDS = 5


async def measure(url: str, headers: dict[str, str]) -> float:
    """Return requests per second."""
    queue = iter(range(REQUESTS))

    async def work(session: aiohttp.ClientSession) -> None:
        for _number in queue:
            async with session.get(url, headers=headers) as answer:
                assert answer.status == 200
                await answer.read()

    async with aiohttp.ClientSession() as session:
        began = time.perf_counter()
        await asyncio.gather(*(work(session) for _worker in range(AT_ONCE)))
        return REQUESTS / (time.perf_counter() - began)


def main() -> None:
    """Measure and print a table."""
    with simulator() as url:
        client = Client(url)
        client.begin()
        body = {
            "auth": {"specName": "Basic Authentication", "params": PARAMS},
            "connectionSpec": {"id": POSTGRES, "version": "1.0"},
        }
        identifier = client("POST", "/connections", json={"name": "Orders", **body}).json()["id"]
        headers = {name: str(value) for name, value in client.session.headers.items()}
        print(f"{'request':<16} {'per second':>10}   spread")
        for name, path in (("list of one", "/connections"), ("one connection", f"/connections/{identifier}")):
            rates = [asyncio.run(measure(f"{url}{FLOW}{path}", headers)) for _round in range(ROUNDS)]
            print(f"{name:<16} {statistics.median(rates):>10.0f}   {min(rates):.0f} to {max(rates):.0f}")
        client.close()


if __name__ == "__main__":
    main()
