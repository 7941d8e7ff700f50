"""The same step for several items: the order is kept, no thread where none is needed, and an interruption ends it."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.aep.sources.plugins.module_utils.concurrency import map_concurrently, once_for_each
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.integers()), st.integers(1, 9))
def test_order(items: list[int], workers: int) -> None:
    assert map_concurrently(lambda item: item + 1, items, workers) == [item + 1 for item in items]


@pytest.mark.parametrize(("items", "workers"), [([1, 2, 3], 1), ([1], 8), ([], 8)])
def test_one_worker_or_one_item_takes_no_thread(items: list[int], workers: int) -> None:
    here = threading.get_ident()
    assert map_concurrently(lambda item: threading.get_ident(), items, workers) == [here] * len(items)


def test_as_many_at_once_as_there_are_workers() -> None:
    together = threading.Barrier(4, timeout=10)
    assert len(set(map_concurrently(lambda item: (together.wait(), item)[1], range(8), 4))) == 8


def test_an_interruption_begins_nothing_more() -> None:
    release, begun = threading.Event(), []

    class InterruptedTaskError(Exception):
        pass

    ended: list[int] = []

    def step(item: int) -> int:
        begun.append(item)
        if item == 0:
            raise InterruptedTaskError
        release.wait(10)
        ended.append(item)
        return item

    with pytest.raises(InterruptedTaskError):
        map_concurrently(step, range(20), 2)
    assert ended == [], "what was under way is not awaited"
    count = len(begun)
    release.set()
    assert count <= 4


def test_what_several_threads_ask_for_is_made_once_and_others_do_not_wait_for_it() -> None:
    together = threading.Barrier(2, timeout=10)
    made: list[str] = []

    def make(item: str) -> str:
        made.append(item)
        together.wait()
        return item.upper()

    assert map_concurrently(once_for_each(make), ["a", "b"] * 4, 8) == ["A", "B"] * 4
    assert sorted(made) == ["a", "b"]


def test_what_could_not_be_made_is_tried_again() -> None:
    answers = iter([KeyboardInterrupt(), "made"])

    def make(_item: str) -> object:
        answer = next(answers)
        if isinstance(answer, KeyboardInterrupt):
            raise answer
        return answer

    once = once_for_each(make)
    with pytest.raises(KeyboardInterrupt):
        once("a")
    assert [once("a"), once("a")] == ["made", "made"]
