"""Lives of a database and its base connections: the playbooks in any order, limited, failing, predicted and cut off.

Meanwhile somebody reads through every connection, as Experience Platform does: no read may fail.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import effort
import psycopg
import pytest
from commands import changed
from figures import keep
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from platform_reader import held, reading, users
from simulated import Client

SANDBOXES = ("s1", "s2", "s3")
NOBODY = "http://127.0.0.1:1"
REFUSED = ("run the playbook bootstrap first", "Nothing was removed, as no sandbox has a base connection 'Shop'")
_IN_FLIGHT = 1.5  # seconds that a request takes at which the controller is killed: what it asks for is done nevertheless


@dataclass(frozen=True)
class Step:
    """One thing that is done in a life.

    ``trouble`` is what goes wrong: the run is killed at its ``number``-th task or request, tests or changes are refused, or a
    sandbox cannot be reached.
    """

    what: str
    limit: tuple[str, ...] = SANDBOXES
    trouble: str = ""
    number: int = 1
    check: bool = False


@dataclass
class Life:
    """A database and sandboxes, with one controller; ``settled`` says in which sandboxes nothing is left to be done."""

    client: Client
    database: Any
    play: Any
    settled: set[str] = field(default_factory=lambda: set(SANDBOXES))
    hidden: bool = False
    tally: Counter[str] = field(default_factory=Counter)

    def take(self, step: Step) -> None:
        self.tally["steps"] += 1
        if step.what == "read by hand":
            self.read_by_hand(step.limit[0])
            return
        if step.what == "hide user names":
            self.hidden = not self.hidden
            self.client.set(secret_view="omitted" if self.hidden else "masked")
            return
        before = self.seen()
        with reading(self.client) as reader:
            done = self.run(step)
        self.tally["reads"] += reader.reads
        self.check_that_all_can_read()
        if step.check:
            assert self.seen() == before, done.stdout
            assert done.returncode == 0 or any(reason in done.stdout for reason in REFUSED), done.stdout
        elif step.trouble:
            self.tally[step.trouble] += 1
            self.settled.clear()
        else:
            getattr(self, f"check_{step.what.replace(' ', '_')}")(step, done, before)

    def run(self, step: Step) -> Any:
        options = ["--limit", ",".join(step.limit)] if step.limit != SANDBOXES else []
        options += ["--check"] if step.check else []
        names = {"offboard": ["Shop"], "offboard the roles": []}
        playbook = step.what.split()[0]
        more: dict[str, Any] = {"offboard_names": names[step.what]} if step.what in names else {}
        if step.trouble == "killed at a task":
            more["until"] = lambda said: said.count("\nTASK [") >= step.number
        elif step.trouble == "killed at a request":
            self.client.fault(kind="latency", operation="connections.*", skip=step.number, seconds=_IN_FLIGHT)
            more["until"] = lambda _said: all(one["seconds"] != _IN_FLIGHT for one in self.client.admin("GET", "faults"))
        elif step.trouble == "refused":
            operation = ("explore.test", "connections.patch", "connections.*")[step.number % 3]
            self.client.fault(kind="status", status=403, operation=operation, skip=step.number // 3, count=1 + step.number % 2)
        elif step.trouble == "out of reach":
            away = {"postgres_connections_auth": {**self.client.who, "base_url": NOBODY, "retries": 0}}
            more["hosts"] = {one: away if one == SANDBOXES[step.number % 3] else None for one in SANDBOXES}
        done = self.play(playbook, *options, **more)
        if step.trouble == "killed at a request":
            time.sleep(_IN_FLIGHT)
        return done

    def read_by_hand(self, sandbox: str) -> None:
        """Make a connection by hand with the login that the other one has, or delete it."""
        there = {one["name"]: one for one in held(self.client).get(sandbox, [])}
        self.client.session.headers["x-sandbox-name"] = sandbox
        self.settled.clear()
        if "By hand" in there:
            assert self.client("DELETE", f"/connections/{there['By hand']['id']}").status_code == 204
        elif "Shop" in there:
            assert self.client.create("By hand", params=there["Shop"]["auth"]["params"]).status_code == 201

    def seen(self) -> Any:
        """Return all that a run could change."""
        with self.database.connect() as administrator:
            query = "SELECT rolname, rolcanlogin, rolpassword FROM pg_authid WHERE rolname LIKE 'aep%' ORDER BY rolname"
            return held(self.client), self.database.marks(), administrator.execute(query).fetchall()

    def check_that_all_can_read(self) -> None:
        for connections in held(self.client).values():
            for one in connections:
                params = one["auth"]["params"]
                try:
                    self.database.connect(params["username"], params["password"], dbname=params["database"]).close()
                except psycopg.OperationalError as error:
                    pytest.fail(f"{one['name']} cannot read any more: {error}; {self.database.marks()}")

    def check_bootstrap(self, step: Step, done: Any, before: Any) -> None:
        assert done.returncode == 0, done.stdout
        of_before = {name for name, mark in before[1].items() if not mark.startswith("locked")}
        was = {sandbox: [one for one in found if one["name"] == "Shop"] for sandbox, found in before[0].items()}
        now = users(self.client)
        assert set(step.limit) <= set(now)
        for sandbox in step.limit:
            for one in was.get(sandbox, []):
                assert one["auth"]["params"]["username"] not in of_before or now[sandbox] == one["auth"]["params"]["username"]
        if set(step.limit) <= self.settled:
            assert changed(done.stdout) == 0, done.stdout
            assert self.seen() == before
        self.settled |= set(step.limit)
        self.check_line(done)

    def check_rotate(self, step: Step, done: Any, before: Any) -> None:
        if not {"in use", "next", "idle"} & set(before[1].values()):
            assert REFUSED[0] in done.stdout
            assert self.seen() == before
            return
        assert done.returncode == 0, done.stdout
        self.settled.clear()
        now = users(self.client)
        [login] = {now[sandbox] for sandbox in step.limit}
        others = set(now.values()) | {"unknown" if self.hidden else one for one in users(self.client, "By hand").values()}
        marks = self.database.marks()
        if step.limit == SANDBOXES and others == {login}:
            assert sorted(marks.values()) == ["in use", "locked idle"] or list(marks.values()) == ["in use"]
            assert marks[login] == "in use"
        else:
            assert marks[login] == "next"
        if "next" not in before[1].values():
            verifiers = {verifier for _name, _unlocked, verifier in before[2]}
            assert {name: one for name, _unlocked, one in self.seen()[2]}[login] not in verifiers, "it has a new password"
        self.check_line(done)

    def check_offboard(self, step: Step, done: Any, before: Any) -> None:
        if not any(one["name"] == "Shop" for sandbox in step.limit for one in before[0].get(sandbox, [])):
            assert REFUSED[1] in done.stdout
            assert self.seen() == before
            return
        self.check_offboard_the_roles(step, done, before)
        assert not set(users(self.client)) & set(step.limit)

    def check_offboard_the_roles(self, step: Step, done: Any, before: Any) -> None:
        assert done.returncode == 0, done.stdout
        self.settled.clear()
        left = [one for connections in held(self.client).values() for one in connections]
        assert self.database.marks() == ({} if step.limit == SANDBOXES and not left else before[1])

    def check_line(self, done: Any) -> None:
        """See that a run tells at its end which login is active, and which is locked."""
        said = " ".join(done.stdout.split())
        words = {"in use": "active", "next": "next", "created": "unused"}
        for name, mark in self.database.marks().items():
            assert f"{name} is {words.get(mark, 'locked')}" in said, (mark, done.stdout)


LIMITS = st.sampled_from([SANDBOXES, SANDBOXES, SANDBOXES, ("s1",), ("s2",), ("s1", "s3")])
PLAYBOOKS = st.sampled_from(["bootstrap", "bootstrap", "rotate", "rotate", "rotate", "offboard"])
STEPS = st.one_of(
    st.builds(Step, st.sampled_from(["bootstrap", "rotate"]), LIMITS),
    st.builds(Step, PLAYBOOKS | st.just("offboard the roles"), LIMITS),
    st.builds(Step, PLAYBOOKS, LIMITS, st.just("killed at a task"), st.integers(1, 45)),
    st.builds(Step, PLAYBOOKS, LIMITS, st.just("killed at a request"), st.integers(0, 30)),
    st.builds(Step, PLAYBOOKS, LIMITS, st.sampled_from(["refused", "out of reach"]), st.integers(0, 30)),
    st.builds(Step, PLAYBOOKS, LIMITS, check=st.just(True)),
    st.builds(Step, st.sampled_from(["read by hand", "hide user names"]), LIMITS),
)
BOOTSTRAP, ROTATE = Step("bootstrap"), Step("rotate")


@settings(
    max_examples=effort.examples(1, 30),
    phases=[Phase.generate if effort.SOAK else Phase.explicit],
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
@example(steps=[Step("rotate", trouble="killed at a request", number=9), BOOTSTRAP, ROTATE])
@example(steps=[Step("rotate", trouble="killed at a task", number=20), Step("offboard", check=True), Step("offboard")])
@given(steps=st.lists(STEPS, min_size=4, max_size=8))
def test_no_read_is_lost(begin: Any, steps: list[Step]) -> None:
    with begin() as begun:
        life = Life(*begun)
        for step in steps:
            life.take(step)
        keep("lives", {"lives": 1, **life.tally})
