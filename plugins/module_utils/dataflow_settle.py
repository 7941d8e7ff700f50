# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""One dataflow: plan, apply, and if a request failed, look, and plan again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from ansible_collections.aep.sources.plugins.module_utils.api.flow_parts import FLOWS
from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.concurrency import once_for_each
from ansible_collections.aep.sources.plugins.module_utils.dataflow.case import Case
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Desired, Seen
from ansible_collections.aep.sources.plugins.module_utils.dataflow.find import contested
from ansible_collections.aep.sources.plugins.module_utils.dataflow.parts import halves, read_flow, without
from ansible_collections.aep.sources.plugins.module_utils.dataflow.plan import Plan, plan
from ansible_collections.aep.sources.plugins.module_utils.dataflow_case import case_of
from ansible_collections.aep.sources.plugins.module_utils.dataflow_outcome import Outcome
from ansible_collections.aep.sources.plugins.module_utils.dataflow_questions import Questions, Services
from ansible_collections.aep.sources.plugins.module_utils.dataflow_work import Work
from ansible_collections.aep.sources.plugins.module_utils.flow import Flow, Rule
from ansible_collections.aep.sources.plugins.module_utils.mark import Place
from ansible_collections.aep.sources.plugins.module_utils.outcome import Run
from ansible_collections.aep.sources.plugins.module_utils.polling import LIST_LAG, PAUSES, poll
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import PlanError
from ansible_collections.aep.sources.plugins.module_utils.settle import cause_of

_UNCLEAR = "whether the new dataflow is there is not known, so the former one stays disabled until the next run"
_NOT_RESUMED = "the former dataflow could not be enabled again"


class Settler:
    """Settles the dataflows of one sandbox, each on its own. Parameters as of Reconciler."""

    def __init__(self, services: Services, place: Place, run: Run) -> None:
        self._parts = services.parts
        self._questions = Questions(services)
        self.work = Work(services, place, run)
        self._place = place
        self._run = run
        ask = services.mappings.problems
        self._problems: Callable[[tuple[str, str, frozenset[Rule]]], list[str]] = once_for_each(lambda asked: ask(*asked))
        # how often a plan is made anew at most, by why a request failed
        self._repeats = {"in doubt": 2, "refused by rate": run.retries, "token refused": 1, "moved": 2, "refused": 2}

    def list_until(self, wanted: Sequence[Desired], enough: Callable[[Seen], bool] = lambda _seen: True) -> Seen:
        """List until it is enough, and nothing is contested, or a list has had the time to show what is there."""

        def is_clear(seen: Seen) -> bool:
            return enough(seen) and not contested(wanted, seen, self._place)

        return poll(lambda: self._questions.look(wanted), is_clear, timeout=LIST_LAG, sleep=self._run.sleep).found

    def settle(self, seen: Seen, outcome: Outcome, *, makes: bool = True) -> Outcome:
        """Return the outcome with its plan applied, or with the error that stopped it.

        Parameters:
            seen: what lists showed.
            outcome: what is wanted.
            makes: whether a dataflow may be created: not where one was a moment ago, or there would be one more in each run.
        """
        tried: Plan | None = None
        paused: list[Flow] = []
        failures: Counter[str] = Counter()
        is_unclear = False
        try:
            while not outcome.applied:
                outcome = self._planned(seen, outcome)
                if outcome.plan.new and not makes:
                    reasons = "; ".join(outcome.plan.reasons)
                    raise self._error(outcome.desired, f"the service shows it otherwise than it was sent: {reasons}")
                try:
                    outcome = self._apply(outcome, paused)
                except AepError as error:
                    is_unclear = is_unclear or (bool(paused) and cause_of(error) == "in doubt")
                    seen = self._look_again(outcome, error, failures)
                    outcome = replace(outcome, desired=self._by_name(outcome, seen))
                    if cause_of(error) != "moved":  # else it was not done for certain
                        tried = tried or outcome.plan
        except AepError as error:
            return self._stopped(outcome, paused, error, is_unclear=is_unclear)
        if tried and not (outcome.plan.new and not tried.new):  # a try did a part of it, and the last one the rest
            return replace(outcome, plan=replace(tried, left_alone=outcome.plan.left_alone, notes=outcome.plan.notes))
        return outcome

    def _planned(self, seen: Seen, outcome: Outcome) -> Outcome:
        """Plan with all that has to be asked for it, when nothing is at work on the dataflow."""
        desired = outcome.desired
        try:
            case = case_of(desired, seen, self._questions, self._place, self._run.now())
            made, target = plan(case), case.target
        except PlanError as error:
            raise self._error(desired, str(error)) from None
        if made.new and self._questions.spec()[0] not in seen.spec_ids:  # what is of another flow spec was not listed yet
            return self._planned(self._questions.look(), outcome)
        self._validate(case, made)
        if target and not self._run.check and made.action != "none" and (target.is_busy or (made.leftovers and case.others)):
            ready = self._ready(desired, target)  # and of several, the one that stays must be there at this moment
            if ready != target:
                return self._planned(seen.updated(ready) if ready else seen.without(target), outcome)
        return replace(outcome, plan=made, flow=target, seen=seen, facts=case.facts)

    def _ready(self, desired: Desired, target: Flow) -> Flow | None:
        if target.is_busy:
            return self.work.until_done(desired.label, target)
        return target if self._parts.get(desired.label, target.id) else None

    def _validate(self, case: Case, made: Plan) -> None:
        """Ask the service what it has against a mapping before it is stored."""
        rules, schema_id = (made.new.rules, made.new.dataset.schema_id) if made.new else (made.rules, made.schema_id)
        if rules is None or not schema_id:
            return
        if problems := self._problems((case.desired.label, schema_id, rules)):
            raise self._error(case.desired, f"the service does not accept its mapping: {'; '.join(problems)}")

    def _apply(self, outcome: Outcome, paused: list[Flow]) -> Outcome:
        """Do what the plan says; in check mode, say so."""
        made, target, label, seen = outcome.plan, outcome.flow, outcome.desired.label, outcome.seen
        applied = replace(outcome, applied=True)
        if self._run.check or made.action == "none":
            return applied
        if made.new:
            pause = partial(self._pause, outcome, paused)
            created = self.work.create(made.new, seen, self._questions.spec(), pause)
            return replace(applied, created=created, flow=Flow(created, made.new.name))
        stay: list[str] = []
        for flow in made.leftovers:
            stay += self.work.remove(label, flow, seen)
            seen = without(self._place, seen, flow)
        stay += self.work.clean(label, seen, made.identity, None if made.action == "delete" else self._run.now())
        if made.action == "update" and target:
            target = self.work.update(label, made, target, outcome.facts.mapping)
        return replace(applied, flow=target).noting(*stay)

    def _pause(self, outcome: Outcome, paused: list[Flow]) -> None:
        """Disable what is going to be replaced, so that never both are enabled."""
        target, label = outcome.flow, outcome.desired.label
        if target and outcome.plan.operations:
            target = self.work.update(label, replace(outcome.plan, turn=None), target, None)
        if target and (target.is_busy or target.state in ("enabled", None)):  # it runs, or may do so in a moment
            paused.append(target)
            self.work.turn(label, target, "disable", self._run.proof_timeout)

    def _by_name(self, outcome: Outcome, seen: Seen) -> Desired:
        """Return what is wanted by the name of the new dataflow, as soon as what it replaces has its name and mark too."""
        desired, new = outcome.desired, outcome.plan.new
        named = [one for one in seen.flows if new and one.id == desired.flow_id and one.name == new.name]
        is_marked = any(read_flow(self._place, one).is_true for one in named)
        return replace(desired, flow_id=None, name=new.name) if new and is_marked else desired

    def _stopped(self, outcome: Outcome, paused: Sequence[Flow], error: AepError, *, is_unclear: bool) -> Outcome:
        """Return the outcome with the error that stopped it. What was to be replaced goes on, unless a new one may be there."""
        stopped = replace(outcome, applied=False, error=error)
        if not paused:
            return stopped
        if is_unclear or cause_of(error) == "in doubt":
            return stopped.noting(_UNCLEAR)
        try:
            found = self._parts.get(outcome.desired.label, paused[0].id)
            if found and found.state == "disabled":
                self.work.turn(outcome.desired.label, found, "enable")
            elif found and found.is_busy:
                return stopped.noting(f"{_NOT_RESUMED} (the service is still at work on it)")
        except AepError as another:
            return stopped.noting(f"{_NOT_RESUMED} ({another})")
        return stopped

    def _look_again(self, outcome: Outcome, error: AepError, failures: Counter[str]) -> Seen:
        """List again, unless it failed too often; what is expected to be there is given the time to show."""
        cause, desired, before = cause_of(error), outcome.desired, outcome.seen
        failures[cause] += 1
        if failures[cause] > self._repeats.get(cause, 0) or (cause == "refused" and not outcome.plan.new):
            raise error
        if cause == "refused by rate":
            self._run.sleep(PAUSES[min(failures[cause], len(PAUSES)) - 1])
        is_doubtful = cause == "in doubt" and bool(outcome.plan.new)
        seen = self.list_until(
            [desired], lambda seen: not is_doubtful or self._parts_of(outcome, seen) != self._parts_of(outcome)
        )
        if cause == "refused" and not self._flows(desired, seen) - self._flows(desired, before):
            raise error  # nobody else made it meanwhile, so it was refused for its own sake
        return seen

    def _parts_of(self, outcome: Outcome, seen: Seen | None = None) -> set[str]:
        seen = seen or outcome.seen
        parts = halves(self._place, seen, outcome.plan.identity)
        return self._flows(outcome.desired, seen) | {one.id for several in parts for one in several}

    def _flows(self, desired: Desired, seen: Seen) -> set[str]:
        return {one.id for one in seen.flows if one.name == desired.name}

    def _error(self, desired: Desired, reason: str) -> AepError:
        return AepError(self._parts.doing("plan", FLOWS, desired.label), reason)
