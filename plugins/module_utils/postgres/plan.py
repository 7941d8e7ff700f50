# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What has to be done to one base connection, decided without any input or output.

Check mode shows the plan, diff mode renders it, and a real run executes it: so they cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.mark import PROOF, read_mark, with_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import Authentication, visible_settings
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import (
    SPEC_ID,
    SPEC_VERSION,
    Desired,
    PlanError,
    Scope,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import read
from ansible_collections.aep.sources.plugins.module_utils.postgres.stored import (
    credential_reasons,
    is_unproven,
    mark_of_kept,
    mark_of_sent,
    stored_settings,
)

LONGEST_PROOF = 15 * 60  # seconds; one that is older belongs to a run that was interrupted
Action = Literal["create", "update", "delete", "none"]


@dataclass(frozen=True)
class Plan:
    """One connection's plan.

    ``body`` is what a create sends, ``operations`` the JSON Patch of an update; both may hold secrets.
    ``reasons`` say in words why something is done; ``left_alone`` what differs from what is wanted and stays so all the same,
    and ``notes`` what else was seen.
    ``works`` is what the service's test said of the stored credentials beforehand, None if it was not asked; ``needs_test``
    says that the plan depends on it, and ``is_unproven`` that the mark says that these credentials were sent, and not proven.
    ``description`` is what it is afterwards, mark included.
    """

    action: Action
    reasons: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    target: Connection | None = None
    body: dict[str, Any] = field(default_factory=dict, repr=False)
    operations: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    sends_credentials: bool = False
    works: bool | None = None
    needs_test: bool = False
    is_unproven: bool = False
    description: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def find(desired: Desired, existing: Sequence[Connection]) -> Connection | None:
    """Return the connection that is meant: by id when one is given, else by its exact name.

    Raises:
        PlanError: the id is unknown, or several connections have the name.
    """
    if desired.connection_id:
        for one in existing:
            if one.id == desired.connection_id:
                return one
        if desired.state == "absent":
            return None
        raise PlanError(
            f"No PostgreSQL base connection has the connection_id '{desired.connection_id}' in this sandbox: "
            "check it, or leave it out to find the connection by its name."
        )
    matches = [one for one in existing if one.name == desired.name]
    if len(matches) > 1:
        ids = ", ".join(sorted(one.id for one in matches))
        raise PlanError(
            f"{len(matches)} PostgreSQL base connections are named '{desired.name}' in this sandbox ({ids}): "
            "nothing was changed. Run again if another run is at work; else give the connection_id of the one that is meant, "
            "or delete the others."
        )
    return matches[0] if matches else None


def contested(wanted: Sequence[Desired], existing: Sequence[Connection]) -> bool:
    """Return whether a wanted name stands for several connections that carry this collection's mark.

    That is how it looks while several controllers create the same, until all but one have taken theirs back.
    """
    ours = Counter(one.name for one in existing if read_mark(one.description)[1])
    return any(ours[desired.name] > 1 for desired in wanted if not desired.connection_id)


def surplus(wanted: Sequence[Desired], existing: Sequence[Connection], scope: Scope) -> tuple[list[Desired], list[str]]:
    """Return, to be absent, what the owner has and does not want any more, and the names of what only seems to be of that kind.

    Only what carries a mark of this owner and key counts; a mark that was copied is nobody's. One of another key is unclear.
    """
    names = {desired.name for desired in wanted}
    ids = {desired.connection_id for desired in wanted}
    gone, unclear = [], []
    for one in existing:
        held = read(one.description, scope, one.name)
        is_of_owner = held.mark is not None and held.mark.owner == scope.owner and held.mark.state != PROOF
        if not is_of_owner or one.name in names or one.id in ids:
            continue
        if held.is_true:
            gone.append(Desired(one.name, one.id, "absent", reason="it is not listed any more"))
        elif held.is_of_another_key:
            unclear.append(f"'{one.name}'")
    return gone, unclear


def left_behind(existing: Sequence[Connection], scope: Scope, now: float) -> list[Desired]:
    """Return, to be absent, the throw-away connections of this owner and key that no run can be using any more.

    Parameters:
        existing: all PostgreSQL connections of the sandbox.
        scope: the sandbox, the owner, and the key of its marks.
        now: the time in seconds since 1970.
    """
    return [
        Desired(one.name, one.id, "absent", is_proof=True, reason="an interrupted run left it behind")
        for one in existing
        if (held := read(one.description, scope, one.name)).is_true
        and (held.mark and held.mark.state == PROOF and held.mark.owner == scope.owner)
        and (one.created_at and one.created_at / 1000 < now - LONGEST_PROOF)
    ]


def plan(desired: Desired, existing: Sequence[Connection], scope: Scope, works: bool | None = None) -> Plan:
    """Decide what to do about one connection.

    Parameters:
        desired: the desired state.
        existing: all PostgreSQL connections of the sandbox.
        scope: the sandbox, the owner, and the key of its marks.
        works: what the service's test says of the stored credentials, None if it was not asked.

    Raises:
        PlanError: what is wanted cannot be done, or not without guessing, or is another owner's.
    """
    current = find(desired, existing)
    if current is None and desired.state == "absent":
        return _absent(desired, existing)
    if current is None:
        return _create(desired, scope)
    if desired.state == "absent":
        made = _delete(desired, current, scope)
    else:
        made = replace(_update(desired, current, existing, scope, works), works=works)
    if made.action != "none":
        _check_owner(current, scope)
    return made


def _check_owner(current: Connection, scope: Scope) -> None:
    """Refuse what names another owner, whether or not that can be believed: it takes trust to delete, not to refuse."""
    found = read_mark(current.description)[1]
    owner = found.owner if found else None
    if scope.owner and owner and owner != scope.owner:
        raise PlanError(
            f"Base connection '{current.name}' belongs to owner '{owner}', not to '{scope.owner}', so nothing was changed: "
            "choose another name, or remove the mark at the end of its description to hand it over."
        )


def _absent(desired: Desired, existing: Sequence[Connection]) -> Plan:
    namesakes = [one.id for one in existing if desired.name and one.name == desired.name]
    if desired.connection_id and namesakes:
        raise PlanError(
            f"Base connection '{desired.name}' has the connection_id '{namesakes[0]}', not '{desired.connection_id}', "
            "so nothing was deleted: check both, or leave one of them out."
        )
    return Plan("none")


def _delete(desired: Desired, current: Connection, scope: Scope) -> Plan:
    if desired.name not in (None, current.name):
        raise PlanError(
            f"The base connection with the connection_id '{current.id}' is named '{current.name}', not '{desired.name}', "
            "so nothing was deleted: check both, or leave one of them out."
        )
    before = _state(current.name, current.description, _stored(desired, current, scope))
    return Plan("delete", (desired.reason,), target=current, before=before)


def _create(desired: Desired, scope: Scope) -> Plan:
    authentication = desired.authentication
    if authentication is None or desired.name is None:
        raise PlanError(
            f"There is no base connection '{desired.label}' in this sandbox, and without credentials none can be created: "
            "give server, database, username and password, or connection_string."
        )
    description = with_mark(desired.description or "", mark_of_sent(desired, scope, authentication, None))
    body = creation(desired.name, authentication, _params(authentication, scope), description)
    after = _state(desired.name, description, _new(authentication))
    return Plan("create", ("it does not exist",), body=body, sends_credentials=True, after=after, description=description)


def creation(name: str, authentication: Authentication, params: Mapping[str, str], description: str = "") -> dict[str, Any]:
    """Return the body that creates a connection (api-facts.md 1, 4.4)."""
    return {
        "name": name,
        **({"description": description} if description else {}),
        "auth": {"specName": authentication.spec_name, "params": params},
        "connectionSpec": {"id": SPEC_ID, "version": SPEC_VERSION},
    }


def _update(desired: Desired, current: Connection, existing: Sequence[Connection], scope: Scope, works: bool | None) -> Plan:
    desired = replace(desired, name=current.name if desired.name is None else desired.name)
    held = read(current.description, scope, current.name)
    reasons, left_alone, notes = credential_reasons(desired, current, held, scope, works)
    sent = desired.authentication if reasons else None
    if sent is None:
        undecided = works is None and (desired.retests_credentials or is_unproven(desired, held))
        mark, why = mark_of_kept(desired, scope, held, works=works)
    else:
        undecided, why = False, []
        mark = mark_of_sent(desired, scope, sent, held)
    operations: list[dict[str, Any]] = []
    if desired.name != current.name:
        if any(one.name == desired.name and one.id != current.id for one in existing):
            raise PlanError(f"Another base connection of this sandbox is named '{desired.name}' already: choose another name.")
        reasons.append(f"name differs: {current.name} → {desired.name}")
        operations.append({"op": "replace", "path": "/name", "value": desired.name})
    text = held.text if desired.description is None else desired.description
    if text != held.text:
        reasons.append("description differs")
    reasons += why
    description = with_mark(text, mark)
    if description != (current.description or ""):
        operation = "replace" if current.description else "add"
        operations.append({"op": operation, "path": "/description", "value": description})

    auth = _stored(desired, current, scope)
    before = _state(current.name, current.description, auth)
    made = Plan("none", (), left_alone, notes, current, needs_test=undecided, before=before, after=before)
    if not reasons:
        return replace(made, is_unproven=is_unproven(desired, held))
    if sent is not None:
        operations.append({"op": "replace", "path": "/auth/params", "value": _params(sent, scope)})
        auth = _new(sent)
    made = replace(made, action="update", reasons=tuple(reasons), operations=tuple(operations), description=description)
    return replace(made, sends_credentials=sent is not None, after=_state(desired.name, description, auth))


def _params(authentication: Authentication, scope: Scope) -> dict[str, str]:
    try:
        return authentication.params(scope.spellings)
    except KeyError as error:
        offered, sentence = ", ".join(sorted(scope.spellings)), f"The service does not offer ssl_mode: {error.args[0]} here"
        if set(scope.spellings.values()) <= {"true", "false"}:
            reason = "where sslMode only says whether SSL is enforced, as Adobe documents it for AWS"
            advice = "or say with ssl_mode_spellings how it is to be sent"
            raise PlanError(f"{sentence}, {reason}: choose one of {offered}, {advice}.") from None
        raise PlanError(f"{sentence}: choose one of {offered}.") from None


def _stored(desired: Desired, current: Connection, scope: Scope) -> dict[str, Any]:
    return {"type": current.auth_spec, **stored_settings(desired, current, scope), "credentials": "(stored)"}


def _new(authentication: Authentication) -> dict[str, Any]:
    return {"type": authentication.spec_name, **visible_settings(authentication.identity), "credentials": "(new)"}


def _state(name: str | None, description: str | None, auth: dict[str, Any]) -> dict[str, Any]:
    """Return a connection as a diff shows it: what is visible, and a word in place of the secret."""
    text, found = read_mark(description)
    return {"name": name, "description": text, "mark": str(found) if found else None, "auth": auth}
