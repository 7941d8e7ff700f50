"""A token service that counts, and whose tokens are asked for."""

from __future__ import annotations

import pathlib

from ansible_collections.aep.sources.plugins.module_utils.client.tokens import AccessToken, ClientCredentials, TokenIdentity

DAY = 86400
WHO = TokenIdentity("https://ims.example.com", ClientCredentials("client", "client-s3cret", ("openid", "session")))
OTHERS = {
    "another address": TokenIdentity("https://ims.example.org", WHO.credentials),
    "another client": TokenIdentity(WHO.ims_url, ClientCredentials("other", "client-s3cret", ("openid", "session"))),
    "other scopes": TokenIdentity(WHO.ims_url, ClientCredentials("client", "client-s3cret", ("openid",))),
    "another secret": TokenIdentity(WHO.ims_url, ClientCredentials("client", "rotated-s3cret", ("openid", "session"))),
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
    [file] = [path for path in folder.iterdir() if not path.name.endswith(".lock")]
    return file
