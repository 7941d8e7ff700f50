"""Several controllers at once, and controllers that are killed: in the end exactly the connections that are wanted."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from effort import SOAK
from figures import keep
from in_process import run_module
from simulated import Client

CONTROLLERS, CONNECTIONS = 8, 20
ROUNDS = 20 if SOAK else 5
KILLS = 50 if SOAK else 20
PASSWORD = "s3cret-password"
DEFAULTS = {"server": "db.example.com", "database": "orders", "username": "reader", "password": PASSWORD, "test": "never"}
WANTED = [{"name": f"Orders {number}"} for number in range(CONNECTIONS)]
AGAIN = "Run again"
process = multiprocessing.get_context("fork")
tally: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def _figures() -> Iterator[None]:
    yield
    keep("controllers", tally)


def converge(who: dict[str, Any]) -> dict[str, Any]:
    options = {"sandbox": "dev", "connections": WANTED, "defaults": DEFAULTS, "concurrency": 4, "timeout": 10}
    return run_module("aep_postgres_connections", {**who, **options})


def hold_what_is_wanted(client: Client) -> None:
    held = client.admin("GET", "connections")["dev"]
    assert sorted(item["name"] for item in held) == sorted(one["name"] for one in WANTED)
    assert {(item["auth"]["params"]["username"], item["auth"]["params"]["password"]) for item in held} == {("reader", PASSWORD)}


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_controllers_at_once(client: Client, round_: int) -> None:
    client.fault(kind="latency", operation="*", seconds=0.01, distribution="uniform", count=0)
    with process.Pool(CONTROLLERS) as pool:
        results = pool.map(converge, [client.who] * CONTROLLERS)
    for result in results:
        tally["failed, to be run again" if result.get("failed") else "converged"] += 1
        for one in result["connections"]:
            assert not one["failed"] or AGAIN in one["msg"], one["msg"]
    hold_what_is_wanted(client)
    assert converge(client.who)["changed"] is False
    tally["rounds"] += 1


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_controller_is_killed(client: Client, seed: int) -> None:
    client.fault(kind="latency", operation="*", seconds=0.01, count=0)
    controller = process.Process(target=converge, args=[client.who])
    controller.start()
    time.sleep(random.Random(seed).uniform(0, 0.15))
    tally["killed at work" if controller.is_alive() else "killed too late"] += 1
    controller.kill()
    controller.join()
    assert not converge(client.who).get("failed")
    hold_what_is_wanted(client)
    tally["kills"] += 1


def purge_as(owner: str, who: dict[str, Any], wanted: list[str], password: str) -> dict[str, Any]:
    connections = [{"name": f"{name} of {owner}"} for name in wanted]
    options = {"owner": owner, "purge": True, "purge_all": True, "concurrency": 4, "timeout": 10, "sandbox": "dev"}
    defaults = {**DEFAULTS, "password": password, "test": "on_change"}
    return run_module("aep_postgres_connections", {**who, **options, "connections": connections, "defaults": defaults})


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_owners_purge_and_rotate_at_once(client: Client, round_: int) -> None:
    """Neither takes away what the other has, nor what the other makes to prove its credentials."""
    client.fault(kind="latency", operation="*", seconds=0.01, distribution="uniform", count=0)
    client.create("Foreign", description="by hand")
    owners = ("team-a", "team-b")
    kept, gone = [f"Kept {number}" for number in range(4)], [f"Gone {number}" for number in range(4)]
    for wanted, password in (([*kept, *gone], PASSWORD), (kept, f"{PASSWORD}-{round_}")):
        with process.Pool(len(owners)) as pool:
            results = pool.starmap(purge_as, [(owner, client.who, wanted, password) for owner in owners])
        for result in results:
            assert not result.get("failed"), result["msg"]
    held = {item["name"]: item["auth"]["params"]["password"] for item in client.admin("GET", "connections")["dev"]}
    assert sorted(held) == sorted(["Foreign", *(f"{name} of {owner}" for name in kept for owner in owners)])
    assert {password for name, password in held.items() if name != "Foreign"} == {f"{PASSWORD}-{round_}"}
    tally["rounds of two owners"] += 1
