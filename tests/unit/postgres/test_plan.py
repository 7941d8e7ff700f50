from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.mark import PENDING, read_mark, with_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    ASSUMED_SPELLINGS,
    ConnectionStringAuthentication,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired, Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import completed, fingerprint, signed
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import PlanError, plan
from planning import BASIC, MASKED, NEW, PARAMS, SCOPE, WANTED, observed, wanted

ADOPTED = "it carries no mark of its credentials, so it is adopted: mark and credentials are written once"


def test_what_is_missing_is_created() -> None:
    made = plan(wanted(description="text"), [observed(name="Other")], SCOPE)
    assert (made.action, made.reasons, made.sends_credentials) == ("create", ("it does not exist",), True)
    assert read_mark(made.body["description"])[0] == "text"
    assert made.body["auth"] == {"specName": BASIC.spec_name, "params": PARAMS}


@pytest.mark.parametrize("policy", ["on_create", "always", "on_failure"])
def test_without_fingerprint_a_create_sends_exactly_the_documented_body(policy: Any) -> None:
    assert plan(wanted(description="text", update_credentials=policy), [], SCOPE).body == {
        "name": "Orders",
        "description": "text",
        "auth": {"specName": "Basic Authentication", "params": PARAMS},
        "connectionSpec": {"id": "74a1c565-4e59-48d7-9d67-7c03b8a13137", "version": "1.0"},
    }
    assert "description" not in plan(wanted(update_credentials=policy), [], SCOPE).body


def test_what_is_as_it_should_be_is_left_alone() -> None:
    assert plan(WANTED, [observed()], SCOPE).action == "none"
    assert plan(wanted(description="text"), [observed()], SCOPE).action == "none"


def test_a_name_is_compared_exactly() -> None:
    for other in ("orders", "Orders ", "Order", "Orders,Customers"):
        assert plan(WANTED, [observed(name=other)], SCOPE).action == "create"


def test_two_of_a_name_are_not_touched() -> None:
    with pytest.raises(PlanError, match=r"2 PostgreSQL base connections are named 'Orders' .*\(id-1, id-2\)"):
        plan(WANTED, [observed(), dataclasses.replace(observed(), id="id-2")], SCOPE)
    with pytest.raises(PlanError, match="id-1, id-2"):
        plan(wanted(state="absent"), [observed(), dataclasses.replace(observed(), id="id-2")], SCOPE)


def test_absent() -> None:
    made = plan(wanted(state="absent"), [observed()], SCOPE)
    assert (made.action, made.target, made.after) == ("delete", observed(), {})
    assert plan(wanted(state="absent"), [], SCOPE).action == "none"
    assert plan(Desired(None, "id-9", "absent"), [], SCOPE).action == "none"


def test_changed_credentials_are_sent_whole_with_their_fingerprint() -> None:
    made = plan(wanted(authentication=NEW), [observed()], SCOPE)
    assert (made.action, made.reasons) == ("update", ("credentials changed",))
    [description, params] = made.operations
    assert params == {"op": "replace", "path": "/auth/params", "value": NEW.params(ASSUMED_SPELLINGS)}
    new = signed(SCOPE, "Orders", owner=None, state=PENDING, print_=fingerprint(SCOPE, NEW))
    assert description["value"] == with_mark("text", new)


def test_a_connection_made_elsewhere_is_adopted_in_one_patch_and_then_left_alone() -> None:
    made = plan(WANTED, [observed(description="by hand")], SCOPE)
    assert made.reasons == (ADOPTED,)
    after = observed(description=made.operations[0]["value"])
    assert plan(WANTED, [after], SCOPE).needs_test
    assert plan(WANTED, [observed(description=completed(str(after.description), SCOPE, "Orders"))], SCOPE).action == "none"
    assert read_mark(after.description)[0] == "by hand"


@pytest.mark.parametrize(
    ("shown", "sets"),
    [
        ({"sslMode": "Require", "port": "5432"}, "server to db, database to d, username to u"),
        ({key: value for key, value in MASKED.items() if key != "sslMode"}, "ssl_mode to require"),
        ({}, "server to db, port to 5432, database to d, username to u, ssl_mode to require"),
    ],
)
def test_what_is_set_unseen_is_said_when_it_is_adopted(shown: dict[str, str], sets: str) -> None:
    made = plan(WANTED, [observed(description="by hand", auth_params=shown)], SCOPE)
    assert made.reasons == (ADOPTED, f"it sets {sets}, which the service does not show")
    assert plan(WANTED, [observed(auth_params=shown)], SCOPE).action == "none"


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        ({"server": "elsewhere"}, "server differs: elsewhere → db"),
        ({"port": "1"}, "port differs: 1 → 5432"),
        ({"database": "x"}, "database differs: x → d"),
        ({"username": "x"}, "username differs: x → u"),
        ({"sslMode": "Verify Full"}, "ssl_mode differs: verify-full → require"),
    ],
)
def test_drift_is_found_where_it_shows(shown: dict[str, str], reason: str) -> None:
    drifted = observed(auth_params={**MASKED, **shown})
    made = plan(WANTED, [drifted], SCOPE)
    assert made.reasons == (reason,)
    assert made.operations[-1]["value"] == PARAMS
    left = plan(wanted(update_credentials="on_create"), [drifted], SCOPE)
    assert (left.action, left.left_alone) == ("none", (f"{reason} (left alone, as update_credentials is on_create)",))


@pytest.mark.parametrize("hidden", ["******", "{SERVER}", "", None, [], {"a": 1}])
def test_what_does_not_show_is_no_drift(hidden: Any) -> None:
    assert plan(WANTED, [observed(auth_params=dict.fromkeys(MASKED, hidden))], SCOPE).action == "none"
    assert plan(WANTED, [observed(auth_params={})], SCOPE).action == "none"


def test_the_other_policies() -> None:
    def actions(policy: Any, works: bool | None = None) -> str:
        return plan(wanted(update_credentials=policy, authentication=NEW), [observed()], SCOPE, works).action

    assert actions("on_create") == "none"
    assert actions("always") == "update"
    assert actions("on_failure", works=True) == "none"
    assert actions("on_failure", works=False) == "update"


def test_credentials_without_a_key_take_the_old_fingerprint_away() -> None:
    made = plan(wanted(update_credentials="always", authentication=NEW), [observed()], dataclasses.replace(SCOPE, key=None))
    assert made.operations[0] == {"op": "replace", "path": "/description", "value": "text"}


def test_a_new_name_keeps_credentials_and_moves_the_fingerprint() -> None:
    made = plan(wanted(name="New", connection_id="id-1"), [observed()], SCOPE)
    assert (made.reasons, made.sends_credentials) == (("name differs: Orders → New",), False)
    assert [one["path"] for one in made.operations] == ["/name", "/description"]
    after = observed(name="New", description=made.operations[1]["value"])
    assert plan(wanted(name="New"), [after], SCOPE).action == "none"


def test_a_name_that_is_taken() -> None:
    with pytest.raises(PlanError, match="is named 'New' already"):
        plan(
            wanted(name="New", connection_id="id-1"), [observed(), dataclasses.replace(observed(name="New"), id="id-2")], SCOPE
        )


def test_an_unknown_id() -> None:
    with pytest.raises(PlanError, match="connection_id 'id-9'"):
        plan(wanted(connection_id="id-9"), [observed()], SCOPE)


@pytest.mark.parametrize(
    ("before", "asked", "operation"),
    [
        (None, "new", {"op": "add", "path": "/description", "value": "new"}),
        ("old", "new", {"op": "replace", "path": "/description", "value": "new"}),
        ("old", "", {"op": "replace", "path": "/description", "value": ""}),
    ],
)
def test_a_description_alone(before: str | None, asked: str, operation: dict[str, str]) -> None:
    made = plan(Desired("Orders", description=asked), [observed(description=before)], SCOPE)
    assert (made.operations, made.sends_credentials) == ((operation,), False)


def test_an_omitted_description_stays() -> None:
    assert plan(Desired("Orders"), [observed(description="old")], SCOPE).action == "none"


def test_creating_needs_credentials() -> None:
    with pytest.raises(PlanError, match="without credentials none can be created"):
        plan(Desired("Orders"), [], SCOPE)


def test_the_kind_of_credentials_is_not_changed() -> None:
    other = wanted(authentication=ConnectionStringAuthentication("Server=db"))
    with pytest.raises(PlanError, match="keep the auth_type"):
        plan(other, [observed()], SCOPE)


def test_detecting_a_change_needs_a_key() -> None:
    for existing in ([], [observed()]):
        with pytest.raises(PlanError, match="fingerprint_key"):
            plan(WANTED, existing, Scope("dev"))


def test_a_mode_that_the_service_does_not_offer() -> None:
    scope = dataclasses.replace(SCOPE, spellings={"disable": "false", "verify-ca": "x"})
    with pytest.raises(PlanError, match=r"does not offer ssl_mode: require here: choose one of disable, verify-ca\."):
        plan(WANTED, [], scope)


def test_the_spelling_is_no_part_of_the_fingerprint() -> None:
    scope = dataclasses.replace(SCOPE, spellings={"require": "true"})
    made = plan(WANTED, [], scope)
    assert made.body["auth"]["params"]["sslMode"] == "true"
    assert made.body["description"] == plan(WANTED, [], SCOPE).body["description"]
