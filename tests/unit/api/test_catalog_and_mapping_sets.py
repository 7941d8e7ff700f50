"""Datasets, schemas and mapping sets on the wire: pages, both forms of rules, and strange answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.api.catalog import Catalog
from ansible_collections.aep.sources.plugins.module_utils.api.flow_parts import FlowParts
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService
from ansible_collections.aep.sources.plugins.module_utils.api.mapping_sets import MappingSets
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client, Settings
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.flow import Dataset, Flow, Rule
from flowing import DATASETS, FLOWS, SCHEMA, SCHEMA_ID, SETS, SOURCES, shown_flow, shown_set

STRANGE: list[Any] = [None, [], [1], "text", 7, True, {"id": 7}, {"items": 7}, {"data": {}}, {"items": [{}]}, {"items": [None]}]


@pytest.fixture
def client(wire: Any) -> Client:
    return Client(wire.url, Settings(True, 2.0, 0, lambda message: None, str))


@pytest.fixture
def catalog(client: Client) -> Catalog:
    return Catalog(client, "dev")


@pytest.fixture
def mappings(client: Client) -> MappingSets:
    return MappingSets(client, "dev")


@pytest.fixture
def parts(client: Client) -> FlowParts:
    return FlowParts(FlowService(client, "dev"))


def page(start: int) -> dict[str, str]:
    return {"limit": "100", "start": str(start), "properties": "name,schemaRef"}


def test_datasets_from_all_pages(wire: Any, catalog: Catalog) -> None:
    first = {f"id-{number}": {"name": f"D{number}"} for number in range(100)}
    wire.expect("GET", DATASETS, query=page(0), answer=first, headers={"x-sandbox-name": "dev"})
    wire.expect("GET", DATASETS, query=page(100), answer={"last": {"name": "Last", "schemaRef": {"id": SCHEMA_ID}}})
    found = catalog.list_datasets()
    assert (len(found), found[-1]) == (101, Dataset("last", "Last", SCHEMA_ID))


def test_pages_that_are_always_the_same_end(wire: Any, catalog: Catalog) -> None:
    first = {f"id-{number}": {} for number in range(100)}
    wire.expect("GET", DATASETS, query=page(0), answer=first)
    wire.expect("GET", DATASETS, query=page(100), answer=first)
    assert len(catalog.list_datasets()) == 100


def test_a_dataset_and_a_schema_that_are_not_there(wire: Any, catalog: Catalog) -> None:
    wire.expect("GET", f"{DATASETS}/d", status=404)
    assert catalog.get("d") is None
    wire.expect("GET", SCHEMA, status=403)
    assert catalog.schema(SCHEMA_ID) is None


def test_mapping_sets_of_exactly_a_name_the_oldest_first(wire: Any, mappings: MappingSets) -> None:
    sets = [
        shown_set(id="b", name="N", createdDate=2),
        shown_set(id="a", name="N", createdDate=1),
        shown_set(id="c", name="N2"),
    ]
    many = [{**sets[2], "id": f"c{number}"} for number in range(100)]
    wire.expect("GET", SETS, query={"start": "0", "limit": "100", "name": "N"}, answer={"data": many})
    wire.expect("GET", SETS, query={"start": "100", "limit": "100", "name": "N"}, answer={"data": sets})
    assert [one.id for one in mappings.named("Orders", "N")] == ["a", "b"]


def test_a_rule_is_read_from_either_form(wire: Any, mappings: MappingSets) -> None:
    rules = [
        {"sourceType": "ATTRIBUTE", "source": "a", "destination": "x"},
        {"sourceAttribute": "b", "destinationXdmPath": "y"},
        {"sourceType": "text/x.aep-xl", "source": "trim(c)", "destination": "z"},
    ]
    wire.expect("GET", f"{SETS}/s", query={"version": "3"}, answer={"id": "s", "version": "3", "mappings": rules})
    found = mappings.get("Orders", "s", 3)
    assert found is not None
    assert (found.version, found.rules) == (3, {Rule("x", "a"), Rule("y", "b"), Rule("z", "trim(c)")})
    assert [one.is_expression for one in sorted(found.rules)] == [False, False, True]


def test_a_dataflow_is_read_with_its_numbers_as_texts(wire: Any, parts: FlowParts) -> None:
    wire.expect("GET", f"{FLOWS}/flow-1", answer={"items": [shown_flow()]})
    found = parts.get("Orders", "flow-1")
    assert found is not None
    assert (found.schedule.interval, found.schedule.start, found.schedule.backfill) == (1, 32472144000, True)
    assert (found.mapping_id, found.mapping_version, found.mapping_index, found.delta_column) == ("set-1", 0, 1, "placed")
    assert (found.base_id, found.is_busy, found.has_failed) == ("base-1", False, False)


@pytest.mark.parametrize(
    ("changes", "is_busy", "has_failed"),
    [
        ({"state": "initializing"}, True, False),
        ({"state": "disabling", "lastOperation": {}}, True, False),
        ({"lastOperation": {"status": {"value": "inProgress"}}}, True, False),
        ({"lastOperation": {"status": {"value": "COMPLETED"}}}, False, False),
        ({"lastOperation": {"status": {"value": "failed"}}}, False, True),
        ({"lastOperation": {"status": {"value": "inProgress", "errors": [{"code": 1}]}}}, False, True),
    ],
)
def test_what_the_service_is_at_work_on(wire: Any, parts: FlowParts, changes: Any, is_busy: bool, has_failed: bool) -> None:
    wire.expect("GET", f"{FLOWS}/flow-1", answer={"items": [shown_flow(**changes)]})
    found = parts.get("Orders", "flow-1") or Flow("")
    assert (found.is_busy, found.has_failed) == (is_busy, has_failed)


@pytest.mark.parametrize("document", STRANGE, ids=str)
def test_strange_answers_are_errors_or_nothing(wire: Any, client: Client, document: Any) -> None:
    parts, mappings, catalog = FlowParts(FlowService(client, "dev")), MappingSets(client, "dev"), Catalog(client, "dev")
    rules = [Rule("_id", "id")]
    calls: list[tuple[str, str, Any, Callable[[], Any]]] = [
        ("GET", f"{FLOWS}/f", {}, lambda: parts.get("Orders", "f")),
        ("GET", SOURCES, {"property": "connectionSpec.id==s", "limit": "100"}, lambda: parts.list_sources("s")),
        ("GET", f"{SETS}/s", {}, lambda: mappings.get("Orders", "s")),
        ("GET", SETS, {"start": "0", "limit": "100", "name": "N"}, lambda: mappings.named("Orders", "N")),
        ("GET", DATASETS, page(0), catalog.list_datasets),
        ("GET", f"{DATASETS}/d", {}, lambda: catalog.get("d")),
        ("GET", SCHEMA, {}, lambda: catalog.schema(SCHEMA_ID)),
    ]
    for method, path, query, call in calls:
        wire.expect(method, path, query=query, answer=document)
        try:
            call()
        except AepError as error:
            assert str(error).startswith("Could not ")
    wire.expect("POST", f"{SETS}/validate", body=lambda body: None, answer=document)
    with pytest.raises(AepError, match="the answer holds no validation"):
        mappings.problems("Orders", SCHEMA_ID, rules)
