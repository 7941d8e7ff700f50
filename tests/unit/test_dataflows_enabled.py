"""Dataflows that are enabled, disabled and started, on a strict wire: it is done when it is asked for, and once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flowing import (
    GOOD,
    LATER_SECONDS,
    NAME,
    Flowing,
    told,
)

Run = Callable[..., dict[str, Any]]


def test_disabling_and_enabling(run_dataflow: Run, flows: Flowing) -> None:
    flows.one()
    flows.turned("disable")
    assert told(run_dataflow({"sandbox": "dev", "name": NAME, "state": "disabled"})) == (
        "update",
        ["state differs: enabled → disabled"],
    )
    flows.one(state="disabled")
    flows.turned("enable")
    assert run_dataflow({"sandbox": "dev", "name": NAME})["dataflow"]["state"] == "enabled"


def test_one_that_ran_once_is_not_enabled_again(run_dataflow: Run, flows: Flowing) -> None:
    flows.one(state="disabled", scheduleParams={"frequency": "once", "startTime": "1"})
    assert not run_dataflow({"sandbox": "dev", "name": NAME})["changed"]


def test_one_that_runs_once_is_enabled_while_its_start_is_to_come(run_dataflow: Run, flows: Flowing) -> None:
    flows.one(state="disabled", scheduleParams={"frequency": "once", "startTime": str(LATER_SECONDS)})
    flows.turned("enable")
    assert told(run_dataflow({"sandbox": "dev", "name": NAME})) == ("update", ["state differs: disabled → enabled"])


def test_one_that_missed_its_only_run_is_told(run_dataflow: Run, flows: Flowing) -> None:
    times = {"frequency": "once", "startTime": "1"}
    flows.one(state="disabled", scheduleParams=times)
    result = run_dataflow({"sandbox": "dev", "name": NAME})
    assert result["dataflow"]["left_alone"] == ["it is disabled and shows no run, and its only start has passed"]
    flows.one(state="disabled", scheduleParams=times, lastRunDetails={"id": "run-1", "state": "success"})
    assert run_dataflow({"sandbox": "dev", "name": NAME})["dataflow"]["left_alone"] == []


def test_a_start_that_has_passed_is_not_sent_to_one_that_is_there(run_dataflow: Run, flows: Flowing) -> None:
    flows.one()
    said = run_dataflow({"sandbox": "dev", "name": NAME, "schedule": {"start": "2001-01-01T00:00:00Z"}}, check=True)["msg"]
    assert "schedule.start 2001-01-01T00:00:00Z has passed: give a later time, or leave it out." in said


def test_a_new_one_that_is_not_listed_yet_is_disabled_all_the_same(run_dataflow: Run, flows: Flowing) -> None:
    flows.lists()
    flows.looked_up()
    flows.created()
    for _look in range(5):
        flows.lists()
    flows.look()
    flows.turned("disable")
    result = run_dataflow({**GOOD, "state": "disabled"})
    assert told(result) == ("create", ["it does not exist"])
    assert result["dataflow"]["state"] == "disabled"
    assert "it is not listed yet" in str(result["warnings"])


def test_a_new_one_is_enabled_and_so_it_is_disabled_after_that(run_dataflow: Run, flows: Flowing) -> None:
    flows.lists()
    flows.looked_up()
    flows.created()
    flows.one()
    flows.mapping()
    flows.turned("disable")
    result = run_dataflow({**GOOD, "state": "disabled"})
    assert told(result) == ("create", ["it does not exist"])
    assert result["dataflow"]["state"] == "disabled"
