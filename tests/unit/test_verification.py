"""What a trial finds, and what it leaves behind: nothing, also when it is interrupted."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils import verification
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError, Problem, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.dataflow_questions import Services
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import BasicAuthentication
from ansible_collections.aep.sources.plugins.module_utils.probe import Finding, NotAskedError, Probe
from ansible_collections.aep.sources.plugins.module_utils.trial import Trial

DATABASE = BasicAuthentication("db.example.com", 5432, "orders", "reader", "s3cret", "require")


class Service:
    """As much of a Flow Service as making and deleting takes."""

    sandbox = "dev"

    def __init__(self) -> None:
        self.held: dict[str, str] = {"other": "Orders"}

    def create(self, name: str, _body: Mapping[str, Any]) -> str:
        self.held[f"id-{len(self.held)}"] = name
        return f"id-{len(self.held) - 1}"

    def list_connections(self, _spec_id: str) -> list[Connection]:
        return [Connection(key, name) for key, name in self.held.items()]

    def get(self, _name: str, connection_id: str) -> Connection | None:
        return Connection(connection_id, state="enabled") if connection_id in self.held else None

    def delete(self, _name: str, connection_id: str) -> None:
        self.held.pop(connection_id, None)


def with_nothing_else(service: Any) -> Services:
    """Return the services of a sandbox, of which only this one is asked."""
    silent: Any = SimpleNamespace(**dict.fromkeys(["get", "spec", "schema"], print))
    return Services(service, silent, silent, silent)


@pytest.mark.parametrize("error", [AepError("create", "it failed"), TimeoutError(), KeyboardInterrupt()], ids=repr)
def test_an_interrupted_trial_is_cleaned_up(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    service: Any = Service()

    def interrupted(trial: Trial) -> Iterator[Finding]:
        trial.create()
        yield Finding("Is it?", "it is", "it is")
        raise error

    monkeypatch.setattr(verification, "_findings", interrupted)
    with pytest.raises(type(error)):
        verification.verify(with_nothing_else(service), DATABASE, wait_timeout=1)
    assert service.held == {"other": "Orders"}


class FlakyService(Service):
    """It fails to list, and to delete the first connection that was made."""

    def list_connections(self, _spec_id: str) -> list[Connection]:
        raise AepError("list", "the network is away")

    def delete(self, name: str, connection_id: str) -> None:
        if connection_id == "id-1":
            raise AepError("delete the first", "the network is away")
        super().delete(name, connection_id)


def test_what_cannot_be_deleted_keeps_none_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    service: Any = FlakyService()
    monkeypatch.setattr(verification, "PROBES", ())
    monkeypatch.setattr(verification, "_findings", lambda trial: [trial.create(), trial.create(" two")])
    with pytest.raises(AepError, match="the network is away"):
        verification.verify(with_nothing_else(service), DATABASE, wait_timeout=1)
    assert set(service.held) == {"other", "id-1"}


class Particular(Service):
    """It takes one spelling of sslMode, publishes some, and keeps what was sent of it."""

    def __init__(self, taken: str, published: list[str]) -> None:
        super().__init__()
        self.taken = taken
        self.published = published
        self.tried: list[str] = []

    def published_values(self, *_what: str) -> list[str]:
        return self.published

    def create(self, name: str, body: Mapping[str, Any]) -> str:
        self.tried.append(body["auth"]["params"]["sslMode"])
        if self.tried[-1] != self.taken:
            raise ServiceError("create", Problem(400))
        return super().create(name, body)


@pytest.mark.parametrize(
    ("mode", "taken", "published", "observed", "advice"),
    [
        ("require", "Require", [], "require as Require, found by trying", ""),
        (
            "verify-ca",
            "Verify Ca",
            [],
            "verify-ca as Verify Ca, found by trying",
            'ssl_mode_spellings: {verify-ca: "Verify Ca"}',
        ),
        ("verify-full", "true", [], "verify-full as true, found by trying", 'ssl_mode_spellings: {verify-full: "true"}'),
        ("disable", "false", [], "disable as false, found by trying", 'ssl_mode_spellings: {disable: "false"}'),
        ("disable", "false", ["false", "true"], "disable as false, published by the service", ""),
        ("verify-ca", "VERIFY_CA", ["VERIFY_CA"], "verify-ca as VERIFY_CA, published by the service", ""),
    ],
)
def test_how_ssl_mode_is_spelled(mode: str, taken: str, published: list[str], observed: str, advice: str) -> None:
    service: Any = Particular(taken, published)
    trial = Trial(service, dataclasses.replace(DATABASE, ssl_mode=mode), 1, lambda _seconds: None)
    finding = next(verification._findings(trial))
    assert (finding.observed, finding.advice) == (observed, advice)
    assert len(set(service.tried)) == len(service.tried), "no spelling is tried twice"


def test_a_service_that_takes_no_spelling_is_not_tried_further() -> None:
    service: Any = Particular("none of them", [])
    with pytest.raises(ServiceError):
        verification.verify(with_nothing_else(service), DATABASE, wait_timeout=1)
    assert service.tried[-1] == "true", "the boolean of AWS is tried, too"
    assert service.held == {"other": "Orders"}


def looking(answer: object) -> Probe[Trial]:
    def look(_trial: Trial) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Probe("Is it?", "it is", look, "do this", {"no": "do that"})


@pytest.mark.parametrize(
    ("answer", "observed", "advice"),
    [
        (None, "accepted", ""),
        ("it is", "it is", ""),
        ("no", "no", "do that"),
        (NotAskedError("as it is gone"), "not asked, as it is gone", ""),
        (ServiceError("try", Problem(400)), "refused with 400", "do this"),
        (ServiceError("try", Problem(404, "FLOW-1439-404")), "refused with 404 FLOW-1439-404", "do this"),
    ],
)
def test_what_is_observed(answer: object, observed: str, advice: str) -> None:
    trial: Any = None
    assert looking(answer).finding(trial) == Finding("Is it?", "it is", observed, advice)


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_failure_is_no_observation(status: int) -> None:
    trial: Any = None
    with pytest.raises(ServiceError):
        looking(ServiceError("try", Problem(status))).finding(trial)
