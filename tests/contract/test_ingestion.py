"""Flows that are due read their table through the base connection, and runs say what was read."""

from __future__ import annotations

import concurrent.futures
import time
from collections.abc import Iterator
from typing import Any

import postgres
import pytest
import services
from dataflows import COLUMNS, MAPPING_SETS, SOON, Dataflow, dataflow, item, platform
from psycopg import sql

PERIOD = 900  # seconds between two runs of the flow that these tests make


@pytest.fixture(scope="module")
def server() -> Iterator[services.Services]:
    started = postgres.start()
    held = services.Services("", postgres.LOOPBACK, started.port, started.password, {}, 0, str(started.folder))
    held.readers = {"orders": services.make_database(held, "orders")}
    yield held
    postgres.stop(started.folder)


@pytest.fixture
def began(server: services.Services) -> Iterator[int]:
    """Return now, and make a table without rows."""
    with server.administrate("orders") as connection:
        connection.execute("CREATE TABLE placed (id integer, placed timestamp, zoned timestamptz, total numeric, note text)")
        connection.execute("GRANT SELECT ON placed TO orders_reader")
        yield int(time.time())
        connection.execute("DROP TABLE placed")


def insert(server: services.Services, *times: int) -> None:
    """Add a row for each of these seconds since the epoch."""
    with server.administrate("orders") as connection:
        for moment in times:
            stamp = sql.Literal(float(moment))
            texts = "INSERT INTO placed VALUES (1, to_timestamp({0}) AT TIME ZONE 'UTC', to_timestamp({0}), 2, 'x')"
            connection.execute(sql.SQL(texts).format(stamp))


def base(client: Any, server: services.Services, **changes: str) -> str:
    reader = {"username": "orders_reader", "password": server.readers["orders"], "port": str(server.postgres_port)}
    return str(client.create(params=reader | changes).json()["id"])


def flow_of(client: Any, server: services.Services, began: int, column: str = "placed", **changes: str) -> Dataflow:
    columns = [one for one in COLUMNS if one["name"] != "customer"]
    flow = dataflow(client, base(client, server, **changes), params={"tableName": "public.placed", "columns": columns})
    flow.body["transformations"][0]["params"]["deltaColumn"]["name"] = column
    flow.body["scheduleParams"]["startTime"] = began + SOON
    return flow


def later(client: Any, seconds: int) -> None:
    client.admin("POST", "clock", {"advance": seconds})


def runs(client: Any) -> list[dict[str, Any]]:
    """Return all runs, the first at first."""
    listed = client("GET", "/runs").json()["items"]
    return sorted(listed, key=lambda run: int(run["metrics"]["durationSummary"]["startedAtUTC"]))


def counted(client: Any) -> list[int]:
    return [run["metrics"]["recordSummary"]["inputRecordCount"] for run in runs(client)]


@pytest.mark.parametrize("column", ["placed", "zoned"])
@pytest.mark.parametrize(("backfill", "first"), [(True, 2), (False, 0)])
def test_rows_in_the_window_are_counted(
    client: Any, server: services.Services, began: int, column: str, backfill: bool, first: int
) -> None:
    start = began + SOON
    created = flow_of(client, server, began, column).create({"backfill": backfill}).json()
    insert(server, 0, start - 1, start, start + PERIOD - 1, start + PERIOD)
    assert runs(client) == [], "it is not due"
    later(client, SOON)
    assert counted(client) == [first]
    later(client, PERIOD)
    assert counted(client) == [first, 2]
    later(client, PERIOD)
    assert counted(client) == [first, 2, 1]
    last = runs(client)[-1]
    assert last["metrics"]["durationSummary"] == {
        "startedAtUTC": (start + 2 * PERIOD) * 1000,
        "completedAtUTC": (start + 2 * PERIOD) * 1000,
        "extensions": {"windowStart": (start + PERIOD) * 1000, "windowEnd": (start + 2 * PERIOD) * 1000},
    }
    assert last["metrics"]["sizeSummary"]["inputBytes"] > 0
    assert last["metrics"]["statusSummary"] == {"status": "success", "errors": []}
    details = item(client, "flows", created["id"])["lastRunDetails"]
    assert (details["id"], details["state"]) == (last["id"], "success")
    path = f"/flows?property=lastRunDetails.startedAtUTC>={last['createdAt']}"
    assert len(client("GET", path).json()["items"]) == 1
    path = f"/runs?property=flowId=={created['id']}&property=metrics.durationSummary.startedAtUTC>{last['createdAt'] - 1}"
    assert [run["id"] for run in client("GET", path).json()["items"]] == [last["id"]]


def test_a_leap_of_the_clock_makes_all_runs_that_were_due(client: Any, server: services.Services, began: int) -> None:
    flow_of(client, server, began).create()
    insert(server, *(began + SOON + number * PERIOD for number in range(4)))
    later(client, SOON + 3 * PERIOD)
    assert counted(client) == [0, 1, 1, 1]
    later(client, 80000)
    assert len(runs(client)) <= 54, "a long leap makes no more than the last fifty of them"


def test_many_who_ask_at_once_see_each_run_once(client: Any, server: services.Services, began: int) -> None:
    for _number in range(3):
        flow_of(client, server, began).create()
    later(client, SOON + PERIOD)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        paths = ["/runs", "/flows"] * 4
        assert all(answer.ok for answer in pool.map(lambda path: client("GET", path, timeout=60), paths))
    assert len(runs(client)) == 6


def test_a_flow_that_runs_once_reads_everything_once(client: Any, server: services.Services, began: int) -> None:
    flow_of(client, server, began).once()
    insert(server, 0, began, began + 10 * PERIOD)
    later(client, SOON)
    later(client, PERIOD)
    assert counted(client) == [3]


def test_a_disabled_flow_does_not_run_and_reads_on_when_it_is_enabled(
    client: Any, server: services.Services, began: int
) -> None:
    created = flow_of(client, server, began).create().json()
    path = f"/flows/{created['id']}/action?op="
    insert(server, began + SOON - 1, began + SOON + 1, began + SOON + PERIOD + 1)
    later(client, SOON)
    assert client("POST", path + "disable").ok, "what was due before is done"
    later(client, PERIOD)
    assert counted(client) == [1]
    assert client("POST", path + "enable").ok
    assert counted(client) == [1], "what was due meanwhile is left out"
    later(client, PERIOD)
    assert counted(client) == [1, 2]


def test_a_deleted_flow_does_not_run(client: Any, server: services.Services, began: int) -> None:
    created = flow_of(client, server, began).create().json()
    assert client("DELETE", f"/flows/{created['id']}").ok
    later(client, SOON)
    assert runs(client) == []


def test_a_changed_schedule(client: Any, server: services.Services, began: int) -> None:
    created = flow_of(client, server, began).create().json()
    later(client, SOON)
    change = {"op": "replace", "path": "/scheduleParams/interval", "value": 60}
    assert client("PATCH", f"/flows/{created['id']}", json=[change], headers={"If-Match": created["etag"]}).ok
    later(client, PERIOD)
    assert len(runs(client)) == 1, "the run before the change was done, the next is due later"
    later(client, 3 * PERIOD)
    assert len(runs(client)) == 2


def failure(client: Any) -> tuple[str, str]:
    """Return code and text of why the only run failed."""
    [run] = runs(client)
    status = run["metrics"]["statusSummary"]
    assert status["status"] == "failed"
    [error] = status["errors"]
    return error["code"], error["message"]


def test_a_failed_run_says_why_and_the_next_one_reads_what_it_did_not(
    client: Any, server: services.Services, began: int
) -> None:
    created = flow_of(client, server, began, password="s3cret-password").create().json()
    insert(server, began)
    later(client, SOON)
    code, message = failure(client)
    assert code == "CONNECTOR-1001-500"
    assert "password authentication failed" in message
    assert "s3cret-password" not in str(runs(client))
    assert item(client, "flows", created["id"])["lastRunDetails"]["state"] == "failed"
    held = client.admin("GET", "connections")["dev"][0]
    change = {"op": "replace", "path": "/auth/params/password", "value": server.readers["orders"]}
    assert client("PATCH", f"/connections/{held['id']}", json=[change], headers={"If-Match": held["etag"]}).ok
    later(client, PERIOD)
    assert counted(client) == [0, 1]


@pytest.mark.parametrize("column", ["colour", "note", "", 'o"dd'])
def test_a_delta_column_that_is_none_fails_the_run(client: Any, server: services.Services, began: int, column: str) -> None:
    flow_of(client, server, began, column).create()
    later(client, SOON)
    assert failure(client)[0] == ("CONNECTOR-1001-500" if column else "CONNECTOR-2001-500")


@pytest.mark.parametrize("statement", ["DROP TABLE placed", "ALTER TABLE placed DROP COLUMN total"])
def test_a_table_or_column_that_is_gone_fails_the_run(
    client: Any, server: services.Services, began: int, statement: str
) -> None:
    flow_of(client, server, began).create()
    with server.administrate("orders") as connection:
        connection.execute(statement)
    try:
        later(client, SOON)
        assert failure(client)[0] == "CONNECTOR-1001-500"
    finally:
        with server.administrate("orders") as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS placed ()")


def test_a_mapping_set_that_is_gone_fails_the_run(client: Any, server: services.Services, began: int) -> None:
    flow = flow_of(client, server, began)
    flow.create()
    assert platform(client, "DELETE", f"{MAPPING_SETS}/{flow.mapping_id}").ok
    later(client, SOON)
    assert failure(client)[0] == "CONNECTOR-2001-500"


def test_a_source_connection_that_is_gone_fails_the_run(client: Any, server: services.Services, began: int) -> None:
    client.set(delete_used_parts="accept")
    flow = flow_of(client, server, began)
    flow.create()
    assert client("DELETE", f"/sourceConnections/{flow.source_id}").ok
    later(client, SOON)
    assert failure(client)[0] == "CONNECTOR-1001-500"


def test_a_run_on_demand_reads_its_window_when_it_is_due(client: Any, server: services.Services, began: int) -> None:
    created = flow_of(client, server, began).once().json()
    insert(server, began - 20, began - 10, began)
    window = {"startTime": began + 60, "windowStartTime": began - 15, "windowEndTime": began}
    body = {"flowId": created["id"], "params": window | {"deltaColumn": {"name": "placed"}}}
    [run] = client("POST", "/runs", json=body).json()["items"]
    assert item(client, "runs", run["id"])["metrics"]["statusSummary"]["status"] == "inProgress"
    later(client, 60)
    metrics = item(client, "runs", run["id"])["metrics"]
    assert (metrics["statusSummary"]["status"], metrics["recordSummary"]["inputRecordCount"]) == ("success", 1)


def test_without_columns_all_are_read(client: Any, server: services.Services, began: int) -> None:
    flow = dataflow(client, base(client, server), params={"tableName": "public.placed", "columns": None})
    flow.create({"startTime": began + SOON})
    insert(server, began)
    later(client, SOON)
    assert counted(client) == [1]


def test_nothing_is_read_where_no_database_is_meant_to_be(client: Any) -> None:
    client.set(test_result="true")
    dataflow(client).create()
    later(client, 2 * SOON)
    assert counted(client) == [0]
    assert runs(client)[0]["metrics"]["statusSummary"]["status"] == "success"


def test_a_handmade_flow_never_runs(client: Any) -> None:
    schedule = {"startTime": 1, "frequency": "minute", "interval": 15}
    given = {"sandbox": "dev", "baseConnectionId": client.create().json()["id"], "name": "Nightly", "scheduleParams": schedule}
    made = client.admin("POST", "flows", given)
    assert runs(client) == []
    client.admin("POST", "runs", {"sandbox": "dev", "flowId": made["id"], "status": "success", "outputRecordCount": 3})
    [run] = runs(client)
    assert (run["metrics"]["statusSummary"]["status"], run["metrics"]["recordSummary"]["outputRecordCount"]) == ("success", 3)
