"""What a plan shows, what it purges, and what it does about credentials that do not work."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.mark import PENDING, read_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import PlanError, plan
from planning import BASIC, MASKED, NEW, SCOPE, WANTED, observed, wanted
from planning import described as marked


@pytest.mark.parametrize("name", ["A name before", "Zed"])
def test_a_rename_in_either_direction(name: str) -> None:
    made = plan(wanted(name=name, connection_id="id-1"), [observed()], SCOPE)
    assert made.operations[0] == {"op": "replace", "path": "/name", "value": name}
    assert made.after["name"] == name
    assert made.before["name"] == "Orders"


def test_what_a_diff_shows() -> None:
    auth = {"type": BASIC.spec_name, "server": "db", "port": "5432", "database": "d", "username": "u", "ssl_mode": "require"}
    stored, new = {**auth, "credentials": "(stored)"}, {**auth, "credentials": "(new)"}
    text: dict[str, Any] = {"name": "Orders", "description": "text", "mark": marked("")}
    pending = {**text, "mark": marked("", PENDING)}
    created = plan(wanted(description="text"), [], SCOPE)
    assert (created.before, created.after) == ({}, {**pending, "auth": new})
    assert plan(WANTED, [], SCOPE).after["description"] == ""
    changed = plan(wanted(authentication=NEW), [observed()], SCOPE)
    assert changed.before == {**text, "auth": stored}
    assert changed.after == {**pending, "mark": str(read_mark(changed.description)[1]), "auth": new}
    described = plan(wanted(description="other"), [observed()], SCOPE)
    assert described.after == {**text, "description": "other", "auth": stored}
    deleted = plan(wanted(state="absent"), [observed()], SCOPE)
    assert deleted.before == {**text, "auth": stored}
    same = plan(WANTED, [observed()], SCOPE)
    assert same.before == same.after == {**text, "auth": stored}


def test_drift_and_a_changed_password_are_told_once() -> None:
    drifted = observed(auth_params={**MASKED, "server": "elsewhere"})
    made = plan(wanted(authentication=NEW), [drifted], SCOPE)
    assert made.reasons == ("server differs: elsewhere → db",)


def test_credentials_that_do_not_work_are_sent_again() -> None:
    assert plan(WANTED, [observed()], SCOPE, works=False).reasons == ("the stored credentials do not work",)
    assert plan(wanted(update_credentials="on_create"), [observed()], SCOPE, works=False).action == "none"
    assert plan(WANTED, [observed()], SCOPE, works=True).action == "none"


@pytest.mark.parametrize("works", [True, False, None])
def test_what_the_test_said_comes_with_the_plan(works: bool | None) -> None:
    assert plan(WANTED, [observed()], SCOPE, works).works is works
    assert plan(wanted(authentication=NEW), [observed()], SCOPE, works).works is works
    assert plan(WANTED, [], SCOPE).works is None


def test_an_etag_and_an_id_come_with_the_plan() -> None:
    other = dataclasses.replace(observed(name="Other"), id="id-0")
    made = plan(wanted(authentication=NEW, connection_id="id-1"), [other, observed()], SCOPE)
    assert made.target == observed()


@pytest.mark.parametrize("identifier", ["id-0", "id-2"])
def test_a_new_name_is_taken_only_if_another_connection_has_it(identifier: str) -> None:
    other = dataclasses.replace(observed(name="".join(["N", "ew"])), id=identifier)
    with pytest.raises(PlanError, match="is named 'New' already"):
        plan(wanted(name="New", connection_id="id-1"), [observed(), other], SCOPE)
    elsewhere = dataclasses.replace(other, name="Different")
    assert plan(wanted(name="New", connection_id="id-1"), [observed(), elsewhere], SCOPE).action == "update"


@pytest.mark.parametrize(
    ("stored", "own", "asked", "mode"),
    [
        ("ON", {"verify-full": "ON"}, "verify-full", "verify-full"),
        ("ON", {"verify-full": "ON"}, "require", "verify-full"),
        ("true", {}, "verify-full", "verify-full"),
        ("true", {}, "disable", "require"),
    ],
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_diff_reads_the_stored_ssl_mode_as_the_comparison_does(
    stored: str, own: dict[str, str], asked: str, mode: str, state: Any
) -> None:
    scope = dataclasses.replace(SCOPE, own_spellings=own)
    current = observed(auth_params={**MASKED, "sslMode": stored})
    made = plan(wanted(authentication=dataclasses.replace(BASIC, ssl_mode=asked), state=state), [current], scope)
    assert made.before["auth"]["ssl_mode"] == mode
