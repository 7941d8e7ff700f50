"""Every situation, run in check mode first: nothing may be written then, and the run that follows must do what was predicted.

The same table stands in the documentation; a test holds the two equal.
"""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from simulated import Client

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "what_makes_it_changed.md"
WRITES = ("connections.create", "connections.patch", "connections.delete", "connections.action")
VIEWS = ("plain", "masked", "placeholder", "partial", "omitted")
SHOWING = ("plain", "masked", "placeholder", "partial")

GOOD: dict[str, Any] = {
    "name": "Orders",
    "server": "db.example.com",
    "database": "orders",
    "username": "reader",
    "password": "s3cret-password",
    "ssl_mode": "verify-full",
}

Options = dict[str, Any]


@dataclass(frozen=True)
class Situation:
    """What is there, what is asked for, and what follows.

    ``drift`` are operations that somebody applies behind our back, once ``there`` was made by us. ``says`` is the reason that
    is told, ``again`` what a second run does, ``views`` under which ways of showing credentials it holds.
    """

    title: str
    action: str
    says: str
    there: Options | None = field(default_factory=lambda: GOOD)
    asked: Options = field(default_factory=lambda: GOOD)
    drift: tuple[dict[str, Any], ...] = ()
    again: str = "none"
    views: tuple[str, ...] = VIEWS
    settings: Options = field(default_factory=dict)


def replaced(path: str, value: Any) -> tuple[dict[str, Any], ...]:
    return ({"op": "replace", "path": path, "value": value},)


SITUATIONS = [
    Situation("there is no connection of that name", "create", "it does not exist", there=None),
    Situation("everything is as asked for", "none", ""),
    Situation("only `name` is asked for, and it is there", "none", "", asked={"name": "Orders"}),
    Situation("the password changed", "update", "credentials changed", asked={**GOOD, "password": "an0ther-one"}),
    Situation(
        "the user name changed",
        "update",
        "username differs: reader → writer",
        asked={**GOOD, "username": "writer"},
        views=SHOWING,
    ),
    Situation("the description changed", "update", "description differs", asked={**GOOD, "description": "new"}),
    Situation(
        "the description is cleared",
        "update",
        "description differs",
        there={**GOOD, "description": "old"},
        asked={**GOOD, "description": ""},
    ),
    Situation("the description is not asked for", "none", "", there={**GOOD, "description": "old"}),
    Situation("somebody changed the name", "create", "it does not exist", drift=replaced("/name", "Other")),
    Situation(
        "somebody changed the server",
        "update",
        "server differs: elsewhere → db.example.com",
        drift=replaced("/auth/params/server", "elsewhere"),
        views=SHOWING,
    ),
    Situation(
        "somebody changed the port",
        "update",
        "port differs: 1 → 5432",
        drift=replaced("/auth/params/port", "1"),
        views=SHOWING,
    ),
    Situation(
        "somebody changed the database",
        "update",
        "database differs: other → orders",
        drift=replaced("/auth/params/database", "other"),
        views=SHOWING,
    ),
    Situation(
        "somebody changed the SSL mode",
        "update",
        "ssl_mode differs: prefer → verify-full",
        drift=replaced("/auth/params/sslMode", "Prefer"),
        views=SHOWING,
    ),
    Situation(
        "somebody changed the server, and the service does not show it",
        "none",
        "",
        drift=replaced("/auth/params/server", "elsewhere"),
        views=("omitted",),
    ),
    Situation("somebody changed the password", "none", "", drift=replaced("/auth/params/password", "an0ther-one")),
    Situation(
        "somebody wrote another description",
        "update",
        "it carries no fingerprint of its credentials",
        drift=replaced("/description", "by hand"),
        there={**GOOD, "description": "old"},
    ),
    Situation(
        "the last run's credentials failed the service's test",
        "update",
        "the credentials that were sent last failed their test",
        drift=replaced("/description", "[aep.sources:1:failed]"),
    ),
    Situation(
        "the connection was made elsewhere",
        "update",
        "it carries no fingerprint of its credentials",
        there={**GOOD, "update_credentials": "on_create"},
    ),
    Situation(
        "the password changed, with `on_create`",
        "none",
        "",
        asked={**GOOD, "password": "an0ther-one", "update_credentials": "on_create"},
    ),
    Situation(
        "nothing changed, with `always`",
        "update",
        "update_credentials is always",
        asked={**GOOD, "update_credentials": "always"},
        again="update",
    ),
    Situation(
        "nothing changed, with `on_failure`, and it works", "none", "", asked={**GOOD, "update_credentials": "on_failure"}
    ),
    Situation(
        "nothing changed, with `on_failure`, and it does not work",
        "update",
        "the stored credentials do not work",
        asked={**GOOD, "update_credentials": "on_failure"},
        again="update",
        settings={"test_result": "false"},
    ),
    Situation(
        "nothing changed, with `test: always`, and it does not work",
        "update",
        "the stored credentials do not work",
        asked={**GOOD, "test": "always"},
        again="update",
        settings={"test_result": "false"},
    ),
    Situation(
        "it should be absent, and is there", "delete", "it should be absent", asked={"name": "Orders", "state": "absent"}
    ),
    Situation("it should be absent, and is not there", "none", "", there=None, asked={"name": "Orders", "state": "absent"}),
]

CASES = [pytest.param(one, view, id=f"{one.title}-{view}") for one in SITUATIONS for view in one.views]


def held(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.admin("GET", "connections").get("dev", [])
    return found


def prepare(client: Client, run: Callable[..., Any], situation: Situation) -> None:
    if situation.there is not None:
        assert not run(situation.there).get("failed")
    for operation in situation.drift:
        [one] = held(client)
        headers = {"If-Match": one["etag"]}
        add = "add" if operation["path"] == "/description" else operation["op"]
        assert client("PATCH", f"/connections/{one['id']}", json=[{**operation, "op": add}], headers=headers).ok


@pytest.mark.parametrize(("situation", "view"), CASES)
def test_prediction_and_run_agree(client: Client, run: Callable[..., Any], situation: Situation, view: str) -> None:
    prepare(client, run, situation)
    client.set(secret_view=view, **situation.settings)
    before = held(client)

    client.admin("DELETE", "counters")
    predicted = run(situation.asked, check=True)
    counted = client.admin("GET", "counters")
    assert not [name for name in counted if name.startswith(WRITES)], "check mode wrote something"
    assert held(client) == before

    done = run(situation.asked)
    for one in (predicted, done):
        [connection] = one["connections"]
        assert connection["action"] == situation.action
        assert situation.says in " ".join(connection["reasons"])
        assert one["changed"] == (situation.action != "none")
        assert "s3cret" not in str(one)
        assert "an0ther" not in str(one)
    assert predicted["diff"] == done["diff"]
    assert predicted["connections"][0]["reasons"] == done["connections"][0]["reasons"]
    assert not [one for one in held(client) if "*" in str(one["auth"]) or "{" in one["auth"]["params"].get("password", "")]

    again = run(situation.asked)
    assert again["connections"][0]["action"] == situation.again


@pytest.mark.parametrize("situation", [one for one in SITUATIONS if one.action == "update"], ids=lambda one: one.title)
def test_what_is_put_back_is_what_was_asked_for(client: Client, run: Callable[..., Any], situation: Situation) -> None:
    prepare(client, run, situation)
    run(situation.asked)
    [one] = held(client)
    wanted = {name: situation.asked[name] for name in ("server", "database", "username", "password")}
    shown = {name: one["auth"]["params"][name] for name in wanted}
    assert shown == wanted
    assert (one["auth"]["params"]["port"], one["auth"]["params"]["sslMode"]) == ("5432", "Verify-Full")


def test_many_at_once(client: Client, run: Callable[..., Any]) -> None:
    wanted = [{**GOOD, "name": f"Orders {number}"} for number in range(30)]
    for expected in ("create", "none"):
        result = run(*wanted, concurrency=8)
        assert [one["action"] for one in result["connections"]] == [expected] * 30
        assert [one["name"] for one in result["connections"]] == [one["name"] for one in wanted]
    assert len(held(client)) == 30
    assert client.admin("GET", "counters")["connection_specs.get_one"] == 1


def test_purge_leaves_what_others_made(client: Client, run: Callable[..., Any]) -> None:
    run(GOOD, {**GOOD, "name": "Old"}, {**GOOD, "name": "Unmarked", "update_credentials": "on_create"})
    client.create("Foreign", description="made in the user interface")
    for check in (True, False):
        result = run(GOOD, purge=True, check=check)
        assert [(one["name"], one["action"]) for one in result["connections"]] == [("Orders", "none"), ("Old", "delete")]
    assert sorted(one["name"] for one in held(client)) == ["Foreign", "Orders", "Unmarked"]


def test_a_connection_in_use_is_kept_and_its_dataflow_named(client: Client, run: Callable[..., Any]) -> None:
    run(GOOD)
    [one] = held(client)
    client.admin("POST", "flows", {"sandbox": "dev", "baseConnectionId": one["id"], "name": "Nightly"})
    result = run({"name": "Orders", "state": "absent"})
    assert "it is in use by 'Nightly' (" in result["msg"]
    assert len(held(client)) == 1


def row(situation: Situation) -> str:
    says = f"`{situation.says}`" if situation.says else ""
    return f"| {situation.title} | {situation.action} | {says} | {situation.again} |"


def test_the_page_shows_the_same_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = [row(one) for one in SITUATIONS if row(one) not in text]
    assert not missing, "put these rows into the page:\n" + "\n".join(missing)
    assert text.count("\n| ") == len(SITUATIONS) + 1, "the page has a row that no situation stands behind"
