"""Recorded exchanges held against a specification."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import specification
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from simulated import FLOW
from werkzeug.datastructures import MultiDict


def exchanges(path: pathlib.Path, base: str = FLOW) -> Iterator[dict[str, Any]]:
    """Yield the recorded exchanges with one service."""
    for line in path.read_text(encoding="utf-8").splitlines():
        exchange = json.loads(line)
        if exchange["request"]["path"].startswith(base):
            yield exchange


def breaches(api: OpenAPI, exchange: dict[str, Any]) -> list[str]:
    """Return what is wrong with an exchange; a request that was refused need not have been right."""
    asked, answered = exchange["request"], exchange["response"]
    request = MockRequest(
        specification.SERVER,
        asked["method"].lower(),
        asked["path"].rstrip("/"),
        args=MultiDict(parse_qsl(asked["query"])),
        headers=asked["headers"],
        data=json.dumps(asked["body"]).encode() if "body" in asked else None,
        content_type="application/json",
    )
    response = MockResponse(
        json.dumps(answered["body"]).encode() if "body" in answered else answered.get("text", "").encode(),
        status_code=answered["status"],
        headers=answered["headers"],
        content_type="application/json",
    )
    found = []
    sides: list[tuple[str, Callable[[], None]]] = [("response", lambda: api.validate_response(request, response))]
    if answered["status"] < 400:
        sides.append(("request", lambda: api.validate_request(request)))
    for side, validate in sides:
        try:
            validate()
        except OpenAPIError as error:
            cause = error.__cause__ or error
            found.append(f"{exchange['operation']} {side}: {error} {getattr(cause, 'schema_errors', '')}")
    return found
