# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup vaulted_password: a generated password in a file that is encrypted with Ansible Vault."""

from __future__ import annotations

DOCUMENTATION = r"""
name: vaulted_password
short_description: Generate a password and store it in a vaulted file
version_added: 0.1.0
author:
  - The aep.sources contributors (@aep-sources)
description:
  - Returns the password in a vaulted file. If the file does not exist, a random password is generated, and stored in the file,
    encrypted with the vault password of the play.
  - Unlike P(ansible.builtin.password#lookup), it stores no password in plain text.
options:
  _terms:
    description: Paths of the files, relative to the current folder. Missing folders are created.
    required: true
    type: list
    elements: path
  length:
    description: Number of characters of a new password, which are letters and digits.
    type: int
    default: 32
notes:
  - A vault password is required, for example by C(--vault-password-file). With several vault IDs, set
    C(ANSIBLE_VAULT_ENCRYPT_IDENTITY) to the one to encrypt with.
  - In a run with C(--check), a password without a file is generated and not stored, so that each lookup returns another one.
  - To generate a new password, delete the file.
"""

EXAMPLES = r"""
- name: Ensure a role exists, with a generated password
  community.postgresql.postgresql_user:
    name: aep_reader
    password: "{{ lookup('aep.sources.vaulted_password', 'passwords/aep_reader') }}"
"""

RETURN = r"""
_raw:
  description: The passwords.
  type: list
  elements: str
"""

import contextlib
import os
import pathlib
import secrets
import string
import tempfile
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.parsing.vault import AnsibleVaultError, is_encrypted
from ansible.plugins.lookup import LookupBase

_CHARACTERS = string.ascii_letters + string.digits
_SHORTEST = 16


class LookupModule(LookupBase):  # type: ignore[misc]
    """The lookup."""

    def run(self, terms: list[str], variables: dict[str, Any] | None = None, **options: Any) -> list[str]:
        """Return the passwords.

        Raises:
            AnsibleLookupError: a file is not vaulted or cannot be decrypted, or there is no secret to encrypt with.
        """
        self.set_options(var_options=variables, direct=options)
        length = self.get_option("length")
        if length < _SHORTEST:
            raise AnsibleLookupError(f"length is {length}: give at least {_SHORTEST}.")
        is_check = bool((variables or {}).get("ansible_check_mode"))
        return [self._password(pathlib.Path(term).expanduser().absolute(), length, is_check) for term in terms]

    def _password(self, path: pathlib.Path, length: int, is_check: bool) -> str:
        try:
            if not path.exists():
                encrypted = self._new(path, length)
                if is_check:
                    return self._decrypted(path, encrypted)
                _write_new(path, encrypted)
            return self._decrypted(path, path.read_bytes())
        except OSError as error:
            problem = f"{error.filename}: {error.strerror}"
            raise AnsibleLookupError(f"{path} cannot be read or written: mend this or give another path ({problem}).") from None

    def _new(self, path: pathlib.Path, length: int) -> bytes:
        password = "".join(secrets.choice(_CHARACTERS) for _position in range(length))
        try:
            return bytes(self._loader._vault.encrypt(password))
        except AnsibleVaultError as error:
            raise AnsibleLookupError(
                f"{path} does not exist, and a password for it cannot be encrypted: give a vault password."
            ) from error

    def _decrypted(self, path: pathlib.Path, content: bytes) -> str:
        if not is_encrypted(content):
            raise AnsibleLookupError(f"{path} is not encrypted: encrypt it with ansible-vault, or take it away.")
        try:
            return bytes(self._loader._vault.decrypt(content)).decode().strip()
        except AnsibleVaultError as error:
            raise AnsibleLookupError(f"{path} cannot be decrypted: give the vault password that it was made with.") from error


def _write_new(path: pathlib.Path, content: bytes) -> None:
    """Create a file in one step, so that no incomplete one is ever in its place. An existing one is not replaced."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # else a power failure may leave the file empty: its password would be lost
        with contextlib.suppress(FileExistsError):
            _name(partial, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(partial)


def _name(partial: str, path: pathlib.Path) -> None:
    """Give a complete file its name.

    Raises:
        FileExistsError: another file has it.
    """
    try:
        os.link(partial, path)
    except FileExistsError:
        raise
    except OSError:  # not every file system has hard links, as those of Windows: take the name, and then replace what has it
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        os.replace(partial, path)
