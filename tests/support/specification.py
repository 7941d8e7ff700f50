"""Adobe's OpenAPI files, and the places where they contradict what Adobe documents: listed once, each with its reason.

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


_IDS = {"flows": "FLOW_ID", "sourceConnections": "SOURCE_CONNECTION_ID", "targetConnections": "TARGET_CONNECTION_ID"}


def _no_trailing_slash(specification: Specification) -> None:
    both = specification["paths"].pop(f"{_ONE}/")
    specification["paths"][_ONE] |= {method: both[method] for method in ("patch", "delete")}


def _patch_is_an_array(specification: Specification) -> None:
    for path in (_ONE, *(f"/{kind}/{{{name}}}" for kind, name in _IDS.items())):
        content = specification["paths"][path]["patch"]["requestBody"]["content"]["application/json"]
        content["schema"] = {"type": "array", "items": _OPERATION}


def _no_content_has_no_type(specification: Specification) -> None:
    for operations in specification["paths"].values():
        operations.get("delete", {}).get("responses", {}).get("204", {}).pop("content", None)


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
    actions = [operations for path, operations in specification["paths"].items() if path.endswith("/action")]
    for parameter in (one for operations in actions for one in operations["post"]["parameters"]):
        if parameter["name"] == "subOp":
            parameter["required"] = False
        elif parameter["name"] == "op":
            parameter["schema"]["enum"] += [value.lower() for value in parameter["schema"]["enum"]]


def _numbers_may_be_texts(specification: Specification) -> None:
    schemas = specification["components"]["schemas"]
    for name, kind in {"startTime": "integer", "interval": "integer", "backfill": "boolean"}.items():
        schemas["ScheduleSpecDTO"]["properties"][name] = {"anyOf": [{"type": kind}, {"type": "string"}]}
    schemas["TransformationSpecDTO"]["properties"]["mappingVersion"] = {"anyOf": [{"type": "integer"}, {"type": "string"}]}


def _errors_are_documented_elsewhere(specification: Specification) -> None:
    for operations in specification["paths"].values():
        for operation in operations.values():
            operation["responses"] = {
                str(status): response
                for status, response in operation["responses"].items()
                if status != "default" and int(status) < 400
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
    (
        "3.4: subOp is required and op in upper case, the pages send op=publish or op=enable alone",
        _publish_stands_alone,
    ),
    (
        "9.5: numbers of a schedule are texts in some places and numbers in others, and so is a mapping's version",
        _numbers_may_be_texts,
    ),
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


def _dates_are_numbers(specification: Specification) -> None:
    for schema in specification["components"]["schemas"].values():
        for name in ("createdDate", "modifiedDate"):
            if name in schema.get("properties", {}):
                schema["properties"][name] = {"type": "integer"}


def _kinds_of_sources_are_shown_in_other_words(specification: Specification) -> None:
    specification["components"]["schemas"]["SourceType"] = {"type": "string"}


def _what_is_not_there_is_null(specification: Specification) -> None:
    schemas = specification["components"]["schemas"]
    schemas["ValidationResponse"]["properties"]["errors"]["nullable"] = True
    schemas["MappingSet"]["properties"]["id"]["nullable"] = True


def _rows_are_objects(specification: Specification) -> None:
    row: Specification = {"type": "object"}
    specification["components"]["schemas"]["PreviewRequest"]["properties"]["data"] = row


def _mappings_are_an_array(specification: Specification) -> None:
    listed = specification["paths"]["/mappingSets/{MAPPING_SET_ID}/mappings"]["get"]["responses"]["200"]["content"]
    listed["application/json"]["schema"] = {"type": "array", "items": {"$ref": "#/components/schemas/MappingOperation"}}


def _start_is_left_out(specification: Specification) -> None:
    for parameter in specification["paths"]["/mappingSets"]["get"]["parameters"]:
        parameter.pop("allowEmptyValue", None)  # which the tools that read it call deprecated
        if parameter["name"] in ("start", "limit"):
            parameter["required"] = False


# The same of the services that dataflows need beside it.
AMENDMENTS_OF_OTHERS: dict[str, list[tuple[str, Callable[[Specification], None]]]] = {
    "data-prep": [
        ("9.3: dates are texts, all examples have numbers", _dates_are_numbers),
        (
            "9.3: sourceType is one of three words, the examples show another",
            _kinds_of_sources_are_shown_in_other_words,
        ),
        ("9.3: errors and ids are never null, the examples have null", _what_is_not_there_is_null),
        ("9.3: rows to preview are an array of node descriptions, the example is an object", _rows_are_objects),
        ("9.3: the mappings of a set are one of them, by their summary they are listed", _mappings_are_an_array),
        ("9.3: start and limit are required, Adobe's Python client leaves start out", _start_is_left_out),
        ("6: errors have no body", _errors_are_documented_elsewhere),
    ],
    "catalog": [("6: errors have no body", _errors_are_documented_elsewhere)],
}
BASES = {"data-prep": "/data/foundation/conversion", "catalog": "/data/foundation/catalog"}
_SIMULATED = {"data-prep": "/mappingSets", "catalog": "/dataSets"}


def has(name: str) -> bool:
    """Return whether the file of another service is there."""
    return bool(FOLDER) and (pathlib.Path(FOLDER) / f"{name}.yaml").exists()


def amended_other(name: str) -> Specification:
    """Return the specification of what is simulated of another service, with every amendment made."""
    file = pathlib.Path(FOLDER) / f"{name}.yaml"
    specification: Specification = yaml.safe_load(file.read_text(encoding="utf-8"))
    specification["paths"] = {path: one for path, one in specification["paths"].items() if path.startswith(_SIMULATED[name])}
    specification["servers"] = [{"url": f"{SERVER}{BASES[name]}"}]
    for _reason, amend in AMENDMENTS_OF_OTHERS[name]:
        amend(specification)
    return specification
