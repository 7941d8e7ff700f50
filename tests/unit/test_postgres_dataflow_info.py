"""The module on a strict wire: which lists it asks for, and what it says of dataflows, whoever made them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from flowing import FLOWS, MARK, NAME, SOURCES, TARGETS, shown_flow, shown_source, shown_target
from orders import described

Run = Callable[[dict[str, Any]], dict[str, Any]]
Item = Callable[..., dict[str, Any]]
NOW = 1774170000  # 2026-03-22T09:00:00Z
HOUR = 3600 * 1000
RUNS = "/data/foundation/flowservice/runs"
LAST = {"id": "run-2", "state": "failed", "startedAtUTC": NOW * 1000 - HOUR, "completedAtUTC": NOW * 1000 - HOUR + 1000}
TARGETS_QUERY = {"property": "connectionSpec.id==c604ff05-7f1a-43c0-8e18-33bf874cb11c", "limit": "100"}


@pytest.fixture
def look(run_module: Callable[..., dict[str, Any]], who: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(time, "time", lambda: NOW)

    def info(options: dict[str, Any]) -> dict[str, Any]:
        return run_module("aep_postgres_dataflow_info", {**who, "sandbox": "dev", **options})

    return info


def expect_sources(wire: Any, ids: str, *sources: dict[str, Any]) -> None:
    query = {"property": f"baseConnectionId=={ids}", "limit": "100"}
    wire.expect("GET", SOURCES, query=query, answer={"items": list(sources)})


def expect_flows(wire: Any, ids: str, *flows: dict[str, Any]) -> None:
    query = {"property": f"sourceConnectionIds[]=={ids}", "limit": "100"}
    wire.expect("GET", FLOWS, query=query, answer={"items": list(flows)})


def expect_targets(wire: Any, *targets: dict[str, Any]) -> None:
    wire.expect("GET", TARGETS, query=TARGETS_QUERY, answer={"items": list(targets)})


def expect_runs(wire: Any, *runs: dict[str, Any], ids: str = "flow-1") -> None:
    wire.expect("GET", RUNS, query={"property": f"flowId=={ids}", "limit": "100"}, answer={"items": list(runs)})


def ended(identifier: str, hours_ago: int, status: str, **metrics: Any) -> dict[str, Any]:
    start = NOW * 1000 - hours_ago * HOUR
    duration = {"startedAtUTC": start, "completedAtUTC": start + 60000}
    times = {"durationSummary": duration, "statusSummary": {"status": status}}
    return {"id": identifier, "flowId": "flow-1", "metrics": {**times, **metrics}}


def test_all_that_is_said_of_a_dataflow(look: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item("Orders", id="base-1"))
    expect_sources(wire, "base-1", shown_source())
    expect_flows(wire, "source-1", shown_flow(number=1, description=f"Of the shop {MARK}", createdAt=1774170871000))
    expect_targets(wire, shown_target())
    rows = {"inputRecordCount": 9, "outputRecordCount": 7, "failedRecordCount": 2}
    error = {"status": "success", "errors": [{"code": "MAPPER-3700", "message": "no number"}]}
    sizes = {"inputBytes": 900, "outputBytes": 100}
    expect_runs(wire, ended("run-1", 1, "success", recordSummary=rows, sizeSummary=sizes, statusSummary=error))
    result = look({})
    assert (result["changed"], result["sandbox"]) == (False, "dev")
    assert result["dataflows"] == [
        {
            "name": NAME,
            "id": "flow-1",
            "description": "Of the shop",
            "state": "enabled",
            "etag": '"etag-1"',
            "managed": True,
            "owner": None,
            "created_at": "2026-03-22T09:14:31Z",
            "connection": "Orders",
            "connection_id": "base-1",
            "table": "public.orders",
            "columns": ["id", "placed"],
            "dataset_id": "6019e0e7c5dcf718db5ebc71",
            "delta_column": "placed",
            "schedule": {"frequency": "hour", "interval": 1, "start": "2999-01-01T00:00:00Z", "backfill": True},
            "source_connection_id": "source-1",
            "target_connection_id": "target-1",
            "mapping_set_id": "set-1",
            "running": False,
            "runs": [
                {
                    "id": "run-1",
                    "result": "partial",
                    "started_at": "2026-03-22T08:00:00Z",
                    "completed_at": "2026-03-22T08:01:00Z",
                    "rows_read": 9,
                    "rows_written": 7,
                    "rows_failed": 2,
                    "bytes_read": 900,
                    "bytes_written": 100,
                    "error": "MAPPER-3700: no number",
                    "error_codes": ["MAPPER-3700"],
                }
            ],
        }
    ]


def test_what_somebody_else_made_is_shown_as_far_as_the_service_says(look: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item("Orders", id="base-1"), item("Other", id="base-2"))
    expect_sources(wire, "base-1,base-2", {"id": "s", "baseConnectionId": "base-2"})
    bare = {"id": "f", "sourceConnectionIds": ["s"]}
    expect_flows(wire, "s", bare, {**bare, "id": "g", "description": described("text", "pending", owner="team-a")})
    expect_targets(wire)
    expect_runs(wire, ids="f,g")
    first, second = look({})["dataflows"]
    assert (first["connection"], first["managed"], first["owner"]) == ("Other", False, None)
    assert {key for key in ("table", "columns", "dataset_id", "delta_column", "mapping_set_id") if first[key] is None} == {
        "table",
        "columns",
        "dataset_id",
        "delta_column",
        "mapping_set_id",
    }
    assert first["schedule"] == {"frequency": None, "interval": None, "start": None, "backfill": None}
    assert (second["managed"], second["owner"]) == (True, "team-a")


@pytest.mark.parametrize("option", [{"connection": "Orders"}, {"connection_id": "base-1"}])
def test_those_of_one_base_connection(look: Run, wire: Any, item: Item, option: dict[str, str]) -> None:
    wire.expect_list(item("Orders", id="base-1"), item("Other", id="base-2"))
    expect_sources(wire, "base-1")
    assert look(option)["dataflows"] == []


@pytest.mark.parametrize(
    ("option", "said"), [({"connection": "orders"}, "'orders'"), ({"connection_id": "base-9"}, "'base-9'")]
)
def test_a_base_connection_that_is_not_there(look: Run, wire: Any, item: Item, option: dict[str, str], said: str) -> None:
    wire.expect_list(item("Orders", id="base-1"))
    result = look(option)
    expected = f"Could not find base connection {said} in sandbox 'dev': there is none. Check connection or connection_id, and"
    assert result["msg"].startswith(expected)


@pytest.mark.parametrize("option", [{"names": [NAME, "none"]}, {"flow_ids": ["flow-1"]}])
def test_some_by_name_or_id_and_runs_of_these_alone(look: Run, wire: Any, item: Item, option: dict[str, Any]) -> None:
    wire.expect_list(item("Orders", id="base-1"))
    expect_sources(wire, "base-1", shown_source(), shown_source(2))
    expect_flows(wire, "source-1,source-2", shown_flow(lastRunDetails=LAST), shown_flow("flow-2", 2, name="Other"))
    expect_targets(wire, shown_target())
    expect_runs(wire, *(ended(f"run-{one}", 3 - one, "success") for one in range(3)))
    [shown] = look({**option, "runs": 2, "hours": 48})["dataflows"]
    assert wire.requests[-1].args.getlist("property")[1] == f"metrics.durationSummary.startedAtUTC>{NOW * 1000 - 48 * HOUR}"
    assert [run["id"] for run in shown["runs"]] == ["run-2", "run-1"]


def test_no_runs_are_asked_for_where_none_are_wanted(look: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item("Orders", id="base-1"))
    expect_sources(wire, "base-1", shown_source())
    expect_flows(wire, "source-1", shown_flow(lastRunDetails={**LAST, "state": "inProgress"}))
    expect_targets(wire)
    [shown] = look({"runs": 0})["dataflows"]
    assert (shown["running"], shown["runs"]) == (True, [])


def test_dataflows_that_cannot_be_listed(look: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item("Orders", id="base-1"))
    wire.expect("GET", SOURCES, query={"property": "baseConnectionId==base-1", "limit": "100"}, status=403)
    result = look({})
    assert result["failed"]
    assert result["msg"].startswith("Could not look for the dataflows that use base connection base-1 of sandbox 'dev'")
    assert "dataflows" not in result


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"hours": 0}, "hours is 0: give at least 1."),
        ({"runs": -1}, "runs is -1: give at least 0."),
        ({"sandbox": "My Title"}, "sandbox 'My Title' is no sandbox name"),
        ({"connection": "a", "connection_id": "b"}, "parameters are mutually exclusive: connection|connection_id"),
    ],
)
def test_nothing_is_sent_for_bad_input(look: Run, options: dict[str, Any], said: str) -> None:
    assert look(options)["msg"].startswith(said)
