"""What is returned of a sandbox beside what the service says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("region", "cloud"), [("VA6", "aws"), ("va6", "aws"), ("VA7", "azure"), ("NEW1", "azure"), (None, None), ("", None)]
)
def test_the_region_tells_the_cloud(
    run_module: Callable[..., Any], who: dict[str, Any], wire: Any, region: Any, cloud: Any
) -> None:
    sandbox = {"name": "dev", "state": "active", "region": region}
    query = {"limit": "100", "offset": "0"}
    wire.expect("GET", "/data/foundation/sandbox-management/", query=query, answer={"sandboxes": [sandbox]})
    [shown] = run_module("aep_sandbox_info", who)["sandboxes"]
    assert (shown["region"], shown["cloud"]) == (region, cloud)


def test_a_type_that_does_not_exist(run_module: Callable[..., Any], who: dict[str, Any]) -> None:
    said = run_module("aep_sandbox_info", {**who, "types": ["production", "developement"]})["msg"]
    assert said == "types has 'developement': give production or development, or an empty list for all types."


def test_a_state_that_no_sandbox_is_in(run_module: Callable[..., Any], who: dict[str, Any], wire: Any) -> None:
    query, sandbox = {"limit": "100", "offset": "0"}, {"name": "dev", "state": "active"}
    wire.expect("GET", "/data/foundation/sandbox-management/", query=query, answer={"sandboxes": [sandbox]})
    result = run_module("aep_sandbox_info", {**who, "states": ["activ"]})
    assert result["sandboxes"] == []
    assert "in a state of states, 'activ': the states of those found are 'active'." in str(result["warnings"])
