"""The module on a strict wire: each scenario names every request that may be sent, and what is in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flowing import (
    DATASETS,
    EXPLORE,
    FLOW_BODY,
    GOOD,
    LATER,
    LATER_SECONDS,
    MARK,
    NAME,
    SCHEMA_ID,
    Flowing,
    described,
    replaced,
    shown_flow,
    shown_source,
    shown_target,
    told,
)

Run = Callable[..., dict[str, Any]]
GIVEN = {**GOOD, "columns": ["placed", "id"]}  # so that the table's columns are not asked for
NEW_RULES = [{"sourceType": "ATTRIBUTE", "source": "id", "destination": "_id"}]
NEW_MAPPING = {"id": "_id"}


def test_create(run_dataflow: Run, flows: Flowing) -> None:
    flows.lists()
    flows.looked_up()
    flows.created()
    flows.one()
    flows.mapping()
    result = run_dataflow(GOOD, diff=True)
    del result["invocation"]
    assert result["diff"]["after"].pop("mark") == MARK
    assert result == {
        "changed": True,
        "actions": [{"action": "create", "reasons": ["it does not exist"]}],
        "dataflow": {
            "name": NAME,
            "id": "flow-1",
            "sandbox": "dev",
            "description": "",
            "state": "enabled",
            "etag": '"etag-1"',
            "connection_id": "base-1",
            "table": "public.orders",
            "dataset_id": "6019e0e7c5dcf718db5ebc71",
            "schedule": {"frequency": "hour", "interval": 1, "start": LATER, "backfill": True},
            "delta_column": "placed",
            "source_connection_id": "source-1",
            "target_connection_id": "target-1",
            "mapping_set_id": "set-1",
            "left_alone": [],
        },
        "diff": {
            "before": {},
            "after": {
                "name": NAME,
                "description": "",
                "state": "enabled",
                "connection": "base-1",
                "table": "public.orders",
                "columns": ["id", "placed"],
                "dataset": "6019e0e7c5dcf718db5ebc71",
                "delta_column": "placed",
                "mapping": ["id → _id", "placed → _acme.placed"],
                "frequency": "hour",
                "interval": 1,
                "start": LATER,
            },
        },
    }


def test_check_mode_asks_all_of_that_and_sends_nothing(run_dataflow: Run, flows: Flowing) -> None:
    flows.lists()
    flows.looked_up()
    result = run_dataflow(GOOD, check=True)
    assert told(result) == ("create", ["it does not exist"])
    assert result["dataflow"]["id"] is None


def test_names_are_looked_up_with_the_lists(run_dataflow: Run, flows: Flowing) -> None:
    """One list of base connections and one of datasets, at the same time as those of a sandbox."""
    bases = {"items": [{"id": "base-1", "name": "Shop"}, {"id": "base-2", "name": "shop"}], "_links": {}}
    page = {"a" * 24: {"name": "orders"}, GOOD["dataset"]: {"name": "Orders", "schemaRef": {"id": SCHEMA_ID}}}
    query = {"property": "connectionSpec.id==74a1c565-4e59-48d7-9d67-7c03b8a13137", "limit": "100"}
    flows.lists(
        (shown_flow(),),
        (shown_source(),),
        (shown_target(),),
        more=(
            ("/data/foundation/flowservice/connections", query, bases),
            (DATASETS, {"limit": "100", "start": "0", "properties": "name,schemaRef"}, page),
        ),
    )
    flows.mapping()
    options = {key: value for key, value in GIVEN.items() if key != "connection_id"}
    assert not run_dataflow({**options, "connection": "Shop", "dataset": "Orders"})["changed"]


def test_nothing_to_do_is_one_look_at_each_list_and_at_the_mapping(run_dataflow: Run, flows: Flowing) -> None:
    """Numbers come back as texts, attributes by another word, and rules in both forms and any order."""
    flows.one()
    flows.mapping()
    result = run_dataflow(GIVEN, diff=True)
    assert (result["changed"], result["actions"], result["dataflow"]["id"]) == (False, [], "flow-1")
    assert result["diff"]["before"] == result["diff"]["after"]


def test_columns_that_the_table_gained_are_told_and_not_added(run_dataflow: Run, flows: Flowing) -> None:
    flows.one()
    flows.mapping()
    flows.columns("discount")
    result = run_dataflow(GOOD)
    assert not result["changed"]
    assert result["dataflow"]["left_alone"] == ["the table has columns that it does not read: discount"]
    assert f"Dataflow '{NAME}' in sandbox 'dev': {result['dataflow']['left_alone'][0]}." in str(result["warnings"])


def test_a_database_that_cannot_be_reached_is_told_and_no_failure(run_dataflow: Run, flows: Flowing) -> None:
    flows.one()
    flows.mapping()
    flows.columns(status=400, answer={"message": "no route to host"})
    flows.expect("GET", EXPLORE, query={"objectType": "root"}, status=400, answer={})
    result = run_dataflow(GOOD)
    assert not result["changed"]
    assert "its columns could not be compared (Could not look at public.orders" in result["dataflow"]["left_alone"][0]


def test_only_what_is_given_is_compared(run_dataflow: Run, flows: Flowing) -> None:
    flows.one()
    assert not run_dataflow({"sandbox": "dev", "name": NAME})["changed"]


@pytest.mark.parametrize(
    ("options", "operation", "reason"),
    [
        ({"description": "new"}, replaced("/description", f"new {MARK}"), "description differs"),
        ({"schedule": {"frequency": "day", "interval": 1}}, replaced("/scheduleParams/frequency", "day"), "frequency differs"),
        ({"schedule": {"interval": 3}}, replaced("/scheduleParams/interval", 3), "interval differs: 1 → 3"),
        (
            {"schedule": {"start": "2999-01-01T02:00:00+01:00"}},
            replaced("/scheduleParams/startTime", LATER_SECONDS + 3600),
            f"start differs: {LATER} → 2999-01-01T01:00:00Z",
        ),
    ],
)
def test_what_can_be_changed_is_changed_and_waited_for(
    run_dataflow: Run, flows: Flowing, options: Any, operation: Any, reason: str
) -> None:
    busy = {"lastOperation": {"status": {"value": "inProgress"}}, "state": "updating"}
    flows.one()
    flows.patched(operation)
    flows.look(shown_flow(etag='"etag-2"', **busy))
    flows.look()
    result = run_dataflow({"sandbox": "dev", "name": NAME, **options})
    action, [said] = told(result)
    assert (action, said[: len(reason)]) == ("update", reason)
    assert (result["dataflow"]["etag"], result["dataflow"]["state"]) == ('"etag-2"', "enabled")


def test_a_change_that_the_service_cannot_carry_out_is_an_error(run_dataflow: Run, flows: Flowing) -> None:
    failed = {"lastOperation": {"status": {"value": "failed", "errors": [{"code": "FLOW-1102-500", "message": "no"}]}}}
    flows.one()
    flows.patched(replaced("/scheduleParams/interval", 3))
    flows.look(shown_flow(**failed))
    assert (
        "the service could not carry it out: {'code': 'FLOW-1102-500', 'message': 'no'}"
        in run_dataflow({"sandbox": "dev", "name": NAME, "schedule": {"interval": 3}})["msg"]
    )


def test_absent_twice(run_dataflow: Run, flows: Flowing) -> None:
    """The flow first, and the source connection last, so that the next run finds what an interrupted one left."""
    options = {"sandbox": "dev", "name": NAME, "state": "absent"}
    flows.one()
    flows.removed()
    result = run_dataflow(options)
    assert told(result) == ("delete", ["it should be absent"])
    assert result["dataflow"]["state"] == "absent"
    flows.lists()
    assert not run_dataflow(options)["changed"]


def test_without_waiting_nothing_is_looked_at_again(run_dataflow: Run, flows: Flowing) -> None:
    flows.one()
    flows.patched(replaced("/description", described("New")), replaced("/name", "New"))
    result = run_dataflow({"sandbox": "dev", "flow_id": "flow-1", "name": "New", "wait": False})
    assert (result["dataflow"]["name"], result["dataflow"]["etag"]) == ("New", '"etag-2"')


def test_a_once_flow_has_no_delta_column(run_dataflow: Run, flows: Flowing) -> None:
    options = {**GOOD, "schedule": {"frequency": "once", "start": LATER}}
    del options["delta_column"]
    body = {**FLOW_BODY, "transformations": FLOW_BODY["transformations"][1:]}
    body["scheduleParams"] = {"startTime": LATER_SECONDS, "frequency": "once"}
    flows.lists()
    flows.looked_up()
    flows.created(body)
    flows.one(**{key: body[key] for key in ("transformations", "scheduleParams")})
    flows.mapping()
    assert told(run_dataflow(options)) == ("create", ["it does not exist"])


def test_a_start_that_is_not_given_is_five_minutes_after_the_creation(run_dataflow: Run, flows: Flowing, wire: Any) -> None:
    sent: list[int] = []
    flows.lists()
    flows.looked_up()
    flows.created(lambda body: sent.append(body["scheduleParams"]["startTime"]))
    flows.one()
    flows.mapping()
    result = run_dataflow({**GOOD, "schedule": {"frequency": "hour", "interval": 1}}, diff=True)
    assert result["diff"]["after"]["start"] == "five minutes after its creation"
    assert len(sent) == 1


@pytest.mark.parametrize("body", ["object", "nothing", "another"])
def test_the_flow_spec_is_looked_up_and_known_otherwise(run_dataflow: Run, flows: Flowing, body: str) -> None:
    known = {"id": "14518937-270c-4525-bdec-c2ba7cce3860", "name": "CRMToAEP", "version": "1.0"}
    answer = {"object": known, "nothing": {"items": []}, "another": {"items": [{**known, "name": "CloudStorageToAEP"}]}}[body]
    flows.lists()
    flows.looked_up(spec=answer)
    flows.created()
    flows.one()
    flows.mapping()
    assert run_dataflow(GOOD)["changed"]


def test_dataflows_of_another_flow_spec_are_listed_before_one_is_created(run_dataflow: Run, flows: Flowing) -> None:
    flows.lists()
    flows.dataset()
    flows.schema()
    flows.columns()
    flows.spec({"items": [{"id": "other", "name": "CRMToAEP", "version": "2.0"}]})
    flows.lists((shown_flow(),), (shown_source(),), (shown_target(),), specs="14518937-270c-4525-bdec-c2ba7cce3860,other")
    flows.mapping()
    assert not run_dataflow(GOOD)["changed"]
