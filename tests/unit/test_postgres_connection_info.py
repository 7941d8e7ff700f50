from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.filter.connections_overview import connections_overview
from orders import PASSWORD, described

Run = Callable[[dict[str, Any]], dict[str, Any]]
Item = Callable[..., dict[str, Any]]
BASE = "/data/foundation/flowservice"
STRING = (
    "Server=db.example.com;Database=orders;Port=5433;UID=reader;Password=******;EncryptionMethod=1;ValidateServerCertificate=0"
)


@pytest.fixture
def look(run_module: Callable[..., dict[str, Any]], who: dict[str, Any]) -> Run:
    def info(options: dict[str, Any]) -> dict[str, Any]:
        return run_module("aep_postgres_connection_info", {**who, "sandbox": "dev", **options})

    return info


def test_what_is_shown_of_a_connection(look: Run, wire: Any, item: Item) -> None:
    wire.expect_list(
        item(description=described("text", "pending", owner="team-a"), createdAt=1774170871000, updatedAt=1774170872999)
    )
    result = look({})
    assert (result["changed"], result["sandbox"]) == (False, "dev")
    assert result["connections"] == [
        {
            "name": "Orders",
            "id": "id-1",
            "description": "text",
            "state": "enabled",
            "etag": '"etag-1"',
            "managed": True,
            "owner": "team-a",
            "proven": False,
            "created_at": "2026-03-22T09:14:31Z",
            "updated_at": "2026-03-22T09:14:32Z",
            "auth_type": "Basic Authentication",
            "server": "db.example.com",
            "port": 5432,
            "database": "orders",
            "username": "reader",
            "ssl_mode": "require",
            "encryption_method": None,
            "validate_server_certificate": None,
            "other_properties": None,
            "test": None,
            "dataflows": None,
            "failed": False,
            "msg": "",
            "failure": None,
        }
    ]


def test_the_settings_of_a_connection_string(look: Run, wire: Any, item: Item) -> None:
    auth = {"specName": "Connection String Based Authentication", "params": {"connectionString": STRING}}
    wire.expect_list(item(auth=auth))
    [shown] = look({})["connections"]
    settings = ("server", "port", "database", "username", "ssl_mode", "encryption_method", "validate_server_certificate")
    assert [shown[name] for name in settings] == ["db.example.com", 5433, "orders", "reader", None, "enabled", False]
    assert shown["other_properties"] is False


@pytest.mark.parametrize(
    ("string", "has_other"),
    [
        ("******", None),
        ("{CONNECTION_STRING}", None),
        (None, None),
        (STRING + ";", False),
        (STRING + ";Timeout=30", True),
        (STRING.replace("Password", "PWD"), True),
        (STRING.replace("EncryptionMethod=1", "EncryptionMethod=5"), True),
        (STRING + ";junk", True),
        (STRING + ";uid=twice", True),
    ],
)
def test_whether_a_connection_string_says_more_than_is_shown(
    look: Run, wire: Any, item: Item, string: str | None, has_other: bool | None
) -> None:
    params = {} if string is None else {"connectionString": string}
    wire.expect_list(item(auth={"specName": "Connection String Based Authentication", "params": params}))
    assert look({})["connections"][0]["other_properties"] is has_other


@pytest.mark.parametrize(
    "params",
    [
        {"password": PASSWORD, "server": "db.example.com"},
        {"connectionString": f"Server=db.example.com;UID=reader;Password={PASSWORD}"},
    ],
)
def test_a_secret_that_the_service_shows_is_not_returned(look: Run, wire: Any, item: Item, params: dict[str, str]) -> None:
    wire.expect_list(item(auth={"specName": "any", "params": params}, description=None))
    result = look({})
    assert PASSWORD not in json.dumps(result, ensure_ascii=False)
    assert result["connections"][0]["server"] == "db.example.com"


def test_some_by_name_and_by_id(look: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item("C", id="3"), item("A", id="1"), item("B", id="2"), item("A", id="0"))
    result = look({"names": ["A", "none"], "connection_ids": ["3"]})
    assert [(one["name"], one["id"]) for one in result["connections"]] == [("A", "0"), ("A", "1"), ("C", "3")]


def test_tests_are_asked_for_what_can_be_tested(look: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item("A", id="a"), item("B", id="b", state="initializing"), item("C", id="c"))
    wire.expect("GET", f"{BASE}/connections/a/test", answer={"result": False})
    wire.expect("GET", f"{BASE}/connections/c/test", answer={"result": True})
    result = look({"test": True, "concurrency": 1})
    assert [one["test"] for one in result["connections"]] == [False, None, True]


@pytest.mark.parametrize("state", ["disabled", "initializing", "draft", "deleting", "failed", "any other"])
def test_what_is_not_enabled_is_neither_tested_nor_fine(look: Run, wire: Any, item: Item, state: str) -> None:
    wire.expect_list(item(state=state))
    result = look({"test": True})
    [one] = result["connections"]
    assert (one["test"], one["failed"]) == (None, False)
    said = f"Not tested, as only enabled base connections are: in sandbox 'dev', 'Orders' is '{state}'."
    assert said in str(result["warnings"])
    overview = connections_overview([{"inventory_hostname": "dev", "postgres_connections_inspected": result}])
    assert (overview["totals"]["untested"], overview["totals"]["works"]) == (1, 0)


def expect_dataflows(wire: Any, ids: str) -> None:
    query = {"property": f"baseConnectionId=={ids}", "limit": "100"}
    wire.expect("GET", f"{BASE}/sourceConnections", query=query, answer={"items": [{"id": "s-1", "baseConnectionId": "id-1"}]})


def test_dataflows(look: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item(), item("Other", id="id-2"))
    expect_dataflows(wire, "id-1,id-2")
    query = {"property": "sourceConnectionIds[]==s-1", "limit": "100"}
    last = {"id": "r-1", "state": "failed", "startedAtUTC": 1000, "completedAtUTC": 2000}
    flow = {"id": "f-1", "name": "Nightly", "state": "enabled", "scheduleParams": {"frequency": "day"}, "lastRunDetails": last}
    wire.expect("GET", f"{BASE}/flows", query=query, answer={"items": [flow]})
    orders, other = look({"dataflows": True})["connections"]
    [shown] = orders["dataflows"]
    assert (shown["name"], shown["schedule"], shown["last_run"]["result"]) == ("Nightly", "every day", "failed")
    assert other["dataflows"] == []


def test_dataflows_that_cannot_be_listed_do_not_hide_the_connections(look: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item())
    wire.expect("GET", f"{BASE}/sourceConnections", query={"property": "baseConnectionId==id-1", "limit": "100"}, status=403)
    result = look({"dataflows": True})
    assert result["failed"]
    assert result["msg"].startswith("Could not look for the dataflows that use base connection id-1 of sandbox 'dev'")
    assert result["dataflows_msg"] == result["msg"]
    [shown] = result["connections"]
    assert (shown["dataflows"], shown["failed"]) == (None, False)


def test_one_that_cannot_be_tested_does_not_hide_the_others(look: Run, wire: Any, item: Item) -> None:
    wire.expect_list(item("A", id="a"), item("B", id="b"))
    wire.expect("GET", f"{BASE}/connections/a/test", status=400, answer={"title": "no", "detail": f"{PASSWORD} client-s3cret"})
    wire.expect("GET", f"{BASE}/connections/b/test", answer={"result": True})
    result = look({"test": True, "concurrency": 1})
    assert result["failed"]
    assert result["msg"].startswith("1 of 2 base connections of sandbox 'dev' could not be looked at. Could not test")
    assert [(one["failed"], one["test"]) for one in result["connections"]] == [(True, None), (False, True)]
    assert result["connections"][0]["failure"]["status"] == 400
    assert "client-s3cret" not in str(result)


def test_a_list_that_cannot_be_had(look: Run, wire: Any) -> None:
    wire.expect_list(status=403)
    result = look({})
    assert result["failed"]
    assert result["msg"].startswith("Could not list the base connections of sandbox 'dev'")


@pytest.mark.parametrize("updated", [None, "soon", 10**18, -(10**18)])
def test_a_time_that_is_none(look: Run, wire: Any, item: Item, updated: Any) -> None:
    wire.expect_list(item(updatedAt=updated))
    assert look({})["connections"][0]["updated_at"] is None


def test_nothing_is_sent_for_bad_input(look: Run) -> None:
    assert look({"concurrency": 0})["msg"] == "concurrency is 0: give at least 1."
    assert look({"dataflow_hours": 0})["msg"] == "dataflow_hours is 0: give at least 1."
    assert look({"sandbox": "My Title"})["msg"].startswith("sandbox 'My Title' is no sandbox name")
