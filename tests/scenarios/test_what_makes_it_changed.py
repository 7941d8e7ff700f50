"""Every situation, run in check mode first: nothing may be written then, and the run that follows must do what was predicted.

The same table stands in the documentation; a test holds the two equal.
"""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import pytest
from simulated import Client
from situations import GOOD, ITS_ID, SITUATIONS, Situation

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "what_makes_it_changed.md"
WRITES = ("connections.create", "connections.patch", "connections.delete", "connections.action")


UPDATES = [one for one in SITUATIONS if one.action == "update" and ITS_ID not in str(one.asked)]
NOTHING_DONE = {"action": "none", "reasons": []}
CASES = [pytest.param(one, view, id=f"{one.title}-{view}") for one in SITUATIONS for view in one.views]


def held(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.admin("GET", "connections").get("dev", [])
    return found


def prepare(client: Client, run: Callable[..., Any], situation: Situation) -> None:
    client.set(**situation.earlier)
    if situation.there is not None:
        assert not run(situation.there, owner=situation.owner).get("failed")
    client.set(**dict.fromkeys(situation.earlier, "true"))
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

    asked = [{**situation.asked, "connection_id": before[0]["id"]} if ITS_ID in str(situation.asked) else situation.asked]
    asked = asked if situation.asked else []
    client.admin("DELETE", "counters")
    predicted = run(*asked, check=True, **situation.options)
    counted = client.admin("GET", "counters")
    assert not [name for name in counted if name.startswith(WRITES)], "check mode wrote something"
    assert held(client) == before

    done = run(*asked, **situation.options)
    for one in (predicted, done):
        [connection] = one["connections"] or [NOTHING_DONE]
        assert connection["action"] == situation.action
        assert situation.says in " ".join(connection["reasons"])
        assert one["changed"] == (situation.action != "none")
        assert "s3cret" not in str(one)
        assert "an0ther" not in str(one)
    assert predicted["diff"] == done["diff"]
    assert [one["reasons"] for one in predicted["connections"]] == [one["reasons"] for one in done["connections"]]
    assert not [one for one in held(client) if "*" in str(one["auth"]) or "{" in one["auth"]["params"].get("password", "")]

    again = run(*asked, **situation.options)
    assert (again["connections"] or [NOTHING_DONE])[0]["action"] == situation.again


@pytest.mark.parametrize("situation", UPDATES, ids=lambda one: one.title)
def test_what_is_put_back_is_what_was_asked_for(client: Client, run: Callable[..., Any], situation: Situation) -> None:
    prepare(client, run, situation)
    run(situation.asked, **situation.options)
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
    run(GOOD, {**GOOD, "name": "Old"}, {**GOOD, "name": "Unmarked", "update_credentials": "on_create"}, owner="team-a")
    run({**GOOD, "name": "Theirs"}, owner="team-b")
    client.create("Foreign", description="made in the user interface")
    for check in (True, False):
        result = run(GOOD, purge=True, owner="team-a", check=check)
        assert [(one["name"], one["action"]) for one in result["connections"]] == [("Orders", "none"), ("Old", "delete")]
    assert sorted(one["name"] for one in held(client)) == ["Foreign", "Orders", "Theirs", "Unmarked"]


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
