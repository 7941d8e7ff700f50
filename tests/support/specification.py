"""Adobe's OpenAPI file, and the places where it contradicts what Adobe documents: listed once, each with its reason.

Nothing else is tolerated of what goes over the wire.
"""

from __future__ import annotations

import copy
import os
import pathlib
from collections.abc import Callable
from typing import Any

import yaml

FOLDER = os.environ.get("AEP_SPECS", "")
FILE = pathlib.Path(FOLDER) / "flow-service.yaml"
IS_THERE = bool(FOLDER) and FILE.exists()
MISSING = (
    f"{FILE.name} is not there: get it from static/swagger-specs of Adobe's repository AdobeDocs/experience-platform-apis "
    "on GitHub, and name its folder in the variable AEP_SPECS"
)
SERVER = "https://platform.adobe.io"
BASE = "/data/foundation/flowservice"

Specification = dict[str, Any]

_ONE = "/connections/{BASE_CONNECTION_ID}"
_OPERATION = {
    "type": "object",
    "required": ["op", "path"],
    "properties": {"op": {"type": "string", "enum": ["add", "replace", "remove"]}, "path": {"type": "string"}},
}
_ERROR = {"type": "object", "anyOf": [{"required": ["error_code"]}, {"required": ["errorMessage"]}, {"required": ["detail"]}]}


def _no_trailing_slash(specification: Specification) -> None:
    both = specification["paths"].pop(f"{_ONE}/")
    specification["paths"][_ONE] |= {method: both[method] for method in ("patch", "delete")}


def _patch_is_an_array(specification: Specification) -> None:
    content = specification["paths"][_ONE]["patch"]["requestBody"]["content"]["application/json"]
    content["schema"] = {"type": "array", "items": _OPERATION}


def _no_content_has_no_type(specification: Specification) -> None:
    specification["paths"][_ONE]["delete"]["responses"]["204"].pop("content", None)


def _delete_is_accepted(specification: Specification) -> None:
    for status in ("200", "202"):
        specification["paths"][_ONE]["delete"]["responses"][status] = {"description": "The connection is being deleted."}


def _explore_in_lower_case(specification: Specification) -> None:
    parameters = specification["paths"][f"{_ONE}/explore"]["get"]["parameters"]
    kind = next(parameter for parameter in parameters if parameter["name"] == "objectType")["schema"]
    kind["enum"] += [value.lower() for value in kind["enum"]]


def _explore_of_a_table_is_an_object(specification: Specification) -> None:
    content = specification["paths"][f"{_ONE}/explore"]["get"]["responses"]["200"]["content"]["application/json"]
    table = {"type": "object", "required": ["format", "schema"]}
    content["schema"] = {"oneOf": [content["schema"], table]}


def _publish_stands_alone(specification: Specification) -> None:
    parameters = specification["paths"][f"{_ONE}/action"]["post"]["parameters"]
    for parameter in parameters:
        if parameter["name"] == "subOp":
            parameter["required"] = False
        elif parameter["name"] == "op":
            parameter["schema"]["enum"] += [value.lower() for value in parameter["schema"]["enum"]]


def _errors_are_documented_elsewhere(specification: Specification) -> None:
    for operations in specification["paths"].values():
        for operation in operations.values():
            operation["responses"] = {
                status: response for status, response in operation["responses"].items() if int(status) < 400
            } | {"default": {"description": "An error.", "content": {"application/json": {"schema": _ERROR}}}}


# The place, with its section of api-facts.md, and what is amended there.
AMENDMENTS: list[tuple[str, Callable[[Specification], None]]] = [
    ("3.3: PATCH and DELETE stand under a path with a slash at its end, every tutorial has none", _no_trailing_slash),
    (
        "3.2: the body of a PATCH is one object with upper-case op, every tutorial sends an array with lower case",
        _patch_is_an_array,
    ),
    ("3.3: a 204 has a content type, but by its nature no content", _no_content_has_no_type),
    ("3.3: the Destinations file, for the same service, answers a delete with 202", _delete_is_accepted),
    ("3.8: objectType is in upper case, every tutorial writes lower case", _explore_in_lower_case),
    (
        "3.8: exploring a table returns an array of tables, the tutorial shows an object with a schema",
        _explore_of_a_table_is_an_object,
    ),
    ("3.4: subOp is required and op in upper case, the tutorial on drafts sends op=publish alone", _publish_stands_alone),
    (
        "6: the file names two or three errors without a body, Adobe's tables of errors name many, with four shapes",
        _errors_are_documented_elsewhere,
    ),
]


def amended() -> Specification:
    """Return the specification with every amendment made, for a server that is named."""
    specification: Specification = copy.deepcopy(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    specification["servers"] = [{"url": f"{SERVER}{BASE}"}]
    for _reason, amend in AMENDMENTS:
        amend(specification)
    return specification
