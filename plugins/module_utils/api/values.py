# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Parts of a JSON document, whatever is really there: answers come from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def mapping(value: object) -> Mapping[str, Any]:
    """Return an object, or an empty one in place of something else."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """Return a list, or an empty one in place of something else."""
    return value if isinstance(value, list) else []


def text(value: object) -> str | None:
    """Return a text, or None in place of something else."""
    return value if isinstance(value, str) else None


def number(value: object) -> int | None:
    """Return an integer, or None in place of something else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
