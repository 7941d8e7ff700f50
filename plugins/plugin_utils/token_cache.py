# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Access tokens kept between tasks and runs: one encrypted file per credential, in a folder of the user alone.

A file is worth nothing to anyone who could not ask for a token anyway: its key is derived from the client secret. Whatever is
wrong with the folder, a file or a lock, a task asks for a token of its own instead, and never fails for it.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import json
import os
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from ansible import constants
from ansible_collections.aep.sources.plugins.module_utils.client.client import AccessToken
from ansible_collections.aep.sources.plugins.module_utils.client.tokens import Credentials, TokenStore, fetch_always

try:
    from cryptography.fernet import Fernet, InvalidToken
except ImportError:  # ansible-core requires it, but an Ansible without it need not fail for this
    HAS_CRYPTOGRAPHY = False
else:
    HAS_CRYPTOGRAPHY = True

_LONGEST_MARGIN = 300  # seconds before its end at which a token is no longer handed out, or a tenth of its lifetime if shorter
_LONGEST_WAIT = 30  # seconds for the lock; another process that holds it this long has trouble with the token service
_LARGEST_FILE = 2**16  # bytes; a token has some 2,000


def token_store(say: Callable[[str], None]) -> TokenStore:
    """Return where the tokens of this process are kept, as the environment variable AEP_TOKEN_CACHE says.

    Parameters:
        say: is told why the cache could not be used. No secret is in it.
    """
    setting = os.environ.get("AEP_TOKEN_CACHE", "")
    if setting.lower() in ("false", "no", "0", "off") or not HAS_CRYPTOGRAPHY:
        return fetch_always
    if setting.lower() in ("", "true", "yes", "1", "on"):
        return TokenCache(os.path.join(constants.ANSIBLE_HOME, "aep_tokens"), say)
    return TokenCache(os.path.expanduser(setting), say)


@dataclass(frozen=True)
class TokenCache:
    """A folder of tokens that processes share. Calling it is a TokenStore: it returns a token that is valid for a while.

    Parameters:
        path: the folder, which is made if it is not there.
        say: is told why it could not be used.
        wait: seconds to wait at most while another process fetches the same token.
    """

    path: str
    say: Callable[[str], None]
    wait: float = _LONGEST_WAIT

    def __call__(self, credentials: Credentials, refused: str | None, fetch: Callable[[], AccessToken]) -> AccessToken:
        """Return the token that is kept, else a new one, which is kept if its lifetime is known."""
        name, cipher = _name_and_cipher(credentials)
        try:
            file = _opened(self.path, name)
        except (OSError, ValueError) as error:
            self.say(f"Access tokens are not kept, as {self.path} cannot be used: {error}")
            return fetch()
        with file:
            try:
                return self._shared(file, cipher, refused, fetch)
            finally:
                with suppress(OSError):  # said here, as a process that was forked meanwhile would go on holding it
                    fcntl.flock(file, fcntl.LOCK_UN)

    def _shared(self, file: BinaryIO, cipher: Fernet, refused: str | None, fetch: Callable[[], AccessToken]) -> AccessToken:
        if token := _read(file, cipher, refused):
            return token
        if not _lock(file, self.wait):
            self.say("Another process does not come to an end of fetching an access token: fetching one more.")
            return fetch()
        if token := _read(file, cipher, refused):  # another process fetched it meanwhile
            return token
        token = fetch()
        try:
            _write(file, cipher, token)
        except OSError as error:
            self.say(f"The access token is not kept: {error}")
        return token


def _name_and_cipher(credentials: Credentials) -> tuple[str, Fernet]:
    """Return the name of a credential's file, which tells nothing, and what its content is encrypted with."""
    who = [credentials.ims_url, credentials.client_id, list(credentials.scopes)]
    digest = hashlib.sha256(json.dumps(who).encode()).digest()
    key = hmac.digest(credentials.client_secret.encode("utf-8", "surrogatepass"), b"aep.sources token cache" + digest, "sha256")
    return digest.hex(), Fernet(base64.urlsafe_b64encode(key))


def _opened(folder: str, name: str) -> BinaryIO:
    """Return a file, made if it is not there, in a folder that nobody else may use, made if it is not there.

    Raises:
        OSError: the folder is not there and cannot be made, is no folder or a link, or others may use it; or the file cannot.
        ValueError: its path depends on the current folder, or is none.
    """
    if not os.path.isabs(folder):
        raise ValueError("it is no absolute path")  # each current folder would have tokens of its own
    with suppress(FileExistsError):
        os.makedirs(folder, mode=0o700, exist_ok=True)
    if not _is_ours(folder, stat.S_ISDIR):
        raise PermissionError("it is not what it should be, belongs to somebody else, or others may use it")
    path = os.path.join(folder, name)
    with suppress(FileNotFoundError):
        if not _is_ours(path, stat.S_ISREG):
            os.unlink(path)
    return open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600), "r+b", buffering=0)


def _is_ours(path: str, is_kind: Callable[[int], bool]) -> bool:
    """Return whether it is what it should be, belongs to this user, and nobody else may use it."""
    found = os.lstat(path)
    return is_kind(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077


def _read(file: BinaryIO, cipher: Fernet, refused: str | None) -> AccessToken | None:
    """Return the token that is kept, with the seconds that are left of it, or None if it is of no use any more."""
    try:
        file.seek(0)
        kept = json.loads(cipher.decrypt(file.read(_LARGEST_FILE)))
        lifetime, age = kept["lifetime"], time.time() - kept["fetched_at"]
        margin = min(_LONGEST_MARGIN, lifetime / 10)
        if kept["value"] != refused and 0 <= age < lifetime - margin:  # less than 0 if the clock was set back
            return AccessToken(kept["value"], int(lifetime - age), is_kept=True)
    except (OSError, InvalidToken, ValueError, TypeError, LookupError):
        pass  # it is empty, or half written, or broken, or another's: the next one replaces it
    return None


def _write(file: BinaryIO, cipher: Fernet, token: AccessToken) -> None:
    """Keep a token, if its lifetime is known. Call this while the file is locked.

    Raises:
        OSError: it could not be written.
    """
    if token.expires_in and token.expires_in > 0:
        kept = {"value": token.value, "fetched_at": time.time(), "lifetime": token.expires_in}
        file.seek(0)
        file.truncate()
        file.write(cipher.encrypt(json.dumps(kept).encode()))


def _lock(file: BinaryIO, wait: float) -> bool:
    """Keep other processes from fetching the same token, and return whether that was possible within so many seconds."""
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError as error:  # another one than of a lock that is held: a file system without locks
            if not isinstance(error, BlockingIOError) or time.monotonic() >= until:
                return False
        time.sleep(0.05)
