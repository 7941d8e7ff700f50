"""What verify_service finds out about dataflows, with a dataset to throw away and without; and that nothing is left."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils import verification
from ansible_collections.aep.sources.plugins.module_utils.dataflow_probes import PROBES
from ansible_collections.aep.sources.plugins.module_utils.probe import Probe
from dataflows import platform
from in_process import run_module
from simulated import Client

Findings = dict[str, dict[str, str]]
THROW_AWAY = {"dataset": "Scratch", "table": "public.orders", "delta_column": "placed", "mapping": {"id": "_id"}}
TABLE = "CREATE TABLE orders AS SELECT n AS id, now() AS placed FROM generate_series(1, 3) n"
WITHOUT = "not asked, without a throw-away dataset"
NO_TARGET, NO_FLOW = "not asked, as there is no target connection", "not asked, as there is no dataflow"
SETTINGS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "strict": {
        "columns_optional": False,
        "schema_version": "1",
        "target_schema_key": "schemaId",
        "flow_spec_answer": "object",
        "schedule_numbers": "number",
        "schedule_view": "text",
        "schedule_defaults": True,
        "check_date_format": True,
        "patch_flow_paths": ["/name", "/description"],
        "action_spelling": "lower",
        "mapping_checked": True,
        "mapping_sets_deletable": False,
        "mapping_start_required": True,
        "attribute_type": "ATTRIBUTE",
    },
    "lenient": {
        "patch_flow_paths": ["/scheduleParams/*", "/transformations/*"],
        "repeat_action": "accept",
        "mapping_follows": True,
        "mapping_name_filter": "ignore",
        "flow_cascade": "all",
    },
    "slow": {"list_lag": 0.7, "operation_seconds": 0.7, "delete_delay": 0.7, "flow_cascade": "parts"},
    "failing": {"operation_result": "failed"},
    "another version": {"schema_version": "1.0"},
    "texts": {"schedule_numbers": "text"},
    "upper case": {"action_spelling": "upper"},
}
OBSERVED: dict[str, dict[str, str]] = {
    "as it is": {
        "Which flow spec do databases have?": "as published",
        "May dataflows be listed by flow spec?": "accepted",
        "May datasets be listed?": "accepted",
        "Is a dataset that is not there told apart?": "it is",
        "Is a mapping set that is not there told apart?": "it is",
        "Is a dataflow that is not there told apart?": "it is",
        "May mapping sets be listed by name?": "accepted",
        "May a source connection leave out its columns?": "accepted",
        "Is a new source connection listed at once?": "at once",
        "What is listed of a source connection?": "all of it",
        "Can the schema of a dataset be seen?": "it can",
        "Does validation tell of a field that is not there?": "it does",
        "Is a mapping set checked at create?": "accepted",
        "May version 1 of a schema be written to?": "accepted",
        "What is listed of a target connection?": "all of it",
        "Is a mapping set found by its name?": "it is",
        "How is the rule for a column shown?": "as text/x.schema-path",
        "May the numbers of a schedule be numbers?": "accepted",
        "When is a new dataflow ready?": "at once",
        "What is listed of a dataflow?": "all of it",
        "Is a backfill shown that was not sent?": "it is not",
        "Can the interval be changed?": "accepted",
        "Can the frequency be changed?": "accepted",
        "Can a start in the future be changed?": "accepted",
        "Can the backfill be changed?": "refused with 400 FLOW-1365-400",
        "What does a change of a mapping set make?": "version 1 after 0",
        "Does a dataflow keep its version of the mapping?": "it does",
        "Can a dataflow take another version of it?": "accepted",
        "Can a dataflow be disabled?": "accepted",
        "May it be disabled twice?": "refused with 400 FLOW-1422-400",
        "Can it be enabled again?": "accepted",
        "When is a deleted dataflow gone?": "at once",
        "What is deleted with a dataflow?": "nothing",
        "Can mapping sets be deleted?": "they can",
    },
    "strict": {
        "Which flow spec do databases have?": "as published",
        "May a source connection leave out its columns?": "refused with 400 FLOW-1304-400",
        "Is a mapping set checked at create?": "refused with 400",
        "How is the rule for a column shown?": "as ATTRIBUTE",
        "What is listed of a target connection?": "all of it",
        "What is listed of a dataflow?": "all of it",
        "Is a backfill shown that was not sent?": "it is, as true",
        "Can the interval be changed?": "refused with 400 FLOW-1365-400",
        "Can the frequency be changed?": "refused with 400 FLOW-1365-400",
        "Can a start in the future be changed?": "refused with 400 FLOW-1365-400",
        "Can a dataflow take another version of it?": "refused with 400 FLOW-1365-400",
        "Can a dataflow be disabled?": "accepted",
        "Can mapping sets be deleted?": "they cannot",
    },
    "lenient": {
        "Can the backfill be changed?": "accepted",
        "Does a dataflow keep its version of the mapping?": "it takes the newest",
        "May it be disabled twice?": "accepted",
        "What is deleted with a dataflow?": "source connection, target connection, mapping set",
        "Can mapping sets be deleted?": "not asked, as the mapping set is gone",
    },
    "slow": {
        "Is a new source connection listed at once?": "later",
        "When is a new dataflow ready?": "later",
        "Can the interval be changed?": "accepted",
        "Can a dataflow be disabled?": "accepted",
        "When is a deleted dataflow gone?": "later",
        "What is deleted with a dataflow?": "source connection, target connection",
    },
    "failing": {
        "Can the interval be changed?": "accepted, and then it failed",
        "Can a dataflow be disabled?": "accepted, and then it failed",
        "What is deleted with a dataflow?": "nothing",
    },
    "another version": {
        "May version 1 of a schema be written to?": "refused with 400 FLOW-1312-400",
        "What is listed of a target connection?": NO_TARGET,
        "Is a mapping set found by its name?": "it is",
        "May the numbers of a schedule be numbers?": NO_TARGET,
        "Can a dataflow be disabled?": NO_FLOW,
        "What is deleted with a dataflow?": NO_TARGET,
        "Can mapping sets be deleted?": "they can",
    },
    "texts": {
        "May the numbers of a schedule be numbers?": "refused with 400 FLOW-1312-400",
        "When is a new dataflow ready?": NO_FLOW,
        "What is deleted with a dataflow?": "nothing",
    },
    "upper case": {"Can a dataflow be disabled?": "refused with 400 FLOW-1435-400"},
}


@pytest.fixture(autouse=True)
def _in_a_development_sandbox(client: Client) -> None:
    client.session.headers["x-sandbox-name"] = "s2"


@pytest.fixture
def reached(client: Client, database: Any) -> dict[str, Any]:
    """Return how a database with a table is reached, with a dataset beside it."""
    with database.connect() as administrator:
        administrator.execute("CREATE ROLE verifier LOGIN PASSWORD 's3cret-of-the-verifier'")
        administrator.execute(TABLE)
        administrator.execute("GRANT SELECT ON orders TO verifier")
    schema = client.admin("POST", "schemas", {"sandbox": "s2", "title": "Scratch", "fields": {"_id": "string"}})["$id"]
    client.admin("POST", "datasets", {"sandbox": "s2", "name": "Scratch", "schema": schema})
    server = {"server": "127.0.0.1", "port": database.server.port, "database": "postgres", "ssl_mode": "verify-full"}
    return {**server, "username": "verifier", "password": "s3cret-of-the-verifier"}


@pytest.fixture
def check(client: Client, reached: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Return a function that tries the service, with a dataset to throw away unless something else is given."""

    def run(**options: Any) -> dict[str, Any]:
        return run_module("aep_service_check", {**client.who, "sandbox": "s2", **reached, "throw_away": THROW_AWAY, **options})

    return run


def by_question(result: dict[str, Any]) -> Findings:
    return {one["question"]: one for one in result["findings"]}


def left_over(client: Client) -> dict[str, list[str]]:
    """Return what is in the sandbox."""
    found = {
        kind: client("GET", f"/{kind}").json()["items"]
        for kind in ("connections", "sourceConnections", "targetConnections", "flows")
    }
    sets = platform(client, "GET", "conversion/mappingSets?start=0&limit=100").json()["data"]
    return {kind: [one["name"] for one in items] for kind, items in {**found, "mappingSets": sets}.items() if items}


@pytest.mark.parametrize("name", SETTINGS)
def test_it_finds_out(client: Client, check: Callable[..., dict[str, Any]], name: str) -> None:
    client.set(**SETTINGS[name])
    found = by_question(check())
    expected = OBSERVED[name]
    assert {question: found[question]["observed"] for question in expected} == expected
    client.admin("POST", "clock", {"advance": 1})  # until what was deleted slowly is gone
    left = left_over(client)
    if name == "strict":  # this is found out, too
        assert len(left.pop("mappingSets")) == 1
    assert left == {}


def test_each_question_is_answered_in_each_way_that_is_expected() -> None:
    assert set(OBSERVED) == set(SETTINGS)
    assert set(OBSERVED["as it is"]) == {probe.question for probe in PROBES}


def test_what_to_do_is_said(client: Client, check: Callable[..., dict[str, Any]]) -> None:
    client.set(patch_flow_paths=["/name"], action_spelling="upper", schema_version="1")
    found = by_question(check())
    assert found["Can the interval be changed?"]["advice"] == "replace: true, where this is to be changed"
    assert found["Can a dataflow be disabled?"]["advice"] == "state: enabled"
    assert found["What is listed of a dataflow?"]["advice"] == ""


def test_without_a_dataset_the_rest_is_not_asked(client: Client, check: Callable[..., dict[str, Any]]) -> None:
    found = by_question(check(throw_away=None))
    asked = {question for question, one in found.items() if one["observed"] != WITHOUT}
    assert "What is listed of a source connection?" in asked
    assert found["What is listed of a source connection?"]["observed"] == "all of it"
    assert found["Can a dataflow be disabled?"]["observed"] == WITHOUT
    counted = client.admin("GET", "counters")
    assert not {"flows.create", "target_connections.create", "mapping_sets.create"} & set(counted)
    assert left_over(client) == {}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "operation",
    [
        "source_connections.create",
        "target_connections.create",
        "mapping_sets.create",
        "flows.create",
        "flows.patch",
        "flows.action",
    ],
)
def test_a_failure_in_between_leaves_nothing(
    client: Client, check: Callable[..., dict[str, Any]], operation: str, when: str
) -> None:
    client.fault(kind="status", operation=operation, status=503, when=when)
    result = check(retries=0)
    assert "503" in result["msg"]
    client.admin("DELETE", "faults")
    assert left_over(client) == {}


@pytest.mark.parametrize("number", [1, 9, 14, 18, 22, len(PROBES)])
def test_an_interrupt_leaves_nothing(
    client: Client, check: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def interrupt(_tried: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(verification, "PROBES", (*PROBES[:number], Probe("Is it?", "it is", interrupt)))
    with pytest.raises(KeyboardInterrupt):
        check()
    assert left_over(client) == {}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"dataset": "Scratsh"}, "throw_away: There is no dataset 'Scratsh' (there is 'Scratch'): correct dataset."),
        ({"table": "public.order"}, "throw_away: There is no table public.order that can be read through base connection"),
        (
            {"delta_column": "updated"},
            "throw_away: delta_column: of table public.orders, 'updated' (there is 'placed') cannot be read",
        ),
        ({"mapping": {}}, "throw_away: mapping has no rules"),
        ({"table": "orders"}, "throw_away: table must name its schema"),
        ({"mapping": {"id": "_ib"}}, "throw_away: mapping: the schema of the dataset has no '_ib' (there is '_id')"),
    ],
)
def test_what_cannot_be_used_is_refused(
    client: Client, check: Callable[..., dict[str, Any]], given: dict[str, Any], said: str
) -> None:
    result = check(throw_away={**THROW_AWAY, **given})
    assert result["msg"].startswith(said)
    assert left_over(client) == {}


def test_the_playbook_shows_it(client: Client, reached: dict[str, Any], play: Any, tmp_path: pathlib.Path) -> None:
    done = play("verify_service", "--diff", verify_sandbox="s2", verify_database=reached, verify_throw_away=THROW_AWAY)
    assert done.returncode == 0, done.stdout
    assert (
        "What is deleted with a dataflow?                        maybe some of its parts               nothing" in done.stdout
    )
    assert "were not asked" not in done.stdout
    assert "s3cret" not in done.stdout
    assert len(json.loads((tmp_path / "aep_verify_service.json").read_text())) == len(verification.questions())
    assert left_over(client) == {}

    done = play("verify_service", verify_sandbox="s2", verify_database=reached)
    assert done.returncode == 0, done.stdout
    assert "more questions about dataflows were not asked: set verify_throw_away for them" in done.stdout
    assert "What is deleted with a dataflow?" not in done.stdout
    assert "What is listed of a source connection?" in done.stdout
