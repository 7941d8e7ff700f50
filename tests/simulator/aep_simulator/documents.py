"""Documents and numbers as they come in, read such that nothing in them can bring the simulator down."""

from __future__ import annotations

import json
import math
import re
from typing import Any, TypeGuard

_DEEPEST = 100  # an assumption: how deep a document may be nested is not published


def read_json(text: bytes) -> Any:
    """Return a JSON document. Of two equal keys the last holds.

    Raises:
        ValueError: it is no JSON, it is nested too deeply, or a number in it is too large to be written back as JSON.
    """
    try:
        document = json.loads(text, parse_constant=_finite, parse_float=_finite)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    level = [document]
    for _depth in range(_DEEPEST):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return document
    raise ValueError("it is nested too deeply")


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number of JSON")
    return number


def whole_number(text: str) -> int | None:
    """Return the number that a parameter's digits stand for, or None if it is none, or none of a sensible length."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def is_whole(value: Any) -> TypeGuard[int]:
    """Return whether a value is a whole number, which true and false are in Python too."""
    return isinstance(value, int) and not isinstance(value, bool)
