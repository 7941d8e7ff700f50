"""Whatever is wrong with the cache of tokens costs a request, never a task, and never a secret."""

from __future__ import annotations

import os
import pathlib
import stat
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.client.client import AccessToken
from ansible_collections.aep.sources.plugins.module_utils.client.tokens import fetch_always
from ansible_collections.aep.sources.plugins.plugin_utils import token_cache
from ansible_collections.aep.sources.plugins.plugin_utils.token_cache import TokenCache
from token_service import DAY, OTHERS, WHO, Said, Service, file_of


def swapped(file: pathlib.Path, folder: pathlib.Path) -> None:
    """Another credential's file in its place."""
    TokenCache(str(folder), print)(OTHERS["other scopes"], None, lambda: AccessToken("t", DAY))
    [other] = [path for path in folder.iterdir() if path != file]
    other.replace(file)


def linked(file: pathlib.Path, folder: pathlib.Path) -> None:
    elsewhere = folder.parent / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)


def a_pipe(file: pathlib.Path, folder: pathlib.Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


BROKEN: dict[str, Callable[[pathlib.Path, pathlib.Path], Any]] = {
    "empty": lambda file, folder: file.write_bytes(b""),
    "cut": lambda file, folder: file.write_bytes(file.read_bytes()[:-9]),
    "garbled": lambda file, folder: file.write_bytes(b"\xff" * 400),
    "huge": lambda file, folder: file.write_bytes(b"A" * 2**20),
    "readable by its group": lambda file, folder: file.chmod(0o640),
    "readable by all": lambda file, folder: file.chmod(0o604),
    "not to be read": lambda file, folder: file.unlink(),
    "a link": linked,
    "a pipe": a_pipe,
    "of another credential": swapped,
}


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN)
def test_a_file_of_no_use_is_replaced(
    cache: TokenCache, folder: pathlib.Path, service: Service, said: Said, spoil: Callable[[pathlib.Path, pathlib.Path], Any]
) -> None:
    cache(WHO, None, service)
    file = file_of(folder)
    spoil(file, folder)
    assert cache(WHO, None, service).value == "token-number-1"
    assert cache(WHO, None, service).value == "token-number-1"
    assert file.is_file()
    assert not file.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert said == []


@pytest.mark.parametrize(
    "kept", [b"[]", b"{}", b"1", b'{"value": "t", "fetched_at": "x", "lifetime": 9}', b'{"value": "t", "fetched_at": 1}']
)
def test_a_file_of_another_version_is_replaced(cache: TokenCache, folder: pathlib.Path, service: Service, kept: bytes) -> None:
    cache(WHO, None, service)
    _name, cipher = token_cache._name_and_cipher(WHO)
    file_of(folder).write_bytes(cipher.encrypt(kept))
    assert cache(WHO, None, service).value == "token-number-1"


def test_what_a_killed_process_wrote_in_part_is_in_nobodys_way(
    cache: TokenCache, folder: pathlib.Path, service: Service
) -> None:
    cache(WHO, None, service)
    file = file_of(folder)
    whole = file.read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        given = service.given
        assert cache(WHO, None, service).value == cache(WHO, None, service).value == f"token-number-{given}"


def test_a_link_to_what_is_precious_is_not_followed(cache: TokenCache, folder: pathlib.Path, service: Service) -> None:
    cache(WHO, None, service)
    file = file_of(folder)
    target = folder.parent / "of somebody"
    target.write_text("precious")
    file.unlink()
    file.symlink_to(target)
    assert cache(WHO, None, service).value == cache(WHO, None, service).value == "token-number-1"
    assert target.read_text() == "precious"


def somebody_elses(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(parents=True, mode=0o700)
    monkeypatch.setattr(token_cache.os, "geteuid", lambda: os.getuid() + 1)


def a_linked_folder(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.parent / "elsewhere").mkdir(parents=True, mode=0o700)
    folder.symlink_to(folder.parent / "elsewhere")


def a_dangling_link(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.parent.mkdir()
    folder.symlink_to(folder.parent / "elsewhere")


def a_file(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.parent.mkdir()
    folder.touch(mode=0o600)


def below_a_file(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.parent.touch()


def loose(mode: int) -> Callable[[pathlib.Path, pytest.MonkeyPatch], None]:
    def prepare(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir(parents=True)
        folder.chmod(mode)

    return prepare


@pytest.mark.parametrize(
    "prepare",
    [somebody_elses, a_linked_folder, a_dangling_link, a_file, below_a_file, loose(0o750), loose(0o701), loose(0o777)],
    ids=["not ours", "a link", "a link to nothing", "a file", "below a file", "0750", "0701", "0777"],
)
def test_in_a_folder_that_cannot_be_trusted_nothing_is_kept(
    cache: TokenCache,
    folder: pathlib.Path,
    service: Service,
    said: Said,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[pathlib.Path, pytest.MonkeyPatch], None],
) -> None:
    prepare(folder, monkeypatch)
    assert [cache(WHO, None, service).value for _time in range(2)] == ["token-number-0", "token-number-1"]
    assert not [path for path in folder.parent.rglob("*") if path.is_file() and path.stat().st_size]
    assert all(text.startswith(f"Access tokens are not kept, as {folder} cannot be used: ") for text in said)
    assert len(said) == 2


def test_without_cryptography_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_cache, "HAS_CRYPTOGRAPHY", False)
    assert token_cache.token_store(print) is fetch_always


def test_a_name_that_no_file_can_have(service: Service, said: Said) -> None:
    assert TokenCache("nul\0", said)(WHO, None, service).value == "token-number-0"


def test_a_full_disk_costs_a_request(cache: TokenCache, service: Service, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: Any) -> bytes:
        raise OSError("no space left")

    monkeypatch.setattr(token_cache.Fernet, "encrypt", full)  # as if by the writing that follows
    assert [cache(WHO, None, service).value for _time in range(2)] == ["token-number-0", "token-number-1"]
    assert said == ["The access token is not kept: no space left"] * 2
