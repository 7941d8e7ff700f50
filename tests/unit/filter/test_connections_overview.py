from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.filter.connections_overview import connections_overview
from ansible_collections.aep.sources.plugins.filter.html_escaped import html_escaped
from overviews import host, only, planned, seen


def test_all_is_well() -> None:
    overview = connections_overview([host(seen=[seen(ssl_mode="verify-full")], planned=[planned()])])
    assert overview["status"] == "clean"
    assert overview["summary"] == ["1 base connection in 1 sandbox.", "Definitions: 1 as defined.", "Tests: 1 working."]
    assert overview["heading"] == overview["summary"]
    connection = only(overview)
    assert (connection["status"], connection["drift"], connection["defined"], connection["tls"]) == (
        "works",
        False,
        True,
        "verify-full",
    )


def test_what_is_seen_and_what_is_planned_are_one() -> None:
    overview = connections_overview(
        [host(seen=[seen("old", id="1", test=False)], planned=[planned("new", "update", "name differs", id="1")])]
    )
    connection = only(overview)
    assert (connection["name"], connection["status"], connection["drift"]) == ("old", "fails", True)
    assert overview["status"] == "drift"
    assert overview["summary"][3:-1] == ["dev: old: would be updated (name differs), not working"]
    assert overview["summary"][-1].startswith("What to do about dev: old: Check that the database admits Adobe's addresses")


def test_what_is_not_there_yet() -> None:
    connection = only(connections_overview([host(seen=[], planned=[planned("New", "create", "it does not exist", id=None)])]))
    assert (connection["status"], connection["managed"], connection["id"]) == ("missing", None, None)


@pytest.mark.parametrize("managed", [True, False])
def test_what_nobody_defines_is_foreign(managed: bool) -> None:
    overview = connections_overview([host(seen=[seen(managed=managed, state="disabled", test=None)], planned=[])])
    assert (overview["totals"]["foreign"], only(overview)["defined"], overview["status"]) == (1, False, "clean")
    assert overview["summary"] == ["1 base connection in 1 sandbox.", "Definitions: 1 foreign.", "Tests: 1 not tested."]


def test_namesakes_of_which_one_is_meant_are_one_row_with_the_ids_of_both() -> None:
    ambiguous = planned(id=None, state=None, msg="There are two of this name.")
    two = [seen(id="1", server="a", port=5432), seen(id="2", server="b", port=5432, test=False)]
    overview = connections_overview([host(seen=two, planned=[ambiguous])])
    assert (overview["totals"]["foreign"], overview["totals"]["connections"], overview["status"]) == (0, 1, "failed")
    row = only(overview)
    assert (row["id"], row["anchor"], row["status"], row["server"], row["port"]) == ("1, 2", "dev/Orders", "fails", None, 5432)
    assert (row["problem"], row["drift"], row["state"]) == ("There are two of this name.", False, "enabled")
    assert overview["summary"][:4] == [
        "1 base connection in 1 sandbox.",
        "Sandboxes: 1 failed.",
        "Base connections: 1 failed.",
        "Definitions: 1 not compared.",
    ]


def test_a_namesake_of_what_is_defined_by_its_id_is_foreign() -> None:
    overview = connections_overview([host(seen=[seen(id="1"), seen(id="2")], planned=[planned(id="1")])])
    assert [(one["id"], one["foreign"]) for one in overview["sandboxes"][0]["connections"]] == [("1", False), ("2", True)]
    assert (overview["totals"]["foreign"], overview["status"]) == (1, "clean")


def test_what_is_defined_here_is_not_foreign_even_without_a_mark() -> None:
    overview = connections_overview([host(seen=[seen(managed=False)], planned=[planned()])])
    assert (overview["totals"]["foreign"], only(overview)["foreign"], only(overview)["managed"]) == (0, False, False)


def test_one_of_which_nothing_is_known() -> None:
    overview = connections_overview(
        [host(seen=[seen(test=None, msg="Could not test it.")]), host("prod", aep_problem="No token.")]
    )
    assert (overview["status"], overview["totals"]["problems"], overview["totals"]["unknown"]) == ("failed", 2, 1)
    assert overview["summary"] == [
        "1 base connection in 1 of 2 sandboxes.",
        "Sandboxes: 2 failed.",
        "Base connections: 1 failed.",
        "Definitions: 1 not compared.",
        "Tests: 1 unknown.",
        "prod: failed. No token.",
        "dev: Orders: failed. Could not test it.",
    ]


def test_what_was_seen_does_not_hide_that_it_could_not_be_compared() -> None:
    overview = connections_overview([host(seen=[seen()], aep_problem="postgres_connections_definitions is not defined.")])
    assert (overview["status"], overview["totals"]["foreign"]) == ("failed", 0)
    assert overview["summary"] == [
        "1 base connection in 1 sandbox.",
        "Sandboxes: 1 failed.",
        "Definitions: 1 not compared.",
        "Tests: 1 working.",
        "dev: failed. postgres_connections_definitions is not defined.",
    ]


def test_the_message_of_the_whole_does_not_repeat_those_of_its_connections() -> None:
    dev = host(planned=[planned("A"), planned("B", msg="It is in use.")], aep_problem="1 of 2 failed. It is in use.")
    overview = connections_overview([dev])
    assert overview["summary"][-1:] == ["dev: B: failed. It is in use."]
    assert overview["summary"][1:3] == ["Sandboxes: 1 failed.", "Base connections: 1 succeeded, 1 failed."]
    assert (overview["totals"]["sandboxes_failed"], overview["totals"]["problems"]) == (0, 1)


@pytest.mark.parametrize(
    "wrapping",
    [
        "Task failed: Finalization of task args for 'a' failed: Error while resolving value for 'b': "
        "The lookup plugin 'aep.sources.postgres_connections' failed: ",
        "Task failed: The lookup plugin 'aep.sources.postgres_connections' failed: ",
        "An unhandled exception occurred while running the lookup plugin 'a'. Error was a <class 'b'>, original message: ",
    ],
)
def test_the_reason_is_one_sentence(wrapping: str) -> None:
    overview = connections_overview([host(aep_problem=f"{wrapping}It is not defined: give [].")])
    assert overview["sandboxes"][0]["problem"] == "It is not defined: give []."


@pytest.mark.parametrize(
    ("state", "said"),
    [("disabled", "disabled"), ("initializing", "initializing"), ("draft", "draft"), (None, "unknown"), ("odd", "odd")],
)
def test_what_is_not_enabled_is_not_as_defined(state: str | None, said: str) -> None:
    overview = connections_overview([host(seen=[seen(state=state, test=None)], planned=[planned(state=state)])])
    assert overview["summary"] == [
        "1 base connection in 1 sandbox.",
        "Definitions: 1 not enabled.",
        "Tests: 1 not tested.",
        f"dev: Orders: not enabled (its state is {said})",
    ]
    assert (overview["status"], overview["totals"]["drifted"]) == ("drift", 1)


def test_what_is_to_be_updated_and_not_enabled() -> None:
    overview = connections_overview([host(planned=[planned("A", "update", "server differs", state="disabled")])])
    assert overview["summary"][3:] == ["dev: A: would be updated (server differs, its state is disabled)"]


def test_what_differs_and_is_left_alone_is_not_as_defined() -> None:
    left = "server differs: a → b (left alone, as update_credentials is on_create)"
    overview = connections_overview([host(seen=[seen()], planned=[planned(left_alone=[left])])])
    assert overview["summary"] == [
        "1 base connection in 1 sandbox.",
        "Definitions: 1 different.",
        "Tests: 1 working.",
        f"dev: Orders: different ({left})",
    ]
    assert (overview["status"], overview["totals"]["drifted"]) == ("drift", 1)
    assert (only(overview)["difference"], only(overview)["reasons"]) == ("left alone", [left])
    both = connections_overview([host(planned=[planned("A", "update", "description differs", left_alone=[left])])])
    assert both["summary"][3:] == [f"dev: A: would be updated (description differs, {left})"]


def test_what_does_not_exist_yet_or_no_more_has_no_state() -> None:
    gone = planned("A", id=None, state=None)
    new = planned("B", "create", "it does not exist", id=None, state=None)
    made = planned("C", "create", "it does not exist", state=None)
    deleted = planned("D", "delete", "it has no definition", state="absent")
    overview = connections_overview([host(planned=[gone, new, made, deleted])])
    assert [one["status"] for one in overview["sandboxes"][0]["connections"]] == ["absent", "missing", "untested", "absent"]
    assert "its state" not in " ".join(overview["summary"])
    assert connections_overview([host(planned=[gone])])["status"] == "clean"


def test_a_test_of_the_comparison_counts_where_the_inspection_did_not_test() -> None:
    assert only(connections_overview([host(seen=[seen(test=None)], planned=[planned(test=False)])]))["status"] == "fails"


def test_credentials_that_did_not_work_before_they_are_replaced_count_as_failing() -> None:
    to_do = planned("A", "update", "the stored credentials do not work", test_before=False)
    assert only(connections_overview([host(planned=[to_do])]))["status"] == "fails"
    assert connections_overview([host(seen=[seen("A", test=None)], planned=[to_do])])["totals"]["fails"] == 1
    assert only(connections_overview([host(planned=[to_do | {"test": True}])]))["status"] == "works"
    assert only(connections_overview([host(planned=[to_do])], done=True))["status"] == "untested"  # others are stored now


def test_the_organization() -> None:
    results = {"org_id": "A@AdobeOrg", "connections": []}
    dev = {"inventory_hostname": "dev", "postgres_connections_inspected": results}
    prod = {"inventory_hostname": "prod", "aep_problem": "No token.", "aep_sandbox_org_id": "B@AdobeOrg"}
    overview = connections_overview([dev, prod, host("later")])
    assert overview["organizations"] == ["A@AdobeOrg", "B@AdobeOrg"]
    assert [one["org_id"] for one in overview["sandboxes"]] == ["A@AdobeOrg", "B@AdobeOrg", ""]


def test_tls() -> None:
    def tls(**settings: Any) -> Any:
        return only(connections_overview([host(seen=[seen(**settings)])]))["tls"]

    assert tls(encryption_method="enabled", validate_server_certificate=True) == "enabled, verified"
    assert tls(encryption_method="enabled", validate_server_certificate=False) == "enabled"
    assert tls() is None


def test_each_text_is_escaped() -> None:
    data = {"a": ['<b class="x">', ("it's & <i>",)], "n": 1, "none": None}
    assert html_escaped(data) == {
        "a": ["&lt;b class=&quot;x&quot;&gt;", ["it&#x27;s &amp; &lt;i&gt;"]],
        "n": 1,
        "none": None,
    }
