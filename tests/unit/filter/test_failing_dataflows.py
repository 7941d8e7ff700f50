"""What the overview says of dataflows that fail."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.filter.connections_overview import connections_overview
from overviews import host, only, planned, seen


def dataflow(result: str = "failed", **changes: Any) -> dict[str, Any]:
    code = "CONNECTOR-1001-500"
    run = {"result": result, "started_at": "2026-03-22T08:00:00Z", "error": f"{code}: no route", "error_codes": [code]}
    return {"id": "f-1", "name": "Nightly", "state": "enabled", "last_run": run, **changes}


def test_failing_dataflows_are_said_and_are_drift_only_if_that_is_wanted() -> None:
    dev = host(seen=[seen(dataflows=[dataflow(), dataflow("success")])], planned=[planned()])
    overview = connections_overview([dev])
    assert (overview["status"], overview["totals"]["dataflows"], overview["totals"]["dataflows_failing"]) == ("clean", 2, 1)
    assert overview["summary"] == [
        "1 base connection in 1 sandbox.",
        "Definitions: 1 as defined.",
        "Tests: 1 working.",
        "Dataflows: 1 failing, 1 not failing.",
        "dev: Orders: dataflow 'Nightly' failed at 2026-03-22T08:00:00Z: CONNECTOR-1001-500: no route",
        "What to do about dev: Orders: The connection works, but copying from the source failed: check the table, "
        "the role's rights to it, and its columns.",
    ]
    assert connections_overview([dev], dataflows=True)["status"] == "drift"


@pytest.mark.parametrize(
    "one", [dataflow("partial"), dataflow("success"), dataflow(state="disabled"), dataflow(last_run=None), dataflow("odd")]
)
def test_what_is_no_failing_dataflow(one: dict[str, Any]) -> None:
    overview = connections_overview([host(seen=[seen(dataflows=[one])], planned=[planned()])], dataflows=True)
    assert (overview["status"], overview["totals"]["dataflows_failing"], len(overview["summary"])) == ("clean", 0, 3)


def test_a_connection_that_works_while_its_dataflows_cannot_read() -> None:
    def hint(test: bool | None, code: str) -> str:
        one = dataflow()
        one["last_run"]["error_codes"] = [code]
        return str(only(connections_overview([host(seen=[seen(test=test, dataflows=[one])], planned=[planned()])]))["hint"])

    assert hint(True, "CONNECTOR-1001-500").startswith("The connection works, but copying from the source failed")
    assert hint(True, "CONNECTOR-2001-500") == hint(None, "CONNECTOR-1001-500") == ""
    assert hint(False, "CONNECTOR-1001-500").startswith("Check that the database admits Adobe's addresses")


def test_a_long_error_does_not_fill_the_summary() -> None:
    one = dataflow()
    one["last_run"]["error"] = "x" * 5000
    overview = connections_overview([host(seen=[seen(dataflows=[one])], planned=[planned()])])
    assert max(map(len, overview["summary"])) < 300
