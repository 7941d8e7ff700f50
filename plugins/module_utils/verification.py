# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""How a Flow Service behaves where Adobe does not say: one probe for each row of api-facts.md 10 that a trial can answer."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable, Iterator

from ansible_collections.aep.sources.plugins.module_utils.api.flow_service import link_to_next
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError, ServiceError
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Desired
from ansible_collections.aep.sources.plugins.module_utils.dataflow_probes import PROBES
from ansible_collections.aep.sources.plugins.module_utils.dataflow_questions import Services
from ansible_collections.aep.sources.plugins.module_utils.dataflow_trial import DataflowTrial
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    ASSUMED_SPELLINGS,
    SSL_MODES,
    BasicAuthentication,
    spellings_among,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import SPEC_ID
from ansible_collections.aep.sources.plugins.module_utils.probe import Finding, Probe
from ansible_collections.aep.sources.plugins.module_utils.trial import Trial

_BOOLEANS = {mode: "false" if mode == "disable" else "true" for mode in SSL_MODES}
_LONG_NAME = 256  # characters
_LARGE_PAGE = 1000
_ONE_PARAMETER = "/auth/params/password"
_IN_PLAIN = "the password is shown in plain"
_NO_LINK, _NO_CONTINUATION, _ADDRESS = "there is none", "something without a continuationToken", "an address"
_MISSED = "tell the maintainers: connections behind the first page may be missed"
_SPELLING = ("How is sslMode spelled?", "as published, else Verify-Full")


def verify(
    services: Services,
    authentication: BasicAuthentication,
    throw_away: Desired | None = None,
    *,
    wait_timeout: float,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Finding]:
    """Return what was found out. What was made for it is deleted, whatever happens.

    Parameters:
        services: those of the sandbox to do it in.
        authentication: credentials of a database that Experience Platform can reach.
        throw_away: what a dataflow may be made of, with a dataset to throw away; None if there is none.
        wait_timeout: seconds that a connection or a dataflow may take to be ready, listed or gone.
        sleep: waits for so many seconds.

    Raises:
        AepError: a base connection cannot be made at all, or something could not be deleted; the error says which.
        PlanError: the dataset or the table is not there, or lacks something; nothing is left.
    """
    trial = Trial(services.flow, authentication, wait_timeout, sleep)
    dataflow = DataflowTrial(trial, services, throw_away)
    dataflow.check()
    try:
        findings = [*_findings(trial), *(probe.finding(dataflow) for probe in PROBES)]
    except BaseException:  # also what Ansible raises when a task's time is over
        with contextlib.suppress(AepError):
            _clean_up(trial, dataflow)
        raise
    _clean_up(trial, dataflow)
    return findings


def questions() -> list[Finding]:
    """Return what ``verify`` asks, without asking."""
    return [Finding(*_SPELLING), *(probe.asked for probe in _PROBES), *(probe.asked for probe in PROBES)]


def _clean_up(trial: Trial, dataflow: DataflowTrial) -> None:
    """Delete the parts of the dataflow, and then the connections, as none is deleted that is in use."""
    with contextlib.ExitStack() as deletions:  # goes through both, the last one first, whatever is raised
        deletions.callback(trial.clean_up)
        deletions.callback(dataflow.clean_up)


def _findings(trial: Trial) -> Iterator[Finding]:
    yield _first(trial)
    for probe in _PROBES:
        yield probe.finding(trial)


def _first(trial: Trial) -> Finding:
    """Create the connection that most is asked of, by the first spelling of sslMode that the service takes."""
    mode = trial.known.ssl_mode
    published = trial.flow.published_values(SPEC_ID, trial.known.spec_name, "sslMode")
    offered = spellings_among(published)
    tried = [offered[mode]] if mode in offered else _spellings_of(mode)
    for spelling in tried:
        trial.spellings = {mode: spelling}
        try:
            trial.create()
            break
        except ServiceError as error:
            if error.problem.status != 400 or spelling == tried[-1]:
                raise
    trial.first_state = trial.get().state
    how = "published by the service" if published else "found by trying"
    is_known = published or spelling == ASSUMED_SPELLINGS[mode]
    advice = "" if is_known else f'ssl_mode_spellings: {{{mode}: "{spelling}"}}'  # without quotes, YAML reads a boolean
    return Finding(*_SPELLING, f"{mode} as {spelling}, {how}", advice)


def _spellings_of(mode: str) -> list[str]:
    """Return how Adobe's pages may spell a mode: Verify-Full, verify-full, Verify Full, Verify_full, VerifyFull, true."""
    titles = mode.title().split("-")
    forms = [" ".join(titles), mode.capitalize().replace("-", "_"), "".join(titles)]
    return list(dict.fromkeys([ASSUMED_SPELLINGS[mode], mode, *forms, _BOOLEANS[mode]]))


def _states(trial: Trial) -> str:
    return ", then ".join(dict.fromkeys([str(trial.first_state), str(trial.ready().state)]))


def _shown_password(trial: Trial) -> str:
    params = trial.get().auth_params
    if not params.get("password"):
        return "the password is left out" if params else "no parameters are shown"
    return _IN_PLAIN if params["password"] == trial.known.password else "something else is shown for the password"


def _masked_password(trial: Trial) -> str:
    shown = trial.get().auth_params.get("password")
    if not isinstance(shown, str) or shown == trial.known.password:
        return "not to be seen, as no masked one is shown"
    if not trial.works():
        return "not to be seen, as the service does not reach the database"
    trial.replace_params(password=shown)
    kept = trial.works()
    trial.replace_params()
    return "it is ignored" if kept else "it is stored, and the connection works no more"


def _long_name(trial: Trial) -> None:
    trial.create(" long".ljust(_LONG_NAME - len(trial.name), "g"))


def _create_wrong(trial: Trial) -> str:
    trial.create(" wrong", trial.wrong)
    return "not at create"


def _create_by_string(trial: Trial) -> None:
    trial.create(" string", trial.string)


def _link_to_next(trial: Trial) -> str:
    trial.create(" two")
    trial.listed()
    href = link_to_next(trial.flow.first_page("ask for a page of one connection", limit=1))
    if href is None or "continuationToken=" not in href:
        return _NO_LINK if href is None else _NO_CONTINUATION
    return {"?": "a query", "/": "a path and a query"}.get(href[:1], _ADDRESS)


def _large_page(trial: Trial) -> None:
    trial.flow.first_page("ask for a large page of connections", limit=_LARGE_PAGE)


def _change_wrong(trial: Trial) -> str:
    trial.replace_params(password=trial.wrong.password)
    return "not at a change"


def _test_wrong(trial: Trial) -> str:
    trial.replace_params(password=trial.wrong.password)
    try:
        return str(trial.works()).lower()
    finally:
        trial.replace_params()


def _change_kind(trial: Trial) -> None:
    string = trial.string
    trial.patch({"/auth/specName": string.spec_name, "/auth/params": string.params(trial.spellings)})


def _describe(trial: Trial, etag: Callable[[str], str]) -> None:
    trial.patch({"/description": "verified"}, etag)


def _without_sandbox(trial: Trial) -> str:
    trial.flow.first_page("look for connections without naming a sandbox", limit=1, name_sandbox=False)
    return "the default sandbox is taken"


def _missing(trial: Trial) -> str:
    return "it is" if trial.flow.get(trial.name, str(uuid.uuid4())) is None else "it is not"


_PROBES: tuple[Probe[Trial], ...] = (
    Probe("Is a new connection listed at once?", "maybe not", Trial.listed),
    Probe("In which state is a new connection?", "enabled, on AWS initializing before", _states),
    Probe(
        "How do stored passwords come back?",
        "not relied on",
        _shown_password,
        advice={_IN_PLAIN: "let few people list connections: they can read passwords"},
    ),
    Probe("What becomes of a masked password that is sent back?", "it is stored, so it is never sent", _masked_password),
    Probe("May sslMode be a boolean as text?", "not relied on", lambda trial: trial.create(" boolean", spellings=_BOOLEANS)),
    Probe("May two connections have one name?", "they may", Trial.create),
    Probe(f"May a name have {_LONG_NAME} characters?", "it may", _long_name, "give connections shorter names"),
    Probe("Are credentials checked at create?", "not at create", _create_wrong),
    Probe("Is a connection string offered?", "on Azure, not on AWS", _create_by_string, "auth_type: basic"),
    Probe(
        "What does the link to the next page hold?",
        "a continuationToken",
        _link_to_next,
        advice=dict.fromkeys([_NO_LINK, _NO_CONTINUATION, _ADDRESS], _MISSED),
    ),
    Probe(f"May a page be asked to hold {_LARGE_PAGE} connections?", "not relied on, 100 are asked for", _large_page),
    Probe("Are credentials checked at a change?", "not at a change", _change_wrong),  # the next probe puts the right ones back
    Probe("What does the service's test say of a wrong password?", "false", _test_wrong, advice={"true": "test: never"}),
    Probe("Can the password alone be changed?", "it can", lambda trial: trial.patch({_ONE_PARAMETER: trial.known.password})),
    Probe("May If-Match be a star?", "not relied on", lambda trial: _describe(trial, lambda _etag: "*")),
    Probe("May If-Match leave out the quotes?", "not relied on", lambda trial: _describe(trial, lambda etag: etag.strip('"'))),
    Probe("Can the kind of authentication be changed?", "it cannot", _change_kind),
    Probe("Can the state be changed?", "it cannot", lambda trial: trial.patch({"/state": "disabled"})),
    Probe("What if no sandbox is named?", "refused", _without_sandbox),
    Probe("Is a connection that is not there told apart?", "it is", _missing),
    Probe("When is a deleted connection gone?", "maybe later", Trial.deleted),
)
