"""The role with definitions that have dataflows, which really read a table: after their connections, and never without one."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import jsonschema
import postgres
import pytest
import services
from playing import Play, player
from simulated import Client

ROOT = pathlib.Path(__file__).parents[2]
SANDBOXES = ("s1", "s2")
FLOW = {
    "name": "Orders hourly",
    "table": "public.orders",
    "columns": ["id", "placed"],
    "dataset": "Orders",
    "mapping": {"id": "_id", "placed": "_acme.placed"},
}
LISTS = ("flows.list_all", "source_connections.list_all", "target_connections.list_all")


@pytest.fixture(scope="module")
def orders() -> Iterator[services.Services]:
    """Return a server with the database orders."""
    server = postgres.start()
    one = services.Services("", postgres.LOOPBACK, server.port, server.password, {}, 0, str(server.folder))
    one.readers = {"orders": services.make_database(one, "orders")}
    yield one
    postgres.stop(server.folder)


@pytest.fixture
def client(client: Client) -> Client:
    """Return a client of a simulator that reads tables, with nothing in it but a dataset in each sandbox."""
    client.set(test_result="real")
    for sandbox in SANDBOXES:
        fields = {"_id": "string", "_acme.placed": "date-time"}
        schema = client.admin("POST", "schemas", {"sandbox": sandbox, "title": "Orders", "fields": fields})
        client.admin("POST", "datasets", {"sandbox": sandbox, "name": "Orders", "schema": schema["$id"]})
    return client


@pytest.fixture
def variables(client: Client, orders: services.Services) -> dict[str, Any]:
    server = {"server": orders.postgres_host, "port": orders.postgres_port, "database": "orders", "ssl_mode": "disable"}
    return {
        "postgres_connections_auth": client.who,
        "postgres_connections_owner": "shop",
        "postgres_connections_defaults": {**server, "credentials": "reader"},
        "postgres_connections_credentials": {
            "reader": {"username": "orders_reader", "password": orders.readers["orders"]},
            "nobody": {"username": "nobody", "password": "wr0ng-password"},
        },
        "postgres_connections_dataflow_defaults": {
            "delta_column": "placed",
            "schedule": {"frequency": "hour", "interval": 1},
        },
        "postgres_connections_definitions": [{"name": "Orders", "dataflows": [FLOW]}, {"name": "Plain"}],
    }


@pytest.fixture
def play(tmp_path: pathlib.Path, variables: dict[str, Any]) -> Play:
    play_all = player(tmp_path, variables)
    return lambda *options, **more: play_all(*options, **{"hosts": {"s1": None}, **more})


def flows(client: Client) -> dict[str, str]:
    """Return the state of each dataflow of the sandbox s1, by its name."""
    found = client("GET", "/flows", headers={"x-sandbox-name": "s1"}).json()["items"]
    return {one["name"]: one["state"] for one in found}


def counted(client: Client) -> dict[str, int]:
    found = client.admin("GET", "counters")
    client.admin("DELETE", "counters")
    return {name: count for name, count in found.items() if " " not in name and name not in ("tcp", "ims.token")}


def test_dataflows_follow_their_connection(client: Client, play: Play) -> None:
    done = play("--check")
    assert done.returncode == 0, done.stdout
    assert "s1: dataflow 'Orders hourly': not compared (its base connection does not exist yet)" in done.stdout
    assert flows(client) == {}

    done = play(hosts=dict.fromkeys(SANDBOXES))
    assert done.returncode == 0, done.stdout
    assert "Defined dataflows: 2 created." in done.stdout
    assert "s2: dataflow 'Orders hourly': created (it does not exist)" in done.stdout
    assert flows(client) == {"Orders hourly": "enabled"}

    for options in ((), ("--check",)):
        counted(client)
        done = play(*options)
        assert done.returncode == 0, done.stdout
        assert "changed=0" in done.stdout
        asked = counted(client)
        assert {name: asked.pop(name) for name in LISTS} == dict.fromkeys(LISTS, 1)
        assert asked == {"connections.list_all": 1, "datasets.list_all": 1, "mapping_sets.get_one": 1}


def changed(interval: int, **definition: Any) -> list[dict[str, Any]]:
    """Return the definitions with another interval of the dataflow."""
    schedule = {"frequency": "hour", "interval": interval}
    return [{"name": "Orders", "dataflows": [{**FLOW, "schedule": schedule}], **definition}, {"name": "Plain"}]


def test_what_differs_is_in_the_report_and_is_drift(client: Client, play: Play, tmp_path: pathlib.Path) -> None:
    assert play().returncode == 0
    client.admin("DELETE", "counters")
    done = play(playbook="aep.sources.report", postgres_connections_definitions=changed(2))
    assert done.returncode == 0, done.stdout
    report = json.loads((tmp_path / "aep_report" / "report.json").read_text())
    jsonschema.validate(report, json.loads((ROOT / "docs" / "overview.schema.json").read_text()))
    assert (report["status"], report["totals"]["drifted"], report["totals"]["dataflows_drifted"]) == ("drift", 0, 1)
    [shown] = report["sandboxes"][0]["dataflows"]
    assert (shown["connection"], shown["difference"], shown["reasons"]) == ("Orders", "update", ["interval differs: 1 → 2"])
    page, table = ((tmp_path / "aep_report" / f"report.{kind}").read_text() for kind in ("html", "md"))
    assert '<span class="tag drifted">would be updated</span>' in page.partition('id="dataflows"')[2]
    assert "| s1 | Orders hourly | Orders | enabled | would be updated: interval differs: 1 → 2 |" in table

    done = play(playbook="aep.sources.drift", postgres_connections_definitions=changed(2))
    assert done.returncode == 2
    assert "s1: dataflow 'Orders hourly': would be updated (interval differs: 1 → 2)" in done.stdout
    assert not [name for name in client.admin("GET", "counters") if name.startswith(("POST /data", "PATCH", "PUT", "DELETE"))]

    done = play(postgres_connections_definitions=changed(2))
    assert done.returncode == 0, done.stdout
    assert "s1: dataflow 'Orders hourly': updated (interval differs: 1 → 2)" in done.stdout
    done = play(playbook="aep.sources.drift", postgres_connections_definitions=changed(2))
    assert done.returncode == 0, done.stdout


def test_a_connection_that_fails_leaves_its_dataflows_as_they_are_and_no_others(client: Client, play: Play) -> None:
    assert play().returncode == 0
    other = {"name": "Plain", "dataflows": [{**FLOW, "name": "Other"}]}
    client.admin("DELETE", "counters")
    broken, _plain = changed(3, credentials="nobody", port=1)
    done = play(postgres_connections_definitions=[broken, other], postgres_connections_purge=True)
    assert done.returncode == 2
    assert "s1: dataflow 'Orders hourly': not changed (its base connection failed)" in done.stdout
    assert "s1: dataflow 'Other': created" in done.stdout
    assert flows(client) == {"Orders hourly": "enabled", "Other": "enabled"}
    assert "flows.patch" not in client.admin("GET", "counters")


def test_a_dataflow_that_fails_is_told_once_and_fails_its_sandbox(client: Client, play: Play) -> None:
    wrong = [{"name": "Orders", "dataflows": [{**FLOW, "dataset": "Ordres"}, {**FLOW, "name": "Other"}]}]
    done = play(postgres_connections_definitions=wrong)
    assert done.returncode == 2
    assert done.stdout.count("There is no dataset 'Ordres' (there is 'Orders'): correct dataset.") == 1
    assert "Orders hourly failed. The summary says why." in done.stdout
    assert flows(client) == {"Other": "enabled"}


def test_what_is_not_defined_any_more_is_purged_if_definitions_have_dataflows(client: Client, play: Play) -> None:
    assert play().returncode == 0
    purge = {"postgres_connections_purge": True, "postgres_connections_purge_all": True}
    plain = {"name": "Plain"}
    assert play(postgres_connections_definitions=[{"name": "Orders"}, plain], **purge).returncode == 0
    assert flows(client) == {"Orders hourly": "enabled"}
    done = play(postgres_connections_definitions=[{"name": "Orders", "dataflows": []}, plain], **purge)
    assert done.returncode == 0, done.stdout
    assert "s1: dataflow 'Orders hourly': deleted (it is not listed any more)" in done.stdout
    assert flows(client) == {}


def test_the_role_alone_says_what_is_left_as_it_is(client: Client, play: Play, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "site.yml"
    file.write_text("- hosts: all\n  gather_facts: false\n  roles: [aep.sources.postgres_connections]\n")
    done = play("--check", playbook=str(file))
    assert done.returncode == 0, done.stdout
    assert "Dataflow 'Orders hourly' was left as it is, as its base connection 'Orders' does not exist yet." in done.stdout
    client.admin("DELETE", "counters")
    absent = [{"name": "Orders", "state": "absent", "dataflows": [FLOW]}]
    done = play(playbook=str(file), postgres_connections_definitions=absent)
    assert done.returncode == 2
    assert (
        "postgres_connections_definitions: 'Orders' has dataflows, but should be absent: set the state of each" in done.stdout
    )
    assert "connections.list_all" not in client.admin("GET", "counters")
