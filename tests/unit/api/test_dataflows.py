"""The dataflows of a connection: all of them, however many source connections it has, by addresses that servers take."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
import requests
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import Dataflow, FlowService
from hypothesis import given
from hypothesis import strategies as st

LONGEST_ADDRESS = 2500  # characters; servers take 4096 and more
PAGE = 100
OF_A_FILTER = 50  # ids at least, if they are UUIDs


class Service:
    """Source connections of one base connection, and the flows that use them: each flow names those it uses."""

    def __init__(self, sources: list[str], flows: Mapping[str, list[str]]) -> None:
        self.sources = sources
        self.flows = flows
        self.addresses: list[str] = []

    def request(self, method: str, path: str, *, query: dict[str, str], **_more: Any) -> Any:
        prepared = requests.Request(method, f"https://platform.adobe.io{path}", params=query).prepare()
        self.addresses.append(str(prepared.url))
        condition, _equals, value = query["property"].partition("==")
        if path.endswith("/sourceConnections"):
            assert (condition, value) == ("baseConnectionId", "base")
            found = [{"id": one} for one in self.sources]
        else:
            assert condition == "sourceConnectionIds[]"
            asked = set(value.split(","))
            found = [{"id": flow, "state": "enabled"} for flow, used in self.flows.items() if asked & set(used)]
        start = int(query.get("continuationToken", "0"))
        links = {"next": {"href": f"?continuationToken={start + PAGE}"}} if start + PAGE < len(found) else {}
        return {"items": found[start : start + PAGE], "_links": links}


def ordinary(number: int) -> list[str]:
    return [str(uuid.UUID(int=one)) for one in range(number)]


def dataflows(service: Any) -> list[Dataflow]:
    return FlowService(service, "dev").dataflows("base")


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
