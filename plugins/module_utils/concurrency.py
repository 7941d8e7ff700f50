# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The same step for several items, several at once."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_here = threading.local()  # in the threads below, ``is_over`` says that nobody waits for them any more


def map_concurrently(step: Callable[[Item], Result], items: Sequence[Item], workers: int) -> list[Result]:
    """Return the result of a step for each item, in the items' order. One worker, or one item, takes no thread.

    Parameters:
        step: makes the result of an item, by talking to somebody.
        items: what to take the step for.
        workers: how many steps run at once.
    """
    if workers == 1 or len(items) <= 1:
        return [step(item) for item in items]
    is_over = threading.Event()

    def begin() -> None:
        _here.is_over = is_over

    pool = ThreadPoolExecutor(min(workers, len(items)), initializer=begin)
    try:
        return list(pool.map(step, items))
    finally:  # when a task's `timeout` interrupts this, nothing more is begun, and what is under way is not awaited
        is_over.set()
        pool.shutdown(wait=False, cancel_futures=True)


def once_for_each(make: Callable[[Item], Result]) -> Callable[[Item], Result]:
    """Return a function that makes the result of an item once, whichever of several threads asks for it first."""
    kept: Callable[[Item], Result] = functools.cache(make)
    locks: dict[Item, threading.Lock] = {}

    def result(item: Item) -> Result:
        with locks.setdefault(item, threading.Lock()):
            return kept(item)

    return result


def stop_if_over() -> None:
    """End the step of the present thread where the next request would begin, if nobody waits for it any more.

    Raises:
        CancelledError: somebody interrupted map_concurrently.
    """
    if hasattr(_here, "is_over") and _here.is_over.is_set():
        raise CancelledError
