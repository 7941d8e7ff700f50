# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""Two login roles that take turns: which is in use, and which a rotation switches to, decided without any input or output.

What a login role is there for stands in its comment in the database, which begins with ``aep.sources:``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OURS = "aep.sources:"
CREATED = "created"  # and not given to any connection yet, or not any more
NEXT = "next"  # connections are being switched to it
IN_USE = "in use"

Users = Mapping[str, Sequence[str]]  # by login role, what uses it, in words


@dataclass(frozen=True)
class Login:
    """A login role; ``mark`` is what its comment says, if this collection manages it."""

    name: str
    exists: bool = False
    unlocked: bool = False
    comment: str = ""

    @property
    def is_foreign(self) -> bool:
        """Whether somebody else made it."""
        return self.exists and not self.comment.startswith(OURS)

    @property
    def is_usable(self) -> bool:
        """Whether connections can use it."""
        return self.unlocked and not self.is_foreign

    @property
    def mark(self) -> str:
        """What it is there for: ``absent`` or ``foreign`` if that is not for this collection to say."""
        if not self.exists:
            return "absent"
        return "foreign" if self.is_foreign else self.comment.removeprefix(OURS).strip()


@dataclass(frozen=True)
class Rotation:
    """What a rotation switches to and from. ``new_password`` says that it begins; one that was interrupted goes on."""

    next: str | None = None
    former: str | None = None
    new_password: bool = False
    problem: str = ""


def active(logins: Sequence[Login], users: Users) -> tuple[str | None, str]:
    """Return the login role that new connections use, which need not exist yet; or None, and why there is none."""
    candidates = [one for one in logins if one.is_usable]
    if not candidates:
        locked = [one.name for one in logins if one.mark not in ("absent", "foreign", CREATED)]
        if locked:
            return None, (
                f"{' and '.join(locked)} cannot log in, and no other login role can, so nothing was changed. "
                f'If that is not meant, unlock the one that is to be used: ALTER ROLE "{locked[0]}" LOGIN.'
            )
        if problem := _foreign(logins):
            return None, problem
        candidates = list(logins)
    best = max(candidates, key=lambda one: (one.mark == NEXT, one.mark == IN_USE, len(users[one.name])))
    return best.name, ""


def given(logins: Sequence[Login], users: Users, unclear: Sequence[str] = ()) -> list[str]:
    """Return the names of those that connections may read with, so that they must keep their passwords.

    Parameters:
        logins: the login roles.
        users: what uses each of them.
        unclear: what may use any of them, even one that was not created to be given to it.
    """
    return [one.name for one in logins if one.is_usable and (one.mark != CREATED or users[one.name] or unclear)]


def rotation(logins: Sequence[Login], users: Users, unclear: Sequence[str]) -> Rotation:
    """Return what a rotation switches to and from, or why there can be none.

    Parameters:
        logins: the login roles.
        users: what uses each of them.
        unclear: what may use any of them, in words.
    """
    chosen, problem = _next(logins, users, unclear)
    if chosen is None:
        return Rotation(problem=problem)
    former = next(one.name for one in logins if one is not chosen)
    # One that was just let in may be that of a rotation that was cut off, or else one that something out of sight uses.
    goes_on = chosen.unlocked and (chosen.mark == NEXT or (chosen.mark == CREATED and bool(unclear)))
    if users[chosen.name] and not goes_on:
        problem = (
            f"{chosen.name} cannot log in or does not exist, and still these use it: {_listed(users[chosen.name])}. "
            f"As long as they do, it gets no new password. Run the playbook bootstrap first, which switches them to {former}."
        )
    return Rotation(chosen.name, former, not goes_on, problem)


def _next(logins: Sequence[Login], users: Users, unclear: Sequence[str]) -> tuple[Login | None, str]:
    """Return the login role that a rotation switches to, or why there is none."""
    if len(logins) != 2 or logins[0].name == logins[1].name:
        return None, "rotate_logins has to name two login roles that take turns: give two different names."
    one, other = logins
    if problem := _foreign(logins):
        return None, problem
    in_turn = given(logins, users)
    if not in_turn:
        return None, f"Neither {one.name} nor {other.name} is in use: run the playbook bootstrap first."
    marked = [each for each in logins if each.mark == NEXT]
    if len(marked) == 1:
        return marked[0], ""
    if len(in_turn) == 1:
        return (other if one.name in in_turn else one), ""
    unused = [each for each in logins if not users[each.name]]
    if unused and not unclear:
        return min(unused, key=lambda each: each.mark == IN_USE), ""
    said = {f"these use {each.name}": users[each.name] for each in logins} | {"these may use either": unclear}
    return None, (
        f"Both {one.name} and {other.name} can log in, and neither may get a new password: {_reasons(said)}. Run this for all "
        f"sandboxes, or say which one they are to be switched to: COMMENT ON ROLE \"{other.name}\" IS '{OURS} {NEXT}'."
    )


def _foreign(logins: Sequence[Login]) -> str:
    """Return what is said of the first login role that somebody else made; an empty text if there is none."""
    for one in logins:
        if one.is_foreign:
            return (
                f"Login role {one.name} was not made by this collection, as its comment says, so it is neither changed nor "
                "locked: give other names as rotate_logins, or hand it over with "
                f"COMMENT ON ROLE \"{one.name}\" IS '{OURS} {IN_USE}'."
            )
    return ""


def kept(users: Sequence[str], unclear: Sequence[str], left_out: Sequence[str]) -> str:
    """Return why a login role may be neither locked nor removed; an empty text if it may.

    Parameters:
        users: what uses it.
        unclear: what may use any login role.
        left_out: hosts that nothing is known of.
    """
    return _reasons(
        {
            "these were left out and may use it": left_out,
            "these use it": users,
            "it cannot be told whether these use it": unclear,
        }
    )


def summary(logins: Sequence[Login], users: Users, in_use: str | None, before: set[str]) -> str:
    """Return one line that says how each login role is.

    Parameters:
        logins: the login roles.
        users: what uses each of them.
        in_use: the one that new connections use.
        before: names of those that existed before.
    """

    def word(one: Login) -> str:
        if one.mark == "absent":
            return "removed" if one.name in before else "absent"
        if one.is_foreign:
            return "not ours"
        if not one.unlocked:
            return "locked"
        if one.mark == NEXT:
            return "next"
        return "active" if users[one.name] or one.mark == IN_USE or one.name == in_use else "unused"

    return ", ".join(f"{one.name} is {word(one)}" for one in logins)


def _reasons(reasons: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{reason}: {_listed(names)}" for reason, names in reasons.items() if names)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
