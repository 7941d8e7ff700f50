"""The errors that the service answers with, as data (facts dossier 1.4, 2.2, 3.1 to 3.3, 5, 6), and their shapes."""

from __future__ import annotations

import json
from typing import Any

INVALID = "Invalid request"

# FLOW code -> title and text; the HTTP status is the code's end.
FLOW: dict[str, tuple[str, str]] = {
    "1100-400": (INVALID, "The request could not be processed. Error from flow provider: {text}"),
    "1304-400": (INVALID, "The mandatory field {field} is not provided. Please provide the {field} and try again."),
    "1312-400": (INVALID, "The provided param value {value} is not a valid input for property={field}."),
    "1337-400": (INVALID, "The {field} cannot be empty for objectType={kind}."),
    "1358-400": (INVALID, "The provided param 'objectType' is invalid."),
    "1359-400": (INVALID, "The param 'objectType' is missing."),
    "1330-400": (INVALID, "No columns were found for table {table}."),
    "1401-400": (INVALID, "The limit and count parameters cannot be given together in the same request."),
    "1403-400": (
        "Header is missing",
        "The header 'If-Match' is missing in the request. Please provide the header and try again.",
    ),
    "1404-412": (
        "Version not matching",
        "The supplied version '{given}' does not match the current version on entity '{current}'.",
    ),
    "1405-400": (INVALID, "The request body cannot be null or empty. Please provide a request body and try again."),
    "1413-400": (INVALID, "The spec ID provided is  invalid. Please provide a valid spec ID and try again."),
    "1414-400": (INVALID, "The connection spec of a connection cannot be updated."),
    "1415-400": (INVALID, "The auth spec '{name}' could not be found for the connection spec ID {id}."),
    "1432-400": (INVALID, "The sort order is incorrect, example are +name, -name, name."),
    "1433-400": (INVALID, "The orderBy field is incorrect, example are +name, -name, name."),
    "1434-400": (INVALID, "Unsupported operation '{op}' received."),
    "1439-404": (
        "Resource not found",
        "The requested {kind} resource {id} is not found. Verify the resource ID before trying again.",
    ),
    "1440-400": (INVALID, "The operator in {text} is not implemented."),
    "1451-400": (INVALID, "Invalid params {field} provided in query params."),
    "1455-400": (INVALID, 'An error has occurred while validating patch instructions: Missing field "{field}".'),
    "2000-401": ("Invalid authorization token", "The token has no access to this organization, or it does not exist."),
    "2100-404": ("Sandbox not found", "The sandbox with the name '{name}' could not be found."),
    "2105-400": (
        "Header is missing",
        "The header x-sandbox-name is missing in the request. Please add the header in the request and try again.",
    ),
    "2110-400": ("Headers not allowed", "The header x-sandbox-id is not allowed with the user token."),
}

# Gateway code -> HTTP status and text. A missing token is 403, a bad one 401: it is so.
GATEWAY: dict[str, tuple[int, str]] = {
    "400003": (400, "Missing header"),
    "401013": (401, "Oauth token is not valid"),
    "403000": (403, "Api Key is required"),
    "403003": (403, "Api Key is invalid"),
    "403010": (403, "Oauth token is missing"),
    "429050": (429, "Too many requests"),
}


class ApiError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.text = json.dumps(body)
        self.headers = headers or {}
        super().__init__(status)


def flow_error(code: str, request_id: str, **values: Any) -> ApiError:
    """Return an error of the Flow Service in its envelope (6.2)."""
    title, text = FLOW[code]
    message = text.format(**values)
    status = int(code.rpartition("-")[2])
    report = {"detailed-message": message, "request-id": request_id}
    if code == "1439-404":
        report |= {"id": values["id"], "type": values["kind"]}
    return ApiError(
        status,
        {
            "type": f"https://ns.adobe.com/aep/errors/FLOW-{code}",
            "title": title,
            "status": status,
            "report": report,
            "errorMessage": message,
            "errorDetails": message,
        },
    )


def gateway_error(code: str) -> ApiError:
    """Return an error of the gateway (6.1, first shape)."""
    status, text = GATEWAY[code]
    return ApiError(status, {"error_code": code, "message": text})


def framework_error(status: int, title: str, detail: str) -> ApiError:
    """Return an error of the framework (6.1, fourth shape)."""
    return ApiError(status, {"type": "/placeholder/type/uri", "status": status, "title": title, "detail": detail})


def ims_error(status: int, error: str, description: str) -> ApiError:
    """Return an error of the token service (5.1)."""
    return ApiError(status, {"error": error, "error_description": description})
