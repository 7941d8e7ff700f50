"""How much is tried of what could be tried for ever: little with EFFORT=few, an hour's worth with SOAK=1."""

from __future__ import annotations

import os

SOAK = bool(os.environ.get("SOAK"))
FEW = os.environ.get("EFFORT") == "few"


def examples(usual: int, soak: int) -> int:
    """Return how many generated examples to try."""
    return soak if SOAK else usual // 6 if FEW else usual
