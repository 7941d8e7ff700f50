from __future__ import annotations

from typing import Any

from ansible_collections.aep.sources.plugins.filter.connections_overview import connections_overview
from ansible_collections.aep.sources.plugins.filter.html_escaped import html_escaped


def seen(name: str = "Orders", **changes: Any) -> dict[str, Any]:
    return {"name": name, "id": f"id-{name}", "state": "enabled", "managed": True, "test": True, "msg": "", **changes}


def planned(name: str = "Orders", action: str = "none", *reasons: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "id": f"id-{name}", "action": action, "reasons": list(reasons), "test": None, "msg": "", **changes}


def host(name: str = "dev", *, seen: list[Any] | None = None, planned: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    results = {"postgres_connections_inspected": seen, "postgres_connections_result": planned}
    found = {key: {"connections": value} for key, value in results.items() if value is not None}
    return {"inventory_hostname": name, **found, **more}


def only(overview: dict[str, Any]) -> dict[str, Any]:
    [connection] = overview["sandboxes"][0]["connections"]
    return dict(connection)


def test_all_is_well() -> None:
    overview = connections_overview([host(seen=[seen(ssl_mode="verify-full")], planned=[planned()])])
    assert overview["status"] == "clean"
    assert overview["summary"] == ["1 sandbox, 1 base connection: 1 as defined, 1 working."]
    connection = only(overview)
    assert (connection["status"], connection["drift"], connection["defined"], connection["tls"]) == (
        "works",
        False,
        True,
        "verify-full",
    )


def test_what_is_seen_and_what_is_planned_are_one() -> None:
    overview = connections_overview(
        [host(seen=[seen("old", id="1", test=False)], planned=[planned("new", "update", "name differs", id="1")])]
    )
    connection = only(overview)
    assert (connection["name"], connection["status"], connection["drift"]) == ("old", "fails", True)
    assert overview["status"] == "drift"
    assert overview["summary"][1:] == ["dev: old: to be updated (name differs), not working"]


def test_what_is_not_there_yet() -> None:
    connection = only(connections_overview([host(seen=[], planned=[planned("New", "create", "it does not exist", id=None)])]))
    assert (connection["status"], connection["managed"], connection["id"]) == ("missing", None, None)


def test_what_somebody_else_made() -> None:
    overview = connections_overview([host(seen=[seen(managed=False)], planned=[])])
    assert (overview["totals"]["foreign"], only(overview)["defined"], overview["status"]) == (1, False, "clean")


def test_what_is_defined_here_is_not_foreign_even_without_a_mark() -> None:
    overview = connections_overview([host(seen=[seen(managed=False)], planned=[planned()])])
    assert (overview["totals"]["foreign"], only(overview)["foreign"], only(overview)["managed"]) == (0, False, False)


def test_one_of_which_nothing_is_known() -> None:
    overview = connections_overview(
        [host(seen=[seen(test=None, msg="Could not test it.")]), host("prod", aep_problem="No token.")]
    )
    assert (overview["status"], overview["totals"]["problems"], overview["totals"]["unknown"]) == ("failed", 2, 1)
    assert overview["summary"][1:] == ["prod: No token.", "dev: Orders: failed. Could not test it."]


def test_a_host_that_did_nothing() -> None:
    assert connections_overview([host()])["summary"] == ["1 sandbox, 0 base connections."]


def test_the_past() -> None:
    overview = connections_overview(
        [host(planned=[planned("A", "create", "it does not exist", test=True), planned("B")])], done=True
    )
    assert overview["summary"] == [
        "1 sandbox, 2 base connections: 1 created, 1 unchanged, 1 working.",
        "dev: A: created (it does not exist)",
    ]


def test_a_summary_fits_on_a_screen() -> None:
    overview = connections_overview([host(f"s{number}", aep_problem="No token.") for number in range(75)])
    assert len(overview["summary"]) == 22
    assert overview["summary"][-1] == "... and 55 more"


def test_tls() -> None:
    def tls(**settings: Any) -> Any:
        return only(connections_overview([host(seen=[seen(**settings)])]))["tls"]

    assert tls(encryption_method="enabled", validate_server_certificate=True) == "enabled, verified"
    assert tls(encryption_method="enabled", validate_server_certificate=False) == "enabled"
    assert tls() is None


def test_each_text_is_escaped() -> None:
    data = {"a": ['<b class="x">', ("it's & <i>",)], "n": 1, "none": None}
    assert html_escaped(data) == {
        "a": ["&lt;b class=&quot;x&quot;&gt;", ["it&#x27;s &amp; &lt;i&gt;"]],
        "n": 1,
        "none": None,
    }
