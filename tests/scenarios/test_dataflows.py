"""Dataflows through a life, kills and races: nothing is made twice, nothing is left, and check mode predicts it all."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import time
from typing import Any

import pytest
import requests
from ansible_collections.aep.sources.plugins.module_utils.dataflow import parts
from effort import SOAK
from flows_there import CHANGED, GONE, GOOD, NONE, ONE, REPLACED, Place

DIED = 77
CONTROLLERS, ROUNDS = 6, 10 if SOAK else 2
EACH = 1 if SOAK else 3  # at which requests a controller is killed: at each, or at each third one
process = multiprocessing.get_context("fork")

# What Adobe leaves open and dataflows have to live with, by the settings of the simulator.
SETTINGS: list[dict[str, Any]] = [
    {},
    {"schedule_view": "text"},
    {"schedule_view": "number", "schedule_defaults": True},
    {"mapping_dialect_shown": "old"},
    {"mapping_dialect_shown": "new", "attribute_type": "ATTRIBUTE", "expression_type": "text/x.aep-xl"},
    {"flow_spec_answer": "object", "transformation_spec_key": "transformationSpecs"},
    {"target_schema_key": "schemaId", "schema_version": "1", "columns_optional": False},
    {"operation_seconds": 0.2},
    {"operation_seconds": 0.2, "operation_states": "final"},
    {"list_lag": 0.5},
    {"mapping_follows": True, "mapping_start_required": True, "mapping_name_filter": "ignore"},
    {"mapping_name_filter": "contains", "mapping_checked": True},
    {"flow_cascade": "all"},
    {"flow_cascade": "parts"},
    {"delete_used_parts": "accept", "patch_delta_rule": True, "check_date_format": True, "schedule_numbers": "number"},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_check_mode_predicts_each_step_of_a_life(place: Place, settings: dict[str, Any]) -> None:
    place.begin(**settings)
    steps = (("create", GOOD, ONE), ("update", CHANGED, ONE), ("replace", REPLACED, ONE), ("delete", GONE, NONE))
    for action, wanted, there in steps:
        predicted, done, again = place.run(wanted, check=True), place.run(wanted), place.run(wanted)
        assert not done.get("failed"), done["msg"]
        told = [[(one["action"], one["reasons"]) for one in result["dataflows"]] for result in (predicted, done)]
        assert told[0] == told[1]
        assert told[1][0][0] == action
        assert predicted["diff"] == done["diff"]
        assert (again.get("failed", False), again["changed"]) == (False, False)
        assert place.counts() == there


def run_until(place: Place, wanted: dict[str, Any], request: int) -> None:
    """Run in a process that is gone when a request was answered, which is before the next one is sent."""
    send, sent = requests.Session.send, itertools.count()

    def send_or_die(self: requests.Session, prepared: requests.PreparedRequest, **how: Any) -> requests.Response:
        answer = send(self, prepared, **how)
        if next(sent) == request:
            os._exit(DIED)
        return answer

    requests.Session.send = send_or_die  # type: ignore[method-assign]
    time.sleep = lambda seconds: None
    place.run(wanted, concurrency=1)


@pytest.mark.parametrize("wanted", [GOOD, CHANGED, REPLACED, GONE], ids=["create", "update", "replace", "delete"])
def test_killed_at_each_request(place: Place, wanted: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LONGEST_CREATION", -60)  # as if the next run came long after
    for request in itertools.count(step=EACH):
        place.begin()
        if wanted is not GOOD:
            place.run(GOOD)
        controller = process.Process(target=run_until, args=[place, wanted, request])
        controller.start()
        controller.join()
        if controller.exitcode != DIED:
            assert request > 8, "there were too few requests to be killed at"
            return
        result = place.run(wanted)
        assert not result.get("failed"), (request, result["msg"])
        assert place.counts() == (NONE if wanted is GONE else ONE), f"left behind after a kill at request {request}"
        assert place.run(wanted)["changed"] is False


def converge(place: Place) -> dict[str, Any]:
    return place.run(*({**GOOD, "name": f"Orders {number}"} for number in range(4)), concurrency=4, timeout=20)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_controllers_at_once(place: Place, round_: int) -> None:
    """Each is the only one of its name in the end, with parts of its own, and the older one stays."""
    place.begin()
    place.client.fault(kind="latency", operation="*", seconds=0.02, distribution="uniform", count=0)
    with process.Pool(CONTROLLERS) as pool:
        results = pool.map(converge, [place] * CONTROLLERS)
    place.client.admin("DELETE", "faults")
    for result in results:
        assert not result.get("failed"), result["msg"]
    assert place.counts() == dict.fromkeys(ONE, 4)
    assert converge(place)["changed"] is False
