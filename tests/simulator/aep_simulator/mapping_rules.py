"""The rules of a mapping set, in both dialects that are published, and what is wrong with them (api-facts.md 9.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aep_simulator.errors import framework_error
from aep_simulator.settings import Settings
from aep_simulator.store import Item

ATTRIBUTE, EXPRESSION = "ATTRIBUTE", "EXPRESSION"
_KINDS = (ATTRIBUTE, EXPRESSION, "STATIC")
_TEXTS = ("name", "description", "identityGroup", "namespaceCode")
_DEEPEST = 50  # parts of a destination; an assumption
_NEW, _OLD = ("source", "destination"), ("sourceAttribute", "destinationXdmPath")


@dataclass(frozen=True)
class Rule:
    """What goes where: ``more`` is what else there is about it, as it was sent."""

    kind: str
    source: str
    destination: str
    more: Item

    def shown(self, settings: Settings) -> Item:
        """Return the rule as GET shows it: other names and another kind than were sent are published (9.3)."""
        kinds = {ATTRIBUTE: settings.attribute_type, EXPRESSION: settings.expression_type}
        names = {"new": [_NEW], "old": [_OLD], "both": [_NEW, _OLD]}[settings.mapping_dialect_shown]
        found: Item = {"sourceType": kinds.get(self.kind, self.kind)}
        for source, destination in names:
            found |= {source: self.source, destination: self.destination}
        return found | {"identity": False, "primaryIdentity": False, "functionVersion": 1} | self.more


def rules_of(document: Any, settings: Settings) -> list[Rule]:
    """Return the rules of a mapping set that is sent; one that is none is refused, which is an assumption."""
    given = document.get("mappings") if isinstance(document, dict) else None
    if not isinstance(given, list) or not given:
        raise refused("mappings are needed")
    return [_rule(one, settings) for one in given]


def refused(reason: str) -> Exception:
    """Return the error of Data Prep; its shape is an assumption."""
    return framework_error(400, "BadRequestError", reason)


def _rule(given: Any, settings: Settings) -> Rule:
    if not isinstance(given, dict):
        raise refused("a mapping is an object")
    accepted = {"new": [_NEW], "old": [_OLD], "both": [_NEW, _OLD]}[settings.mapping_dialect]
    names = next((pair for pair in accepted if all(isinstance(given.get(name), str) for name in pair)), None)
    if names is None or given[names[1]].count(".") > _DEEPEST:
        raise refused("a mapping has a source and a destination")
    kind = given.get("sourceType", ATTRIBUTE)
    if kind not in _KINDS:
        raise refused(f"sourceType: give one of {', '.join(_KINDS)}")
    more = {name: given[name] for name in _TEXTS if isinstance(given.get(name), str)}
    flags = {name: given[name] for name in ("identity", "primaryIdentity") if isinstance(given.get(name), bool)}
    return Rule(kind, given[names[0]], given[names[1]], more | flags)


def schema_id(document: Any) -> str:
    """Return the id of the schema that a mapping set is for."""
    if not isinstance(document, dict):
        raise refused("a mapping set is an object")
    output = document.get("outputSchema")
    reference = output.get("schemaRef") if isinstance(output, dict) else None
    found = reference.get("id") if isinstance(reference, dict) else document.get("xdmSchema")
    if not isinstance(found, str) or not found:
        raise refused("outputSchema.schemaRef.id or xdmSchema is needed")
    return found


def problems(rules: list[Rule], schema: Item | None) -> list[str | None]:
    """Return for each rule what is wrong with it, if anything is."""
    paths = set(_paths(schema, "")) if schema else set()
    found: list[str | None] = []
    for rule in rules:
        if schema is None:
            found.append("The schema could not be found.")
        elif rule.destination not in paths:
            found.append(f"The destination {rule.destination[:200]} is not in the schema.")
        elif not rule.source.strip() or (rule.kind == EXPRESSION and rule.source.count("(") != rule.source.count(")")):
            found.append("The source cannot be understood.")
        else:
            found.append(None)
    return found


def _paths(schema: Item, prefix: str) -> Iterator[str]:
    for name, inner in schema.get("properties", {}).items():
        yield prefix + name
        yield from _paths(inner, f"{prefix}{name}.")


def transformed(rule: Rule, row: Item) -> Any:
    """Return what a rule makes of a row. Expressions are not worked out: None."""
    if rule.kind == ATTRIBUTE:
        return row.get(rule.source)
    return None if rule.kind == EXPRESSION else rule.source
