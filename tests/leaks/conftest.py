"""A place full of secrets, for each test."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest
from leaking import Place
from sentinels import sentinel
from simulated import Client, simulator


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    with simulator() as address:
        yield address


@pytest.fixture
def place(url: str, tmp_path: pathlib.Path) -> Iterator[Place]:
    client = Client(url)
    client.begin()
    secrets = {
        "client secret": sentinel(awkward=False),
        "wrong secret": sentinel(awkward=False),
        "given token": sentinel(awkward=False),
        "fingerprint key": sentinel(),
        "password": sentinel(),
        "password in a string": sentinel(awkward=False),
        "password of a whole string": sentinel(awkward=False),
        "strange string": sentinel(),
        "vault password": sentinel(awkward=False),
    }
    client.set(client_secret=secrets["client secret"], test_result="true")
    one = Place(tmp_path, client, secrets)
    one.prepare()
    yield one
    client.set(client_secret="secret")
    client.close()
