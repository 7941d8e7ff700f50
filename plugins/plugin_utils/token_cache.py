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
import json
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ansible import constants
from ansible_collections.aep.sources.plugins.module_utils.client.tokens import (
    AccessToken,
    TokenIdentity,
    TokenStore,
    fetch_always,
)

try:
    from cryptography.fernet import Fernet, InvalidToken
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ImportError:  # ansible-core requires it, but an Ansible without it need not fail for this
    HAS_CRYPTOGRAPHY = False
else:
    HAS_CRYPTOGRAPHY = True

_SETTING = "AEP_TOKEN_CACHE"
_LONGEST_MARGIN = 300  # seconds before its end at which a token is no longer handed out, or a tenth of its lifetime if shorter
_LONGEST_WAIT = 30  # seconds for the lock; another process that holds it this long has trouble with the token service
_LARGEST_FILE = 2**16  # bytes; a token has some 2,000
_FOR_OTHERS = 0o077
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def token_store(say: Callable[[str], None]) -> TokenStore:
    """Return where the tokens of this process are kept, as the environment variable AEP_TOKEN_CACHE says.

    Parameters:
        say: is told why the cache could not be used. No secret is in it.
    """
    setting = os.environ.get(_SETTING, "")
    if setting.lower() in ("false", "no", "0") or not HAS_CRYPTOGRAPHY:
        return fetch_always
    return TokenCache(os.path.expanduser(setting) or os.path.join(constants.ANSIBLE_HOME, "aep_tokens"), say)


class TokenCache:
    """A folder of tokens that processes share. Calling it is a TokenStore: it returns a token that is valid for a while.

    Parameters:
        path: the folder, which is made if it is not there.
        say: is told why it could not be used.
        wait: seconds to wait at most while another process fetches the same token.
    """

    def __init__(self, path: str, say: Callable[[str], None], wait: float = _LONGEST_WAIT) -> None:
        self._path = path
        self._say = say
        self._wait = wait

    def __call__(self, identity: TokenIdentity, refused: str | None, fetch: Callable[[], AccessToken]) -> AccessToken:
        """Return the token that is kept, else a new one, which is kept if its lifetime is known."""
        try:
            folder = _opened_folder(self._path)
        except (OSError, ValueError) as error:
            self._say(f"Access tokens are not kept, as {self._path} cannot be used: {error}")
            return fetch()
        try:
            return self._shared(_Entry(folder, identity), refused, fetch)
        finally:
            os.close(folder)

    def _shared(self, entry: _Entry, refused: str | None, fetch: Callable[[], AccessToken]) -> AccessToken:
        token = entry.read()
        if token and token.value != refused:
            return token
        with entry.locked(self._wait) as is_locked:
            if not is_locked:
                self._say("Another process does not come to an end of fetching an access token: fetching one more.")
                return fetch()
            token = entry.read()
            if token and token.value != refused:  # another process fetched it meanwhile
                return token
            token = fetch()
            try:
                entry.write(token)
            except OSError as error:
                self._say(f"The access token is not kept: {error}")
            return token


class _Entry:
    """The file of one credential in a folder that is open: its name tells nothing, and neither does its content."""

    def __init__(self, folder: int, identity: TokenIdentity) -> None:
        who = [identity.ims_url, identity.credentials.client_id, list(identity.credentials.scopes)]
        digest = hashlib.sha256(json.dumps(who).encode()).digest()
        key = HKDF(SHA256(), 32, salt=digest, info=b"aep.sources token cache").derive(
            identity.credentials.client_secret.encode("utf-8", "surrogatepass")
        )
        self._folder = folder
        self._name = digest.hex()
        self._cipher = Fernet(base64.urlsafe_b64encode(key))

    def read(self) -> AccessToken | None:
        """Return the token that is kept, with the seconds that are left of it, or None if it is of no use any more."""
        try:
            kept = json.loads(self._cipher.decrypt(self._content()))
            value, fetched_at, lifetime = kept["value"], kept["fetched_at"], kept["lifetime"]
            age = time.time() - fetched_at
            if 0 <= age < lifetime - min(_LONGEST_MARGIN, lifetime / 10):  # less than 0 if the clock was set back
                return AccessToken(value, int(lifetime - age))
        except (OSError, InvalidToken, ValueError, TypeError, LookupError):
            pass  # it is not there, or broken, or another's: the next one replaces it
        return None

    def _content(self) -> bytes:
        file = os.open(self._name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self._folder)
        try:
            _check_owner(os.fstat(file), stat.S_ISREG)
            return os.read(file, _LARGEST_FILE)
        finally:
            os.close(file)

    def write(self, token: AccessToken) -> None:
        """Keep a token, if its lifetime is known. Call this while the entry is locked.

        Raises:
            OSError: it could not be written.
        """
        if not token.expires_in or token.expires_in < 0:
            return
        kept: dict[str, Any] = {"value": token.value, "fetched_at": time.time(), "lifetime": token.expires_in}
        new = f"{self._name}.new"
        with suppress(FileNotFoundError):  # of a process that was killed
            os.unlink(new, dir_fd=self._folder)
        try:
            with open(os.open(new, _NEW_FILE, 0o600, dir_fd=self._folder), "wb") as file:
                file.write(self._cipher.encrypt(json.dumps(kept).encode()))
            os.replace(new, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(new, dir_fd=self._folder)
            raise

    @contextmanager
    def locked(self, wait: float) -> Iterator[bool]:
        """Keep other processes from fetching the same token. Yields whether that was possible within wait seconds."""
        try:
            file = os.open(
                f"{self._name}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=self._folder
            )
        except OSError:
            yield False
            return
        try:
            yield _lock(file, wait)
        finally:
            with suppress(OSError):  # said here, as a process that was forked meanwhile would go on holding it
                fcntl.flock(file, fcntl.LOCK_UN)
            os.close(file)


def _opened_folder(path: str) -> int:
    """Return a folder, opened so that nobody can put another in its place, and made if it is not there.

    Raises:
        OSError: it is not there and cannot be made, is no folder or a link, or others may use it.
    """
    with suppress(FileExistsError):
        os.makedirs(path, mode=0o700, exist_ok=True)
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _check_owner(os.fstat(folder), stat.S_ISDIR)
    except OSError:
        os.close(folder)
        raise
    return folder


def _check_owner(found: os.stat_result, is_kind: Callable[[int], bool]) -> None:
    if not is_kind(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & _FOR_OTHERS:
        raise PermissionError("it is not what it should be, belongs to somebody else, or others may use it")


def _lock(file: int, wait: float) -> bool:
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
        except OSError:  # a file system without locks
            return False
        else:
            return True
        time.sleep(0.05)
