# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""One step for each of several things, several at once, with the order kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def results_of(
    step: Callable[[Item], Result], items: Sequence[Item], *, known: Callable[[Item], Result | None], workers: int
) -> list[Result]:
    """Return the result for each item, in their order.

    Parameters:
        step: makes the result of an item, by talking to somebody.
        items: what to take the step for.
        known: returns the result of an item that needs no step, or None; no thread is started for it.
        workers: how many steps are taken at once.
    """
    results = {index: result for index, item in enumerate(items) if (result := known(item)) is not None}
    open_items = {index: item for index, item in enumerate(items) if index not in results}
    if workers == 1 or len(open_items) <= 1:
        results.update((index, step(item)) for index, item in open_items.items())
    else:
        pool = ThreadPoolExecutor(min(workers, len(open_items)))
        try:
            results.update(zip(open_items, pool.map(step, open_items.values()), strict=True))
        finally:  # when a task's `timeout` interrupts this, nothing more is begun, and what is under way is not awaited
            pool.shutdown(wait=False, cancel_futures=True)
    return [results[index] for index in range(len(items))]
