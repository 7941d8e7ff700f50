"""What an overview says in words: counts that add up, and a summary that fits on a screen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.filter.connections_overview import connections_overview
from overviews import host, planned, seen


def test_a_host_that_did_nothing_is_not_begun() -> None:
    overview = connections_overview([host(), host("prod", planned=[planned()])])
    assert overview["summary"] == [
        "1 base connection in 1 of 2 sandboxes.",
        "Sandboxes: 1 succeeded, 1 not begun.",
        "Definitions: 1 as defined.",
        "Tests: 1 not tested.",
        "Not begun: dev.",
    ]
    assert (overview["status"], overview["totals"]["sandboxes_not_begun"]) == ("failed", 1)
    skipped = {"inventory_hostname": "dev", "postgres_connections_result": {"skipped": True, "changed": False}}
    assert connections_overview([skipped])["summary"] == [
        "0 base connections in 0 of 1 sandbox.",
        "Sandboxes: 1 not begun.",
        "Not begun: dev.",
    ]


def test_a_sandbox_that_could_not_be_read_has_its_reason_and_no_number_of_connections() -> None:
    failed = {"inventory_hostname": "dev", "postgres_connections_result": {"failed": True, "msg": "No token."}}
    overview = connections_overview([failed])
    assert overview["summary"] == ["0 base connections in 0 of 1 sandbox.", "Sandboxes: 1 failed.", "dev: failed. No token."]
    assert (overview["status"], overview["totals"]["sandboxes_failed"]) == ("failed", 1)


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
    assert overview["heading"][1:] == ["Definitions: 3 as defined.", "Tests: 1 not working, 1 not tested, 1 working."]
    assert overview["status"] == "drift"


def test_what_is_absent_as_defined_is_no_base_connection() -> None:
    gone, deleted = planned("A", id=None, state=None), planned("B", "delete", "state is absent", state="absent")
    overview = connections_overview([host(planned=[gone, deleted, planned("C")])], done=True)
    assert overview["heading"] == [
        "2 base connections in 1 sandbox, and 1 absent as defined.",
        "Changes: 1 deleted, 1 unchanged.",
        "Tests: 1 not tested, 1 absent.",
    ]
    assert overview["totals"]["connections"] == 2
    assert connections_overview([host(planned=[gone])])["summary"] == [
        "0 base connections in 1 sandbox, and 1 absent as defined."
    ]


def test_the_past() -> None:
    overview = connections_overview(
        [host(planned=[planned("A", "create", "it does not exist", test=True), planned("B")])], done=True
    )
    assert overview["summary"] == [
        "2 base connections in 1 sandbox.",
        "Changes: 1 created, 1 unchanged.",
        "Tests: 1 not tested, 1 working.",
        "dev: A: created (it does not exist)",
    ]


FAILED_TEST = {
    "test": False,
    "msg": "Could not use base connection 'A' in sandbox 'dev': its test failed. Check that it is there.",
    "failure": {"hint": "Check that it is there."},
}


def test_a_failure_says_what_was_done_before_and_why_it_failed_and_what_to_do_is_said_once() -> None:
    made = [planned("A", "update", "credentials changed", **FAILED_TEST), planned("B", **FAILED_TEST)]
    overview = connections_overview([host(planned=made)], done=True)
    assert overview["summary"] == [
        "2 base connections in 1 sandbox.",
        "Sandboxes: 1 failed.",
        "Base connections: 2 failed.",
        "Changes: 1 updated, 1 not changed.",
        "Tests: 2 not working.",
        "dev: A: updated (credentials changed), then failed. Could not use it: its test failed.",
        "dev: B: failed. Could not use base connection 'A' in sandbox 'dev': its test failed.",
        "What to do about dev: 2 base connections: Check that it is there.",
    ]
    assert (overview["sandboxes"][0]["connections"][1]["hint"], overview["totals"]["fails"]) == ("Check that it is there.", 2)


def test_what_is_known_of_a_sandbox_that_failed_has_what_to_do() -> None:
    said = {"msg": "Could not list them: no token. Give one.", "failure": {"hint": "Give one."}}
    overview = connections_overview([{"inventory_hostname": "dev", "postgres_connections_result": said}])
    assert overview["summary"][2:] == ["dev: failed. Could not list them: no token.", "What to do about dev: Give one."]


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("done", [True, False])
def test_a_summary_fits_on_a_screen(*, same: bool, done: bool) -> None:
    def reason(number: int) -> str:
        return "credentials changed" if same else f"reason {number}"

    def made(number: int) -> dict[str, Any]:
        failed = FAILED_TEST | {"failure": {"hint": FAILED_TEST["failure"]["hint"]}} if number < 30 else {}
        return planned(f"C{number}", "update", reason(number), **failed)

    sandboxes = [host(f"s{number}", aep_problem="No token." if same else f"No token {number}.") for number in range(75)]
    sandboxes += [host("dev", planned=[made(number) for number in range(750)]), host("later")]
    said = connections_overview(sandboxes, done=done)["summary"]
    assert len(said) <= 20
    assert len(said[0]) < 80
    assert said[-1].startswith("What to do about dev: 30 base connections: ")
    if same:
        assert "s0, s1, s2 and 72 more: failed. No token." in said
        assert any(line.startswith("dev: 720 base connections: ") for line in said)
    else:
        assert "s0: failed. No token 0." in said
        numbers = [int(re.findall("[0-9]+", line)[0]) for line in said if line.startswith("... and ")]
        shown = len(said) - len(numbers) - 7  # beside the six lines of counts, and what to do
        assert sum(numbers) + shown == 75 + 750


def test_each_line_of_counts_adds_up() -> None:
    rows = [
        planned("A", "create", "it does not exist", test=True),
        planned("B", "update", "server differs", **FAILED_TEST),
        planned("C", msg="Could not read it."),
        planned("D", state="disabled"),
        planned("E", id=None, state=None),
        planned("F", "delete", "state is absent", state="absent"),
        planned("G"),
    ]
    overview = connections_overview([host(planned=rows), host("prod", aep_problem="No token."), host("later")], done=True)
    first, *lines = overview["heading"]
    assert first == "6 base connections in 1 of 3 sandboxes, and 1 absent as defined."
    sums = {line.partition(":")[0]: sum(map(int, re.findall(r"\b[0-9]+\b", line))) for line in lines}
    assert sums == {"Sandboxes": 3, "Base connections": 6, "Changes": 6, "Tests": 6}


def flow(name: str, action: str = "none", *reasons: str, **more: Any) -> dict[str, Any]:
    known = {"id": f"id-{name}", "state": "enabled", "connection_id": "id-Orders", "left_alone": [], "msg": ""}
    return {**known, "name": name, "action": action, "reasons": list(reasons), **more}


def with_flows(name: str, *flows: dict[str, Any], left_out: tuple[str, ...] = ()) -> dict[str, Any]:
    left = [{"name": one, "connection": "Broken", "reason": "its base connection failed"} for one in left_out]
    more = {
        "postgres_connections_dataflow_result": {"dataflows": list(flows)},
        "__postgres_connections_dataflows": {"left_out": left},
    }
    return host(name, planned=[planned()], **more)


def test_dataflows_in_the_definitions_have_a_count_and_lines_of_their_own() -> None:
    wrong = flow("C", msg="There is no dataset 'x': correct dataset.")
    sandbox = with_flows("dev", flow("A"), flow("B", "update", "interval differs: 1 → 2"), wrong, left_out=("D",))
    overview = connections_overview([sandbox])
    assert overview["summary"] == [
        "1 base connection in 1 sandbox.",
        "Sandboxes: 1 failed.",
        "Definitions: 1 as defined.",
        "Tests: 1 not tested.",
        "Defined dataflows: 1 failed, 1 would be updated, 1 not compared, 1 as defined.",
        "dev: dataflow 'C': failed. There is no dataset 'x': correct dataset.",
        "dev: dataflow 'B': would be updated (interval differs: 1 → 2)",
        "dev: dataflow 'D': not compared (its base connection failed)",
    ]
    assert (overview["status"], overview["totals"]["problems"]) == ("failed", 1)
    assert (overview["totals"]["dataflows_defined"], overview["totals"]["dataflows_drifted"]) == (4, 1)
    done = connections_overview([with_flows("dev", flow("B", "update", "interval differs: 1 → 2"))], done=True)
    assert (done["status"], done["summary"][-1]) == ("drift", "dev: dataflow 'B': updated (interval differs: 1 → 2)")
    assert connections_overview([with_flows("dev", flow("A"))])["status"] == "clean"


def test_many_dataflows_of_which_the_same_is_said_share_a_line() -> None:
    sandboxes = [with_flows(f"s{number}", flow("A", "create", "it does not exist")) for number in range(30)]
    assert (
        "s0, s1, s2 and 27 more: dataflow 'A': would be created (it does not exist)"
        in connections_overview(sandboxes)["summary"]
    )
    [one] = [with_flows("dev", *(flow(str(number), "create", "it does not exist") for number in range(30)))]
    assert "dev: 30 dataflows: would be created (it does not exist)" in connections_overview([one])["summary"]


def test_a_sandbox_whose_dataflows_could_not_be_listed_has_the_reason() -> None:
    failed = {"postgres_connections_dataflow_result": {"msg": "Could not list the dataflows of sandbox 'dev'."}}
    overview = connections_overview([host(planned=[planned()], **failed, aep_problem="It failed. The summary says why.")])
    assert "dev: failed. Could not list the dataflows of sandbox 'dev'." in overview["summary"]
    assert overview["status"] == "failed"
