"""What a trial leaves behind: nothing, also when it is interrupted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils import verification
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import BasicAuthentication
from ansible_collections.aep.sources.plugins.module_utils.trial import Trial

DATABASE = BasicAuthentication("db.example.com", 5432, "orders", "reader", "s3cret", "require")


class Service:
    """As much of a Flow Service as making and deleting takes."""

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


@pytest.mark.parametrize("error", [AepError("create", "it failed"), TimeoutError(), KeyboardInterrupt()], ids=repr)
def test_an_interrupted_trial_is_cleaned_up(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    service: Any = Service()

    def interrupted(trial: Trial) -> Iterator[verification.Finding]:
        trial.create()
        yield verification.Finding("Is it?", "it is", "it is")
        raise error

    monkeypatch.setattr(verification, "_findings", interrupted)
    with pytest.raises(type(error)):
        verification.verify(service, DATABASE, wait_timeout=1)
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
    monkeypatch.setattr(verification, "_findings", lambda trial: [trial.create(), trial.create(" two")])
    with pytest.raises(AepError, match="the network is away"):
        verification.verify(service, DATABASE, wait_timeout=1)
    assert set(service.held) == {"other", "id-1"}
