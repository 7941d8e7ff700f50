"""What options are refused before anything is sent, each with one sentence, and what the others mean."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.dataflow.terms import lacking, moment, rules_of, seconds
from ansible_collections.aep.sources.plugins.module_utils.dataflow.validation import desired_dataflow, desired_dataflows
from ansible_collections.aep.sources.plugins.module_utils.flow import Rule, Schedule
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import InputError
from flowing import GOOD, ITS_SCHEMA

HOURLY = {"frequency": "hour", "interval": 1}
ONCE = {"frequency": "once"}

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": None}, "name is missing: give the dataflow's name, or its flow_id."),
    ({"name": " Orders"}, "name begins or ends with white space: leave that out."),
    ({"name": "Or\nders"}, "name holds a control character: leave it out."),
    ({"name": "Orders [aep.sources x]"}, "name must not hold '[aep.sources', which begins the mark"),
    ({"description": "[aep.sources x]"}, "description must not hold '[aep.sources'"),
    ({"connection": "Shop"}, "connection and connection_id cannot be given both: leave one of them out."),
    ({"table": " "}, "table is empty: give its value, or leave the option out."),
    ({"table": "orders"}, "table must name its schema: write it as schema.table."),
    ({"dataset": "a\x07"}, "dataset holds a control character: leave it out."),
    ({"columns": []}, "columns is empty: leave it out to take all columns of the table."),
    ({"columns": ["id", " "]}, "columns has an empty name: leave it out."),
    ({"columns": ["id"]}, "columns lacks 'placed', which mapping or delta_column names: add it."),
    ({"columns": ["placed"]}, "columns lacks 'id', which mapping or delta_column names: add it."),
    ({"mapping": {}}, "mapping has no rules: give a dictionary of columns and their targets, or a list of rules."),
    ({"mapping": "id: _id"}, "mapping has no rules"),
    ({"mapping": [{"source": "id"}]}, "mapping has a rule that is not usable: give each a target, and either a source or"),
    ({"mapping": [{"source": "id", "expression": "id", "target": "_id"}]}, "mapping has a rule that is not usable"),
    ({"mapping": [{"source": "id", True: "_id"}]}, "mapping has a rule that is not usable"),  # YAML's `on`
    ({"mapping": {"id": True}}, "mapping has a value that is no text: put it in quotes."),
    ({"mapping": {True: "_id"}}, "mapping has a value that is no text: put it in quotes."),
    ({"mapping": {"id": "_id", "no": "_id"}}, "mapping has two rules for the target '_id': leave one out."),
    # by the codes of the service: 1361, 1364, 1369, 1367, 1362
    ({"schedule": {**ONCE, "interval": 1}, "delta_column": None}, "schedule.interval does not go with once: leave it out."),
    ({"schedule": {**ONCE, "backfill": True}, "delta_column": None}, "schedule.backfill does not go with once: leave it out."),
    ({"schedule": ONCE}, "delta_column does not go with schedule.frequency: once, which reads everything: leave it out."),
    ({"delta_column": None}, "delta_column is missing: name the column by whose time new rows are found"),
    ({"schedule": {"frequency": "minute", "interval": 14}}, "schedule.interval 14 is too short: give at least 15."),
    ({"schedule": {"frequency": "week", "interval": 0}}, "schedule.interval 0 is too short: give at least 1."),
    ({"schedule": {"interval": -1}}, "schedule.interval -1 is too short: give at least 1."),
    ({"schedule": {"frequency": "hour"}}, "schedule.interval is missing: give it for hour."),
    ({"schedule": {**HOURLY, "start": "tomorrow"}}, "schedule.start 'tomorrow' is no time with its time zone: write it as"),
    ({"schedule": {**HOURLY, "start": "2026-09-01T06:00:00"}}, "schedule.start '2026-09-01T06:00:00' is no time with its time"),
]


@pytest.mark.parametrize(("options", "sentence"), REFUSED)
def test_what_cannot_be_used_is_refused_in_one_sentence(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as refusal:
        desired_dataflow({**GOOD, **options})
    assert str(refusal.value).startswith(sentence)
    assert str(refusal.value).endswith(".")


def test_what_is_wanted() -> None:
    found = desired_dataflow({**GOOD, "columns": ["id", "placed"]})
    assert found.mapping == frozenset({Rule("_id", "id"), Rule("_acme.placed", "placed")})
    assert (found.columns, found.schedule) == (frozenset({"id", "placed"}), Schedule("hour", 1, 32472144000))
    assert (found.state, found.replace) == ("enabled", False)


def test_an_absent_one_needs_no_complete_definition() -> None:
    """It may keep the definition that it had."""
    assert desired_dataflow({**GOOD, "state": "absent", "schedule": ONCE}).state == "absent"


def test_part_of_a_definition_is_enough_for_one_that_is_there() -> None:
    assert desired_dataflow({"flow_id": "f", "schedule": HOURLY}).schedule == Schedule("hour", 1)


def test_a_message_names_the_dataflow() -> None:
    with pytest.raises(InputError, match=r"dataflows, 'Orders daily': table must name its schema"):
        desired_dataflows([{**GOOD, "table": "orders"}], {})
    with pytest.raises(InputError, match=r"dataflows, 'number 1': name is missing"):
        desired_dataflows([{"table": "a.b"}], {})
    with pytest.raises(InputError, match=r"dataflows: name 'Orders daily' is there more than once"):
        desired_dataflows([GOOD, GOOD], {})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-09-01T06:00:00Z", 1788242400),
        ("2026-09-01T06:00:00z", 1788242400),
        ("2026-09-01 06:00:00+00:00", 1788242400),
        ("2026-09-01T08:00:00+02:00", 1788242400),
        ("2026-09-01", None),
        ("1788242400", None),
    ],
)
def test_a_start(text: str, found: int | None) -> None:
    """YAML turns a time without quotes into one of these forms."""
    assert seconds(text) == found
    assert found is None or moment(found) == "2026-09-01T06:00:00Z"


def test_a_time_that_no_calendar_has_is_none() -> None:
    assert moment(10**18) is None


def test_rules_are_the_same_whichever_way_they_are_written() -> None:
    listed = [{"source": " id", "target": "_id "}, {"expression": "now()", "target": "_acme.placed"}]
    found = rules_of(listed)
    assert found == frozenset({Rule("_id", "id"), Rule("_acme.placed", "now()")})
    assert {rule.target: rule.is_expression for rule in found} == {"_id": False, "_acme.placed": True}


@pytest.mark.parametrize(
    ("target", "missing"),
    [
        ("_id", []),
        ("_acme.placed", []),
        ("_acme.tags[0].name", []),  # what an array of anything holds cannot be seen
        ("_acme.place", ["'_acme.place' (there is 'placed')"]),
        ("acme.placed", ["'acme.placed' (there is '_acme')"]),
        ("nothing.like.it", ["'nothing.like.it'"]),
    ],
)
def test_fields_that_a_schema_lacks(target: str, missing: list[str]) -> None:
    assert list(lacking(ITS_SCHEMA, [Rule(target, "id")])) == missing
    assert list(lacking(None, [Rule(target, "id")])) == []
