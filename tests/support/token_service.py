"""A token service that counts, and whose tokens are asked for."""

from __future__ import annotations

import pathlib
from dataclasses import replace

from ansible_collections.aep.sources.plugins.module_utils.client.client import AccessToken
from ansible_collections.aep.sources.plugins.module_utils.client.tokens import Credentials

DAY = 86400
WHO = Credentials("https://ims.example.com", "client", "client-s3cret", ("openid", "session"))
OTHERS = {
    "another address": replace(WHO, ims_url="https://ims.example.org"),
    "another client": replace(WHO, client_id="other"),
    "other scopes": replace(WHO, scopes=("openid",)),
    "another secret": replace(WHO, client_secret="rotated-s3cret"),
}


class Service:
    """Counts the tokens that it gives, in a folder, so that processes share the count."""

    def __init__(self, folder: pathlib.Path, lifetime: int | None = DAY) -> None:
        self._folder = folder
        self._lifetime = lifetime
        folder.mkdir(exist_ok=True)

    def __call__(self) -> AccessToken:
        for number in range(10_000):
            try:
                (self._folder / str(number)).touch(exist_ok=False)
            except FileExistsError:
                continue
            return AccessToken(f"token-number-{number}", self._lifetime)
        raise AssertionError

    @property
    def given(self) -> int:
        return len(list(self._folder.iterdir()))


class Said(list[str]):
    """What was said about the cache."""

    def __call__(self, text: str) -> None:
        self.append(text)


def file_of(folder: pathlib.Path) -> pathlib.Path:
    [file] = folder.iterdir()
    return file
