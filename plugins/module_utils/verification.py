# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""How a Flow Service behaves where Adobe does not say: one question for each row of api-facts.md 10 that a trial can answer."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import FlowService, link_to_next
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    ASSUMED_SPELLINGS,
    BasicAuthentication,
    ConnectionStringAuthentication,
    compose,
    spellings_among,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID
from ansible_collections.aep.sources.plugins.module_utils.trial import ACCEPTED, Trial, answer_to

_LONG_NAME = 256  # characters
_LARGE_PAGE = 1000
_DESCRIBE = {"op": "add", "path": "/description", "value": "verified"}
_DISABLE = {"op": "replace", "path": "/state", "value": "disabled"}
_OPEN_SECRET = "the password is shown in plain"  # noqa: S105 (an observation)


@dataclass(frozen=True)
class Finding:
    """One question, what the collection takes for granted, what was seen, and what to set because of it ("" for nothing)."""

    question: str
    assumed: str
    observed: str
    advice: str = ""


def verify(
    flow: FlowService, authentication: BasicAuthentication, *, wait_timeout: float, sleep: Callable[[float], None] = time.sleep
) -> list[Finding]:
    """Return what was found out. The connections made for it are deleted, whatever happens.

    Parameters:
        flow: the sandbox to do it in.
        authentication: credentials of a database that Experience Platform can reach.
        wait_timeout: seconds that a connection may take to be ready, listed or gone.
        sleep: waits for so many seconds.

    Raises:
        AepError: a base connection cannot be made at all, or one could not be deleted; the error says which.
    """
    trial = Trial(flow, authentication, wait_timeout, sleep)
    try:
        findings = list(_findings(trial))
    except BaseException:  # also what Ansible raises when a task's time is over
        with contextlib.suppress(AepError):
            trial.clean_up()
        raise
    trial.clean_up()
    return findings


def _findings(trial: Trial) -> Iterator[Finding]:
    """Ask one thing after the other, of one connection wherever that can be."""
    one, spelling = _first(trial)
    yield spelling
    first = trial.get(one)
    yield Finding("Is a new connection listed at once?", "maybe not", trial.listed(one))
    ready = trial.ready(one)
    states = f"{first.state}, then {ready.state}" if first.state != ready.state else str(first.state)
    yield Finding("In which state is a new connection?", "enabled, on AWS initializing before", states)
    yield _shown_secret(trial, one)
    yield _masked_secret(trial, one)
    yield Finding("May two connections have one name?", "they may", answer_to(lambda: trial.create(trial.authentication)))
    yield _long_name(trial)
    yield _links(trial)
    page = answer_to(lambda: trial.flow.first_page("ask for a large page of connections", limit=_LARGE_PAGE))
    yield Finding(f"May a page be asked to hold {_LARGE_PAGE} connections?", "not relied on, 100 are asked for", page)
    yield _checked_at_create(trial)
    yield from _checked_at_change(trial, one)
    yield _connection_string(trial)
    password = {"op": "replace", "path": "/auth/params/password", "value": trial.authentication.password}
    yield _change(trial, one, "Can the password alone be changed?", "it can", password)
    yield _change(trial, one, "May If-Match be a star?", "not relied on", _DESCRIBE, etag=lambda _etag: "*")
    yield _change(
        trial, one, "May If-Match leave out the quotes?", "not relied on", _DESCRIBE, etag=lambda etag: etag.strip('"')
    )
    yield _change(trial, one, "Can the kind of authentication be changed?", "it cannot", *_to_a_connection_string(trial))
    yield _change(trial, one, "Can the state be changed?", "it cannot", _DISABLE)
    yield _without_sandbox(trial)
    missing = trial.flow.get(trial.name, str(uuid.uuid4()))
    yield Finding("Is a connection that is not there told apart?", "it is", "it is" if missing is None else "it is not")
    yield Finding("When is a deleted connection gone?", "maybe later", trial.deleted(one))


def _first(trial: Trial) -> tuple[str, Finding]:
    mode = trial.authentication.ssl_mode
    published = trial.flow.published_values(SPEC_ID, trial.authentication.spec_name, "sslMode")
    offered = spellings_among(published)
    tried = [offered[mode]] if mode in offered else [ASSUMED_SPELLINGS[mode], mode, *_other_spellings(mode.split("-"))]
    for number, spelling in enumerate(tried, 1):
        trial.spellings = {mode: spelling}
        try:
            identifier = trial.create(trial.authentication)
        except ServiceError as error:
            if error.problem.status != 400 or number == len(tried):
                raise
            continue
        how = "published by the service" if published else "found by trying"
        advice = "" if published or spelling == ASSUMED_SPELLINGS[mode] else f"ssl_mode_spellings: {{{mode}: {spelling}}}"
        question = f"How is sslMode spelled for {mode}?"
        return identifier, Finding(question, ASSUMED_SPELLINGS[mode], f"{spelling}, {how}", advice)
    raise AssertionError("the last spelling is raised")  # pragma: no cover


def _other_spellings(words: list[str]) -> list[str]:
    """Return further spellings that Adobe's pages show: Verify Full, Verify_full, VerifyFull, and a boolean."""
    titles = [word.title() for word in words]
    others = [" ".join(titles), "_".join([titles[0], *words[1:]]), "".join(titles), "false" if words == ["disable"] else "true"]
    return list(dict.fromkeys(others))


def _shown_secret(trial: Trial, one: str) -> Finding:
    params = trial.get(one).auth_params
    password = params.get("password")
    if not params:
        observed = "no parameters are shown"
    elif not password:
        observed = "the password is left out"
    elif password == trial.authentication.password:
        observed = _OPEN_SECRET
    else:
        observed = "something else is shown for the password"
    advice = "let few people list connections: they can read passwords" if observed == _OPEN_SECRET else ""
    return Finding("How do stored passwords come back?", "not relied on", observed, advice)


def _masked_secret(trial: Trial, one: str) -> Finding:
    shown = trial.get(one).auth_params.get("password")
    if not isinstance(shown, str) or shown == trial.authentication.password:
        observed = "not to be seen, as no masked one is shown"
    elif not trial.flow.test(trial.name, one):
        observed = "not to be seen, as the service does not reach the database"
    else:
        observed = answer_to(lambda: trial.replace_params(one, password=shown))
        if observed == ACCEPTED:
            kept = trial.flow.test(trial.name, one)
            observed = "it is ignored" if kept else "it is stored, and the connection works no more"
            trial.replace_params(one)
    return Finding("What becomes of a masked password that is sent back?", "it is stored, so it is never sent", observed)


def _long_name(trial: Trial) -> Finding:
    suffix = " long".ljust(_LONG_NAME - len(trial.name), "g")
    observed = answer_to(lambda: trial.create(trial.authentication, suffix))
    advice = "" if observed == ACCEPTED else "give connections shorter names"
    return Finding(f"May a name have {_LONG_NAME} characters?", "it may", observed, advice)


def _links(trial: Trial) -> Finding:
    trial.listed(trial.create(trial.authentication, " two"))
    href = link_to_next(trial.flow.first_page("ask for a page of one connection", limit=1))
    if href is None:
        observed = "there is none"
    elif "continuationToken=" not in href:
        observed = "something without a continuationToken"
    else:
        observed = {"?": "a query", "/": "a path and a query"}.get(href[:1], "an address")
    expected = observed in ("a query", "a path and a query")
    advice = "" if expected else "tell the maintainers: connections behind the first page may be missed"
    return Finding("What does the link to the next page hold?", "a continuationToken", observed, advice)


def _checked_at_create(trial: Trial) -> Finding:
    wrong = replace(trial.authentication, password=uuid.uuid4().hex)
    observed = answer_to(lambda: trial.create(wrong, " wrong"))
    answer = "not at create" if observed == ACCEPTED else f"at create: {observed}"
    return Finding("Are credentials checked at create?", "not at create", answer)


def _checked_at_change(trial: Trial, one: str) -> Iterator[Finding]:
    observed = answer_to(lambda: trial.replace_params(one, password=uuid.uuid4().hex))
    verdict = "not to be seen, as they are refused"
    if observed == ACCEPTED:
        answers: list[bool] = []
        verdict = answer_to(lambda: answers.append(trial.flow.test(trial.name, one)))
        verdict = str(answers[0]).lower() if answers else verdict
        trial.replace_params(one)
    answer = "not at a change" if observed == ACCEPTED else f"at a change: {observed}"
    yield Finding("Are credentials checked at a change?", "not at a change", answer)
    advice = "test: never" if verdict == "true" else ""
    yield Finding("What does the service's test say of a wrong password?", "false", verdict, advice)


def _connection_string(trial: Trial) -> Finding:
    observed = answer_to(lambda: trial.create(_as_string(trial.authentication), " string"))
    advice = "" if observed == ACCEPTED else "auth_type: basic"
    return Finding("Is a connection string offered?", "on Azure, not on AWS", observed, advice)


def _change(
    trial: Trial, one: str, question: str, assumed: str, *operations: dict[str, Any], etag: Callable[[str], str] = str
) -> Finding:
    return Finding(question, assumed, answer_to(lambda: trial.patch(one, *operations, etag=etag)))


def _to_a_connection_string(trial: Trial) -> list[dict[str, Any]]:
    other = _as_string(trial.authentication)
    return [
        {"op": "replace", "path": "/auth/specName", "value": other.spec_name},
        {"op": "replace", "path": "/auth/params", "value": other.params(trial.spellings)},
    ]


def _without_sandbox(trial: Trial) -> Finding:
    action = "look for connections without naming a sandbox"
    observed = answer_to(lambda: trial.flow.first_page(action, limit=1, name_sandbox=False))
    return Finding(
        "What if no sandbox is named?", "refused", "the default sandbox is taken" if observed == ACCEPTED else observed
    )


def _as_string(known: BasicAuthentication) -> ConnectionStringAuthentication:
    return ConnectionStringAuthentication(
        compose(server=known.server, database=known.database, port=known.port, username=known.username, password=known.password)
    )
