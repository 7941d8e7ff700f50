"""How rules of mappings are read, validated and changed: on the strict wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flowing import (
    GOOD,
    OUTPUT,
    RULES,
    SET_NAME,
    SETS,
    Flowing,
    replaced,
    shown_set,
    told,
)

Run = Callable[..., dict[str, Any]]
GIVEN = {**GOOD, "columns": ["placed", "id"]}  # so that the table's columns are not asked for
NEW_RULES = [{"sourceType": "ATTRIBUTE", "source": "id", "destination": "_id"}]
NEW_MAPPING = {"id": "_id"}


@pytest.mark.parametrize("form", ["old", "new"])
def test_either_form_of_rules_is_read(run_dataflow: Run, flows: Flowing, form: str) -> None:
    keys = {"old": ("sourceAttribute", "destinationXdmPath"), "new": ("source", "destination")}[form]
    rules = [dict(zip(keys, (one["source"], one["destination"]), strict=True)) for one in RULES]
    flows.one()
    flows.mapping(answer={**shown_set(), "mappings": rules})
    assert not run_dataflow(GIVEN)["changed"]


def test_a_mapping_is_changed_by_a_new_version_of_its_set(run_dataflow: Run, flows: Flowing) -> None:
    """The transformation is found by its name: the first one holds the delta column."""
    flows.one()
    flows.mapping()
    flows.schema()
    flows.validation(NEW_RULES)
    flows.mapping(version=None)
    flows.expect(
        "PUT", f"{SETS}/set-1", body={"id": "set-1", "name": SET_NAME, **OUTPUT, "mappings": NEW_RULES}, answer={"version": 1}
    )
    step = {"name": "Mapping", "params": {"mappingId": "set-1", "mappingVersion": "1"}}
    flows.patched(replaced("/transformations/1", step))
    flows.look()
    assert told(run_dataflow({**GIVEN, "mapping": NEW_MAPPING})) == ("update", ["mapping differs"])


def test_a_version_that_an_interrupted_run_made_is_used(run_dataflow: Run, flows: Flowing) -> None:
    flows.one()
    flows.mapping()
    flows.schema()
    flows.validation(NEW_RULES)
    flows.mapping(version=None, answer=shown_set(version=1, mappings=NEW_RULES))
    flows.patched(replaced("/transformations/1", {"name": "Mapping", "params": {"mappingId": "set-1", "mappingVersion": "1"}}))
    flows.look()
    assert told(run_dataflow({**GIVEN, "mapping": NEW_MAPPING})) == ("update", ["mapping differs"])


def test_an_expression_is_sent_as_one(run_dataflow: Run, flows: Flowing) -> None:
    rules = [
        {"sourceType": "EXPRESSION", "source": "trim(id)", "destination": "_acme.tags[0]"},
        {"sourceType": "ATTRIBUTE", "source": "id", "destination": "_id"},
    ]
    flows.one()
    flows.mapping()
    flows.schema()
    flows.validation(rules)
    mapping = [{"source": "id", "target": "_id"}, {"expression": "trim(id)", "target": "_acme.tags[0]"}]
    assert told(run_dataflow({**GIVEN, "mapping": mapping}, check=True)) == ("update", ["mapping differs"])


def test_what_the_service_has_against_a_mapping_is_told_before_anything_is_changed(run_dataflow: Run, flows: Flowing) -> None:
    verdict = {"validationResponse": [{"status": "FAILED", "errors": [{"message": "no such  field"}]}]}
    flows.one()
    flows.mapping()
    flows.schema(status=403, answer={})
    flows.validation(NEW_RULES, answer=verdict)
    said = run_dataflow({**GIVEN, "mapping": NEW_MAPPING}, check=True)["msg"]
    assert "the service does not accept its mapping: id → _id ([{'message': 'no such field'}])" in said
