"""Two login roles that take turns, in each situation, and through lives of a thousand interruptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import effort
import pytest
from ansible_collections.aep.sources.plugins.module_utils.postgres.login_roles import (
    Login,
    Rotation,
    active,
    given,
    kept,
    rotation,
    summary,
)
from hypothesis import given as generated
from hypothesis import settings
from hypothesis import strategies as st

NOBODY: dict[str, list[str]] = {"a": [], "b": []}


def login(name: str, said: str | None = None) -> Login:
    """Return a login role of which it is said that it is "next", "locked idle", "foreign" or so; None if it is not there."""
    if said is None:
        return Login(name)
    comment = "" if said == "foreign" else f"aep.sources: {said.removeprefix('locked ')}"
    return Login(name, True, not said.startswith("locked"), comment)


def pair(a: str | None, b: str | None) -> list[Login]:
    return [login("a", a), login("b", b)]


@pytest.mark.parametrize(
    ("a", "b", "best"),
    [
        (None, None, "a"),
        ("created", None, "a"),
        ("locked created", None, "a"),
        ("in use", "created", "a"),
        ("in use", "next", "b"),
        ("locked in use", "next", "b"),
        ("locked idle", "in use", "b"),
        ("idle", "in use", "b"),
        ("foreign", "in use", "b"),
    ],
)
def test_the_login_that_new_connections_use(a: str | None, b: str | None, best: str) -> None:
    assert active(pair(a, b), NOBODY) == (best, "")


def test_what_connections_use_decides_where_nothing_else_does() -> None:
    assert active(pair("idle", "idle"), {"a": [], "b": ["Shop"]})[0] == "b"
    assert active(pair(None, None), {"a": [], "b": ["Shop"]})[0] == "b", "the database was made anew"


def test_nobody_is_unlocked_unasked() -> None:
    best, problem = active(pair("locked in use", None), NOBODY)
    assert best is None
    assert problem.startswith("a cannot log in, and no other login role can, so nothing was changed.")


@pytest.mark.parametrize("other", [None, "foreign", "locked created"])
def test_one_that_somebody_else_made_is_not_used(other: str | None) -> None:
    best, problem = active(pair(other, "foreign"), NOBODY)
    assert best is None
    assert "was not made by this collection" in problem
    assert "hand it over with COMMENT ON ROLE" in problem


NEW, GOES_ON = True, False


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("in use", None, Rotation("b", "a", NEW)),
        ("in use", "locked created", Rotation("b", "a", NEW)),
        ("in use", "locked next", Rotation("b", "a", NEW)),
        ("in use", "next", Rotation("b", "a", GOES_ON)),
        ("locked in use", "next", Rotation("b", "a", GOES_ON)),
        ("locked idle", "next", Rotation("b", "a", GOES_ON)),
        ("locked idle", "in use", Rotation("a", "b", NEW)),
        (None, "in use", Rotation("a", "b", NEW)),
        ("next", "in use", Rotation("a", "b", GOES_ON)),
    ],
)
@pytest.mark.parametrize("unclear", [[], ["s2"]])
def test_a_rotation_switches_to_the_login_that_nothing_uses(
    a: str | None, b: str | None, expected: Rotation, unclear: list[str]
) -> None:
    assert rotation(pair(a, b), NOBODY, unclear) == expected


def test_where_both_can_log_in_what_uses_them_decides() -> None:
    both = pair("in use", "idle")
    assert rotation(both, {"a": ["Shop"], "b": []}, []) == Rotation("b", "a", NEW)
    assert rotation(both, {"a": [], "b": ["Shop"]}, []) == Rotation("a", "b", NEW)
    assert rotation(both, NOBODY, []) == Rotation("b", "a", NEW)
    assert rotation(pair("in use", "created"), NOBODY, []) == Rotation("b", "a", NEW)
    assert rotation(pair("in use", "created"), NOBODY, ["s2"]) == Rotation("b", "a", GOES_ON)
    assert "neither may get a new password: these may use either: s2." in rotation(both, NOBODY, ["s2"]).problem
    problem = rotation(both, {"a": ["Shop"], "b": ["Orders"]}, []).problem
    assert "these use a: Shop; these use b: Orders" in problem
    assert "COMMENT ON ROLE \"b\" IS 'aep.sources: next'" in problem


@pytest.mark.parametrize(
    ("logins", "said"),
    [
        ([login("a", "in use")], "rotate_logins has to name two"),
        ([login("a", "in use"), login("a", "in use")], "rotate_logins has to name two"),
        (pair(None, None), "Neither a nor b is in use: run the playbook bootstrap first."),
        (pair("created", None), "Neither a nor b is in use: run the playbook bootstrap first."),
        (pair("locked idle", "locked in use"), "Neither a nor b is in use: run the playbook bootstrap first."),
        (pair("in use", "foreign"), "Login role b was not made by this collection"),
        (pair("foreign", None), "Login role a was not made by this collection"),
    ],
)
def test_no_rotation(logins: list[Login], said: str) -> None:
    assert rotation(logins, NOBODY, []).problem.startswith(said)


def test_a_locked_login_that_is_used_gets_no_new_password() -> None:
    assert "Run the playbook bootstrap first, which switches them to a." in (
        rotation(pair("in use", "locked idle"), {"a": [], "b": ["Shop"]}, []).problem
    )


def test_why_one_may_not_be_locked() -> None:
    assert kept([], [], []) == ""
    assert kept(["Shop"], ["Old"], ["s2", "s3"]) == (
        "these were left out and may use it: s2, s3; these use it: Shop; it cannot be told whether these use it: Old"
    )


def test_the_line_at_the_end() -> None:
    assert summary(pair("in use", "next"), NOBODY, "b", set()) == "a is active, b is next"
    assert summary(pair("locked idle", "in use"), NOBODY, "b", set()) == "a is locked, b is active"
    assert summary(pair("created", "idle"), NOBODY, "a", set()) == "a is active, b is unused"
    assert summary(pair("foreign", None), NOBODY, None, set()) == "a is not ours, b is absent"
    assert summary(pair(None, None), NOBODY, None, {"a"}) == "a is removed, b is absent"


MARKS = st.sampled_from(["created", "next", "in use", "idle"])
SAID = st.one_of(st.none(), st.just("foreign"), MARKS, MARKS.map("locked {}".format))
USERS = st.lists(st.sampled_from(["Shop", "Orders"]), max_size=2)


@generated(SAID, SAID, USERS, USERS, USERS)
def test_what_may_be_used_never_gets_a_new_password(
    a: str | None, b: str | None, uses_a: list[str], uses_b: list[str], unclear: list[str]
) -> None:
    logins, users = {one.name: one for one in pair(a, b)}, {"a": uses_a, "b": uses_b}
    found = rotation(list(logins.values()), users, unclear)
    if found.problem:
        assert found.problem.endswith((".", "'"))
        return
    chosen, former = logins[str(found.next)], logins[str(found.former)]
    assert chosen is not former
    assert not chosen.is_foreign
    assert not former.is_foreign
    if found.new_password:
        assert not users[chosen.name]
        assert former.unlocked
        assert not (chosen.unlocked and unclear)
    else:
        assert chosen.unlocked


SANDBOXES = ("s1", "s2", "s3")


@dataclass
class World:
    """A database, vaulted passwords, and connections: what the playbooks do with them, one indivisible step after another."""

    roles: dict[str, Login] = field(default_factory=dict)
    passwords: dict[str, int] = field(default_factory=dict)  # that the database knows
    vault: dict[str, int] = field(default_factory=dict)
    connections: dict[str, tuple[str, int]] = field(default_factory=dict)
    made: int = 0

    def logins(self) -> list[Login]:
        return [self.roles.get(name, Login(name)) for name in ("a", "b")]

    def users(self, seen: tuple[str, ...]) -> dict[str, list[str]]:
        return {name: [one for one in seen if self.connections.get(one, ("",))[0] == name] for name in ("a", "b")}

    def password(self, name: str) -> int:
        self.made += 1
        return self.vault.setdefault(name, self.made)

    def ensure(self, name: str) -> Iterator[None]:
        self.roles.setdefault(name, Login(name, True, False, "aep.sources: created"))
        yield
        self.roles[name] = Login(name, True, True, self.roles[name].comment)
        self.passwords[name] = self.vault[name]
        yield

    def mark(self, name: str, mark: str, *, unlocked: bool | None = None) -> None:
        can = self.roles[name].unlocked if unlocked is None else unlocked
        self.roles[name] = Login(name, True, can, f"aep.sources: {mark}")

    def bootstrap(self, seen: tuple[str, ...], fails: str) -> Iterator[None]:
        best, problem = active(self.logins(), users := self.users(seen))
        assert best, problem
        usable = [one.name for one in self.logins() if one.is_usable]
        chosen = {one: next((name for name in usable if one in users[name]), best) for one in seen}
        known = given(self.logins(), users, [one for one in SANDBOXES if one not in seen])
        assert all(self.vault.get(name) == self.passwords[name] for name in {*chosen.values()} & {*known})
        for name in set(chosen.values()):
            self.password(name)
            yield
            yield from self.ensure(name)
            if self.roles[name].mark == "created":
                self.mark(name, "in use")
                yield
        for one in seen:
            if one != fails:
                self.connections[one] = (chosen[one], self.vault[chosen[one]])
                yield

    def rotate(self, seen: tuple[str, ...], fails: str) -> Iterator[None]:
        left_out = [one for one in SANDBOXES if one not in seen]
        found = rotation(self.logins(), self.users(seen), left_out)
        if found.problem:
            assert "run the playbook bootstrap first" in found.problem
            return
        chosen, former = str(found.next), str(found.former)
        if found.new_password:
            self.mark(former, "in use")
            yield
            if chosen in self.roles:
                self.mark(chosen, self.roles[chosen].mark, unlocked=False)
                yield
                self.mark(chosen, "created")
                yield
            self.vault.pop(chosen, None)
            yield
        else:
            assert self.vault[chosen] == self.passwords[chosen], "the next run of an interrupted rotation knows the password"
        self.password(chosen)
        yield
        yield from self.ensure(chosen)
        self.mark(chosen, "next")
        yield
        for one in seen:
            if one != fails:
                self.connections[one] = (chosen, self.vault[chosen])
                yield
        if not kept(self.users(seen)[former], [], left_out) and former in self.roles:
            self.mark(former, self.roles[former].mark, unlocked=False)
            yield
            self.mark(former, "idle")
            yield
            self.mark(chosen, "in use")
            yield

    def check(self) -> None:
        """Fail if a read through a connection would fail."""
        for name, password in self.connections.values():
            assert self.roles[name].unlocked, f"{name} is locked, and used"
            assert self.passwords[name] == password, f"the password of {name} was changed, and it is used"


RUNS = st.lists(
    st.tuples(
        st.sampled_from(["bootstrap", "rotate"]),
        st.sets(st.sampled_from(SANDBOXES), min_size=1).map(lambda chosen: tuple(sorted(chosen))) | st.just(SANDBOXES),
        st.sampled_from(["none", *SANDBOXES]),
        st.integers(0, 12) | st.none(),
    ),
    max_size=12,
)


@settings(max_examples=effort.examples(600, 5_000), deadline=None)
@generated(RUNS)
def test_no_read_fails_whatever_is_interrupted(runs: list[tuple[str, tuple[str, ...], str, int | None]]) -> None:
    world = World()
    for playbook, seen, fails, end in runs:
        for number, _step in enumerate(getattr(world, playbook)(seen, fails)):
            world.check()
            if number == end:
                break
    for _step in world.bootstrap(SANDBOXES, "none"):
        world.check()
    before = dict(world.connections)
    assert list(world.bootstrap(SANDBOXES, "none"))
    assert world.connections == before, "a second bootstrap changes nothing"
    for _step in world.rotate(SANDBOXES, "none"):
        world.check()
    assert len({name for name, _password in world.connections.values()}) == 1
    assert sorted(one.mark for one in world.roles.values()) == ["idle", "in use"]
    assert sum(one.unlocked for one in world.roles.values()) == 1
