"""In which sandboxes a service is tried, and what is said without doing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Check = Callable[..., dict[str, Any]]
SANDBOXES = "/data/foundation/sandbox-management/"
ADVICE = "Name a development sandbox, or set allow_production to true."


@pytest.fixture
def check(run_module: Callable[..., dict[str, Any]], who: dict[str, Any]) -> Check:
    database = {"server": "db.example.com", "database": "orders", "username": "reader", "password": "s3cret"}

    def run(**options: Any) -> dict[str, Any]:
        return run_module("aep_service_check", {**who, "retries": 0, "sandbox": "dev", **database, **options}, check=True)

    return run


def expect_sandboxes(wire: Any, *sandboxes: dict[str, Any], **more: Any) -> None:
    wire.expect("GET", SANDBOXES, query={"limit": "100", "offset": "0"}, answer={"sandboxes": list(sandboxes)}, **more)


def test_check_mode_says_what_would_be_asked(check: Check, wire: Any) -> None:
    expect_sandboxes(wire, {"name": "prod", "type": "production"}, {"name": "dev", "type": "development"})
    result = check()
    assert result["changed"]
    assert len(result["findings"]) > 20
    assert {one["observed"] for one in result["findings"]} == {""}
    assert all(one["question"].endswith("?") and one["assumed"] and one["advice"] == "" for one in result["findings"])


@pytest.mark.parametrize(
    ("sandboxes", "why"),
    [
        ([{"name": "dev", "type": "production"}], "its type is 'production'"),
        ([{"name": "dev", "type": "special"}], "its type is 'special'"),
        ([{"name": "dev"}], "its type cannot be told"),
        ([{"name": "other", "type": "development"}], "its type cannot be told"),
    ],
)
def test_a_sandbox_that_may_be_one_of_production_is_refused(check: Check, wire: Any, sandboxes: Any, why: str) -> None:
    expect_sandboxes(wire, *sandboxes)
    result = check()
    assert result["failed"]
    assert result["msg"] == f"Could not try the service in sandbox 'dev': {why}. {ADVICE}"


def test_a_refused_question_about_the_sandbox_refuses_it_too(check: Check, wire: Any) -> None:
    expect_sandboxes(wire, status=403)
    said = check()["msg"]
    assert said.startswith("Could not try the service in sandbox 'dev': its type cannot be told, 403")
    assert said.endswith(ADVICE)


def test_what_is_allowed_is_not_asked(check: Check) -> None:
    assert check(allow_production=True)["changed"]
