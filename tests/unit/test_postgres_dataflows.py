"""Several dataflows in one task, on the strict wire: lists once, each on its own, and purge by owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.dataflow.parts import MAPPING, SOURCE, TARGET, identity_of, marked
from flowing import (
    EXPLORE,
    FLOWS,
    GOOD,
    NAME,
    PLACE,
    SETS,
    SOURCES,
    TARGETS,
    Flowing,
    described,
    replaced,
    shown_flow,
    shown_set,
    shown_source,
    shown_target,
)

Run = Callable[..., dict[str, Any]]
TEAM = "team-a"
LONG_AGO, JUST_NOW = 1, 32503680000000
IDENTITY = identity_of(PLACE, "Gone")


@pytest.fixture(name="run")
def _run(run_module: Run, who: dict[str, Any]) -> Run:
    def dataflows(*items: dict[str, Any], check: bool = False, **options: Any) -> dict[str, Any]:
        told = {**who, "sandbox": "dev", "dataflows": list(items), "concurrency": 1, **options}
        return run_module("aep_postgres_dataflows", told, check=check, diff=True)

    return dataflows


def named(name: str, number: int, **changes: Any) -> dict[str, Any]:
    return shown_flow(f"flow-{number}", number, **{"name": name, "description": described(name), **changes})


def actions(result: dict[str, Any]) -> list[tuple[str, str]]:
    assert "msg" not in result, result["msg"]
    return [(one["name"], one["action"]) for one in result["dataflows"]]


def test_one_list_of_each_kind_serves_all(run: Run, flows: Flowing) -> None:
    numbers = (1, 2, 3)
    there = tuple(named(f"F{number}", number) for number in numbers)
    flows.lists(there, tuple(map(shown_source, numbers)), tuple(map(shown_target, numbers)))
    for _number in numbers:
        flows.mapping()
    shared = {key: GOOD[key] for key in ("connection_id", "table", "dataset", "mapping", "schedule", "delta_column")}
    result = run(*({"name": f"F{number}"} for number in numbers), defaults={**shared, "columns": ["id", "placed"]})
    assert actions(result) == [("F1", "none"), ("F2", "none"), ("F3", "none")]
    assert (result["changed"], result["diff"]) == (False, [])


def test_a_table_is_asked_for_its_columns_once(run: Run, flows: Flowing) -> None:
    flows.lists((named("F1", 1), named("F2", 2)), (shown_source(1), shown_source(2)), (shown_target(1), shown_target(2)))
    flows.columns()
    result = run({"name": "F1"}, {"name": "F2"}, defaults={"table": GOOD["table"]})
    assert actions(result) == [("F1", "none"), ("F2", "none")]


def test_one_that_fails_does_not_stop_the_others(run: Run, flows: Flowing) -> None:
    flows.lists((named("F1", 1, description="by hand"), named("F2", 2)), (shown_source(1), shown_source(2)))
    flows.patched(replaced("/scheduleParams/interval", 5), flow="flow-2")
    flows.look(named("F2", 2))
    result = run({"name": "F1"}, {"name": "F2", "schedule": {"interval": 5}})
    assert [(one["action"], one["failed"]) for one in result["dataflows"]] == [("none", True), ("update", False)]
    assert result["msg"].startswith("1 of 2 dataflows of sandbox 'dev' failed. Could not plan dataflow 'F1'")
    assert result["changed"]
    assert [one["before_header"] for one in result["diff"]] == ["F2"]


def gone(flows: Flowing) -> None:
    """Expect the lists with a dataflow of the owner, one of somebody else, and parts that interrupted runs left."""
    owned = described("Gone", owner=TEAM)
    stale, young = ((number, age) for number, age in ((7, LONG_AGO), (8, JUST_NOW)))
    orphans = tuple(
        shown_source(number, name="Orphan", createdAt=age, description=marked(PLACE, SOURCE, identity, "", TEAM))
        for (number, age), identity in ((stale, identity_of(PLACE, "Orphan")), (young, identity_of(PLACE, "Young")))
    )
    flows.lists(
        (
            shown_flow(name="Gone", description=owned),
            named("Theirs", 2, transformations=[]),
            named("Foreign", 3, description="by hand", transformations=[]),
        ),
        (shown_source(description=marked(PLACE, SOURCE, IDENTITY, "", TEAM)), shown_source(2), *orphans),
        (shown_target(description=marked(PLACE, TARGET, IDENTITY, "", TEAM)),),
    )


def test_purge_removes_what_the_owner_has_and_does_not_list(run: Run, flows: Flowing) -> None:
    options = {"owner": TEAM, "purge": True, "purge_all": True}
    expected = [("Gone", "delete"), ("Orphan", "delete")]
    gone(flows)
    assert actions(run(check=True, **options)) == expected
    gone(flows)
    flows.expect("DELETE", f"{FLOWS}/flow-1", status=204)
    flows.expect("GET", f"{FLOWS}/flow-1", status=404)
    flows.mapping(version=None, answer=shown_set(name=marked(PLACE, MAPPING, IDENTITY, "Gone", TEAM)))
    flows.expect("DELETE", f"{SETS}/set-1", status=204)
    flows.expect("DELETE", f"{TARGETS}/target-1", status=204)
    flows.expect("DELETE", f"{SOURCES}/source-1", status=204)
    orphan = marked(PLACE, MAPPING, identity_of(PLACE, "Orphan"), "Orphan", TEAM)
    flows.named(name=orphan)
    flows.expect("DELETE", f"{SOURCES}/source-7", status=204)
    result = run(**options)
    assert actions(result) == expected
    assert [one["reasons"] for one in result["dataflows"]] == [
        ["it is not listed any more"],
        ["an interrupted run left parts of it behind"],
    ]


def test_purge_leaves_all_as_it_is_while_something_fails(run: Run, flows: Flowing) -> None:
    gone(flows)
    result = run({"name": "Foreign"}, owner=TEAM, purge=True)
    assert [one["name"] for one in result["dataflows"]] == ["Foreign"]
    assert "nothing was purged, as a dataflow in the list failed" in str(result["warnings"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"purge": True}, "purge needs owner: give the name under which these dataflows are managed. Others stay."),
        ({"purge": True, "owner": TEAM}, "dataflows has none to be present, so purge would remove all of the owner"),
        ({"owner": "Team A"}, "owner 'Team A' is no short name"),
        ({"fingerprint_key": "k3y"}, "fingerprint_key is too short"),
        (
            {"client_secret": None},
            "fingerprint_key and client_secret are missing, without which the parts of a dataflow cannot",
        ),
        ({"concurrency": 0}, "concurrency is 0: give at least 1."),
    ],
)
def test_options_that_cannot_be_used(run: Run, wire: Any, options: dict[str, Any], said: str) -> None:
    assert said in run(**options)["msg"]


def test_nothing_wanted_is_nothing_asked(run: Run, wire: Any) -> None:
    assert run()["dataflows"] == []


def test_what_items_and_defaults_say(run: Run, flows: Flowing) -> None:
    """An item's connection takes the place of either in the defaults, and its schedule that of the whole one there."""
    flows.lists((named(NAME, 1),), (shown_source(),), (shown_target(),))
    defaults = {"connection": "Shop", "schedule": {"frequency": "day", "interval": 1, "backfill": True}}
    item = {"name": NAME, "connection_id": "base-1", "schedule": {"interval": 1}}
    assert actions(run(item, defaults=defaults)) == [(NAME, "none")]


def test_a_table_that_is_not_there_is_told_with_similar_ones(run: Run, flows: Flowing) -> None:
    tables = [{"type": "table", "name": one, "path": one, "canPreview": True} for one in ("public.orders", "shop.items")]
    flows.lists()
    flows.dataset()
    flows.schema()
    missing = {"objectType": "table", "object": "public.order"}
    flows.expect("GET", EXPLORE, query=missing, status=400, answer={"message": "it is not there"})
    flows.expect("GET", EXPLORE, query={"objectType": "root"}, answer=tables)
    said = run({key: one for key, one in GOOD.items() if key != "sandbox"} | {"table": "public.order"})["msg"]
    assert (
        "There is no table public.order that can be read through base connection 'base-1' (there is 'public.orders'):" in said
    )
