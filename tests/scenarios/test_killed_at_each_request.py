"""A controller is killed at each of its requests: the next run proves what was not proven, and nothing is left behind."""

from __future__ import annotations

import itertools
import multiprocessing
import os
from collections.abc import Callable
from typing import Any

import pytest
import requests
from ansible_collections.aep.sources.plugins.module_utils.postgres import plan
from in_process import run_module
from simulated import Client

OLD, NEW = "0ld-passw0rd", "n3w-passw0rd"
BASIC = {"server": "db.example.com", "database": "orders", "ssl_mode": "prefer", "username": "reader", "password": NEW}
WANTED: list[dict[str, Any]] = [{"name": "Rotated", **BASIC}, {"name": "Gone", "state": "absent"}, {"name": "New", **BASIC}]
DIED = 77
process = multiprocessing.get_context("fork")


def prepare(run: Callable[..., Any]) -> None:
    run({"name": "Rotated", **BASIC, "password": OLD}, {"name": "Gone", **BASIC}, concurrency=1)


def converge(who: dict[str, Any]) -> dict[str, Any]:
    options = {"sandbox": "dev", "connections": WANTED, "concurrency": 1}
    return run_module("aep_postgres_connections", {**who, **options})


def converge_until(who: dict[str, Any], request: int, when: str) -> None:
    """Converge in a process that is gone at a request, before it is sent or after it is answered."""
    send, sent = requests.Session.send, itertools.count()

    def send_or_die(self: requests.Session, prepared: requests.PreparedRequest, **how: Any) -> requests.Response:
        is_last = next(sent) == request
        if is_last and when == "before":
            os._exit(DIED)
        answer = send(self, prepared, **how)
        if is_last:
            os._exit(DIED)
        return answer

    requests.Session.send = send_or_die  # type: ignore[method-assign]
    converge(who)


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_each_request(client: Client, run: Callable[..., Any], when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "LONGEST_PROOF", -60)  # as if the next run came long after
    for request in itertools.count():
        client.begin()
        prepare(run)
        controller = process.Process(target=converge_until, args=[client.who, request, when])
        controller.start()
        controller.join()
        if controller.exitcode != DIED:
            assert request > 15, "there were too few requests to be killed at"
            return
        client.admin("DELETE", "counters")
        result = converge(client.who)
        assert not result.get("failed"), (request, result["msg"])
        counted = client.admin("GET", "counters")
        held = {one["name"]: one for one in client.admin("GET", "connections")["dev"]}
        assert sorted(held) == ["New", "Rotated"], f"left behind after a kill at request {request}"
        assert {one["auth"]["params"]["password"] for one in held.values()} == {NEW}
        assert all("[aep.sources complete " in one["description"] for one in held.values())
        was_proven = not result["changed"]
        assert was_proven or counted.get("explore.test"), (request, counted)
        assert converge(client.who)["changed"] is False
