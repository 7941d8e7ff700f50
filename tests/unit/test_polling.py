"""Looking until what is seen can be what is there."""

from __future__ import annotations

from typing import cast

import pytest
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.polling import PAUSES, Watch, poll

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


def looked(*lists: list[str]) -> tuple[Watch, Shown, list[float]]:
    shown, slept = Shown(*lists), cast("list[float]", [])
    return Watch(shown, 0, slept.append), shown, slept


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
    watch, shown, slept = looked(*lists)
    found = watch.list_with({"id-0"})
    assert {one.id for one in found} == set().union(*lists)
    assert (shown.looks, slept) == (looks, list(PAUSES[: looks - 1]))


def test_patience_ends() -> None:
    watch, shown, _slept = looked(["id-1"])
    assert [one.id for one in watch.list_with({"id-0"})] == ["id-1"]
    assert shown.looks == 5


def test_those_that_leave_are_not_there() -> None:
    shown = Shown()
    shown.list_connections = lambda _spec_id: [Connection("a", state="deleting"), Connection("b")]  # type: ignore[method-assign]
    assert [one.id for one in Watch(shown, 0, lambda seconds: None).list_until(lambda found: True)] == ["b"]


class Clock:
    """A clock that goes on while somebody sleeps or looks, and at no other time."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(
    ("timeout", "takes", "looks", "seconds"),
    [(0, 9.0, 1, 0.0), (1, 0.0, 3, 1.5), (3, 0.0, 4, 3.5), (12.5, 0.0, 6, 12.5), (12.6, 0.0, 7, 17.5), (3, 2.0, 3, 5.5)],
    ids=["no time", "one second", "three", "just enough", "not enough", "looks that take time"],
)
def test_time_is_over(timeout: float, takes: float, looks: int, seconds: float) -> None:
    clock = Clock()

    def look() -> int:
        clock.sleep(takes)
        return 1

    polled = poll(look, lambda found: False, timeout=timeout, sleep=clock.sleep, clock=lambda: clock.now)
    assert (polled.found, polled.done, polled.looks, polled.seconds) == (1, False, looks, seconds)
    with pytest.raises(AepError, match=rf"Could not wait: it is not so after {seconds:.1f} s"):
        polled.or_fail("wait", "it is not so")


def test_the_condition_ends_it_and_sees_each_look_once() -> None:
    looks, seen = iter(range(9)), cast("list[int]", [])
    polled = poll(looks.__next__, lambda found: bool(seen.append(found) or found == 2), timeout=9, sleep=lambda seconds: None)
    assert (polled.or_fail("wait", "it is not so"), polled.looks, seen) == (2, 3, [0, 1, 2])


def test_a_sleep_that_does_not_sleep_ends_too() -> None:
    assert poll(lambda: 1, lambda found: False, timeout=20, sleep=lambda seconds: None, clock=lambda: 0.0).looks == 8
