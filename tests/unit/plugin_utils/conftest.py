"""A folder for tokens that is not there yet, and the cache that is to use it."""

from __future__ import annotations

import pathlib

import pytest
from ansible_collections.aep.sources.plugins.plugin_utils.token_cache import TokenCache
from token_service import Said, Service


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "home" / "tokens"


@pytest.fixture
def service(tmp_path: pathlib.Path) -> Service:
    return Service(tmp_path / "given")


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def cache(folder: pathlib.Path, said: Said) -> TokenCache:
    return TokenCache(str(folder), said, wait=0)
