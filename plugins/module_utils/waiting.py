# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Looking again and again until something is as it should be, ever more patiently."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import TypeVar

from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError

_PAUSES = (0.5, 1.0, 2.0, 4.0, 5.0)  # seconds between two looks

Found = TypeVar("Found")


def wait_for(
    look: Callable[[], tuple[bool, Found]], *, timeout: float, sleep: Callable[[float], None], action: str, otherwise: str
) -> Found:
    """Look until it is as it should be, and return what was found then.

    Parameters:
        look: returns whether it is so, and what was found.
        timeout: seconds to wait at most.
        sleep: waits for so many seconds.
        action, otherwise: what is waited for, and what is said when it does not come.

    Raises:
        AepError: it was not so in time.
    """
    waited = 0.0
    for pause in itertools.chain(_PAUSES, itertools.repeat(_PAUSES[-1])):
        began = time.monotonic()
        done, found = look()
        if done:
            return found
        waited += time.monotonic() - began
        if waited >= timeout:
            break
        sleep(pause)
        waited += pause
    raise AepError(action, f"{otherwise} after {waited:.1f} s", "Raise wait_timeout, or run again later.")
