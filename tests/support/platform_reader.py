"""Reading through every base connection again and again, as Experience Platform does with what is stored there."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from simulated import Client

_PAUSE = 0.2  # seconds, between two rounds; without a pause the reads cost more than the playbook
_SWITCH = 0.6  # seconds that the service takes for a switch: longer, so that a login that is locked before it fails a read
_THROW_AWAY = "aep.sources proof "

Held = dict[str, list[dict[str, Any]]]


def held(client: Client) -> Held:
    """Return the connections that anybody may read through, by sandbox, with the secrets that are stored."""
    found: Held = client.admin("GET", "connections")
    return {
        sandbox: [one for one in connections if not one["name"].startswith(_THROW_AWAY)]
        for sandbox, connections in found.items()
    }


def users(client: Client, name: str = "Shop") -> dict[str, str]:
    """Return who the connection of a name logs in as, in each sandbox that has it."""
    return {
        sandbox: one["auth"]["params"]["username"]
        for sandbox, connections in held(client).items()
        for one in connections
        if one["name"] == name
    }


class Reader(threading.Thread):
    """Reads through whatever connections there are; ``failures`` say which reads failed, ``reads`` counts all."""

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._own = Client(client.url, client.sandbox)
        self._own.session.headers.update(client.session.headers)
        self._enough = threading.Event()
        self.reads, self.failures = 0, []  # type: int, list[str]

    def run(self) -> None:
        """Read until it is enough."""
        while not self._enough.wait(_PAUSE):
            for sandbox, connections in held(self._client).items():
                for one in connections:
                    self._read(sandbox, one)

    def _read(self, sandbox: str, connection: dict[str, Any]) -> None:
        self._own.session.headers["x-sandbox-name"] = sandbox
        answer = self._own("GET", f"/connections/{connection['id']}/explore?objectType=root")
        self.reads += 1
        if answer.status_code == 200 and isinstance(answer.json(), list):
            return
        if any(one["id"] == connection["id"] for one in held(self._client).get(sandbox, [])):  # else it was deleted meanwhile
            self.failures.append(f"{sandbox}: {connection['name']}: {answer.status_code} {answer.text}")

    def stop(self) -> None:
        """Stop, after the round that has begun."""
        self._enough.set()
        self.join()
        self._own.close()


@contextlib.contextmanager
def reading(client: Client) -> Iterator[Reader]:
    """Read meanwhile, while each switch takes a moment. No read may fail."""
    client.fault(kind="latency", operation="connections.patch", seconds=_SWITCH, count=0)
    reader = Reader(client)
    reader.start()
    try:
        yield reader
    finally:
        reader.stop()
        client.admin("DELETE", "faults")
    assert not reader.failures
