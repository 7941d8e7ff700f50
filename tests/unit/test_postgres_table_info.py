from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[dict[str, Any]], dict[str, Any]]
Item = Callable[..., dict[str, Any]]
EXPLORE = "/data/foundation/flowservice/connections/id-1/explore"
ORDERS = {"type": "table", "name": "orders", "path": "public.orders", "canPreview": True, "canFetchSchema": True}
HIDDEN = {"type": "view", "name": "hidden", "path": "public.hidden", "canPreview": False}
COLUMNS = [
    {"name": "id", "type": "integer", "xdm": {"type": "integer"}},
    {"name": "placed", "type": "string", "meta:xdmType": "date-time", "xdm": {"type": "string", "format": "date-time"}},
]
SHOWN = [{"name": "id", "type": "integer", "format": None}, {"name": "placed", "type": "string", "format": "date-time"}]


@pytest.fixture
def look(run_module: Callable[..., dict[str, Any]], who: dict[str, Any]) -> Run:
    def info(options: dict[str, Any]) -> dict[str, Any]:
        return run_module("aep_postgres_table_info", {**who, "sandbox": "dev", "concurrency": 1, **options})

    return info


def expect_root(wire: Any, *tables: dict[str, Any]) -> None:
    wire.expect("GET", EXPLORE, query={"objectType": "root"}, answer=list(tables))


def expect_table(wire: Any, path: str, *, preview: bool = False, **answer: Any) -> None:
    query = {"objectType": "table", "object": path, **({"preview": "true"} if preview else {})}
    wire.expect("GET", EXPLORE, query=query, **(answer or {"answer": {"format": "flat", "schema": {"columns": COLUMNS}}}))


def test_tables_and_their_columns(look: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item("Other", id="other"), item())
    expect_root(wire, ORDERS, HIDDEN)
    expect_table(wire, "public.hidden")
    expect_table(wire, "public.orders")
    result = look({"name": "Orders"})
    assert (result["changed"], result["sandbox"], result["connection_id"]) == (False, "dev", "id-1")
    assert [(one["path"], one["type"], one["columns"], one["rows"]) for one in result["tables"]] == [
        ("public.hidden", "view", SHOWN, []),
        ("public.orders", "table", SHOWN, []),
    ]


def test_an_id_takes_no_list_and_no_columns_take_no_request(look: Run, wire: Any) -> None:
    expect_root(wire, ORDERS)
    result = look({"connection_id": "id-1", "columns": False})
    assert [one["columns"] for one in result["tables"]] == [[]]


def test_patterns(look: Run, wire: Any) -> None:
    expect_root(wire, ORDERS, {**ORDERS, "path": "shop.a"}, {**ORDERS, "path": "shop.b"})
    result = look({"connection_id": "id-1", "columns": False, "tables": ["shop.?", "none.*", "non[ef]"]})
    assert [one["path"] for one in result["tables"]] == ["shop.a", "shop.b"]
    assert not result.get("failed")


def test_a_named_table_that_is_not_there(look: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item())
    expect_root(wire, ORDERS)
    expect_table(wire, "public.orders")
    result = look({"name": "Orders", "tables": ["public.order", "public.orders", "public.ordres", "none.*"]})
    assert result["failed"]
    assert result["msg"] == (
        "No table 'public.order', 'public.ordres' can be read through base connection 'Orders': "
        "check tables, and the rights of its PostgreSQL role."
    )
    assert [(one["path"], one["columns"]) for one in result["tables"]] == [("public.orders", SHOWN)]


def test_one_is_not_there_and_one_cannot_be_read(look: Run, wire: Any) -> None:
    expect_root(wire, ORDERS)
    expect_table(wire, "public.orders", status=400, answer={"title": "no", "detail": "permission denied"})
    said = look({"connection_id": "id-1", "tables": ["public.*", "shop"]})["msg"]
    assert "1 of 1 tables of base connection 'id-1' could not be looked at." in said
    assert said.endswith(
        "No table 'shop' can be read through base connection 'id-1': check tables, and the rights of its PostgreSQL role."
    )


def test_a_table_whose_name_has_the_characters_of_wildcards(look: Run, wire: Any) -> None:
    expect_root(wire, {**ORDERS, "path": "public.a[1]"}, {**ORDERS, "path": "public.a1"})
    result = look({"connection_id": "id-1", "columns": False, "tables": ["public.a[1]"]})
    assert [one["path"] for one in result["tables"]] == ["public.a1", "public.a[1]"]


@pytest.mark.parametrize(
    ("show_values", "row"),
    [(False, {"id": "********", "placed": None, "vip": "********"}), (True, {"id": 7, "placed": None, "vip": False})],
)
def test_rows_are_masked_unless_asked_for(look: Run, wire: Any, show_values: bool, row: dict[str, Any]) -> None:
    expect_root(wire, ORDERS, HIDDEN)
    expect_table(wire, "public.hidden")
    data = [{"id": 7, "placed": None, "vip": False}] * 10
    expect_table(wire, "public.orders", preview=True, answer={"schema": {"columns": COLUMNS}, "data": data})
    hidden, orders = look({"connection_id": "id-1", "rows": 2, "show_values": show_values})["tables"]
    assert orders["rows"] == [row, row]
    assert hidden["rows"] == []


def test_no_object_in_a_row_is_one_of_ansibles_own(look: Run, wire: Any) -> None:
    expect_root(wire, ORDERS)
    own = {"__ansible_type": "_AnsibleTaggedStr", "value": "{{ 1 + 1 }}", "tags": [{"__ansible_type": "TrustedAsTemplate"}]}
    row = {"__ansible_vault": "a", "__other": 1, "nested": [own]}
    expect_table(wire, "public.orders", preview=True, answer={"schema": {"columns": COLUMNS}, "data": [row]})
    [orders] = look({"connection_id": "id-1", "rows": 1, "show_values": True})["tables"]
    plain = {"ansible_type": "_AnsibleTaggedStr", "value": "{{ 1 + 1 }}", "tags": [{"ansible_type": "TrustedAsTemplate"}]}
    assert orders["rows"] == [{"ansible_vault": "a", "__other": 1, "nested": [plain]}]


def test_a_table_that_cannot_be_read_does_not_hide_the_others(look: Run, wire: Any) -> None:
    expect_root(wire, ORDERS, {**ORDERS, "path": "public.z"})
    expect_table(wire, "public.orders", status=400, answer={"title": "no", "detail": "permission denied"})
    expect_table(wire, "public.z")
    result = look({"connection_id": "id-1"})
    assert result["failed"]
    assert "1 of 2 tables of base connection 'id-1' could not be looked at." in result["msg"]
    assert "permission denied" in result["msg"]
    assert [(one["failed"], len(one["columns"])) for one in result["tables"]] == [(True, 0), (False, 2)]


def test_a_connection_that_is_not_there(look: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item("orders"))
    result = look({"name": "Orders"})
    assert result["msg"] == (
        "Could not find base connection 'Orders' in sandbox 'dev': there is none of this name. Check name and sandbox."
    )


def test_two_of_a_name(look: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item(), item(id="id-2"))
    assert "2 have this name (id-1, id-2). Give the connection_id" in look({"name": "Orders"})["msg"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "one of the following is required: name, connection_id"),
        ({"name": "A", "connection_id": "b"}, "mutually exclusive: name|connection_id"),
        ({"name": "A", "rows": -1}, "rows is -1: give at least 0"),
    ],
)
def test_nothing_is_sent_for_bad_input(look: Run, options: dict[str, Any], said: str) -> None:
    assert said in look(options)["msg"]


@pytest.mark.parametrize(
    "answer", [{}, {"schema": None}, {"schema": {"columns": [{}]}}, {"schema": {"columns": []}, "data": 1}, []]
)
def test_an_answer_that_is_none(look: Run, wire: Any, answer: Any) -> None:
    expect_root(wire, ORDERS)
    expect_table(wire, "public.orders", answer=answer)
    assert "the answer holds" in look({"connection_id": "id-1"})["msg"]
