"""How dataflows are said to do, from the lists of the service: in words, and with as few requests as that takes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.api.dataflows import list_dataflows
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.monitoring import Monitored, in_short, monitored

NOW = 1774170000  # 2026-03-22T09:00:00Z
HOUR = 3600
MINUTE = 60


class Service:
    """Dataflows of one connection, and their runs; times are given in seconds before now."""

    def __init__(self) -> None:
        self.flows: list[dict[str, Any]] = []
        self.runs: list[dict[str, Any]] = []
        self.asked: list[tuple[str, list[str]]] = []

    def add(self, name: str, *runs: tuple[int, str], details: bool = True, **more: Any) -> None:
        flow = {"id": name, "name": name, "state": "enabled", "sourceConnectionIds": ["s"], **more}
        for number, (ago, status) in enumerate(runs):
            begun = {"startedAtUTC": (NOW - ago) * 1000, "completedAtUTC": (NOW - ago + 60) * 1000}
            identifier = f"{name}-{number}"
            metrics: dict[str, Any] = {"durationSummary": begun, "statusSummary": {"status": status}}
            self.runs.append({"id": identifier, "flowId": name, "metrics": metrics})
            flow |= {"lastRunDetails": {"id": identifier, "state": status, **begun}} if details else {}
        self.flows.append(flow)

    def request(self, _method: str, path: str, *, query: dict[str, Any], **_more: Any) -> Any:
        kind = path.rpartition("/")[2]
        self.asked.append((kind, query["property"]))
        found: Any = {"sourceConnections": [{"id": "s", "baseConnectionId": "base"}], "flows": self.flows}.get(kind)
        if kind == "runs":
            ids = query["property"][0].removeprefix("flowId==").split(",")
            since = int(query["property"][1].partition(">")[2])
            started = [(one, one["metrics"]["durationSummary"]["startedAtUTC"]) for one in self.runs]
            found = [one for one, start in started if one["flowId"] in ids and start > since]
        return {"items": found}

    @property
    def shown(self) -> list[dict[str, Any]]:
        return [in_short(one) for one in seen(self, 1)]


def seen(service: Service, most: int) -> list[Monitored]:
    """Return what is known of the dataflows with so many of their runs."""
    flow = sandbox(service)
    return monitored(flow, list_dataflows(flow, ["base"]), hours=24, now=NOW, most=most)["base"]


def sandbox(service: Any) -> FlowService:
    """Return the calls of a sandbox that a stand-in for the client answers."""
    return FlowService(service, "dev")


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ({"frequency": "minute", "interval": "15", "startTime": "1774170000"}, "every 15 minutes since 2026-03-22T09:00:00Z"),
        ({"frequency": "day", "interval": 1, "startTime": 1774170000}, "every day since 2026-03-22T09:00:00Z"),
        ({"frequency": "week"}, "every week"),
        ({"frequency": "hour", "interval": "x", "startTime": "soon"}, "every hour"),
        ({"frequency": "once", "startTime": 1774170000}, "once, at 2026-03-22T09:00:00Z"),
        ({"frequency": "once"}, "once"),
        ({"frequency": "fortnight"}, "fortnight"),
        ({"startTime": 10**17}, None),
        (None, None),
    ],
)
def test_schedules_in_words(service: Service, schedule: Any, words: str | None) -> None:
    service.add("Nightly", scheduleParams=schedule)
    assert service.shown == [
        {"id": "Nightly", "name": "Nightly", "state": "enabled", "schedule": words, "running": False, "last_run": None}
    ]


def test_the_last_run_with_its_rows_and_errors(service: Service) -> None:
    service.add("Nightly", (2 * HOUR, "success"), (HOUR, "failed"))
    service.runs[-1]["metrics"] |= {
        "recordSummary": {"outputRecordCount": 7, "failedRecordCount": 3},
        "statusSummary": {"status": "failed", "errors": [{"code": "CONNECTOR-1001-500", "message": "no route"}, {}]},
    }
    [shown] = service.shown
    assert shown["last_run"] == {
        "id": "Nightly-1",
        "result": "failed",
        "started_at": "2026-03-22T08:00:00Z",
        "completed_at": "2026-03-22T08:01:00Z",
        "rows_written": 7,
        "rows_failed": 3,
        "error": "CONNECTOR-1001-500: no route",
        "error_codes": ["CONNECTOR-1001-500"],
    }


@pytest.mark.parametrize(
    "part", [{"recordSummary": {"failedRecordCount": 1}}, {"statusSummary": {"status": "success", "errors": [{}]}}]
)
def test_a_success_that_left_something_out_is_a_partial_one(service: Service, part: Any) -> None:
    service.add("Nightly", (HOUR, "success"))
    assert service.shown[0]["last_run"]["result"] == "success"
    service.runs[0]["metrics"] |= part
    assert service.shown[0]["last_run"]["result"] == "partial"


@pytest.mark.parametrize(
    ("status", "result"),
    [("Failed", "failed"), ("partialSuccess", "partial"), ("COMPLETED", "success"), ("Odd One", "odd one")],
)
def test_the_words_of_the_service(service: Service, status: str, result: str) -> None:
    service.add("Nightly", (HOUR, status))
    assert service.shown[0]["last_run"]["result"] == result


def test_what_is_running_does_not_hide_how_the_last_one_ended(service: Service) -> None:
    service.add("Nightly", (3 * HOUR, "failed"), (MINUTE, "inProgress"))
    [shown] = service.shown
    assert (shown["running"], shown["last_run"]["id"]) == (True, "Nightly-0")
    service.runs.pop(0)
    [shown] = service.shown
    assert (shown["running"], shown["last_run"]) == (True, None)


def test_one_whose_last_run_is_long_ago_has_its_result_without_details(service: Service) -> None:
    service.add("Yearly", (400 * 24 * HOUR, "failed"))
    [shown] = service.shown
    assert (shown["last_run"]["result"], shown["last_run"]["rows_written"], shown["last_run"]["error"]) == ("failed", None, "")
    assert [kind for kind, _property in service.asked] == ["sourceConnections", "flows"], "no runs are looked for"


def test_one_of_which_the_list_does_not_tell_the_last_run(service: Service) -> None:
    service.add("Nightly", (20 * HOUR, "success"), details=False)
    assert service.shown[0]["last_run"]["result"] == "success"


def test_runs_that_nobody_wants_are_not_read(service: Service) -> None:
    service.add("Daily", (20 * HOUR, "success"))
    for number in range(10):
        service.add(f"Often {number}", *((ago * 15 * MINUTE, "success") for ago in range(90, 0, -1)))
    assert len(service.shown) == 11
    windows = {query[0]: query[1] for kind, query in service.asked if kind == "runs"}
    assert len(windows) == 2
    assert windows["flowId==Daily"].endswith(f">{(NOW - 20 * HOUR - MINUTE) * 1000}")
    [often] = [window for ids, window in windows.items() if "Often" in ids]
    assert often.endswith(f">{(NOW - 16 * MINUTE) * 1000}")


def test_there_is_nothing_to_ask_without_connections() -> None:
    flow = sandbox(Service())
    assert monitored(flow, list_dataflows(flow, []), hours=24, now=NOW) == {}


@pytest.mark.parametrize(("most", "ended", "window"), [(0, ["2"], None), (1, ["2"], HOUR + MINUTE), (2, ["2", "1"], 24 * HOUR)])
def test_as_many_runs_are_listed_as_are_wanted(service: Service, most: int, ended: list[str], window: int | None) -> None:
    service.add("Nightly", (30 * HOUR, "success"), (3 * HOUR, "failed"), (HOUR, "success"))
    [shown] = seen(service, most)
    assert [run.id for run in shown.ended] == [f"Nightly-{number}" for number in ended]
    asked = [query[1].partition(">")[2] for kind, query in service.asked if kind == "runs"]
    assert asked == ([] if window is None else [str((NOW - window) * 1000)])
