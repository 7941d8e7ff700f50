# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""The case of one dataflow: what is wanted, what is there, and all that has to be asked for a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ansible_collections.aep.sources.plugins.module_utils.client.errors import AepError
from ansible_collections.aep.sources.plugins.module_utils.dataflow.case import Case
from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import Desired, Facts, Seen
from ansible_collections.aep.sources.plugins.module_utils.dataflow.find import find
from ansible_collections.aep.sources.plugins.module_utils.dataflow_questions import Questions
from ansible_collections.aep.sources.plugins.module_utils.flow import Dataset, Flow
from ansible_collections.aep.sources.plugins.module_utils.mark import Place
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import PlanError


def case_of(desired: Desired, seen: Seen, questions: Questions, place: Place, now: float) -> Case:
    """Return the case of one dataflow.

    Parameters:
        desired: what is wanted.
        seen: what lists showed.
        questions: what else can be asked.
        place: the sandbox, the owner, and the key of its marks.
        now: the time in seconds since 1970.

    Raises:
        PlanError: what is wanted cannot be planned, as something of it is not there.
        AepError: a service failed.
    """
    found = find(desired, seen, place)
    case = Case(desired, None, (), seen, Facts(), place, now)
    if desired.state == "absent":
        return replace(case, target=found[0] if found else None, others=tuple(found[1:]))
    case = _chosen(case, found, questions) if found else replace(case, facts=questions.named(desired))
    target, facts = case.target, case.facts
    makes = target is None or bool(desired.replace and case.fixed(target))
    source = seen.source_of(target) if target else None
    table = (desired.table if makes else None) or (source.table if source else None)
    if makes or case.changes_mapping:
        schema_id = case.schema_id(target) if target and not makes else facts.dataset and facts.dataset.schema_id
        facts = replace(facts, schema=questions.schema(schema_id) if schema_id else None)
    label = desired.connection or facts.base_id or ""
    if makes and facts.base_id and table:
        facts = replace(facts, columns=questions.columns(facts.base_id, table, label=label))
    elif desired.table and desired.columns is None and facts.base_id and table:  # it may have gained some
        try:
            facts = replace(facts, columns=questions.columns(facts.base_id, table, label=label))
        except (AepError, PlanError) as error:
            facts = replace(facts, problem=f"its columns could not be compared ({error})")
    return replace(case, facts=facts)


def _chosen(case: Case, found: Sequence[Flow], questions: Questions) -> Case:
    """Return the case of one of several dataflows with a mark: the oldest of those that are as wanted, else an enabled one."""
    cases = []
    for flow in found:
        others = tuple(one for one in found if one is not flow)
        cases.append(replace(case, target=flow, others=others, facts=_facts(case, flow, questions)))
        if not cases[-1].fixed(flow):
            return cases[-1]
    return min(cases, key=lambda one: not one.target or one.target.state != "enabled")


def _facts(case: Case, flow: Flow, questions: Questions) -> Facts:
    """Return what is named, or is in use where nothing is, with the mapping where one is wanted or may be copied."""
    desired, source, target = case.desired, case.seen.source_of(flow), case.seen.target_of(flow)
    in_use = Dataset(target.dataset_id, None, target.schema_id) if target and target.dataset_id else None
    named = questions.named(desired, in_use)
    base_id = named.base_id or (source.base_id if source else None) or flow.base_id
    needs_mapping = desired.mapping is not None or desired.replace
    mapping = questions.mapping(desired.label, flow) if needs_mapping else None
    return Facts(base_id, named.dataset or in_use, mapping)
