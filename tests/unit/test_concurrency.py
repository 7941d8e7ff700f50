"""One step for each of several things: the order is kept, no thread for what is known, and an interruption ends it."""

from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.aep.sources.plugins.module_utils.concurrency import results_of
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.integers()), st.integers(1, 9))
def test_order(items: list[int], workers: int) -> None:
    found = results_of(lambda item: item + 1, items, known=lambda item: 0 if item % 2 else None, workers=workers)
    assert found == [0 if item % 2 else item + 1 for item in items]


def test_what_is_known_takes_no_step() -> None:
    assert results_of(lambda item: pytest.fail(f"{item} took a step"), [1, 2, 3], known=lambda item: item, workers=8) == [
        1,
        2,
        3,
    ]


def test_as_many_at_once_as_there_are_workers() -> None:
    together = threading.Barrier(4, timeout=10)
    assert len(set(results_of(lambda item: (together.wait(), item)[1], range(8), known=lambda item: None, workers=4))) == 8


def test_an_interruption_begins_nothing_more() -> None:
    release, begun = threading.Event(), []

    class InterruptedTaskError(Exception):
        pass

    def step(item: int) -> int:
        begun.append(item)
        if item == 0:
            raise InterruptedTaskError
        release.wait(10)
        return item

    began = time.monotonic()
    with pytest.raises(InterruptedTaskError):
        results_of(step, range(20), known=lambda item: None, workers=2)
    assert time.monotonic() - began < 5
    count = len(begun)
    release.set()
    assert count <= 4
