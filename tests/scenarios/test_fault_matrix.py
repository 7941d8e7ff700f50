"""Every operation by every fault, at its first occurrence or thrice from its second one, before or after it was done.

After a run into a fault, and one clean run: exactly the connections that are wanted, none twice, none with mixed
credentials. The run into the fault succeeded, or said of each connection whether and why it failed, and what it
called done was done.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.postgres import plan
from effort import SOAK
from figures import keep
from simulated import Client

OLD, NEW = "0ld-passw0rd", "n3w-passw0rd"
BASIC = {"server": "db.example.com", "database": "orders", "ssl_mode": "prefer", "username": "reader", "password": NEW}
STRING = f"Server=db.example.com;Port=5432;Database=orders;Uid=reader;Password={NEW};EncryptionMethod=1"
WANTED: list[dict[str, Any]] = [
    {"name": "Kept", **BASIC},
    {"name": "Rotated", **BASIC},
    {"name": "Gone", "state": "absent"},
    {"name": "New", **BASIC},
    {"name": "New too", **BASIC, "username": "other"},
    {"name": "New by string", "auth_type": "connection_string", "connection_string": STRING},
]
HELD = {"Kept": ("reader", NEW), "Rotated": ("reader", NEW), "New": ("reader", NEW), "New too": ("other", NEW)}

OPERATIONS = (
    "ims.token",
    "connections.list_all",
    "connections.create",
    "connections.patch",
    "connections.delete",
    "connections.get_one",
    "connection_specs.get_one",
    "explore.test",
)
STATUSES = (400, 401, 403, 404, 409, 412, 422, 429, 500, 502, 503, 504)
FAULTS: dict[str, dict[str, Any]] = {
    **{
        f"{status} {when}": {"kind": "status", "status": status, "when": when}
        for status in STATUSES
        for when in ("before", "after")
    },
    **{f"503 as {body}": {"kind": "status", "status": 503, "body": body} for body in ("html", "empty")},
    **{f"429 with {form}": {"kind": "status", "status": 429, "retry_after": form} for form in ("seconds", "date")},
    **{f"dropped {when}": {"kind": "drop", "when": when} for when in ("before", "after", "during")},
    **{
        f"body {spoil}": {"kind": "body", "spoil": spoil} for spoil in ("truncated", "not_json", "html", "empty", "wrong_types")
    },
    "expired tokens": {"kind": "expire"},
    "error 1100-400": {"kind": "error", "code": "1100-400"},
    "error 401013": {"kind": "error", "code": "401013"},
}
LATE: dict[str, dict[str, Any]] = {
    "too late": {"kind": "latency", "seconds": 1.5},
    "too slow": {"kind": "slow", "bytes_per_second": 20},
}
# Occurrences that are spared, and those that meet the fault.
TIMES = ((0, 1), (1, 3), (0, 3), (1, 1)) if SOAK else ((0, 1), (1, 3))
CASES = [
    (operation, fault, *times)
    for faults, of_faults in ((FAULTS, TIMES), (LATE, TIMES if SOAK else TIMES[:1]))
    for operation, fault, times in itertools.product(OPERATIONS, faults, of_faults)
]
tally: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def _figures() -> Iterator[None]:
    yield
    keep("faults", {"combinations": sum(tally.values()), **tally})


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    monkeypatch.setattr(plan, "LONGEST_PROOF", -60)  # as if the clean run came long after the fault


def as_wanted(item: dict[str, Any]) -> bool:
    """Return whether a connection holds exactly the credentials of its name."""
    params = item["auth"]["params"]
    if item["name"] == "New by string":
        return set(params) <= {"connectionString", "cloud_type"} and params["connectionString"].startswith(
            STRING.partition(";")[0]
        )
    return (params["username"], params["password"]) == HELD[item["name"]]


def test_each_operation_takes_place(client: Client, run: Callable[..., Any]) -> None:
    """A fault of an operation that no run makes would test nothing."""
    run({"name": "Rotated", **BASIC, "password": OLD}, {"name": "Gone", **BASIC})
    run(*WANTED)
    assert set(OPERATIONS) <= set(client.admin("GET", "counters"))


@pytest.mark.parametrize(("operation", "fault", "skip", "count"), CASES)
def test_a_fault(client: Client, run: Callable[..., Any], operation: str, fault: str, skip: int, count: int) -> None:
    options = {"timeout": 1, "retries": 2, "wait_timeout": 3, "concurrency": 8 if SOAK else 1}
    run({"name": "Kept", **BASIC}, {"name": "Rotated", **BASIC, "password": OLD}, {"name": "Gone", **BASIC})
    client.fault(operation=operation, skip=skip, count=count, **{**FAULTS, **LATE}[fault])

    first = run(*WANTED, **options)
    assert "traceback" not in str(first).lower()
    held = client.admin("GET", "connections")["dev"]
    if first.get("failed") and "connections" not in first:
        tally["failed as a whole"] += 1
        assert first["msg"].startswith("Could not ")
    else:
        tally["some failed" if first.get("failed") else "succeeded"] += 1
        for one in first["connections"]:
            of_name = [item for item in held if item["name"] == one["name"]]
            if one["failed"]:
                assert one["msg"].startswith("Could not ")
                hint = str(one.get("failure", {}).get("hint") or "")
                assert one["msg"].removesuffix(hint).strip() in first["msg"]
                assert hint in first["msg"]
            elif one["name"] == "Gone":
                assert not of_name
            else:
                assert [as_wanted(item) for item in of_name] == [True]

    client.admin("DELETE", "faults")
    second = run(*WANTED, **options)
    assert not second.get("failed"), second["msg"]
    held = client.admin("GET", "connections")["dev"]
    assert sorted(item["name"] for item in held) == sorted(one["name"] for one in WANTED if one["name"] != "Gone")
    assert all(as_wanted(item) for item in held)
    assert run(*WANTED, **options)["changed"] is False
    assert not [secret for secret in (OLD, NEW) if secret in str((first, second))]
