# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What a dataflow's schedule and mapping can be: rules that are data, and what they say of what was found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.dataflow.desired import similar
from ansible_collections.aep.sources.plugins.module_utils.flow import ONCE, Rule, Schedule

FREQUENCIES = (ONCE, "minute", "hour", "day", "week")
_RULE_KEYS = ({"source", "target"}, {"expression", "target"})
_LEAST = {"minute": 15}  # of an interval, where it is not 1

# When a schedule cannot be, and what is said then; each but the fourth is an error code of the service (1361, 1364, 1362).
_RULES: tuple[tuple[Callable[[Schedule], bool], str], ...] = (
    (lambda one: one.frequency == ONCE and one.interval is not None, "interval does not go with once: leave it out"),
    (lambda one: one.frequency == ONCE and one.backfill is not None, "backfill does not go with once: leave it out"),
    (
        lambda one: one.interval is not None and one.interval < _LEAST.get(one.frequency or "", 1),
        "interval {0.interval} is too short: give at least {least}",
    ),
    (lambda one: one.frequency not in (None, ONCE) and one.interval is None, "interval is missing: give it for {0.frequency}"),
)


def schedule_problem(schedule: Schedule) -> str:
    """Return what is wrong with a schedule, as half a sentence, or an empty text."""
    said = next((sentence for is_so, sentence in _RULES if is_so(schedule)), "")
    return said.format(schedule, least=_LEAST.get(schedule.frequency or "", 1))


def seconds(moment: str) -> int | None:
    """Return a moment of ISO 8601 in seconds since 1970, or None if it is none, or does not say its time zone."""
    try:
        found = datetime.fromisoformat(re.sub(r"(?i)z$", "+00:00", moment.strip()))
    except ValueError:
        return None
    return int(found.timestamp()) if found.tzinfo else None


def moment(since_1970: int | None) -> str | None:
    """Return seconds since 1970 as ISO 8601 in UTC, or None for what no calendar has."""
    try:
        return None if since_1970 is None else datetime.fromtimestamp(since_1970, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return None


def rules_of(mapping: object) -> frozenset[Rule] | str:
    """Return the rules of option ``mapping``, or one sentence about what is wrong with it."""
    listed = [{"source": key, "target": value} for key, value in mapping.items()] if isinstance(mapping, Mapping) else mapping
    if not isinstance(listed, list) or not listed:
        return "mapping has no rules: give a dictionary of columns and their targets, or a list of rules."
    for one in listed:
        if not isinstance(one, Mapping) or set(one) not in _RULE_KEYS:
            return "mapping has a rule that is not usable: give each a target, and either a source or an expression."
        if not all(isinstance(value, str) and value.strip() for value in one.values()):
            return "mapping has a value that is no text: put it in quotes."
    rules = [
        Rule(one["target"].strip(), (one.get("source") or one["expression"]).strip(), is_expression="expression" in one)
        for one in listed
    ]
    targets = [one.target for one in rules]
    twice = next((one for one in targets if targets.count(one) > 1), None)
    return f"mapping has two rules for the target '{twice}': leave one out." if twice else frozenset(rules)


def lacking(schema: Mapping[str, Any] | None, rules: Iterable[Rule]) -> Iterator[str]:
    """Yield the targets of rules that a schema does not have, as far as its inside can be seen."""
    for rule in sorted(rules):
        node: Any = schema
        for name in re.sub(r"\[[^\]]*\]", "", rule.target).split("."):
            node = _inside(node)
            fields = node.get("properties") if isinstance(node, Mapping) else None
            if not isinstance(fields, Mapping) or node.get("additionalProperties"):
                break
            if name not in fields:
                yield f"'{rule.target}'{similar(name, fields)}"
                break
            node = fields[name]


def _inside(node: Any) -> Any:
    while isinstance(node, Mapping) and node.get("type") == "array":
        node = node.get("items")
    return node
