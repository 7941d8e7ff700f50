"""What a mark decides: whose a connection is, which key told so, and whether its credentials were proven."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.aep.sources.plugins.module_utils.mark import PENDING, PROOF
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired, Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import read
from ansible_collections.aep.sources.plugins.module_utils.postgres.plan import (
    LONGEST_PROOF,
    PlanError,
    contested,
    left_behind,
    plan,
    surplus,
)
from planning import NEW, SCOPE, WANTED, described, observed, wanted

TEAM_A = dataclasses.replace(SCOPE, owner="team-a")
OTHER_KEY = dataclasses.replace(SCOPE, key=b"fedcba9876543210")
THEIRS = observed(description=described("text", owner="team-b"))


@pytest.mark.parametrize("desired", [wanted(description="new"), wanted(authentication=NEW), WANTED, wanted(state="absent")])
def test_what_another_owner_has_is_neither_changed_nor_deleted(desired: Desired) -> None:
    with pytest.raises(PlanError, match=r"belongs to owner 'team-b', not to 'team-a', so nothing was changed: "):
        plan(desired, [THEIRS], TEAM_A)
    with pytest.raises(PlanError, match="belongs to owner 'team-b'"):
        plan(wanted(authentication=NEW), [THEIRS], dataclasses.replace(TEAM_A, key=OTHER_KEY.key))


def test_looking_at_what_another_owner_has_is_no_error() -> None:
    assert plan(Desired("Orders"), [THEIRS], TEAM_A).action == "none"


@pytest.mark.parametrize("name", ["Orders", "Renamed by its owner"])
def test_it_takes_no_trust_to_refuse(name: str) -> None:
    """Neither a run without a key nor a mark that a change of the name made untrue takes a connection away from its owner."""
    theirs = observed(description=described("text", name=name, owner="team-b"))
    for scope in (TEAM_A, dataclasses.replace(TEAM_A, key=None)):
        for desired in (wanted(update_credentials="always", authentication=NEW), wanted(state="absent")):
            with pytest.raises(PlanError, match="belongs to owner 'team-b'"):
                plan(desired, [theirs], scope)


def test_a_copied_mark_gives_nothing() -> None:
    copied = observed(description=described("text", name="Other", owner="team-a"))
    made = plan(WANTED, [copied], TEAM_A)
    assert made.reasons == ("its mark is that of another connection",)
    held = read(made.description, TEAM_A, "Orders")
    assert (held.is_true, held.mark and held.mark.owner) == (True, "team-a")
    without = read(plan(WANTED, [copied], SCOPE).description, SCOPE, "Orders")
    assert (without.is_true, without.mark and without.mark.owner) == (True, None)


def test_the_owner_is_written_when_it_is_new_and_kept_when_it_is_not_said() -> None:
    made = plan(WANTED, [observed()], TEAM_A)
    assert (made.reasons, made.sends_credentials) == (("owner differs: none → team-a",), False)
    ours = observed(description=made.description)
    assert plan(WANTED, [ours], TEAM_A).action == "none"
    assert plan(WANTED, [ours], SCOPE).action == "none"
    sent = read(plan(wanted(authentication=NEW), [ours], SCOPE).description, SCOPE, "Orders")
    assert sent.mark
    assert sent.mark.owner == "team-a"


def test_a_connection_that_somebody_made_is_purged_only_by_the_owner_that_adopted_it() -> None:
    adopted = observed(description=plan(WANTED, [observed(description="by hand")], TEAM_A).description)
    assert [one.name for one in surplus([], [adopted], TEAM_A)[0]] == ["Orders"]
    team_b = dataclasses.replace(SCOPE, owner="team-b")
    for scope in (team_b, SCOPE, dataclasses.replace(TEAM_A, key=OTHER_KEY.key), dataclasses.replace(TEAM_A, sandbox="prod")):
        assert surplus([], [adopted], scope)[0] == []
    assert surplus([], [dataclasses.replace(adopted, name="Renamed by hand")], TEAM_A) == ([], [])
    assert surplus([], [adopted], dataclasses.replace(TEAM_A, key=OTHER_KEY.key)) == ([], ["'Orders'"])


def test_surplus_is_what_the_owner_has_and_does_not_want() -> None:
    ours = observed(name="Old", description=described("", name="Old", owner="team-a"))
    [gone] = surplus([WANTED], [ours], TEAM_A)[0]
    assert (gone.name, gone.connection_id, gone.state) == ("Old", "id-1", "absent")
    assert plan(gone, [ours], TEAM_A).reasons == ("it is not listed any more",)
    assert surplus([wanted(name="Old")], [ours], TEAM_A) == ([], [])
    assert surplus([wanted(name="New", connection_id="id-1")], [ours], TEAM_A) == ([], [])


NAME = "aep.sources proof x"


@pytest.mark.parametrize("owner", [None, "team-a"])
def test_what_an_interrupted_proof_left_behind_is_removed_by_its_owner_when_nobody_can_be_using_it(owner: str | None) -> None:
    left = observed(name=NAME, description=described("", PROOF, name=NAME, owner=owner), created_at=1_000_000)
    ours = dataclasses.replace(SCOPE, owner=owner)
    long_after = 1_000 + LONGEST_PROOF + 1
    [gone] = left_behind([left], ours, long_after)
    assert (gone.reason, gone.state, gone.connection_id) == ("an interrupted run left it behind", "absent", "id-1")
    assert left_behind([left], ours, long_after - 2) == []
    assert left_behind([dataclasses.replace(left, created_at=None)], ours, long_after) == []
    assert left_behind([left], dataclasses.replace(SCOPE, owner="team-b"), long_after) == []
    assert left_behind([dataclasses.replace(left, name="Orders")], ours, long_after) == []
    assert surplus([], [left], ours) == ([], [])


def test_another_key_is_the_reason_and_names_the_option() -> None:
    made = plan(WANTED, [observed()], OTHER_KEY)
    assert made.reasons == ("it is marked with another key",)
    assert "fingerprint_key" in made.notes[0]
    assert plan(WANTED, [observed()], SCOPE).notes == ()


@pytest.mark.parametrize("authenticated", [True, False])
def test_a_rename_sends_no_credentials_then_or_later(authenticated: bool) -> None:
    asked = wanted(name="New", connection_id="id-1") if authenticated else Desired("New", "id-1")
    made = plan(asked, [observed()], SCOPE)
    assert (made.reasons, made.sends_credentials) == (("name differs: Orders → New",), False)
    renamed = observed(name="New", description=made.description)
    assert plan(wanted(name="New"), [renamed], SCOPE).action == "none"


@pytest.mark.parametrize("works", [None, True, False])
def test_pending_credentials_are_asked_for_and_sent_only_if_they_do_not_work(works: bool | None) -> None:
    made = plan(WANTED, [observed(description=described("text", PENDING))], SCOPE, works)
    assert made.needs_test is (works is None)
    expected = {
        None: (),
        True: ("the credentials that were sent last are proven now",),
        False: ("the stored credentials do not work",),
    }
    assert (made.reasons, made.sends_credentials) == (expected[works], works is False)


def test_other_credentials_are_sent_whether_the_pending_ones_work_or_not() -> None:
    made = plan(wanted(authentication=NEW), [observed(description=described("text", PENDING))], SCOPE)
    assert (made.reasons, made.needs_test) == (("credentials changed",), False)


def test_where_nobody_tests_pending_credentials_are_sent_again_and_are_complete() -> None:
    made = plan(wanted(test="never"), [observed(description=described("text", PENDING))], SCOPE)
    assert made.reasons == ("the credentials that were sent last were not proven",)
    assert made.description == described("text")


def test_a_name_that_is_not_that_of_the_id_deletes_nothing() -> None:
    with pytest.raises(PlanError, match="'id-1' is named 'Orders', not 'Other', so nothing was deleted"):
        plan(Desired("Other", "id-1", "absent"), [observed()], SCOPE)
    with pytest.raises(PlanError, match="'Orders' has the connection_id 'id-1', not 'id-9', so nothing was deleted"):
        plan(Desired("Orders", "id-9", "absent"), [observed()], SCOPE)
    assert plan(Desired("Orders", "id-1", "absent"), [observed()], SCOPE).action == "delete"
    assert plan(Desired("Gone", "id-9", "absent"), [observed()], SCOPE).action == "none"


def test_a_mark_without_a_key_to_judge_it_stays() -> None:
    made = plan(wanted(update_credentials="on_create", description="new"), [observed()], Scope("dev"))
    assert made.description == described("new")


def test_credentials_that_are_sent_anyhow_keep_the_mark_true_and_the_owner() -> None:
    ours = observed(description=described("text", owner="team-a"))
    made = plan(wanted(update_credentials="always", authentication=NEW), [ours], TEAM_A)
    held = read(made.description, TEAM_A, "Orders")
    assert held.is_true
    assert held.mark
    assert (held.mark.owner, held.mark.state) == ("team-a", PENDING)
    assert plan(wanted(authentication=NEW), [observed(description=made.description)], TEAM_A).needs_test


def test_several_of_a_name_are_contested_only_if_they_are_ours_and_wanted_by_name() -> None:
    ours = [dataclasses.replace(observed(), id=f"id-{number}") for number in range(3)]
    theirs = [dataclasses.replace(one, description="by hand") for one in ours]
    assert contested([WANTED], ours[:2])
    assert contested([WANTED], ours)
    assert not contested([WANTED], ours[:1])
    assert not contested([WANTED], theirs)
    assert not contested([WANTED], [ours[0], theirs[1]])
    assert not contested([wanted(name="Other")], ours)
    assert not contested([wanted(connection_id="id-1")], ours)
    assert contested([wanted(connection_id="id-1"), WANTED], ours)
