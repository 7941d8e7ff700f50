from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.client.errors import Problem, ServiceError, read_problem
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

SHAPES: list[tuple[int, Any, Problem]] = [
    (
        403,
        {"error_code": "403010", "message": "Oauth token is missing."},
        Problem(403, "403010", None, "Oauth token is missing."),
    ),
    (
        403,
        {"title": "ErrMissingOauthToken", "status": 403, "error_code": 403010, "message": "Oauth token is missing"},
        Problem(403, "403010", "ErrMissingOauthToken", "Oauth token is missing"),
    ),
    (
        404,
        {
            "type": "https://ns.adobe.com/aep/errors/FLOW-1439-404",
            "title": "Resource not found",
            "status": 404,
            "report": {
                "detailed-message": "The requested thing is not found.",
                "id": "x",
                "request-id": "r-1",
                "type": "flows",
            },
            "errorMessage": "same",
            "errorDetails": "same",
        },
        Problem(404, "FLOW-1439-404", "Resource not found", "The requested thing is not found.", "r-1"),
    ),
    (412, {"errorMessage": "Supplied version", "errorDetails": "d"}, Problem(412, None, None, "Supplied version")),
    (400, {"message": "Please provide a valid spec id"}, Problem(400, None, None, "Please provide a valid spec id")),
    (
        400,
        {"type": "/placeholder/type/uri", "status": 400, "title": "BadRequestError", "detail": "A valid content-type"},
        Problem(400, None, "BadRequestError", "A valid content-type"),
    ),
    (
        400,
        {"status": 400, "title": "Sandbox", "type": "http://ns.adobe.com/aep/errors/SMS-2074-400"},
        Problem(400, "SMS-2074-400", "Sandbox", None),
    ),
    (
        400,
        {"error": "invalid_client", "error_description": "invalid client_secret parameter"},
        Problem(400, "invalid_client", None, "invalid client_secret parameter"),
    ),
]


@pytest.mark.parametrize(("status", "body", "problem"), SHAPES)
def test_each_shape_is_read(status: int, body: Any, problem: Problem) -> None:
    assert read_problem(status, CaseInsensitiveDict(), json.dumps(body).encode(), str) == problem


def test_what_is_no_json_is_described_and_not_shown() -> None:
    headers = CaseInsensitiveDict({"content-type": "text/html", "X-Request-Id": "r-2"})
    problem = read_problem(502, headers, b"<html>secret</html>", str)
    assert problem == Problem(502, detail="the body is not a JSON object (Content-Type: text/html, 19 bytes)", request_id="r-2")
    assert read_problem(502, CaseInsensitiveDict(), b"  ", str).detail == "the body is empty"


@given(st.integers(400, 599), st.binary())
def test_any_bytes_are_read(status: int, body: bytes) -> None:
    assert read_problem(status, CaseInsensitiveDict(), body, str).status == status


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)
keys = st.sampled_from(["type", "title", "report", "errorMessage", "error_code", "error", "message", "detail"])


@given(st.dictionaries(keys, json_values))
def test_any_types_are_read(body: dict[str, Any]) -> None:
    problem = read_problem(400, CaseInsensitiveDict(), json.dumps(body).encode(), str)
    assert all(value is None or isinstance(value, str) for value in (problem.code, problem.title, problem.detail))
    assert str(ServiceError("do it", problem))


def test_an_error_says_what_was_attempted_and_what_to_do() -> None:
    problem = Problem(404, "FLOW-2100-404", "Sandbox not found", "The sandbox 'x' could not be found.", "r-1")
    error = ServiceError("list the base connections of sandbox 'x'", problem)
    assert str(error) == (
        "Could not list the base connections of sandbox 'x': 404 Sandbox not found (FLOW-2100-404): "
        "The sandbox 'x' could not be found [request id r-1]. "
        "Check sandbox: it is the sandbox's name in lower case, not its title, and the credential must have access to it."
    )
    assert error.as_failure()["request_id"] == "r-1"
