"""Who is told what, and when: those at rest are not, all others once, with what is final."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError, NoAnswerError
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.outcome import Outcome, Run
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired
from ansible_collections.aep.sources.plugins.module_utils.reconcile import Reconciler
from planning import BASIC, SCOPE, observed, wanted


class Service:
    """As much of a Flow Service as reconciling takes; what a name stands for in ``fails`` fails."""

    def __init__(self, *held: Connection, fails: tuple[str, ...] = (), works: bool = True) -> None:
        self.held = {one.id: one for one in held}
        self.fails = fails
        self.works = works

    def _try(self, name: str) -> None:
        if name in self.fails:
            raise AepError(f"do something with {name}", "it fails")

    def doing(self, verb: str, name: str) -> str:
        return f"{verb} base connection '{name}' in sandbox 'dev'"

    def list_connections(self, _spec_id: str) -> list[Connection]:
        return list(self.held.values())

    def get(self, _name: str, connection_id: str) -> Connection | None:
        return self.held.get(connection_id)

    def published_values(self, *_what: str) -> list[str]:
        return []

    def create(self, name: str, body: Mapping[str, Any]) -> str:
        self._try(name)
        made = f"new-{name}"
        self.held[made] = Connection(made, name, body.get("description"), '"e"', "enabled", created_at=1)
        return made

    def patch(self, name: str, _connection_id: str, _etag: str, _operations: Sequence[Mapping[str, Any]]) -> str:
        self._try(name)
        return '"new"'

    def delete(self, name: str, connection_id: str) -> None:
        self._try(name)
        del self.held[connection_id]

    def test(self, _name: str, _connection_id: str) -> bool:
        return self.works


def reconciled(service: Any, *desired: Desired, **how: Any) -> tuple[list[Outcome], list[Outcome]]:
    told: list[Outcome] = []
    run = Run(finished=told.append, sleep=lambda seconds: None, **how)
    return Reconciler(service, SCOPE, run).reconcile(desired), told


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("check", [True, False])
def test_each_is_told_once_when_it_is_final(concurrency: int, check: bool) -> None:
    at_rest = observed()
    other = Connection("id-2", "Gone", etag='"e"')
    twins = [Connection(f"twin-{number}", "Twin") for number in range(2)]
    service = Service(at_rest, other, *twins, fails=("Refused",))
    outcomes, told = reconciled(
        service,
        wanted(),
        wanted(name="New"),
        wanted(name="Untested", test="never"),
        Desired("Gone", state="absent"),
        Desired("Missing", state="absent"),
        wanted(name="Refused"),
        wanted(name="Twin"),
        check=check,
        concurrency=concurrency,
    )
    assert [one.action for one in outcomes] == [
        "none", "create", "create", "delete", "none", "create" if check else "none", "none",
    ]  # fmt: skip
    assert [bool(one.error) for one in outcomes] == [False, False, False, False, False, not check, True]
    expected = [one for one in outcomes if one.name not in ("Orders", "Missing")]
    assert sorted(told, key=lambda one: one.name) == sorted(expected, key=lambda one: one.name)


class Losing(Service):
    """It does what is asked, and its first answers are lost."""

    lost = 1

    def create(self, name: str, body: Mapping[str, Any]) -> str:
        made = super().create(name, body)
        if self.lost:
            self.lost -= 1
            raise NoAnswerError("create", "the connection broke off", may_have_arrived=True)
        return made


def test_what_a_lost_answer_may_have_made_is_not_rolled_back() -> None:
    """It may be another controller's, which asked for the same at the same time."""
    service = Losing(works=False)
    [outcome], _told = reconciled(service, wanted(on_test_failure="rollback"))
    assert (outcome.id, outcome.created_here, outcome.test, outcome.changed) == ("new-Orders", False, False, True)
    assert outcome.error
    assert list(service.held) == ["new-Orders"]


def test_of_several_that_a_lost_answer_may_have_made_none_is_taken() -> None:
    class Shared(Losing):
        """Somebody else creates the same, without a mark, while the answer is lost."""

        def create(self, name: str, body: Mapping[str, Any]) -> str:
            if name == "Orders":
                self.held["theirs"] = Connection("theirs", name, etag='"e"')
            return super().create(name, body)

    service = Shared()
    outcomes, _told = reconciled(service, wanted(update_credentials="on_create"), wanted(name="Other"))
    assert [str(one.error).count("2 PostgreSQL base connections are named 'Orders'") for one in outcomes] == [1, 0]
    assert list(service.held) == ["theirs", "new-Orders", "new-Other"]


@pytest.mark.parametrize("works", [True, False])
def test_an_error_takes_away_nothing_that_was_known(works: bool) -> None:
    service = Service(observed(), fails=("Orders",), works=works)
    changed = wanted(description="new", test="always")
    [outcome], _told = reconciled(service, changed)
    assert (outcome.id, outcome.etag, outcome.state, outcome.description) == ("id-1", '"e"', "enabled", "text")
    assert (outcome.changed, outcome.plan.action, outcome.test) == (False, "update", works)
    assert "p-secret" not in repr(outcome)
    assert BASIC.password not in str(outcome.error)
