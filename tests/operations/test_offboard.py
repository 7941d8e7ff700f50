"""The playbook offboard: what is removed is what was meant, and nothing that anybody still reads with."""

from __future__ import annotations

from typing import Any

import pytest
from in_process import run_module
from platform_reader import held
from simulated import PARAMS, Client

SANDBOXES = ("s1", "s2", "s3")
EVERYTHING = {"offboard_names": ["Shop"]}


def names(client: Client) -> dict[str, list[str]]:
    return {sandbox: [one["name"] for one in connections] for sandbox, connections in held(client).items()}


def test_nothing_is_deleted_while_a_dataflow_uses_it(database: Any, client: Client, bootstrapped: Any, play: Any) -> None:
    client.session.headers["x-sandbox-name"] = "s2"
    [connection] = client("GET", "/connections").json()["items"]
    assert client.create("Foreign", params={**PARAMS}).status_code == 201
    client.admin("POST", "flows", {"sandbox": "s2", "baseConnectionId": connection["id"], "name": "Nightly"})

    done = play("offboard", **EVERYTHING)
    assert done.returncode == 2
    assert "Nothing was removed, as dataflows of sandbox 's2' still read through Shop" in done.stdout
    assert names(client) == {"s1": ["Shop"], "s2": ["Shop", "Foreign"], "s3": ["Shop"]}

    done = play("offboard", offboard_despite_dataflows=True, **EVERYTHING)
    assert done.returncode == 2
    assert "it is in use by 'Nightly'" in done.stdout
    database.connect("aep_reader_a", bootstrapped.password, dbname="shop").close()


@pytest.mark.usefixtures("bootstrapped")
def test_our_own_dataflows_are_deleted_first_if_that_is_wanted_and_nobody_else_has_any(
    database: Any, client: Client, play: Any
) -> None:
    with database.connect(dbname="shop") as administrator:
        administrator.execute("CREATE TABLE orders (id integer, placed timestamptz)")
    schema = client.admin("POST", "schemas", {"sandbox": "s1", "title": "Orders", "fields": {"_id": "string"}})
    client.admin("POST", "datasets", {"sandbox": "s1", "name": "Orders", "schema": schema["$id"]})
    what = {"name": "Ours", "connection": "Shop", "table": "public.orders", "dataset": "Orders", "mapping": {"id": "_id"}}
    options = {**client.who, "sandbox": "s1", "owner": "shop", **what, "schedule": {"frequency": "once"}}
    result = run_module("aep_postgres_dataflow", options)
    assert result.get("changed"), result
    client.session.headers["x-sandbox-name"] = "s2"
    [connection] = client("GET", "/connections").json()["items"]
    other = client.admin("POST", "flows", {"sandbox": "s2", "baseConnectionId": connection["id"], "name": "Ours"})

    ours = {"offboard_remove_dataflows": True, "postgres_connections_owner": "shop", **EVERYTHING}
    done = play("offboard", **ours)
    assert done.returncode == 2
    assert "Nothing was removed, as dataflows of sandbox 's2' still read through Shop" in done.stdout
    assert client.session.delete(f"{client.url}/data/foundation/flowservice/flows/{other['id']}").status_code == 204
    done = play("offboard", **{**ours, "postgres_connections_owner": "team-b"})
    assert done.returncode == 2
    assert "Nothing was removed, as dataflows of sandbox 's1' still read through Shop" in done.stdout

    client.session.headers["x-sandbox-name"] = "s1"
    assert [one["name"] for one in client("GET", "/flows").json()["items"]] == ["Ours"]
    done = play("offboard", **ours)
    assert done.returncode == 0, done.stdout
    assert names(client) == {"s1": [], "s2": [], "s3": []}
    for kind in ("flows", "sourceConnections", "targetConnections"):
        assert client("GET", f"/{kind}").json()["items"] == []


@pytest.mark.usefixtures("bootstrapped")
def test_a_name_that_is_nowhere_is_told_before_anything_is_removed(client: Client, play: Any) -> None:
    before = held(client)
    done = play("offboard", offboard_names=["Shop", "shopp"])
    assert done.returncode == 2
    assert (
        "Nothing was removed, as no sandbox has a base connection 'shopp' (there is 'Shop'): correct offboard_names"
        in done.stdout
    )
    done = play("offboard", offboard_names="Shop")
    assert done.returncode == 2
    assert "give the names of the base connections as a list" in done.stdout
    assert held(client) == before


def test_roles_stay_as_long_as_anything_may_use_them(database: Any, client: Client, bootstrapped: Any, play: Any) -> None:
    client.session.headers["x-sandbox-name"] = "s2"
    by_hand = client.create("By hand", params=held(client)["s2"][0]["auth"]["params"]).json()

    done = play("offboard", "--limit", "s1", **EVERYTHING)
    assert done.returncode == 0, done.stdout
    assert "The roles of the database are kept, as these were left out and may use it: s2, s3." in done.stdout
    assert names(client) == {"s1": [], "s2": ["Shop", "By hand"], "s3": ["Shop"]}

    done = play("offboard", **EVERYTHING)  # one of them is gone already, which is no misspelt name
    assert done.returncode == 0, done.stdout
    assert "The roles of the database are kept, as these use it: 'By hand' of sandbox 's2'." in done.stdout
    assert "aep_reader_a is active, aep_reader_b is absent." in done.stdout
    assert names(client) == {"s1": [], "s2": ["By hand"], "s3": []}
    database.connect("aep_reader_a", bootstrapped.password, dbname="shop").close()

    assert client("DELETE", f"/connections/{by_hand['id']}").status_code == 204
    done = play("offboard", offboard_names=[])  # the names are gone, and the roles are left
    assert done.returncode == 0, done.stdout
    assert "aep_reader_a is removed, aep_reader_b is absent." in done.stdout
    with database.connect() as administrator:
        assert administrator.execute("SELECT 1 FROM pg_roles WHERE rolname LIKE 'aep%'").fetchone() is None
