"""Surveys as AWX 24 takes them: what it refuses in one and in the answers to one, and which variables a job gets."""

from __future__ import annotations

from typing import Any

_TYPES = {"text": str, "textarea": str, "password": str, "multiplechoice": str, "multiselect": (str, list)}
_NUMBERS = {"integer": int, "float": (int, float)}
_REQUIRED = {"type": str, "question_name": str, "variable": str, "required": bool}

Spec = dict[str, Any]


def refused_spec(spec: Spec) -> str:
    """Return why a survey is refused, or an empty text."""
    for field, kind in (("name", str), ("description", str), ("spec", list)):
        if not isinstance(spec.get(field), kind):
            return f"Field '{field}' is missing from survey spec or of another type."
    if not spec["spec"]:
        return "'spec' doesn't contain any items."
    errors = [
        f"{error} in survey question {index}." for index, one in enumerate(spec["spec"]) if (error := _refused_question(one))
    ]
    return " ".join(errors)


def _refused_question(question: dict[str, Any]) -> str:
    for field, kind in _REQUIRED.items():
        if not isinstance(question.get(field), kind):
            return f"'{field}' is missing or of another type"
    default, wanted = question.get("default", ""), {**_TYPES, **_NUMBERS}[question["type"]]
    if default != "" and not isinstance(default, wanted):
        return f"Default value {default} expected to be {question['type']}"
    if question["type"] == "multiplechoice" and default not in question.get("choices", []):
        return "Default choice must be answered from the choices listed"
    if any(not isinstance(question[limit], int | None) for limit in ("min", "max") if limit in question):
        return "A limit expected to be integer"
    return ""


def refused_answers(spec: Spec, answers: dict[str, Any], *, may_lack: bool = False) -> list[str]:
    """Return why answers are refused. A default is no answer: one to a required question has to be given.

    Parameters:
        may_lack: whether required answers may be given later, as by a node of a workflow.
    """
    return [error for question in spec.get("spec", []) if (error := _refused(question, answers, may_lack=may_lack))]


def _refused(question: dict[str, Any], answers: dict[str, Any], *, may_lack: bool) -> str:
    name, kind = question["variable"], question["type"]
    if name not in answers:
        return f"'{name}' value missing" if question["required"] and not may_lack else ""
    value = answers[name]
    if kind in _NUMBERS and (isinstance(value, bool) or not isinstance(value, _NUMBERS[kind])):
        return f"Value {value} for '{name}' expected to be a number."
    if kind in ("text", "textarea", "password") and not isinstance(value, str):
        return f"Value {value} for '{name}' expected to be a string."
    if kind == "multiplechoice" and value not in question["choices"]:
        return f"Value {value} for '{name}' expected to be one of {question['choices']}."
    size = len(value) if isinstance(value, str) else value
    if question.get("min") is not None and size < question["min"]:
        return f"'{name}' value {value} is too small (must be at least {question['min']})."
    if question.get("max") is not None and size > question["max"]:
        return f"'{name}' value {value} is too large (must be no more than {question['max']})."
    return ""


def variables(template: dict[str, Any], spec: Spec, answers: dict[str, Any]) -> dict[str, Any]:
    """Return a job's extra variables: those of its template, then the survey's defaults that are valid, then the answers."""
    defaults = {one["variable"]: one["default"] for one in spec.get("spec", []) if "default" in one}
    valid = {name: value for name, value in defaults.items() if not refused_answers(spec, {name: value}, may_lack=True)}
    return {**template, **valid, **answers}
