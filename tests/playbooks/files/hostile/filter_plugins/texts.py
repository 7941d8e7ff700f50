"""The filter texts: all templates in data, keys of dictionaries among them, the very objects, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def texts(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from texts(key)
            yield from texts(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from texts(value)
    elif isinstance(data, str) and "lookup(" in data:
        yield data


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"texts": lambda data: list({str(text): text for text in texts(data)}.values())}
