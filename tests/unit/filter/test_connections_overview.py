from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.filter.connections_overview import connections_overview
from ansible_collections.aep.sources.plugins.filter.html_escaped import html_escaped


def seen(name: str = "Orders", **changes: Any) -> dict[str, Any]:
    return {"name": name, "id": f"id-{name}", "state": "enabled", "managed": True, "test": True, "msg": "", **changes}


def planned(name: str = "Orders", action: str = "none", *reasons: str, **changes: Any) -> dict[str, Any]:
    known = {"name": name, "id": f"id-{name}", "state": "enabled", "test": None, "msg": ""}
    return {**known, "action": action, "reasons": list(reasons), **changes}


def host(name: str = "dev", *, seen: list[Any] | None = None, planned: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    results = {"postgres_connections_inspected": seen, "postgres_connections_result": planned}
    found = {key: {"connections": value} for key, value in results.items() if value is not None}
    return {"inventory_hostname": name, **found, **more}


def only(overview: dict[str, Any]) -> dict[str, Any]:
    [connection] = overview["sandboxes"][0]["connections"]
    return dict(connection)


def test_all_is_well() -> None:
    overview = connections_overview([host(seen=[seen(ssl_mode="verify-full")], planned=[planned()])])
    assert overview["status"] == "clean"
    assert overview["summary"] == ["1 sandbox, 1 base connection: 1 as defined, 1 working."]
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
    assert overview["summary"][1:] == ["dev: old: to be updated (name differs), not working"]


def test_what_is_not_there_yet() -> None:
    connection = only(connections_overview([host(seen=[], planned=[planned("New", "create", "it does not exist", id=None)])]))
    assert (connection["status"], connection["managed"], connection["id"]) == ("missing", None, None)


@pytest.mark.parametrize("managed", [True, False])
def test_what_nobody_defines_is_foreign(managed: bool) -> None:
    overview = connections_overview([host(seen=[seen(managed=managed, state="disabled", test=None)], planned=[])])
    assert (overview["totals"]["foreign"], only(overview)["defined"], overview["status"]) == (1, False, "clean")
    assert overview["summary"] == ["1 sandbox, 1 base connection: 1 not tested, 1 foreign."]


def test_namesakes_of_which_one_is_meant_are_not_foreign() -> None:
    ambiguous = planned(id=None, state=None, msg="There are two of this name.")
    overview = connections_overview([host(seen=[seen(id="1"), seen(id="2")], planned=[ambiguous])])
    assert (overview["totals"]["foreign"], overview["status"]) == (0, "failed")


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
    assert overview["summary"][1:] == ["prod: failed. No token.", "dev: Orders: failed. Could not test it."]


def test_a_host_that_did_nothing_is_not_begun() -> None:
    overview = connections_overview([host(), host("prod", planned=[planned()])])
    assert overview["summary"] == [
        "2 sandboxes (1 not begun), 1 base connection: 1 as defined, 1 not tested.",
        "Not begun: dev",
    ]
    assert (overview["status"], overview["totals"]["sandboxes_not_begun"]) == ("failed", 1)
    skipped = {"inventory_hostname": "dev", "postgres_connections_result": {"skipped": True, "changed": False}}
    assert connections_overview([skipped])["summary"] == ["1 sandbox (1 not begun).", "Not begun: dev"]


def test_a_sandbox_that_could_not_be_read_has_its_reason_and_no_number_of_connections() -> None:
    failed = {"inventory_hostname": "dev", "postgres_connections_result": {"failed": True, "msg": "No token."}}
    overview = connections_overview([failed])
    assert overview["summary"] == ["1 sandbox (1 failed).", "dev: failed. No token."]
    assert (overview["status"], overview["totals"]["sandboxes_failed"]) == ("failed", 1)


def test_what_was_seen_does_not_hide_that_it_could_not_be_compared() -> None:
    overview = connections_overview([host(seen=[seen()], aep_problem="postgres_connections_definitions is not defined.")])
    assert (overview["status"], overview["totals"]["foreign"]) == ("failed", 0)
    assert overview["summary"] == [
        "1 sandbox (1 failed), 1 base connection: 1 working.",
        "dev: failed. postgres_connections_definitions is not defined.",
    ]


def test_the_message_of_the_whole_does_not_repeat_those_of_its_connections() -> None:
    dev = host(planned=[planned("A"), planned("B", msg="It is in use.")], aep_problem="1 of 2 failed. It is in use.")
    overview = connections_overview([dev])
    assert overview["summary"][1:] == ["dev: B: failed. It is in use."]
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
        "1 sandbox, 1 base connection: 1 not enabled, 1 not tested.",
        f"dev: Orders: not enabled (its state is {said})",
    ]
    assert (overview["status"], overview["totals"]["drifted"]) == ("drift", 1)


def test_what_is_to_be_updated_and_not_enabled() -> None:
    overview = connections_overview([host(planned=[planned("A", "update", "server differs", state="disabled")])])
    assert overview["summary"][1:] == ["dev: A: to be updated (server differs, its state is disabled)"]


def test_what_differs_and_is_left_alone_is_not_as_defined() -> None:
    left = "server differs: a → b (left alone, as update_credentials is on_create)"
    overview = connections_overview([host(seen=[seen()], planned=[planned(left_alone=[left])])])
    assert overview["summary"] == [
        "1 sandbox, 1 base connection: 1 different, 1 working.",
        f"dev: Orders: different ({left})",
    ]
    assert (overview["status"], overview["totals"]["drifted"]) == ("drift", 1)
    assert (only(overview)["difference"], only(overview)["reasons"]) == ("left alone", [left])
    both = connections_overview([host(planned=[planned("A", "update", "description differs", left_alone=[left])])])
    assert both["summary"][1:] == [f"dev: A: to be updated (description differs, {left})"]


def test_what_does_not_exist_yet_or_no_more_has_no_state() -> None:
    gone = planned("A", id=None, state=None)
    new = planned("B", "create", "it does not exist", id=None, state=None)
    made = planned("C", "create", "it does not exist", state=None)
    deleted = planned("D", "delete", "it has no definition", state="absent")
    overview = connections_overview([host(planned=[gone, new, made, deleted])])
    assert [one["status"] for one in overview["sandboxes"][0]["connections"]] == ["absent", "missing", "untested", "absent"]
    assert "its state" not in " ".join(overview["summary"])
    assert connections_overview([host(planned=[gone])])["status"] == "clean"


def test_one_that_is_not_tested_counts_apart() -> None:
    overview = connections_overview(
        [
            host(
                seen=[seen("A"), seen("B", test=None), seen("C", test=False)],
                planned=[planned(name) for name in "ABC"],
            )
        ]
    )
    assert {name: overview["totals"][name] for name in ("works", "fails", "untested")} == dict.fromkeys(
        ("works", "fails", "untested"), 1
    )
    assert overview["summary"][0].endswith("3 as defined, 1 not working, 1 not tested, 1 working.")
    assert overview["status"] == "drift"


def test_a_test_of_the_comparison_counts_where_the_inspection_did_not_test() -> None:
    assert only(connections_overview([host(seen=[seen(test=None)], planned=[planned(test=False)])]))["status"] == "fails"


def test_credentials_that_did_not_work_before_they_are_replaced_count_as_failing() -> None:
    to_do = planned("A", "update", "the stored credentials do not work", test_before=False)
    assert only(connections_overview([host(planned=[to_do])]))["status"] == "fails"
    assert connections_overview([host(seen=[seen("A", test=None)], planned=[to_do])])["totals"]["fails"] == 1
    assert only(connections_overview([host(planned=[to_do | {"test": True}])]))["status"] == "works"
    assert only(connections_overview([host(planned=[to_do])], done=True))["status"] == "untested"  # others are stored now


def test_what_is_absent_as_defined_is_no_base_connection() -> None:
    gone, deleted = planned("A", id=None, state=None), planned("B", "delete", "state is absent", state="absent")
    overview = connections_overview([host(planned=[gone, deleted, planned("C")])], done=True)
    assert overview["summary"][0] == (
        "1 sandbox, 2 base connections: 1 deleted, 1 unchanged, 1 not tested. 1 more is absent as defined."
    )
    assert overview["totals"]["connections"] == 2
    assert connections_overview([host(planned=[gone])])["summary"] == [
        "1 sandbox, 0 base connections. 1 more is absent as defined."
    ]


def test_the_past() -> None:
    overview = connections_overview(
        [host(planned=[planned("A", "create", "it does not exist", test=True), planned("B")])], done=True
    )
    assert overview["summary"] == [
        "1 sandbox, 2 base connections: 1 created, 1 unchanged, 1 not tested, 1 working.",
        "dev: A: created (it does not exist)",
    ]


def test_a_summary_fits_on_a_screen() -> None:
    overview = connections_overview([host(f"s{number}", aep_problem="No token.") for number in range(75)])
    assert len(overview["summary"]) == 22
    assert overview["summary"][-1] == "... and 55 more"


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


def dataflow(result: str = "failed", **changes: Any) -> dict[str, Any]:
    code = "CONNECTOR-1001-500"
    run = {"result": result, "started_at": "2026-03-22T08:00:00Z", "error": f"{code}: no route", "error_codes": [code]}
    return {"id": "f-1", "name": "Nightly", "state": "enabled", "last_run": run, **changes}


def test_failing_dataflows_are_said_and_are_drift_only_if_that_is_wanted() -> None:
    dev = host(seen=[seen(dataflows=[dataflow(), dataflow("success")])], planned=[planned()])
    overview = connections_overview([dev])
    assert (overview["status"], overview["totals"]["dataflows"], overview["totals"]["dataflows_failing"]) == ("clean", 2, 1)
    assert overview["summary"] == [
        "1 sandbox, 1 base connection: 1 as defined, 1 working. 1 dataflow is failing.",
        "dev: Orders: dataflow 'Nightly' failed at 2026-03-22T08:00:00Z: CONNECTOR-1001-500: no route",
    ]
    assert connections_overview([dev], dataflows=True)["status"] == "drift"


@pytest.mark.parametrize(
    "one", [dataflow("partial"), dataflow("success"), dataflow(state="disabled"), dataflow(last_run=None), dataflow("odd")]
)
def test_what_is_no_failing_dataflow(one: dict[str, Any]) -> None:
    overview = connections_overview([host(seen=[seen(dataflows=[one])], planned=[planned()])], dataflows=True)
    assert (overview["status"], overview["totals"]["dataflows_failing"], len(overview["summary"])) == ("clean", 0, 1)


def test_a_connection_that_works_while_its_dataflows_cannot_read() -> None:
    def hint(test: bool | None, code: str) -> str:
        one = dataflow()
        one["last_run"]["error_codes"] = [code]
        return str(only(connections_overview([host(seen=[seen(test=test, dataflows=[one])], planned=[planned()])]))["hint"])

    assert hint(True, "CONNECTOR-1001-500").startswith("The connection works, but copying from the source failed")
    assert hint(True, "CONNECTOR-2001-500") == hint(False, "CONNECTOR-1001-500") == hint(None, "CONNECTOR-1001-500") == ""


def test_a_long_error_does_not_fill_the_summary() -> None:
    one = dataflow()
    one["last_run"]["error"] = "x" * 5000
    overview = connections_overview([host(seen=[seen(dataflows=[one])], planned=[planned()])])
    assert len(overview["summary"][1]) < 300
