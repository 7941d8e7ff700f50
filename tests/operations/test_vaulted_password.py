from __future__ import annotations

import errno
import multiprocessing
import os
import pathlib
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleLookupError
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.aep.sources.plugins.lookup.vaulted_password import LookupModule


def lookup(*secrets: bytes) -> Any:
    module = LookupModule(loader=SimpleNamespace(_vault=VaultLib([("default", VaultSecret(one)) for one in secrets])))
    module._load_name = "aep.sources.vaulted_password"
    module.set_options = lambda **given: setattr(module, "given", {"length": 32, **given["direct"]})
    module.get_option = lambda name: module.given[name]
    return module


def password_in(path: str) -> str:
    [password] = lookup(b"key").run([path])
    return str(password)


def test_it_is_made_once_and_kept_encrypted(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "new" / "reader"
    [password] = lookup(b"key").run([str(file)])
    assert len(password) == 32
    assert password.isalnum()
    assert lookup(b"key").run([str(file)]) == [password]
    assert file.read_text().startswith("$ANSIBLE_VAULT")
    assert password not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    assert [one.name for one in file.parent.iterdir()] == ["reader"]


def test_several_and_longer(tmp_path: pathlib.Path) -> None:
    one, other = lookup(b"key").run([str(tmp_path / "a"), str(tmp_path / "b")], length=64)
    assert one != other
    assert len(one) == 64


def test_processes_that_come_at_once_get_the_same(tmp_path: pathlib.Path) -> None:
    with multiprocessing.get_context("fork").Pool(8) as pool:
        found = pool.map(password_in, [str(tmp_path / "a")] * 8, chunksize=1)
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_file_system_without_hard_links(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: str, target: pathlib.Path) -> None:
        if late:
            target.write_bytes(bytes(lookup(b"key")._loader._vault.encrypt("another was faster")))
        raise PermissionError(errno.EPERM, "Operation not permitted", source, None, target)

    late: list[str] = []
    monkeypatch.setattr(os, "link", refuse)
    password = password_in(str(tmp_path / "a"))
    assert password_in(str(tmp_path / "a")) == password
    late += ["b"]
    assert password_in(str(tmp_path / "b")) == "another was faster"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a", "b"]
    assert (tmp_path / "a").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("step", ["fdopen", "fsync", "link", "unlink"])
def test_one_that_is_killed_leaves_no_file_or_a_whole_one(tmp_path: pathlib.Path, step: str) -> None:
    killed = os.fork()
    if not killed:
        setattr(os, step, lambda *_args: os._exit(9))
        password_in(str(tmp_path / "a"))
    assert os.waitstatus_to_exitcode(os.waitpid(killed, 0)[1]) == 9
    assert (tmp_path / "a").exists() == (step == "unlink")
    assert len(password_in(str(tmp_path / "a"))) == 32


def test_in_check_mode_nothing_is_written(tmp_path: pathlib.Path) -> None:
    checking = {"ansible_check_mode": True}
    [predicted] = lookup(b"key").run([str(tmp_path / "new" / "a")], checking)
    assert len(predicted) == 32
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(AnsibleLookupError, match="cannot be encrypted: give a vault password"):
        lookup().run([str(tmp_path / "a")], checking)
    password = password_in(str(tmp_path / "a"))
    assert lookup(b"key").run([str(tmp_path / "a")], checking) == [password]


def test_a_place_that_cannot_be_used(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(AnsibleLookupError, match=r"file/a cannot be read or written: .* \(\S+/file: File exists\)\.$"):
        password_in(str(tmp_path / "file" / "a"))


def test_what_cannot_be_used(tmp_path: pathlib.Path) -> None:
    (tmp_path / "plain").write_text("pa55word")
    with pytest.raises(AnsibleLookupError, match="is not encrypted: encrypt it with ansible-vault"):
        lookup(b"key").run([str(tmp_path / "plain")])
    lookup(b"key").run([str(tmp_path / "mine")])
    with pytest.raises(AnsibleLookupError, match="cannot be decrypted: give the vault password"):
        lookup(b"another").run([str(tmp_path / "mine")])
    with pytest.raises(AnsibleLookupError, match="cannot be encrypted: give a vault password"):
        lookup().run([str(tmp_path / "new")])
    with pytest.raises(AnsibleLookupError, match="length is 8: give at least 16"):
        lookup(b"key").run([str(tmp_path / "short")], length=8)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["mine", "plain"]
