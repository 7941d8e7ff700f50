"""New credentials are proven on a throw-away connection before they replace others, and nothing of it stays."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError, NoAnswerError, Problem, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.outcome import Outcome, Run
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import read
from ansible_collections.aep.sources.plugins.module_utils.reconcile import Reconciler
from planning import BASIC, NEW, SCOPE, described, observed, wanted


class Service:
    """A Flow Service that keeps connections, and remembers what it was asked. A password that is wrong does not work."""

    def __init__(self, *held: Connection, wrong: Sequence[str] = (), interrupted_at: int = 0, fails: str = "") -> None:
        self.held = {one.id: one for one in held}
        self.passwords = {one.id: BASIC.password for one in held}
        self.wrong = wrong
        self.interrupted_at = interrupted_at
        self.fails = fails
        self.asked: list[str] = []

    def _asked(self, what: str) -> None:
        self.asked.append(what)
        if len(self.asked) == self.interrupted_at:
            raise KeyboardInterrupt
        if what == self.fails:
            raise NoAnswerError(what, "the connection broke off", may_have_arrived=True)

    def doing(self, verb: str, name: str) -> str:
        return f"{verb} base connection '{name}' in sandbox 'dev'"

    def list_connections(self, _spec_id: str) -> list[Connection]:
        self._asked("list")
        return list(self.held.values())

    def get(self, _name: str, connection_id: str) -> Connection | None:
        self._asked("get")
        return self.held.get(connection_id)

    def published_values(self, *_what: str) -> list[str]:
        return []

    def create(self, name: str, body: Mapping[str, Any]) -> str:
        made = f"new-{len(self.asked)}"
        self.held[made] = Connection(made, name, body.get("description"), '"e"', "enabled", created_at=len(self.asked))
        self.passwords[made] = body["auth"]["params"]["password"]
        self._asked("create proof" if name.startswith("aep.sources proof ") else "create")
        return made

    def patch(self, _name: str, connection_id: str, _etag: str, operations: Sequence[Mapping[str, Any]]) -> str:
        for one in operations:
            if one["path"] == "/auth/params":
                self.passwords[connection_id] = one["value"]["password"]
            else:
                changed = {one["path"][1:]: one["value"]}
                self.held[connection_id] = dataclasses.replace(self.held[connection_id], **changed)
        self._asked("patch" if len(operations) > 1 else f"patch {operations[0]['path']}")
        return '"new"'

    def delete(self, _name: str, connection_id: str) -> None:
        self.held.pop(connection_id, None)
        self._asked("delete")

    def test(self, _name: str, connection_id: str) -> bool:
        self._asked("test")
        return self.passwords[connection_id] not in self.wrong

    def state_of(self, name: str) -> str:
        [one] = [one for one in self.held.values() if one.name == name]
        held = read(one.description, SCOPE, name)
        assert held.is_true
        return held.mark.state if held.mark else ""


def reconciled(service: Any, *desired: Desired, **how: Any) -> list[Outcome]:
    return Reconciler(service, SCOPE, Run(sleep=lambda seconds: None, **how)).reconcile(desired)


CHANGED = wanted(authentication=NEW)
PROVEN = ["create proof", "get", "test", "delete"]


def test_working_credentials_are_proven_then_sent_then_tested_then_marked() -> None:
    service = Service(observed())
    [outcome] = reconciled(service, CHANGED)
    assert service.asked == ["list", *PROVEN, "patch", "test", "patch /description"]
    assert (outcome.action, outcome.test, outcome.error, service.state_of("Orders")) == ("update", True, None, "complete")
    assert list(service.held) == ["id-1"]


def test_credentials_that_do_not_work_replace_nothing() -> None:
    service = Service(observed(), wrong=[NEW.password])
    [outcome] = reconciled(service, CHANGED)
    assert service.asked == ["list", *PROVEN]
    assert service.held == {"id-1": observed()}
    assert service.passwords["id-1"] == BASIC.password
    assert (outcome.action, outcome.changed, outcome.id) == ("none", False, "id-1")
    assert "nothing was changed: it goes on with its former credentials" in str(outcome.error)


def test_a_persons_connection_is_adopted_only_by_credentials_that_work() -> None:
    service = Service(observed(description="by hand"), wrong=[NEW.password])
    [outcome] = reconciled(service, CHANGED)
    assert outcome.error
    assert service.held["id-1"].description == "by hand"


@pytest.mark.parametrize("concurrency", [1, 4])
def test_each_set_of_credentials_is_proven_once(concurrency: int) -> None:
    others = [observed(name=f"Orders {number}", description="by hand") for number in range(4)]
    service = Service(*[dataclasses.replace(one, id=f"id-{number}") for number, one in enumerate(others)])
    desired = [wanted(name=one.name, authentication=NEW if one.name != "Orders 3" else BASIC) for one in others]
    outcomes = reconciled(service, *desired, concurrency=concurrency)
    assert [one.action for one in outcomes] == ["update"] * 4
    assert service.asked.count("create proof") == 2


@pytest.mark.parametrize(
    "how",
    [{"prove_first": False}, {"test": "never"}, {"update_credentials": "on_create"}],
    ids=["not asked for", "nobody wants to know", "nothing is sent"],
)
def test_nothing_is_proven_where(how: dict[str, Any]) -> None:
    service = Service(observed())
    reconciled(service, dataclasses.replace(CHANGED, **how))
    assert "create proof" not in service.asked


def test_what_is_known_not_to_work_is_replaced_at_once() -> None:
    service = Service(observed(), wrong=[BASIC.password])
    service.passwords["id-1"] = BASIC.password
    [outcome] = reconciled(service, wanted(authentication=BASIC, test="always"))
    assert "create proof" not in service.asked
    assert outcome.plan.works is False


def test_check_mode_proves_nothing() -> None:
    service = Service(observed())
    [outcome] = reconciled(service, CHANGED, check=True)
    assert (service.asked, outcome.action) == (["list"], "update")


def test_a_proof_whose_answer_is_lost_is_found_and_removed() -> None:
    service = Service(observed(), fails="create proof")
    [outcome] = reconciled(service, CHANGED)
    assert (outcome.action, outcome.error) == ("update", None)
    assert list(service.held) == ["id-1"]


@pytest.mark.parametrize("step", ["get", "test"])
def test_a_proof_that_fails_changes_nothing_and_leaves_nothing_behind(step: str) -> None:
    service = Service(observed(), fails=step)
    [outcome] = reconciled(service, CHANGED)
    assert isinstance(outcome.error, AepError)
    assert str(outcome.error).startswith(
        "Could not update base connection 'Orders' in sandbox 'dev': whether the new credentials"
    )
    assert service.held == {"id-1": observed()}
    assert service.passwords == {**service.passwords, "id-1": BASIC.password}


@pytest.mark.parametrize("prove_first", [True, False])
@pytest.mark.parametrize("wrong", [(), (NEW.password,)], ids=["works", "does not work"])
@pytest.mark.parametrize("there", [True, False], ids=["there", "not there"])
def test_wherever_a_run_is_cut_the_next_one_tests_or_sends_and_leaves_nothing_behind(
    prove_first: bool, wrong: tuple[str, ...], there: bool
) -> None:
    desired = dataclasses.replace(CHANGED, prove_first=prove_first)
    held = [observed(description=described("text"))] if there else []
    whole = Service(*held, wrong=wrong)
    reconciled(whole, desired)
    for cut in range(1, len(whole.asked) + 1):
        service = Service(*held, wrong=wrong, interrupted_at=cut)
        with pytest.raises(KeyboardInterrupt):
            reconciled(service, desired)
        before = len(service.asked)
        [outcome, *_left_behind] = reconciled(service, desired)
        after = service.asked[before:]
        was_over = cut == len(whole.asked) and service.passwords.get("id-1", NEW.password) == NEW.password and not wrong
        assert was_over or {"test", "patch", "create"} & set(after), (cut, after)
        assert bool(outcome.error) == bool(wrong)
        assert [one.name for one in service.held.values()] == ["Orders"]
        assert wrong or service.state_of("Orders") == "complete"


def test_a_proof_that_another_run_is_using_is_left_alone() -> None:
    class Busy(Service):
        def create(self, name: str, body: Mapping[str, Any]) -> str:
            made = super().create(name, body)
            if name.startswith("aep.sources proof "):  # meanwhile another run of the same owner looks
                self.others = reconciled(self, wanted(), now=lambda: 60.0)
            return made

    service = Busy(observed())
    [outcome] = reconciled(service, CHANGED, now=lambda: 60.0)
    assert (outcome.action, outcome.error) == ("update", None)
    assert [one.action for one in service.others] == ["none"]


def test_a_throw_away_connection_that_cannot_be_deleted_holds_nothing_up_and_is_named() -> None:
    class Keeping(Service):
        def delete(self, name: str, connection_id: str) -> None:
            self._asked("delete")
            raise AepError("delete", "403 forbidden")

    service = Keeping(observed())
    [outcome] = reconciled(service, CHANGED)
    assert (outcome.action, outcome.error) == ("update", None)
    [left] = [one for one in service.held.values() if one.id != "id-1"]
    assert f"the throw-away connection '{left.name}' ({left.id}) stayed behind" in outcome.warnings[0]
    [_orders, again] = reconciled(service, CHANGED)
    assert (again.action, again.error) == ("none", None)
    assert "it stays" in again.warnings[0]


def test_a_database_that_does_not_answer_is_waited_for_once() -> None:
    others = [observed(name=f"Orders {number}", description="by hand") for number in range(4)]
    service = Service(*[dataclasses.replace(one, id=f"id-{number}") for number, one in enumerate(others)], fails="test")
    outcomes = reconciled(service, *[wanted(name=one.name) for one in others])
    assert service.asked.count("test") == 1
    assert all(one.error for one in outcomes)


@pytest.mark.parametrize("policy", ["on_failure", "on_change"])
def test_a_change_that_was_refused_is_made_anew(policy: Any) -> None:
    """Somebody edited the description meanwhile: the credentials were not sent, and nothing says that they were."""

    class Moved(Service):
        refusals = 1

        def patch(self, *what: Any) -> str:
            if self.refusals:
                self.refusals -= 1
                raise ServiceError("update", Problem(412))
            return super().patch(*what)

    service = Moved(observed(), wrong=[BASIC.password])
    [outcome] = reconciled(service, wanted(authentication=NEW, update_credentials=policy, test="always"))
    assert service.passwords["id-1"] == NEW.password
    assert (outcome.action, outcome.test, outcome.error) == ("update", True, None)


def test_a_change_in_doubt_of_what_did_not_work_is_made_anew_unless_the_mark_tells() -> None:
    class Doubtful(Service):
        doubts = 1

        def patch(self, *what: Any) -> str:
            if self.doubts:
                self.doubts -= 1
                raise NoAnswerError("update", "the connection broke off", may_have_arrived=True)
            return super().patch(*what)

    service = Doubtful(observed(), wrong=[BASIC.password])
    [outcome] = reconciled(service, wanted(authentication=NEW, update_credentials="on_failure"))
    assert service.passwords["id-1"] == NEW.password
    assert (outcome.action, outcome.test) == ("update", True)


def test_a_proof_that_was_made_although_it_was_refused_is_removed() -> None:
    class Lying(Service):
        def create(self, name: str, body: Mapping[str, Any]) -> str:
            super().create(name, body)
            raise ServiceError("create", Problem(400))

    service = Lying(observed())
    [outcome] = reconciled(service, CHANGED)
    assert outcome.error
    assert list(service.held) == ["id-1"]
