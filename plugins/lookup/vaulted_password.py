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
  - Files are created in check mode as well, since the password is needed to predict changes.
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
        return [self._password(pathlib.Path(term).expanduser().absolute(), length) for term in terms]

    def _password(self, path: pathlib.Path, length: int) -> str:
        if not path.exists():
            self._make(path, length)
        content = path.read_bytes()
        if not is_encrypted(content):
            raise AnsibleLookupError(f"{path} is not encrypted: encrypt it with ansible-vault, or take it away.")
        try:
            return bytes(self._loader._vault.decrypt(content)).decode().strip()
        except AnsibleVaultError as error:
            raise AnsibleLookupError(f"{path} cannot be decrypted: give the vault password that it was made with.") from error

    def _make(self, path: pathlib.Path, length: int) -> None:
        """Create the file in one step, so that no incomplete or plain file is ever in its place. An existing one is not replaced."""
        password = "".join(secrets.choice(_CHARACTERS) for _position in range(length))
        try:
            encrypted = self._loader._vault.encrypt(password)
        except AnsibleVaultError as error:
            raise AnsibleLookupError(
                f"{path} does not exist, and a password for it cannot be encrypted: give a vault password."
            ) from error
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(encrypted)
            with contextlib.suppress(FileExistsError):
                os.link(partial, path)
        finally:
            os.unlink(partial)
