"""The module on a strict wire: each scenario names every request that may be sent, and what is in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flowing import GOOD, LATER, NAME, Flowing

Run = Callable[..., dict[str, Any]]


@pytest.fixture(name="wire_of_flows")
def _wire_of_flows(wire: Any) -> Flowing:
    return Flowing(wire)


@pytest.fixture(name="run")
def _run(run_module: Run, who: dict[str, Any]) -> Run:
    def dataflow(options: dict[str, Any], **how: Any) -> dict[str, Any]:
        result = run_module("aep_postgres_dataflow", {**who, **options}, **how)
        assert "client-s3cret" not in str(result)
        assert "token-0" not in str(result)
        return result

    return dataflow


def test_create(run: Run, wire_of_flows: Flowing) -> None:
    one = wire_of_flows
    one.lists()
    one.looked_up()
    one.created()
    one.one()
    one.mapping()
    result = run(GOOD, diff=True)
    assert "msg" not in result, result["msg"]
    del result["invocation"]
    mark = result["diff"]["after"].pop("mark")
    assert mark.startswith("[aep.sources dataflow ")
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


def test_nothing_to_do_is_one_look_at_each_list_and_at_the_mapping(run: Run, wire_of_flows: Flowing) -> None:
    """Numbers come back as texts, attributes by another word, and rules in both forms and any order."""
    wire_of_flows.one()
    wire_of_flows.mapping()
    result = run({**GOOD, "columns": ["placed", "id"]}, diff=True)
    assert (result["changed"], result["actions"], result["dataflow"]["id"]) == (False, [], "flow-1")
    assert result["diff"]["before"] == result["diff"]["after"]
