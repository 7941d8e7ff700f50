# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What an overview says in words: lines that count, each in one way, and a summary that fits on a screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

# The statuses of a connection, worst first, and the words for each.
STATUSES = {
    "fails": "not working",
    "unknown": "unknown",
    "missing": "missing",
    "untested": "not tested",
    "works": "working",
    "absent": "absent",
}
# How a connection differs from its definition without an action.
LEFT_ALONE, NOT_ENABLED, NOT_COMPARED = "left alone", "not enabled", "not compared"
_STAYING = {LEFT_ALONE: "different", NOT_ENABLED: "not enabled"}
_BECAME = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted"}
_DONE = {**_BECAME, **_STAYING, NOT_COMPARED: "not changed"}
_TO_BE_DONE = {**{action: f"would be {became}" for action, became in _BECAME.items()}, **_STAYING, NOT_COMPARED: NOT_COMPARED}
_MOST_LINES = 20
_MOST_ADVICE = 4
_MOST_NAMES = 3
_LEAST_CHANGES = 3  # lines about changes, however much failed


class _Line(NamedTuple):
    """What is said of one connection or dataflow, or of a sandbox if it has no name."""

    sandbox: str
    name: str
    text: str
    kind: str = "base connection"


def is_absent_as_defined(one: Mapping[str, Any]) -> bool:
    """Return whether a connection is not there, as it should be: then it does not count as one."""
    return one["status"] == "absent" and not one["drift"]


def counted(sandboxes: Sequence[Mapping[str, Any]], *, done: bool) -> list[str]:
    """Return sentences with counts, of which each adds up to all sandboxes, all connections or all dataflows.

    Parameters:
        sandboxes: those of an overview.
        done: whether the changes were made, or only predicted.
    """
    rows = [one for sandbox in sandboxes for one in sandbox["connections"]]
    connections = [one for one in rows if not is_absent_as_defined(one)]
    absent = len(rows) - len(connections)
    known = sum((sandbox["begun"] and not sandbox["problem"]) or bool(sandbox["connections"]) for sandbox in sandboxes)
    where = _number(len(sandboxes), "sandbox", "sandboxes")
    where = where if known == len(sandboxes) else f"{known} of {where}"
    first = f"{_number(len(connections), 'base connection')} in {where}" + (
        f", and {absent} absent as defined" if absent else ""
    )
    results, failures = (
        Counter(map(_result, sandboxes)),
        Counter("failed" if one["problem"] else "succeeded" for one in connections),
    )
    flows = [flow for one in connections for flow in one["dataflows"] or []]
    failing = sum(len(one["failing"]) for one in connections)
    return [
        f"{first}.",
        *_parts("Sandboxes", results, ["succeeded", "failed", "not begun"], unless="succeeded"),
        *_parts("Base connections", failures, ["succeeded", "failed"], unless="succeeded"),
        *_compared(connections, done=done),
        *_parts("Tests", Counter(STATUSES[one["status"]] for one in connections), STATUSES.values()),
        *_compared_dataflows(sandboxes, done=done),
        *([f"Dataflows: {failing} failing, {len(flows) - failing} not failing."] if failing else []),
    ]


def _compared(connections: Sequence[Mapping[str, Any]], *, done: bool) -> list[str]:
    """Return how connections compare with their definitions, or what was changed in them."""
    words, same = (_DONE, "unchanged") if done else (_TO_BE_DONE, "as defined")

    def word(one: Mapping[str, Any]) -> str:
        if one["drift"] or one["foreign"]:
            return words[one["difference"]] if one["drift"] else "foreign"
        return words[NOT_COMPARED] if one["problem"] or not one["defined"] else same

    order = [*words.values(), "foreign", same]
    return _parts("Changes" if done else "Definitions", Counter(map(word, connections)), order)


def _compared_dataflows(sandboxes: Sequence[Mapping[str, Any]], *, done: bool) -> list[str]:
    """Return how dataflows compare with their definitions, or what was changed in them."""
    words, same = (_DONE, "unchanged") if done else (_TO_BE_DONE, "as defined")
    rows = [one for sandbox in sandboxes for one in sandbox["dataflows"]]
    counts = Counter("failed" if one["problem"] else words.get(one["difference"], same) for one in rows)
    return _parts("Defined dataflows", counts, ["failed", *words.values(), same])


def _parts(what: str, counts: Counter[str], order: Iterable[str], *, unless: str = "") -> list[str]:
    """Return a sentence with counts in an order, or none if there is nothing to count, or all are as usual."""
    if not counts or set(counts) == {unless}:
        return []
    return [f"{what}: {', '.join(f'{counts[word]} {word}' for word in order if counts[word])}."]


def _result(sandbox: Mapping[str, Any]) -> str:
    if not sandbox["begun"]:
        return "not begun"
    rows = (sandbox, *sandbox["connections"], *sandbox["dataflows"])
    return "failed" if any(one["problem"] for one in rows) else "succeeded"


def summary(sandboxes: Sequence[Mapping[str, Any]], *, done: bool) -> list[str]:
    """Return the counts, what failed and why, what differs or was changed, and what to do, in a limited number of lines.

    Parameters:
        sandboxes: those of an overview.
        done: whether the changes were made, or only predicted.
    """
    failures, changes, advice = [], [], []  # type: list[_Line], list[_Line], list[_Line]
    for sandbox in sandboxes:
        name = sandbox["name"]
        failures += [_Line(name, "", f"failed. {sandbox['problem']}")] if sandbox["problem"] else []
        failures += [_Line(name, "", f"dataflows unknown. {sandbox['remark']}")] if sandbox["remark"] else []
        advice += [_Line(name, "", sandbox["hint"])] if sandbox["hint"] else []
        for one in sandbox["connections"]:
            (failures if one["problem"] else changes).extend(
                _Line(name, one["name"], text) for text in [_told(one, name, done=done)] if text
            )
            advice += [_Line(name, one["name"], one["hint"])] if one["hint"] else []
        for one in sandbox["dataflows"]:
            (failures if one["problem"] else changes).extend(
                _Line(name, f"dataflow '{one['name']}'", text, "dataflow") for text in [_told_dataflow(one, done=done)] if text
            )
    not_begun = [sandbox["name"] for sandbox in sandboxes if not sandbox["begun"]]
    heading = [*counted(sandboxes, done=done), *([f"Not begun: {_listed(not_begun, 10)}."] if not_begun else [])]
    failures.sort(key=lambda line: bool(line.name))
    hints = [f"What to do about {_subject(group)}: {group[0].text}" for group in _groups(advice)][:_MOST_ADVICE]
    room = _MOST_LINES - len(heading) - len(hints)
    first = _fitted(failures, room - min(len(_groups(changes)), _LEAST_CHANGES))
    return [*heading, *first, *_fitted(changes, room - len(first)), *hints]


def _told(one: Mapping[str, Any], sandbox: str, *, done: bool) -> str:
    """Return what is said of a connection. It is empty if it is as defined, and has neither a problem nor failing dataflows."""
    words = _DONE if done else _TO_BE_DONE
    changed = f"{words[one['difference']]} ({', '.join(one['reasons'])})" if one["drift"] else ""
    if one["problem"]:
        then = f"{changed}, then failed" if changed else "failed"
        return f"{then}. {one['problem'].replace(_called(one['name'], sandbox), 'it')}"
    return ", ".join(filter(None, [changed, "not working" if one["status"] == "fails" else "", *one["failing"]]))


def _told_dataflow(one: Mapping[str, Any], *, done: bool) -> str:
    """Return what is said of a dataflow, which is nothing if it is as defined."""
    words = _DONE if done else _TO_BE_DONE
    changed = f"{words[one['difference']]} ({', '.join(one['reasons'])})" if one["difference"] else ""
    if one["problem"]:
        return f"{changed}, then failed. {one['problem']}" if changed else f"failed. {one['problem']}"
    return changed


def _called(name: str, sandbox: str) -> str:
    """Return what errors call a connection, which the line about it has said already."""
    return f"base connection '{name}' in sandbox '{sandbox}'"


def _fitted(lines: Sequence[_Line], room: int) -> list[str]:
    """Return a line for each, or one for all of the same text if there is no room for that, and how many more there are."""
    groups = [[line] for line in lines]
    if len(groups) > room:
        groups = _groups(lines)
    shown, left = (groups, []) if len(groups) <= room else (groups[: room - 1], groups[room - 1 :])
    more = [f"... and {sum(map(len, left))} more"] if left else []
    return [*(f"{_subject(group)}: {group[0].text}" for group in shown), *more]


def _groups(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Return the lines of the same text together, in the order of the first of each."""
    groups: dict[tuple[str, str], list[_Line]] = {}
    for line in lines:
        groups.setdefault((line.kind, line.text), []).append(line)
    return list(groups.values())


def _subject(lines: Sequence[_Line]) -> str:
    """Return which sandboxes or connections something is said of."""
    where = _listed(list(dict.fromkeys(line.sandbox for line in lines)), _MOST_NAMES)
    names = list(dict.fromkeys(line.name for line in lines))
    what = names[0] if len(names) == 1 else _number(len(lines), lines[0].kind)
    return f"{where}: {what}" if what else where


def _listed(names: Sequence[str], most: int) -> str:
    more = len(names) - most
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:most])} and {more} more"


def _number(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"
