"""The service that the tasks talk to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from simulated import Client, simulator


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with simulator("--test-result", "true") as url:
        one = Client(url)
        yield one
        one.close()
