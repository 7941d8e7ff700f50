# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The work of the modules that change something, between their options and their result."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.access import new_token
from ansible_collections.aep.sources.plugins.module_utils.mark import derived_key, stretched_key
from ansible_collections.aep.sources.plugins.module_utils.module import Task
from ansible_collections.aep.sources.plugins.module_utils.outcome import Outcome, Run
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    SSL_MODES,
    ConnectionStringAuthentication,
    properties_of,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired, Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import (
    InputError,
    desired_connection,
    desired_connections,
    quoted,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.warnings import risks
from ansible_collections.aep.sources.plugins.module_utils.reconcile import Reconciler

_SHORTEST_KEY = 16
BECAME = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted", "none": "unchanged"}
_OWNER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")


def access_token(task: Task) -> dict[str, Any]:
    """Return the access token that was given, or fetch one."""
    task.check_access()
    given = task.options["access_token"]
    if given:
        task.mask.reveal(given)
        return {"changed": False, "access_token": given, "expires_in": None}
    token = new_token(task.options, task.reporter)
    return {"changed": False, "access_token": token.value, "expires_in": token.expires_in}


def postgres_connection(task: Task) -> dict[str, Any]:
    """Manage one base connection."""
    outcome, *left_behind = _reconcile(task, [desired_connection(task.options)])
    changes = [one for one in (outcome, *left_behind) if one.changed]
    result = {
        "changed": bool(changes),
        "connection": _shown(task, outcome),
        "actions": [{"action": one.action, "reasons": list(one.reasons)} for one in changes],
    }
    if task.diff:
        result["diff"] = outcome.diff
    return result | ({**task.failure(outcome.error), "msg": _failures([outcome])} if outcome.error else {})


def postgres_connections(task: Task) -> dict[str, Any]:
    """Manage the base connections of a sandbox."""
    options, sandbox = task.options, task.options["sandbox"]

    def tell(outcome: Outcome) -> None:
        would_be = "would be " if task.check and outcome.changed else ""
        became = [would_be + BECAME[outcome.action]] if outcome.changed or not outcome.error else []
        became += ["failed"] if outcome.error else []
        task.progress(sandbox, outcome.name, ", then ".join(became), outcome.test)

    wanted = desired_connections(options["connections"], options["defaults"], options["credentials"])
    outcomes = _reconcile(task, wanted, tell)
    result: dict[str, Any] = {
        "changed": any(outcome.changed for outcome in outcomes),
        "org_id": options["org_id"],
        "sandbox": sandbox,
        "connections": [_reported(task, outcome) for outcome in outcomes],
    }
    if task.diff:
        result["diff"] = [_diff(outcome) for outcome in outcomes if outcome.changed]
    failed = [outcome for outcome in outcomes if outcome.error]
    if failed:
        heading = f"{len(failed)} of {len(outcomes)} base connections of sandbox '{sandbox}' failed. "
        result["msg"] = (heading if outcomes[1:] else "") + _failures(failed)
    return result


def _failures(outcomes: list[Outcome]) -> str:
    """Return why some connections failed, and what was done to them before that. What to do is said once."""
    said, hints = [], []  # type: list[str], list[str]
    for outcome in outcomes:
        if outcome.error:
            said.append(outcome.error.said)
            hints.append(outcome.error.hint or "")
        if outcome.changed:
            said.append(f"Before that, it was {BECAME[outcome.action]} ({', '.join(outcome.reasons)}).")
    return " ".join([*said, *dict.fromkeys(filter(None, hints))])


def _diff(outcome: Outcome) -> dict[str, Any]:
    names = {f"{side}_header": shown.get("name", outcome.name) for side, shown in outcome.diff.items()}
    return {**outcome.diff, **names}


def _prepare(task: Task, wanted: list[Desired]) -> tuple[Scope, list[Desired]]:
    """Return the sandbox, and what is wanted there as far as a change of credentials can be detected."""
    options = task.options
    check_managed(options, "connections", is_empty=all(desired.state == "absent" for desired in wanted))
    _check_spellings(options["ssl_mode_spellings"])
    for desired in wanted:
        _mask_parts(task, desired)
    scope = Scope(
        options["sandbox"],
        key_of_marks(options),
        organization=options["org_id"],
        owner=options["owner"],
        own_spellings=options["ssl_mode_spellings"],
    )
    for risk in risks(wanted, has_key=bool(scope.key), suppressed=options["suppress_warnings"]):
        task.warn(risk)
    if not scope.key:
        wanted = [replace(one, update_credentials="on_create") if one.is_marked else one for one in wanted]
    return scope, wanted


def check_managed(options: Mapping[str, Any], what: str, *, is_empty: bool) -> None:
    """Check the options that say who manages things.

    Parameters:
        options: the options of a module.
        what: the things, which is also the name of the option that lists several.
        is_empty: whether none of them is to be there.

    Raises:
        InputError: an option's value cannot be used, or is missing.
    """
    key, owner, purge = options["fingerprint_key"], options["owner"], options.get("purge", False)
    problems = {
        f"fingerprint_key is too short: give at least {_SHORTEST_KEY} characters, best random ones.": (
            key is not None and len(key) < _SHORTEST_KEY
        ),
        f"owner {quoted(owner)} is no short name: give up to 32 lower-case letters, digits and hyphens.": (
            owner is not None and not _OWNER.fullmatch(owner)
        ),
        f"purge needs owner: give the name under which these {what} are managed. Others stay.": purge and not owner,
        f"purge needs fingerprint_key or client_secret, which tell the owner's {what} from others: give one of them.": (
            purge and not key and not options["client_secret"]
        ),
        f"{what} has none to be present, so purge would remove all of the owner: set purge_all if that is meant.": (
            purge and is_empty and not options["purge_all"]
        ),
    }
    _raise_first(problems)


def _check_spellings(spellings: Mapping[str, Any]) -> None:
    problems = {}
    for mode, spelling in spellings.items():
        problems[f"ssl_mode_spellings has no text for {mode}, as YAML reads it without quotes: put it in quotes."] = (
            mode in SSL_MODES and isinstance(spelling, bool | int | float)
        )
        problems[f"ssl_mode_spellings has {mode}: give texts for {', '.join(SSL_MODES)}."] = (
            mode not in SSL_MODES or not isinstance(spelling, str) or not spelling
        )
    _raise_first(problems)


def _raise_first(problems: Mapping[str, bool]) -> None:
    for sentence, is_there in problems.items():
        if is_there:
            raise InputError(sentence)


def key_of_marks(options: Mapping[str, Any]) -> bytes | None:
    """Return the key of the marks that a module makes, None if nothing is given that it could be made of."""
    if options["fingerprint_key"]:
        return stretched_key(options["fingerprint_key"], options["org_id"])
    return derived_key(options["client_secret"]) if options["client_secret"] else None


def _mask_parts(task: Task, desired: Desired) -> None:
    """Mask a connection string that was composed, and the password inside of one."""
    if isinstance(desired.authentication, ConnectionStringAuthentication):
        whole = desired.authentication.connection_string
        task.mask.add(whole)
        for key in ("password", "pwd"):
            task.mask.add(properties_of(whole).get(key))


def _reconcile(task: Task, wanted: list[Desired], tell: Callable[[Outcome], None] = lambda _outcome: None) -> list[Outcome]:
    options, flow = task.options, task.flow_service()
    scope, wanted = _prepare(task, wanted)
    if not wanted and not options["purge"]:
        return []
    run = Run(
        check=task.check,
        wait_timeout=options["wait_timeout"] if options["wait"] else 0,
        proof_timeout=options["wait_timeout"],
        retries=options["retries"],
        concurrency=options.get("concurrency", 1),
        purge=options.get("purge", False),
        finished=tell,
    )
    reconciler = Reconciler(flow, scope, run)
    outcomes = reconciler.reconcile(wanted)
    for remark in reconciler.remarks:
        task.warn(f"Sandbox '{scope.sandbox}': {remark}.")
    for outcome in outcomes:
        for warning in outcome.warnings:
            task.warn(f"Base connection '{outcome.name}' in sandbox '{scope.sandbox}': {warning}.")
    return outcomes


def _shown(task: Task, outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "id": outcome.id,
        "sandbox": task.options["sandbox"],
        "description": outcome.description,
        "state": outcome.state,
        "etag": outcome.etag,
        "test": outcome.test,
        "test_before": outcome.test_before,
        "left_alone": list(outcome.plan.left_alone),
    }


def _reported(task: Task, outcome: Outcome) -> dict[str, Any]:
    return {
        **_shown(task, outcome),
        "action": outcome.action,
        "reasons": list(outcome.reasons),
        "changed": outcome.changed,
        **task.failure(outcome.error),
    }
