"""The wire below the service: retries by method, what is never followed, what is never sent, bounds."""

from __future__ import annotations

import socket
from email.utils import formatdate
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.client import attempt, client
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client, Settings
from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError, ServiceError

METHODS = ["GET", "DELETE", "PATCH", "POST"]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    made: list[float] = []
    monkeypatch.setattr("time.sleep", made.append)
    return made


@pytest.fixture
def said() -> list[str]:
    return []


def make(url: str, said: list[str], *, retries: int = 2, timeout: float = 2.0, **more: Any) -> Client:
    return Client(url, Settings(True, timeout, retries, said.append, str), **more)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
def test_a_failing_service_is_asked_again(wire: Any, said: list[str], waits: list[float], method: str, status: int) -> None:
    wire.expect(method, "/x", status=status)
    wire.expect(method, "/x", status=status)
    wire.expect(method, "/x", answer={"a": 1})
    assert make(wire.url, said).request(method, "/x", action="try") == {"a": 1}
    assert len(said) == len(waits) == 2
    assert said[0].startswith(f"try 1 of 3: status {status}; trying again in ")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_post_is_not_repeated_when_it_may_have_arrived(wire: Any, said: list[str], status: int) -> None:
    wire.expect("POST", "/x", body={}, status=status)
    with pytest.raises(ServiceError):
        make(wire.url, said).request("POST", "/x", action="try", body={})


@pytest.mark.parametrize("status", [500, 503])
def test_a_post_that_changes_nothing_is_repeated(wire: Any, said: list[str], status: int) -> None:
    wire.expect("POST", "/x", form={"a": "b"}, status=status)
    wire.expect("POST", "/x", form={"a": "b"}, answer={})
    make(wire.url, said, repeat_post=True).request("POST", "/x", action="try", form={"a": "b"})


@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
def test_too_many_requests_repeats_what_may_be_repeated(wire: Any, said: list[str], waits: list[float], method: str) -> None:
    wire.expect(method, "/x", status=429, answer_headers={"Retry-After": "7"})
    wire.expect(method, "/x", answer={})
    make(wire.url, said).request(method, "/x", action="try")
    assert waits == [7.0]


def test_too_many_requests_of_one_hold_all(wire: Any, said: list[str], waits: list[float]) -> None:
    shared = make(wire.url, said)
    wire.expect("PATCH", "/x", status=429, answer_headers={"Retry-After": "7"})
    wire.expect("PATCH", "/x", answer={})
    shared.request("PATCH", "/x", action="try")
    wire.expect("GET", "/y", answer={})
    shared.request("GET", "/y", action="try")
    own, other = waits  # no second has passed, since nobody really slept
    assert own == 7.0
    assert 6.0 < other <= 7.0


def test_too_many_requests_of_a_post_hold_what_follows(wire: Any, said: list[str], waits: list[float]) -> None:
    shared = make(wire.url, said)
    wire.expect("POST", "/x", status=429, answer_headers={"Retry-After": "7"})
    wire.expect("GET", "/y", answer={})
    with pytest.raises(ServiceError):
        shared.request("POST", "/x", action="try")
    shared.request("GET", "/y", action="try")
    [waited] = waits
    assert 6.0 < waited <= 7.0


def test_a_failing_service_holds_nobody_else(wire: Any, said: list[str], waits: list[float]) -> None:
    shared = make(wire.url, said)
    wire.expect("GET", "/x", status=503, answer_headers={"Retry-After": "7"})
    wire.expect("GET", "/x", answer={})
    wire.expect("GET", "/y", answer={})
    shared.request("GET", "/x", action="try")
    shared.request("GET", "/y", action="try")
    assert waits == [7.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 422])
@pytest.mark.parametrize("method", METHODS)
def test_a_refusal_is_final(wire: Any, said: list[str], method: str, status: int) -> None:
    wire.expect(method, "/x", status=status, answer={"message": "no"})
    with pytest.raises(ServiceError, match=rf"Could not try: {status}: no\."):
        make(wire.url, said).request(method, "/x", action="try")


def test_after_the_last_try_the_services_own_words_stand(wire: Any, said: list[str]) -> None:
    for _try in range(3):
        wire.expect("GET", "/x", status=503, answer={"errorMessage": "down for repair"})
    with pytest.raises(ServiceError, match="down for repair"):
        make(wire.url, said).request("GET", "/x", action="try")


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("3", 3, 3),
        ("0", 0, 0),
        ("100000", 60, 60),
        (formatdate(9999999999, usegmt=True), 60, 60),
        (formatdate(0, usegmt=True), 0, 0),
        ("soon", 0.25, 0.5),
        ("-5", 0, 0.5),
        ("1.5", 0.25, 0.5),
        ("", 0.25, 0.5),
    ],
)
def test_retry_after(wire: Any, said: list[str], waits: list[float], header: str, least: float, most: float) -> None:
    wire.expect("GET", "/x", status=429, answer_headers={"Retry-After": header})
    wire.expect("GET", "/x", answer={})
    make(wire.url, said).request("GET", "/x", action="try")
    assert least <= waits[0] <= most


def test_the_wait_doubles_with_jitter_up_to_a_bound(said: list[str], waits: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(NoAnswerError):
        make(url, said, retries=11).request("GET", "/x", action="try")
    assert len(waits) == 11
    for number, wait in enumerate(waits):
        bound = min(0.5 * 2**number, client.LONGEST_BACKOFF)
        assert bound / 2 <= wait <= bound


def test_redirects_are_not_followed(wire: Any, said: list[str]) -> None:
    wire.expect("GET", "/x", status=302, answer_headers={"Location": "http://127.0.0.2/"})
    with pytest.raises(NoAnswerError, match="redirect"):
        make(wire.url, said).request("GET", "/x", action="try")


@pytest.mark.parametrize(
    ("text", "read"),
    [('["\\ud800"]', ["?"]), ('["\\ud83d\\ude00"]', ["\U0001f600"]), ('["\\u00e9"]', ["\u00e9"]), ('{"\\udfff": 1}', {"?": 1})],
)
def test_half_a_pair_of_surrogates_is_no_text(wire: Any, said: list[str], text: str, read: Any) -> None:
    wire.expect("GET", "/x", text=text)
    assert make(wire.url, said).request("GET", "/x", action="try") == read


@pytest.mark.parametrize("text", ["{", "<html></html>", '{"a": "\\ud8', "nul", "[" * 100_000])
def test_an_answer_that_is_no_json_is_asked_for_again(wire: Any, said: list[str], waits: list[float], text: str) -> None:
    wire.expect("GET", "/x", text=text)
    wire.expect("GET", "/x", answer={"a": 1})
    assert make(wire.url, said).request("GET", "/x", action="try") == {"a": 1}
    assert len(waits) == 1


def test_a_post_whose_answer_is_no_json_may_have_arrived(wire: Any, said: list[str]) -> None:
    wire.expect("POST", "/x", text="{")
    with pytest.raises(NoAnswerError) as caught:
        make(wire.url, said).request("POST", "/x", action="try")
    assert caught.value.may_have_arrived


def test_an_answer_is_bounded(wire: Any, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "LARGEST_ANSWER", 100)
    for _try in range(3):
        wire.expect("GET", "/x", text="1" * 101)
    with pytest.raises(NoAnswerError, match="larger than"):
        make(wire.url, said).request("GET", "/x", action="try")


def test_netrc_does_not_replace_the_token(wire: Any, said: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\nmachine localhost login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    wire.expect("GET", "/x", headers={"Authorization": "Bearer t"}, answer={})
    make(wire.url, said).request("GET", "/x", action="try", headers={"Authorization": "Bearer t"})
