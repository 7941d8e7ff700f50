"""Every operation of dataflows by every fault, before or after it was done.

After a run into a fault, and one clean run: exactly the dataflows that are wanted, each with parts of its own. Never
are two of one name enabled. The run into the fault succeeded, or said of each dataflow whether and why it failed.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.dataflow import parts
from effort import SOAK
from figures import keep
from flows_there import CHANGED, GOOD, ONE, REPLACED, Place

THERE = [{**GOOD, "name": name} for name in ("Kept", "Changed", "Replaced", "Gone")]
WANTED = [
    {**GOOD, "name": "Kept"},
    {**CHANGED, "name": "Changed"},
    {**REPLACED, "name": "Replaced"},
    {"name": "Gone", "state": "absent"},
    {**GOOD, "name": "New"},
]
STATES = {"Kept": "enabled", "Changed": "disabled", "Replaced": "enabled", "New": "enabled"}
OPERATIONS = (
    "flows.list_all",
    "source_connections.list_all",
    "target_connections.list_all",
    "flow_specs.list_all",
    "connections.list_all",
    "datasets.list_all",
    "schemas.get_one",
    "explore.explore",
    "mapping_sets.get_one",
    "mapping_sets.validate",
    "source_connections.create",
    "target_connections.create",
    "mapping_sets.create",
    "flows.create",
    "flows.patch",
    "flows.get_one",
    "flows.action",
    "mapping_sets.replace",
    "flows.delete",
    "mapping_sets.delete",
    "target_connections.delete",
    "source_connections.delete",
)
STATUSES = (400, 401, 403, 404, 409, 412, 429, 500, 503)
FAULTS: dict[str, dict[str, Any]] = {
    **{
        f"{status} {when}": {"kind": "status", "status": status, "when": when}
        for status in STATUSES
        for when in ("before", "after")
    },
    **{f"dropped {when}": {"kind": "drop", "when": when} for when in ("before", "after", "during")},
    **{
        f"body {spoil}": {"kind": "body", "spoil": spoil} for spoil in ("truncated", "not_json", "html", "empty", "wrong_types")
    },
}
CHOSEN = FAULTS if SOAK else ("503 after", "body wrong_types")
TIMES = ((0, 1), (1, 3)) if SOAK else ((0, 1),)  # occurrences that are spared, and those that meet the fault
CASES = [(operation, fault, *times) for operation, fault, times in itertools.product(OPERATIONS, CHOSEN, TIMES)]
tally: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def _figures() -> Iterator[None]:
    yield
    keep("faults", {"combinations": sum(tally.values()), **tally})


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    monkeypatch.setattr(parts, "LONGEST_CREATION", -60)  # as if the clean run came long after the fault


def manage(place: Place, wanted: list[dict[str, Any]]) -> dict[str, Any]:
    return place.run(*wanted, timeout=2, retries=2, wait_timeout=3, concurrency=8 if SOAK else 1)


def states(place: Place) -> list[tuple[str, str]]:
    return sorted((one["name"], one["state"]) for one in place.client("GET", "/flows").json()["items"])


def test_each_operation_takes_place(place: Place) -> None:
    """A fault of an operation that no run makes would test nothing."""
    place.begin()
    manage(place, THERE)
    place.client.admin("DELETE", "counters")
    manage(place, WANTED)
    assert set(OPERATIONS) <= set(place.client.admin("GET", "counters"))


@pytest.mark.parametrize(("operation", "fault", "skip", "count"), CASES)
def test_a_fault(place: Place, operation: str, fault: str, skip: int, count: int) -> None:
    place.begin()
    assert not manage(place, THERE).get("failed")
    place.client.fault(operation=operation, skip=skip, count=count, **FAULTS[fault])

    first = manage(place, WANTED)
    place.client.admin("DELETE", "faults")
    assert "traceback" not in str(first).lower()
    held = states(place)
    assert max(Counter(name for name, state in held if state == "enabled").values()) == 1, held
    if first.get("failed") and "dataflows" not in first:
        tally["failed as a whole"] += 1
        assert first["msg"].startswith("Could not ")
    else:
        tally["some failed" if first.get("failed") else "succeeded"] += 1
        for one in first["dataflows"]:
            of_name = [state for name, state in held if name == one["name"]]
            if one["failed"]:
                assert one["msg"].startswith("Could not ")
            else:
                assert of_name == ([STATES[one["name"]]] if one["name"] in STATES else [])

    second = manage(place, WANTED)
    assert not second.get("failed"), second["msg"]
    assert states(place) == sorted(STATES.items())
    assert place.counts() == dict.fromkeys(ONE, len(STATES))
    assert manage(place, WANTED)["changed"] is False
