from __future__ import annotations

import dataclasses
from typing import Any

import jsonpatch
import pytest
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    BasicAuthentication,
    ConnectionStringAuthentication,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired, Observed, Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.fingerprint import fingerprint, mark, read_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import PlanError, plan, surplus
from ansible_collections.aep.sources.plugins.module_utils.postgres.ssl_modes import ASSUMED_SPELLINGS
from hypothesis import given
from hypothesis import strategies as st

SCOPE = Scope("dev", b"0123456789abcdef")
BASIC = BasicAuthentication("db", 5432, "d", "u", "p-secret", "require")
NEW = dataclasses.replace(BASIC, password="p-other")
PARAMS = BASIC.params(ASSUMED_SPELLINGS)
MASKED = {**PARAMS, "password": "******"}
WANTED = Desired("Orders", authentication=BASIC)


def observed(**changes: Any) -> Observed:
    marked = mark("text", fingerprint(SCOPE.key or b"", BASIC, sandbox="dev", name="Orders"))
    fields = {"description": marked, "etag": '"e"', "state": "enabled", "auth_spec": BASIC.spec_name, "params": MASKED}
    return Observed("id-1", changes.pop("name", "Orders"), **{**fields, **changes})


def wanted(**changes: Any) -> Desired:
    return dataclasses.replace(WANTED, **changes)


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
    assert description["value"] == mark("text", fingerprint(SCOPE.key or b"", NEW, sandbox="dev", name="Orders"))


def test_a_connection_made_elsewhere_is_adopted_in_one_patch_and_then_left_alone() -> None:
    made = plan(WANTED, [observed(description="by hand")], SCOPE)
    assert made.reasons == ("it carries no fingerprint of its credentials",)
    after = observed(description=made.operations[0]["value"])
    assert plan(WANTED, [after], SCOPE).action == "none"
    assert read_mark(after.description)[0] == "by hand"


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
    drifted = observed(params={**MASKED, **shown})
    made = plan(WANTED, [drifted], SCOPE)
    assert made.reasons == (reason,)
    assert made.operations[-1]["value"] == PARAMS
    left = plan(wanted(update_credentials="on_create"), [drifted], SCOPE)
    assert (left.action, left.notes) == ("none", (f"{reason} (left alone, as update_credentials is on_create)",))


@pytest.mark.parametrize("hidden", ["******", "{SERVER}", "", None, [], {"a": 1}])
def test_what_does_not_show_is_no_drift(hidden: Any) -> None:
    assert plan(WANTED, [observed(params=dict.fromkeys(MASKED, hidden))], SCOPE).action == "none"
    assert plan(WANTED, [observed(params={})], SCOPE).action == "none"


def test_the_other_policies() -> None:
    def actions(policy: Any, **changes: Any) -> str:
        return plan(wanted(update_credentials=policy, authentication=NEW), [observed(**changes)], SCOPE).action

    assert actions("on_create") == "none"
    assert actions("always") == "update"
    assert actions("on_failure", works=True) == "none"
    assert actions("on_failure", works=False) == "update"


def test_credentials_without_a_new_fingerprint_take_the_old_one_away() -> None:
    made = plan(wanted(update_credentials="always", authentication=NEW), [observed()], SCOPE)
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


texts = st.text(max_size=20).filter(lambda text: "[aep.sources:" not in text)
authentications = st.builds(
    BasicAuthentication,
    st.sampled_from(["db", "db2"]),
    st.sampled_from([1, 2]),
    st.sampled_from(["d"]),
    st.sampled_from(["u"]),
    st.sampled_from(["p-secret", "q-secret"]),
    st.sampled_from(["require", "prefer"]),
) | st.builds(ConnectionStringAuthentication, st.sampled_from(["Server=db;Password=p-secret", "Server=e;Password=p-secret"]))
policies = st.sampled_from(["on_change", "on_create", "always", "on_failure"])
desired_ones = st.builds(
    Desired,
    st.sampled_from(["Orders", "New"]),
    st.sampled_from([None, "id-1"]),
    st.sampled_from(["present", "absent"]),
    st.none() | texts,
    st.none() | authentications,
    policies,
)


@given(desired_ones, st.none() | texts, authentications, st.booleans())
def test_an_applied_plan_leaves_nothing_to_do(wanted: Desired, text: str | None, stored: Any, masked: bool) -> None:
    def shown(params: dict[str, str]) -> dict[str, str]:
        secret = "password" if "password" in params else "connectionString"
        return {**params, secret: "******"} if masked else params

    current = observed(description=text, auth_spec=stored.spec_name, params=shown(stored.params(ASSUMED_SPELLINGS)))
    try:
        made = plan(wanted, [current], SCOPE)
    except PlanError:
        return
    assert "p-secret" not in repr(made)
    assert "secret" not in str((made.before, made.after, made.reasons, made.notes))
    if made.action == "create":
        return
    document = {"name": current.name, "auth": {"params": stored.params(ASSUMED_SPELLINGS)}}
    document |= {"description": text} if text is not None else {}
    document = jsonpatch.apply_patch(document, list(made.operations))
    assert made.action != "none" or not made.operations
    params_after = [one["value"] for one in made.operations if one["path"] == "/auth/params"]
    assert params_after == (
        [wanted.authentication.params(ASSUMED_SPELLINGS)] if made.sends_credentials and wanted.authentication else []
    )
    if made.action != "update" or wanted.update_credentials == "always":
        return
    after = dataclasses.replace(
        current,
        name=document["name"],
        description=document.get("description"),
        params=shown(document["auth"]["params"]),
        works=None,
    )
    again = plan(wanted, [after], SCOPE)
    assert again.action == "none", again.reasons
    if wanted.description is None:
        assert read_mark(after.description)[0] == (text or "")


def test_a_mode_that_the_service_does_not_offer() -> None:
    scope = dataclasses.replace(SCOPE, spellings={"disable": "false", "verify-ca": "x"})
    with pytest.raises(PlanError, match=r"does not offer ssl_mode: require here: choose one of disable, verify-ca\."):
        plan(WANTED, [], scope)


def test_the_spelling_is_no_part_of_the_fingerprint() -> None:
    scope = dataclasses.replace(SCOPE, spellings={"require": "true"})
    made = plan(WANTED, [], scope)
    assert made.body["auth"]["params"]["sslMode"] == "true"
    assert made.body["description"] == plan(WANTED, [], SCOPE).body["description"]


def test_surplus_is_what_we_made_and_nobody_wants() -> None:
    ours = observed(name="Old")
    foreign = dataclasses.replace(observed(name="Foreign", description="by hand"), id="id-2")
    [gone] = surplus([WANTED], [ours, foreign])
    assert (gone.name, gone.connection_id, gone.state) == ("Old", "id-1", "absent")
    assert plan(gone, [ours, foreign], SCOPE).reasons == ("it is not listed any more",)
    assert surplus([wanted(name="Old")], [ours]) == []
    assert surplus([wanted(name="New", connection_id="id-1")], [ours]) == []
    assert surplus([], [dataclasses.replace(ours, description="text")]) == []


@pytest.mark.parametrize("name", ["A name before", "Zed"])
def test_a_rename_in_either_direction(name: str) -> None:
    made = plan(wanted(name=name, connection_id="id-1"), [observed()], SCOPE)
    assert made.operations[0] == {"op": "replace", "path": "/name", "value": name}
    assert made.after["name"] == name
    assert made.before["name"] == "Orders"


def test_what_a_diff_shows() -> None:
    auth = {"type": BASIC.spec_name, "server": "db", "port": "5432", "database": "d", "username": "u", "ssl_mode": "require"}
    stored, new = {**auth, "credentials": "(stored)"}, {**auth, "credentials": "(new)"}
    created = plan(wanted(description="text"), [], SCOPE)
    assert (created.before, created.after) == ({}, {"name": "Orders", "description": "text", "auth": new})
    assert plan(WANTED, [], SCOPE).after["description"] == ""
    changed = plan(wanted(authentication=NEW), [observed()], SCOPE)
    assert changed.before == {"name": "Orders", "description": "text", "auth": stored}
    assert changed.after == {"name": "Orders", "description": "text", "auth": new}
    described = plan(wanted(description="other"), [observed()], SCOPE)
    assert described.after == {"name": "Orders", "description": "other", "auth": stored}
    deleted = plan(wanted(state="absent"), [observed()], SCOPE)
    assert deleted.before == {"name": "Orders", "description": "text", "auth": stored}
    same = plan(WANTED, [observed()], SCOPE)
    assert same.before == same.after == {"name": "Orders", "description": "text", "auth": stored}


def test_drift_and_a_changed_password_are_told_once() -> None:
    drifted = observed(params={**MASKED, "server": "elsewhere"})
    made = plan(wanted(authentication=NEW), [drifted], SCOPE)
    assert made.reasons == ("server differs: elsewhere → db",)


def test_credentials_that_do_not_work_are_sent_again() -> None:
    broken = observed(works=False)
    assert plan(WANTED, [broken], SCOPE).reasons == ("the stored credentials do not work",)
    assert plan(wanted(update_credentials="on_create"), [broken], SCOPE).action == "none"
    assert plan(WANTED, [observed(works=True)], SCOPE).action == "none"


def test_an_etag_and_an_id_come_with_the_plan() -> None:
    other = dataclasses.replace(observed(name="Other"), id="id-0")
    made = plan(wanted(authentication=NEW, connection_id="id-1"), [other, observed()], SCOPE)
    assert made.target == observed()
