"""The cache of access tokens: many processes ask once, for as long as the token lasts."""

from __future__ import annotations

import multiprocessing
import os
import pathlib
import stat
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible import constants
from ansible_collections.aep.sources.plugins.module_utils.access import Reporter, platform
from ansible_collections.aep.sources.plugins.module_utils.client.client import AccessToken
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.client.tokens import Credentials, fetch_always
from ansible_collections.aep.sources.plugins.plugin_utils import token_cache
from ansible_collections.aep.sources.plugins.plugin_utils.token_cache import TokenCache, token_store
from token_service import DAY, OTHERS, WHO, Said, Service

PROCESSES = 20


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[float], None]]:
    now = [time.time()]

    def advance(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(token_cache.time, "time", lambda: now[0])
    return advance


def test_a_token_is_kept(cache: TokenCache, service: Service, said: Said) -> None:
    assert [cache(WHO, None, service).value for _time in range(3)] == ["token-number-0"] * 3
    assert said == []


def test_only_its_owner_can_read_anything(cache: TokenCache, folder: pathlib.Path, service: Service) -> None:
    former = os.umask(0)
    try:
        cache(WHO, None, service)
    finally:
        os.umask(former)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert len(list(folder.iterdir())) == 1


def test_no_file_tells_anything(cache: TokenCache, folder: pathlib.Path, service: Service) -> None:
    for who in (WHO, *OTHERS.values()):
        cache(who, None, service)
    for path in folder.iterdir():
        for word in ("token", "client", "s3cret", "openid", "ims", "example"):
            assert word not in path.name
            assert word.encode() not in path.read_bytes()


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_each_credential_has_its_own(cache: TokenCache, service: Service, other: Credentials) -> None:
    cache(WHO, None, service)
    assert cache(other, None, service).value == "token-number-1"


@pytest.mark.parametrize(("lifetime", "margin"), [(DAY, 300), (600, 60)])
def test_it_ends_before_its_time(
    tmp_path: pathlib.Path, cache: TokenCache, clock: Callable[[float], None], lifetime: int, margin: int
) -> None:
    service = Service(tmp_path / "given", lifetime)
    assert cache(WHO, None, service).expires_in == lifetime
    clock(lifetime - margin - 1)
    token = cache(WHO, None, service)
    assert (token.value, token.expires_in) == ("token-number-0", margin + 1)
    clock(1)
    assert cache(WHO, None, service).value == "token-number-1"


def test_a_clock_that_was_set_back_is_not_believed(cache: TokenCache, service: Service, clock: Callable[[float], None]) -> None:
    cache(WHO, None, service)
    clock(-DAY)
    assert cache(WHO, None, service).value == "token-number-1"


@pytest.mark.parametrize("lifetime", [None, 0, -5])
def test_a_token_of_unknown_lifetime_is_not_kept(
    tmp_path: pathlib.Path, cache: TokenCache, folder: pathlib.Path, lifetime: int | None
) -> None:
    service = Service(tmp_path / "given", lifetime)
    assert [cache(WHO, None, service).value for _time in range(2)] == ["token-number-0", "token-number-1"]
    assert [path.read_bytes() for path in folder.iterdir()] == [b""]


def test_a_refused_token_is_replaced_for_all(cache: TokenCache, service: Service) -> None:
    cache(WHO, None, service)
    assert cache(WHO, "token-number-0", service).value == "token-number-1"
    assert cache(WHO, "token-number-0", service).value == "token-number-1"
    assert cache(WHO, None, service).value == "token-number-1"
    assert service.given == 2


@pytest.mark.parametrize("given", [None, "given"])
@pytest.mark.parametrize("is_accepted", [True, False])
def test_what_was_revoked_is_replaced_though_nothing_is_repeated(
    cache: TokenCache, wire: Any, who: dict[str, Any], given: str | None, is_accepted: bool
) -> None:
    def expect(token: str, status: int) -> None:
        wire.expect("GET", "/x", headers={"Authorization": f"Bearer {token}"}, status=status, answer={})

    def ask(token: str | None) -> None:
        options = {**who, "access_token": token, "retries": 0, "api_key": None, "validate_certs": True, "ca_path": None}
        platform(options, Reporter(print, print, str, cache)).request("GET", "/x", action="try")

    wire.expect_token("kept")
    expect("kept", 200)
    ask(None)
    if given:
        expect(given, 401)
    expect("kept", 401)
    wire.expect_token("new")
    expect("new", 200 if is_accepted else 401)
    if is_accepted:
        ask(given)
    else:
        with pytest.raises(ServiceError):
            ask(given)


def test_a_failure_is_passed_on_and_releases_the_lock(cache: TokenCache, service: Service, said: Said) -> None:
    class NetworkError(OSError):
        """As the errors of requests are."""

    for error in (AepError("get an access token", "no", "Check it."), NetworkError("no network"), KeyboardInterrupt()):

        def refuse(error: BaseException = error) -> AccessToken:
            raise error

        with pytest.raises(type(error)):
            cache(WHO, None, refuse)
    assert cache(WHO, None, service).value == "token-number-0"
    assert said == []


def test_a_lock_that_is_held_is_not_waited_for_for_ever(cache: TokenCache, service: Service, said: Said) -> None:
    def meanwhile() -> AccessToken:
        assert cache(WHO, None, service).value == "token-number-0"
        return service()

    assert cache(WHO, None, meanwhile).value == "token-number-1"
    assert said == ["Another process does not come to an end of fetching an access token: fetching one more."]
    assert cache(WHO, None, service).value == "token-number-1"


def test_a_process_that_was_forked_holds_no_lock(cache: TokenCache, service: Service, said: Said) -> None:
    context = multiprocessing.get_context("fork")
    over = context.Event()
    child = context.Process(target=over.wait, args=(60,))

    def forking() -> AccessToken:
        child.start()
        return service()

    cache(WHO, None, forking)
    cache(WHO, "token-number-0", service)
    over.set()
    child.join()
    assert (service.given, said) == (2, [])


def ask(folder: pathlib.Path, service: Service, refused: str | None, gate: Any, answers: Any) -> None:
    gate.wait()
    answers.put(TokenCache(str(folder), print)(WHO, refused, service).value)


@pytest.mark.parametrize("refused", [None, "token-number-0"])
def test_processes_that_start_at_once_ask_once(tmp_path: pathlib.Path, folder: pathlib.Path, refused: str | None) -> None:
    service = Service(tmp_path / "given")
    if refused:
        TokenCache(str(folder), print)(WHO, None, service)
    context = multiprocessing.get_context("fork")
    gate, answers = context.Barrier(PROCESSES), context.Queue()
    workers = [context.Process(target=ask, args=(folder, service, refused, gate, answers)) for _number in range(PROCESSES)]
    for worker in workers:
        worker.start()
    found = [answers.get(timeout=60) for _worker in workers]
    for worker in workers:
        worker.join()
    assert set(found) == {"token-number-1" if refused else "token-number-0"}
    assert service.given == (2 if refused else 1)


def test_it_is_below_ansibles_home(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, service: Service) -> None:
    monkeypatch.setattr(constants, "ANSIBLE_HOME", str(tmp_path))
    token_store(print)(WHO, None, service)
    assert (tmp_path / "aep_tokens").is_dir()


@pytest.mark.parametrize("setting", ["", "true", "yes", "1", "on", "True"])
def test_a_variable_leaves_it_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, service: Service, setting: str
) -> None:
    monkeypatch.setattr(constants, "ANSIBLE_HOME", str(tmp_path))
    monkeypatch.setenv("AEP_TOKEN_CACHE", setting)
    token_store(print)(WHO, None, service)
    assert (tmp_path / "aep_tokens").is_dir()


def test_a_folder_below_whatever_is_current_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, service: Service
) -> None:
    said: list[str] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AEP_TOKEN_CACHE", "tokens")
    assert token_store(said.append)(WHO, None, service).value == "token-number-0"
    assert said == ["Access tokens are not kept, as tokens cannot be used: it is no absolute path"]
    assert not (tmp_path / "tokens").exists()


def test_a_variable_names_another_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, service: Service) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AEP_TOKEN_CACHE", "~/tokens")
    token_store(print)(WHO, None, service)
    assert (tmp_path / "tokens").is_dir()


@pytest.mark.parametrize("setting", ["false", "no", "0", "False", "off"])
def test_a_variable_switches_it_off(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    monkeypatch.setenv("AEP_TOKEN_CACHE", setting)
    assert token_store(print) is fetch_always
