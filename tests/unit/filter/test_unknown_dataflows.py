"""What the overview says of sandboxes whose dataflows are not known."""

from __future__ import annotations

from typing import Any

from ansible_collections.aep.sources.plugins.filter.connections_overview import connections_overview


def host(**inspected: Any) -> dict[str, Any]:
    seen = {"name": "Orders", "id": "1", "state": "enabled", "managed": True, "test": None, "msg": "", "dataflows": None}
    plan = {"name": "Orders", "id": "1", "state": "enabled", "test": None, "msg": "", "action": "none", "reasons": []}
    return {
        "inventory_hostname": "dev",
        "postgres_connections_inspected": {"failed": False, "connections": [seen], **inspected},
        "postgres_connections_result": {"connections": [plan]},
    }


def test_dataflows_that_cannot_be_listed_are_told_and_fail_only_if_they_count() -> None:
    dev = host(msg="Not allowed.", dataflows_msg="Not allowed.")
    overview = connections_overview([dev])
    assert (overview["status"], overview["sandboxes"][0]["problem"], overview["totals"]["problems"]) == ("clean", "", 0)
    assert overview["summary"][3:] == ["dev: dataflows unknown. Not allowed."]
    overview = connections_overview([dev], dataflows=True)
    assert (overview["status"], overview["sandboxes"][0]["problem"]) == ("failed", "Not allowed.")
    assert overview["summary"][-1:] == ["dev: failed. Not allowed."]


def test_dataflows_that_count_have_to_be_listed() -> None:
    assert connections_overview([host()])["status"] == "clean"
    overview = connections_overview([host()], dataflows=True)
    assert overview["status"] == "failed"
    assert "postgres_connections_dataflows" in overview["sandboxes"][0]["problem"]
