"""What is said about a setting."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Knob:
    """What a setting is about, and the section of api-facts.md that it comes from."""

    text: str
    source: str
