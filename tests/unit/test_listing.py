"""Looking until what is seen can be what is there."""

from __future__ import annotations

from typing import cast

import pytest
from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import Connection
from ansible_collections.aep.sources.plugins.module_utils.listing import PATIENCE, Listing

ONE_PAGE = [f"id-{number}" for number in range(99)]
TWO_PAGES = [f"id-{number}" for number in range(120)]


class Shown:
    """A service that shows one list after another, the last one for ever."""

    def __init__(self, *lists: list[str]) -> None:
        self.lists = list(lists)
        self.looks = 0

    def list_connections(self, _spec_id: str) -> list[Connection]:
        self.looks += 1
        ids = self.lists.pop(0) if len(self.lists) > 1 else self.lists[0]
        return [Connection(one) for one in ids]


def looked(*lists: list[str]) -> tuple[Listing, Shown, list[float]]:
    shown, slept = Shown(*lists), cast("list[float]", [])
    return Listing(shown, slept.append), shown, slept


@pytest.mark.parametrize(
    ("lists", "looks"),
    [
        ([ONE_PAGE], 1),
        ([ONE_PAGE[1:], ONE_PAGE], 2),
        ([TWO_PAGES], 2),
        ([TWO_PAGES[:110], TWO_PAGES], 3),
        ([TWO_PAGES[1:], TWO_PAGES[1:], TWO_PAGES], 4),
        ([TWO_PAGES, TWO_PAGES[1:100]], 2),
    ],
    ids=["one page", "a lagging page", "two pages", "two pages that shift", "two pages that lag", "one that is missed later"],
)
def test_until_all_are_seen_and_none_is_missed(lists: list[list[str]], looks: int) -> None:
    listing, shown, slept = looked(*lists)
    found = listing.all_seen({"id-0"})
    assert {one.id for one in found} == set().union(*lists)
    assert (shown.looks, slept) == (looks, list(PATIENCE[:looks]))


def test_patience_ends() -> None:
    listing, shown, _slept = looked(["id-1"])
    assert [one.id for one in listing.all_seen({"id-0"})] == ["id-1"]
    assert shown.looks == len(PATIENCE)


def test_those_that_leave_are_not_there() -> None:
    shown = Shown()
    shown.list_connections = lambda _spec_id: [Connection("a", state="deleting"), Connection("b")]  # type: ignore[method-assign]
    assert [one.id for one in Listing(shown, lambda seconds: None).until(lambda found: True)] == ["b"]
