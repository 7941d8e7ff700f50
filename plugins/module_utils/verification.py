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
from functools import partial
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
    yield from _creates(trial)
    yield from _links(trial)
    yield from _checked_at_change(trial, one)
    yield from _changes(trial, one)
    page = partial(trial.flow.first_page, "look for connections without naming a sandbox", limit=1, name_sandbox=False)
    yield _tried("What if no sandbox is named?", "refused", page, "the default sandbox is taken")
    missing = trial.flow.get(trial.name, str(uuid.uuid4()))
    yield Finding("Is a connection that is not there told apart?", "it is", "it is" if missing is None else "it is not")
    yield Finding("When is a deleted connection gone?", "maybe later", trial.deleted(one))


def _tried(
    question: str, assumed: str, request: Callable[[], object], accepted: str = ACCEPTED, *, refused: str = "", advice: str = ""
) -> Finding:
    """Return what becomes of a request, in words for either case; the advice is for one that is refused."""
    observed = answer_to(request)
    if observed == ACCEPTED:
        return Finding(question, assumed, accepted)
    return Finding(question, assumed, refused + observed, advice)


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


def _creates(trial: Trial) -> Iterator[Finding]:
    known, string = trial.authentication, _as_string(trial.authentication)
    wrong = replace(known, password=uuid.uuid4().hex)
    long, shorter = " long".ljust(_LONG_NAME - len(trial.name), "g"), "give connections shorter names"
    checked, when = "Are credentials checked at create?", "at create: "
    offered, where = "Is a connection string offered?", "on Azure, not on AWS"
    yield _tried("May two connections have one name?", "they may", lambda: trial.create(known))
    yield _tried(f"May a name have {_LONG_NAME} characters?", "it may", lambda: trial.create(known, long), advice=shorter)
    yield _tried(checked, "not at create", lambda: trial.create(wrong, " wrong"), "not at create", refused=when)
    yield _tried(offered, where, lambda: trial.create(string, " string"), advice="auth_type: basic")


def _links(trial: Trial) -> Iterator[Finding]:
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
    yield Finding("What does the link to the next page hold?", "a continuationToken", observed, advice)
    page = partial(trial.flow.first_page, "ask for a large page of connections", limit=_LARGE_PAGE)
    yield _tried(f"May a page be asked to hold {_LARGE_PAGE} connections?", "not relied on, 100 are asked for", page)


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


def _changes(trial: Trial, one: str) -> Iterator[Finding]:
    password = {"op": "replace", "path": "/auth/params/password", "value": trial.authentication.password}
    string = _as_string(trial.authentication)
    kind: list[dict[str, Any]] = [
        {"op": "replace", "path": "/auth/specName", "value": string.spec_name},
        {"op": "replace", "path": "/auth/params", "value": string.params(trial.spellings)},
    ]

    def describe(etag: Callable[[str], str]) -> None:
        trial.patch(one, _DESCRIBE, etag=etag)

    yield _tried("Can the password alone be changed?", "it can", lambda: trial.patch(one, password))
    yield _tried("May If-Match be a star?", "not relied on", lambda: describe(lambda _etag: "*"))
    yield _tried("May If-Match leave out the quotes?", "not relied on", lambda: describe(lambda etag: etag.strip('"')))
    yield _tried("Can the kind of authentication be changed?", "it cannot", lambda: trial.patch(one, *kind))
    yield _tried("Can the state be changed?", "it cannot", lambda: trial.patch(one, _DISABLE))


def _as_string(known: BasicAuthentication) -> ConnectionStringAuthentication:
    return ConnectionStringAuthentication(
        compose(server=known.server, database=known.database, port=known.port, username=known.username, password=known.password)
    )
