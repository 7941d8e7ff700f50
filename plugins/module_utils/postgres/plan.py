# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What has to be done to one base connection, decided without any input or output.

Check mode shows the plan, diff mode renders it, and a real run executes it: so they cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import Authentication, visible_settings
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID, SPEC_VERSION, Desired, Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import (
    FAILED,
    fingerprint,
    mark,
    read_mark,
    same_fingerprint,
)

Action = Literal["create", "update", "delete", "none"]


class PlanError(Exception):
    """What is wanted cannot be planned. The message is a sentence that says why, and what to do."""


@dataclass(frozen=True)
class Plan:
    """One connection's plan.

    ``body`` is what a create sends, ``operations`` the JSON Patch of an update; both may hold secrets.
    ``reasons`` say in words why something is done; ``notes`` say what was seen and left alone.
    ``works`` is what the service's test said of the stored credentials beforehand, None if it was not asked.
    """

    action: Action
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    target: Connection | None = None
    body: dict[str, Any] = field(default_factory=dict, repr=False)
    operations: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    sends_credentials: bool = False
    works: bool | None = None
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


def surplus(wanted: Sequence[Desired], existing: Sequence[Connection]) -> list[Desired]:
    """Return those connections, to be absent, that carry this collection's mark and that nobody wants any more."""
    names = {desired.name for desired in wanted}
    ids = {desired.connection_id for desired in wanted}
    return [
        Desired(one.name, one.id, "absent", reason="it is not listed any more")
        for one in existing
        if one.name not in names and one.id not in ids and read_mark(one.description)[1]
    ]


def plan(desired: Desired, existing: Sequence[Connection], scope: Scope, works: bool | None = None) -> Plan:
    """Decide what to do about one connection.

    Parameters:
        desired: the desired state.
        existing: all PostgreSQL connections of the sandbox.
        scope: the sandbox, and the key of its fingerprints.
        works: what the service's test says of the stored credentials, None if it was not asked.

    Raises:
        PlanError: what is wanted cannot be done, or not without guessing.
    """
    current = find(desired, existing)
    if desired.state == "absent":
        if current is None:
            return Plan("none")
        return Plan("delete", (desired.reason,), target=current, before=_shown(current))
    if current is None:
        return _create(desired, scope)
    return replace(_update(desired, current, existing, scope, works), works=works)


def _create(desired: Desired, scope: Scope) -> Plan:
    authentication = desired.authentication
    if authentication is None or desired.name is None:
        raise PlanError(
            f"There is no base connection '{desired.label}' in this sandbox, and without credentials none can be created: "
            "give server, database, username and password, or connection_string."
        )
    description = desired.description or ""
    if desired.update_credentials == "on_change":
        description = mark(description, _fingerprint(authentication, scope, desired.name))
    body = {
        "name": desired.name,
        **({"description": description} if description else {}),
        "auth": {"specName": authentication.spec_name, "params": _params(authentication, scope)},
        "connectionSpec": {"id": SPEC_ID, "version": SPEC_VERSION},
    }
    after = _state(desired.name, desired.description or "", authentication.spec_name, authentication.identity, "new")
    return Plan("create", ("it does not exist",), body=body, sends_credentials=True, after=after)


def _update(desired: Desired, current: Connection, existing: Sequence[Connection], scope: Scope, works: bool | None) -> Plan:
    reasons, notes = _credential_reasons(desired, current, scope, works)
    sent = desired.authentication if reasons else None
    operations: list[dict[str, Any]] = []

    name = desired.name if desired.name is not None else current.name
    if name != current.name:
        if any(one.name == name and one.id != current.id for one in existing):
            raise PlanError(f"Another base connection of this sandbox is named '{name}' already: choose another name.")
        reasons.append(f"name differs: {current.name} → {name}")
        operations.append({"op": "replace", "path": "/name", "value": name})

    text = read_mark(current.description)[0]
    wanted = text if desired.description is None else desired.description
    if wanted != text:
        reasons.append("description differs")
    description = _marked(wanted, desired, replace(current, name=name), scope, sends=sent is not None)
    if description != (current.description or ""):
        operation = "replace" if current.description else "add"
        operations.append({"op": operation, "path": "/description", "value": description})

    before = _shown(current)
    if not reasons:
        return Plan("none", notes=tuple(notes), target=current, before=before, after=before)
    after = before | {"name": name, "description": wanted}
    if sent is not None:
        operations.append({"op": "replace", "path": "/auth/params", "value": _params(sent, scope)})
        after = _state(name, wanted, sent.spec_name, sent.identity, "new")
    return Plan(
        "update", tuple(reasons), tuple(notes), current, {}, tuple(operations), sent is not None, before=before, after=after
    )


def _marked(description: str, desired: Desired, current: Connection, scope: Scope, *, sends: bool) -> str:
    """Return a description with the fingerprint that is true of the credentials then."""
    if desired.authentication is not None and desired.update_credentials == "on_change":
        return mark(description, _fingerprint(desired.authentication, scope, current.name))
    found = read_mark(current.description)[1]
    # a fingerprint of credentials that are replaced without writing another one would be a lie
    return mark(description, found) if found and not sends else description


def _credential_reasons(desired: Desired, current: Connection, scope: Scope, works: bool | None) -> tuple[list[str], list[str]]:
    """Return why the stored credentials have to be replaced, and what was seen of them and is left alone."""
    authentication = desired.authentication
    if authentication is None:
        return [], []
    if current.auth_spec not in (None, authentication.spec_name):
        raise PlanError(
            f"Base connection '{current.name}' uses {current.auth_spec}, and whether the service can change that "
            f"to {authentication.spec_name} is not documented: keep the auth_type, or delete it with state: absent first."
        )
    drift = _drift(authentication.identity, current)
    if desired.update_credentials == "always":
        return [*drift, "update_credentials is always"], []
    if desired.update_credentials == "on_create":
        return [], [f"{one} (left alone, as update_credentials is on_create)" for one in drift]
    failing = ["the stored credentials do not work"] if works is False else []
    if desired.update_credentials == "on_failure":
        return [*drift, *failing], []
    return [*drift, *failing, *_fingerprint_reasons(authentication, current, scope, explained=bool(drift))], []


def _fingerprint_reasons(authentication: Authentication, current: Connection, scope: Scope, *, explained: bool) -> list[str]:
    found = read_mark(current.description)[1]
    if found is None:
        return ["it carries no fingerprint of its credentials"]
    if found == FAILED:
        return ["the credentials that were sent last failed their test"]
    if explained or same_fingerprint(found, _fingerprint(authentication, scope, current.name)):
        return []
    return ["credentials changed"]


def _drift(params: dict[str, str], current: Connection) -> list[str]:
    shown = visible_settings(current.auth_params)
    wanted = visible_settings(params)
    return [f"{key} differs: {shown[key]} → {value}" for key, value in wanted.items() if shown.get(key, value) != value]


def _fingerprint(authentication: Authentication, scope: Scope, name: str | None) -> str:
    if scope.key is None:
        raise PlanError("Detecting a change of credentials needs fingerprint_key or client_secret: give one of them.")
    return fingerprint(scope.key, authentication, sandbox=scope.sandbox, name=name or "")


def _params(authentication: Authentication, scope: Scope) -> dict[str, str]:
    try:
        return authentication.params(scope.spellings)
    except KeyError as error:
        offered = ", ".join(sorted(scope.spellings))
        raise PlanError(f"The service does not offer ssl_mode: {error.args[0]} here: choose one of {offered}.") from None


def _shown(current: Connection) -> dict[str, Any]:
    return _state(current.name, read_mark(current.description)[0], current.auth_spec, current.auth_params, "stored")


def _state(name: str | None, description: str, auth_spec: str | None, params: Any, credentials: str) -> dict[str, Any]:
    """Return a connection as a diff shows it: what is visible, and a word in place of the secret."""
    return {
        "name": name,
        "description": description,
        "auth": {"type": auth_spec, **visible_settings(params), "credentials": f"({credentials})"},
    }
