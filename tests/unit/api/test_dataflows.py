"""The dataflows of a connection: all of them, however many source connections it has, by addresses that servers take."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
import requests
from ansible_collections.aep.sources.plugins.module_utils.api.dataflows import list_dataflows, list_runs
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError
from ansible_collections.aep.sources.plugins.module_utils.flow import Flow
from hypothesis import given
from hypothesis import strategies as st

LONGEST_ADDRESS = 2500  # characters; servers take 4096 and more
PAGE = 100
OF_A_FILTER = 50  # ids at least, if they are UUIDs


def sandbox(service: Any) -> FlowService:
    """Return the calls of a sandbox that a stand-in for the client answers."""
    return FlowService(service, "dev")


class Service:
    """Source connections of one base connection, and the flows that use them: each flow names those it uses."""

    def __init__(self, sources: list[str], flows: Mapping[str, list[str]]) -> None:
        self.sources = sources
        self.flows = flows
        self.addresses: list[str] = []

    def request(self, method: str, path: str, *, query: dict[str, Any], **_more: Any) -> Any:
        prepared = requests.Request(method, f"https://platform.adobe.io{path}", params=query).prepare()
        self.addresses.append(str(prepared.url))
        [[condition, _equals, value]] = [one.partition("==") for one in query["property"]]
        if path.endswith("/sourceConnections"):
            assert (condition, value) == ("baseConnectionId", "base")
            found = [{"id": one} for one in self.sources]
        else:
            assert condition == "sourceConnectionIds[]"
            asked = set(value.split(","))
            found = [{"id": flow, "sourceConnectionIds": used} for flow, used in self.flows.items() if asked & set(used)]
        start = int(query.get("continuationToken", "0"))
        links = {"next": {"href": f"?continuationToken={start + PAGE}"}} if start + PAGE < len(found) else {}
        return {"items": found[start : start + PAGE], "_links": links}


def ordinary(number: int) -> list[str]:
    return [str(uuid.UUID(int=one)) for one in range(number)]


def dataflows(service: Any) -> list[Flow]:
    return [one.flow for one in list_dataflows(sandbox(service), ["base"])["base"]]


odd_ids = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=","), min_size=1, max_size=40)


@given(st.data(), st.integers(0, 400), st.lists(odd_ids, max_size=100, unique=True))
def test_no_address_is_too_long_and_no_dataflow_is_missed(data: st.DataObject, number: int, odd: list[str]) -> None:
    sources = [*odd, *ordinary(number)]
    used = st.lists(st.sampled_from(sources), min_size=1, max_size=5) if sources else st.nothing()
    flows = data.draw(st.dictionaries(st.uuids().map(str), used, max_size=20 if sources else 0))
    service = Service(sources, flows)
    found = [one.id for one in dataflows(service)]
    assert sorted(found) == sorted(flows), "each of them, and each once"
    assert max(len(one) for one in service.addresses) < LONGEST_ADDRESS


@pytest.mark.parametrize("number", [0, 1, 50, 51, 500])
def test_how_many_requests_it_takes(number: int) -> None:
    sources = ordinary(number)
    service = Service(sources, {f"flow-{one}": [one] for one in sources})
    assert len(dataflows(service)) == number
    lists = sum("/sourceConnections?" in one for one in service.addresses)
    assert lists == max(math.ceil(number / PAGE), 1)
    assert len(service.addresses) - lists == math.ceil(number / OF_A_FILTER)


class Lists:
    """A service that answers whatever it is asked for with the same lists, each on one page."""

    def __init__(self, **lists: list[dict[str, Any]]) -> None:
        self.lists = lists
        self.asked: list[tuple[str, list[str]]] = []

    def request(self, _method: str, path: str, *, query: dict[str, Any], **_more: Any) -> Any:
        kind = path.rpartition("/")[2]
        self.asked.append((kind, query["property"]))
        return {"items": self.lists[kind]}


def test_each_dataflow_is_with_the_connections_that_it_reads_through() -> None:
    sources = [{"id": f"s{one}", "baseConnectionId": one} for one in ("a", "a", "b", "stranger")]
    flows = [
        {
            "id": "f1",
            "sourceConnectionIds": ["sa"],
            "scheduleParams": {"frequency": "minute", "interval": "15", "startTime": "1"},
        },
        {"id": "f2", "sourceConnectionIds": ["sa", "sb", 7]},
        {"id": "f3", "sourceConnectionIds": ["sstranger"], "lastRunDetails": {"state": "failed", "startedAtUTC": 1}},
    ]
    service = Lists(sourceConnections=sources, flows=flows)
    found = list_dataflows(sandbox(service), ["a", "b", "c"])
    assert {base: [one.flow.id for one in several] for base, several in found.items()} == {
        "a": ["f1", "f2"],
        "b": ["f2"],
        "c": [],
    }
    [reading, _shared] = found["a"]
    assert (reading.flow.schedule.interval, reading.flow.schedule.start) == (15, 1)
    assert reading.source
    assert reading.source.id == "sa"
    assert [kind for kind, _property in service.asked] == ["sourceConnections", "flows"]


@pytest.mark.parametrize(("sources", "known"), [(["s1"], "s1"), (["s1", "s2"], None)])
def test_a_dataflow_that_does_not_name_its_source_connection_has_the_only_one(sources: list[str], known: str | None) -> None:
    service = Lists(sourceConnections=[{"id": one} for one in sources], flows=[{"id": "f"}])
    [reading] = list_dataflows(sandbox(service), ["base"])["base"]
    assert (reading.source and reading.source.id) == known


@pytest.mark.parametrize("kind", ["sourceConnections", "flows"])
def test_one_that_does_not_say_whose_it_is_is_nobodys_by_guess(kind: str) -> None:
    sources = [{"id": "s1", "baseConnectionId": "a"}, {"id": "s2", "baseConnectionId": "b"}]
    service = Lists(**{"sourceConnections": sources, "flows": [], kind: [{"id": "x"}]})
    with pytest.raises(NoAnswerError, match="the answer holds no"):
        list_dataflows(sandbox(service), ["a", "b"])


@pytest.mark.parametrize("base", [["a", "b"], [7], [None, {}]])
def test_a_source_connection_of_an_odd_base_connection_is_an_answer_that_cannot_be_used(base: Any) -> None:
    service = Lists(sourceConnections=[{"id": "s1", "baseConnectionId": base}], flows=[])
    with pytest.raises(NoAnswerError, match=r"the answer holds .*baseConnectionId"):
        list_dataflows(sandbox(service), ["a", "b"])


def test_runs() -> None:
    metrics = {
        "durationSummary": {"startedAtUTC": 1000, "completedAtUTC": "2000"},
        "recordSummary": {"inputRecordCount": "6", "outputRecordCount": 5, "failedRecordCount": -1},
        "sizeSummary": {"inputBytes": 700, "outputBytes": 80},
        "statusSummary": {"status": "success", "errors": [{"code": "c", "message": "m"}, "odd", {"message": 7}]},
    }
    service = Lists(runs=[{"id": "r", "flowId": "f", "metrics": metrics}, {"id": "bare"}])
    first, bare = list_runs(sandbox(service), ["f", "g"], 999)
    assert (first.flow_id, first.status, first.started_at, first.completed_at) == ("f", "success", 1000, 2000)
    assert (first.rows_written, first.rows_failed, first.errors) == (5, None, (("c", "m"), ("", ""), ("", "")))
    assert (first.rows_read, first.bytes_read, first.bytes_written) == (6, 700, 80)
    assert (bare.status, bare.errors) == (None, ())
    assert service.asked == [("runs", ["flowId==f,g", "metrics.durationSummary.startedAtUTC>999"])]
