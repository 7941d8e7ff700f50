"""How often a request goes out, whatever fails, and what ends a call."""

from __future__ import annotations

import io
import itertools
import json
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import requests
import urllib3
from ansible_collections.aep.sources.plugins.module_utils.client import client as client_module
from ansible_collections.aep.sources.plugins.module_utils.client.attempt import Attempt, PunctualAdapter
from ansible_collections.aep.sources.plugins.module_utils.client.client import AccessToken, Client, Settings
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError, NoAnswerError, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.concurrency import map_concurrently
from requests.adapters import HTTPAdapter

FAULTS = ["status", "broken", "dropped", "no connection", "refused token"]


class Service:
    """Does to each request what comes next, and then answers well. Without a network."""

    def __init__(self, faults: Sequence[str], headers: dict[str, str] | None = None) -> None:
        self._faults = iter(faults)
        self._headers = headers or {}
        self.tokens: list[str | None] = []

    def send(self, request: requests.PreparedRequest, **_more: Any) -> requests.Response:
        self.tokens.append(request.headers.get("Authorization"))
        fault = next(self._faults, "")
        if fault == "no connection":
            raise requests.ConnectionError("nobody there")
        attempt = threading.current_thread()
        assert isinstance(attempt, Attempt)
        attempt.sends_by(None)  # type: ignore[arg-type]
        if fault == "dropped":
            raise requests.ConnectionError(urllib3.exceptions.ProtocolError("reset"))
        status = {"status": 503, "rate": 429, "refused token": 401}.get(fault, 200)
        body = b"{" if fault == "broken" else json.dumps({"a": 1}).encode()
        raw = urllib3.HTTPResponse(io.BytesIO(body), self._headers, status, preload_content=False)
        return HTTPAdapter().build_response(request, raw)


class Tokens:
    """A source of tokens that counts. As many as are said were had before."""

    def __init__(self, kept: int = 0) -> None:
        self.renewals: list[str] = []
        self._kept = kept

    def __call__(self, refused: AccessToken | None) -> AccessToken:
        if refused:
            self.renewals.append(refused.value)
        return AccessToken(f"t{len(self.renewals)}", is_kept=len(self.renewals) < self._kept)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> Any:
    def make_one(service: Service, retries: int, **more: Any) -> Client:
        monkeypatch.setattr(PunctualAdapter, "send", service.send)
        return Client("https://service.invalid", Settings(True, 2.0, retries, said.append, str), **more)

    return make_one


def expected(faults: Sequence[str], method: str, retries: int, renewable: int) -> tuple[int, bool]:
    """Return how many requests go out, and whether the last one is answered well."""
    renewals = 0
    for sent, fault in enumerate([*faults, ""], 1):
        if not fault:
            return sent, True
        repeatable = fault == "no connection" or method != "POST"
        if fault == "refused token":
            repeatable = repeatable and renewals < renewable
            renewals = min(renewals + 1, renewable)
        if not repeatable or sent == retries + renewals + 1:
            return sent, False
    raise AssertionError


@pytest.mark.parametrize("faults", list(itertools.product(FAULTS, repeat=3)), ids="-".join)
@pytest.mark.parametrize(("kept", "renewable"), [(0, 1), (1, 1), (2, 2), (5, 2)])
def test_no_more_requests_than_retries_and_one_and_renewals(
    make: Any, said: list[str], faults: Sequence[str], kept: int, renewable: int
) -> None:
    for method, retries in itertools.product(["GET", "PATCH", "DELETE", "POST"], [0, 1, 2, 3]):
        service, tokens = Service(faults), Tokens(kept)
        number, is_done = expected(faults, method, retries, renewable)
        said.clear()
        try:
            document = make(service, retries, tokens=tokens).request(method, "/x", action="try")
        except AepError as error:
            assert not is_done
            last = faults[number - 1]
            assert isinstance(error, ServiceError) == (last in ("status", "refused token"))
            if isinstance(error, NoAnswerError):
                assert error.may_have_arrived == (last != "no connection")
        else:
            assert is_done
            assert document == {"a": 1}
        assert len(service.tokens) == number
        assert len(said) == number - 1
        assert len(tokens.renewals) == min(faults[:number].count("refused token"), renewable)


def test_the_token_service_is_asked_again_like_any_other_that_changes_nothing(make: Any) -> None:
    service = Service(["status", "broken", "dropped", "rate"])
    assert make(service, 4, repeat_post=True).request("POST", "/x", action="try") == {"a": 1}
    assert len(service.tokens) == 5


def test_a_new_token_is_sent_from_then_on(make: Any, said: list[str]) -> None:
    service, tokens = Service(["refused token", "status"]), Tokens()
    make(service, 2, tokens=tokens).request("GET", "/x", action="try")
    assert service.tokens == ["Bearer t0", "Bearer t1", "Bearer t1"]
    assert tokens.renewals == ["t0"]
    assert said[0].startswith("try 1 of 4: the token was refused")
    assert said[1].startswith("try 2 of 4: status 503; trying again in ")


def test_a_refused_token_is_replaced_when_nothing_is_repeated(make: Any) -> None:
    service, tokens = Service(["refused token"]), Tokens()
    make(service, 0, tokens=tokens).request("GET", "/x", action="try")
    assert (service.tokens, tokens.renewals) == (["Bearer t0", "Bearer t1"], ["t0"])


def test_without_another_token_the_services_own_words_stand(make: Any) -> None:
    service = Service(["refused token"])
    with pytest.raises(ServiceError, match="401"):
        make(service, 2, tokens=lambda refused: AccessToken("t0", is_kept=True)).request("GET", "/x", action="try")
    assert len(service.tokens) == 1


def test_an_error_holds_nothing_of_the_request(make: Any) -> None:
    with pytest.raises(NoAnswerError) as caught:
        make(Service(["dropped"]), 0).request("POST", "/x", action="try", body={"password": "s3cret"})
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_what_nobody_expected_is_raised_and_not_printed(
    make: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    client = make(Service([]), 2)
    monkeypatch.setattr(PunctualAdapter, "send", lambda *more, **named: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        client.request("GET", "/x", action="try")
    assert capfd.readouterr() == ("", "")


def test_after_an_interruption_no_thread_begins_a_request(make: Any) -> None:
    """As by the keyword `timeout` of a task, which raises in the main thread alone."""

    class TimeIsOverError(BaseException):
        pass

    service = Service([])
    client = make(service, 0)
    sent, interrupted, ended = threading.Event(), threading.Event(), threading.Event()

    def step(item: str) -> None:
        if item == "interrupted":
            assert sent.wait(10)
            raise TimeIsOverError
        try:
            client.request("GET", "/x", action="try")
            sent.set()
            assert interrupted.wait(10)
            client.request("POST", "/x", action="try")
        finally:
            ended.set()

    with pytest.raises(TimeIsOverError):
        map_concurrently(step, ["interrupted", "goes on"], 2)
    interrupted.set()
    assert ended.wait(10)
    assert len(service.tokens) == 1
    assert map_concurrently(lambda method: client.request(method, "/x", action="try"), ["GET", "GET"], 2), "a later task may"


class Clock:
    """A time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    one = Clock()
    monkeypatch.setattr(client_module, "time", one)
    return one


def test_a_wait_beyond_the_deadline_is_not_begun(make: Any, clock: Clock) -> None:
    service = Service(["rate"] * 9, {"Retry-After": "50"})
    with pytest.raises(ServiceError, match="429"):
        make(service, 8).request("GET", "/x", action="try")
    assert clock.waits == [50.0]  # 9 * 2 + 60 seconds are there
    assert len(service.tokens) == 2


def test_a_service_that_always_is_busy_is_left_after_all_tries(make: Any, clock: Clock) -> None:
    service = Service(["rate"] * 9, {"Retry-After": "5"})
    with pytest.raises(ServiceError, match="429"):
        make(service, 3).request("GET", "/x", action="try")
    assert clock.waits == [5.0] * 3


def test_a_refusal_by_rate_of_one_thread_holds_another(make: Any, clock: Clock, said: list[str]) -> None:
    service = Service(["rate"], {"Retry-After": "7"})
    client = make(service, 1)
    first_waits, second_waited = threading.Event(), threading.Event()
    waits: dict[str, float] = {}

    def sleep(seconds: float) -> None:
        waits[threading.current_thread().name] = seconds
        if threading.current_thread().name == "first":
            first_waits.set()
            assert second_waited.wait(10)
        else:
            second_waited.set()

    clock.sleep = sleep  # type: ignore[method-assign]
    ask = {"args": ("GET", "/x"), "kwargs": {"action": "try"}}
    first = threading.Thread(target=client.request, name="first", **ask)
    first.start()
    assert first_waits.wait(10)
    second = threading.Thread(target=client.request, name="second", **ask)
    second.start()
    for thread in (first, second):
        thread.join(10)
    assert waits == {"first": 7.0, "second": 7.0}
    assert len(service.tokens) == 3
    assert said[1] == "the service limits the rate of requests; going on in 7.0 s"
