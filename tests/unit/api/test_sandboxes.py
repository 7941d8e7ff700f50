"""The lists of sandboxes on the wire: pages by number, never by the service's link, and strange answers."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.api import values
from ansible_collections.aep.sources.plugins.module_utils.api.sandboxes import Sandbox, list_sandboxes
from ansible_collections.aep.sources.plugins.module_utils.client.client import Client, Settings
from ansible_collections.aep.sources.plugins.module_utils.client.errors import NoAnswerError, ServiceError

BASE = "/data/foundation/sandbox-management"
LINK = {"next": {"href": "https://evil.example.com:443/sandboxes/?limit={limit}&offset={offset}", "templated": True}}


@pytest.fixture
def client(wire: Any) -> Client:
    return Client(wire.url, Settings(True, 2.0, 0, lambda message: None, str))


def query(offset: int) -> dict[str, str]:
    return {"limit": "100", "offset": str(offset)}


def named(*names: str) -> list[dict[str, Any]]:
    return [{"name": name} for name in names]


@pytest.mark.parametrize(("all_of_them", "path"), [(False, f"{BASE}/"), (True, f"{BASE}/sandboxes")])
def test_all_that_is_said_of_a_sandbox(wire: Any, client: Client, all_of_them: bool, path: str) -> None:
    said = {
        "name": "dev",
        "title": "D",
        "state": "active",
        "type": "development",
        "region": "VA7",
        "isDefault": True,
        "eTag": 2,
    }
    wire.expect("GET", path, query=query(0), answer={"sandboxes": [said], "_links": LINK})
    assert list_sandboxes(client, all_of_them=all_of_them) == [
        Sandbox("dev", "D", "active", "development", "VA7", is_default=True)
    ]
    assert "x-sandbox-name" not in wire.requests[0].headers


def test_pages_are_asked_for_by_number(wire: Any, client: Client) -> None:
    first = [f"s{number}" for number in range(100)]
    wire.expect("GET", f"{BASE}/", query=query(0), answer={"sandboxes": named(*first), "_links": LINK})
    wire.expect("GET", f"{BASE}/", query=query(100), answer={"sandboxes": named("s99", "last")})
    assert [one.name for one in list_sandboxes(client, all_of_them=False)] == [*first, "last"]


def test_a_service_that_ignores_the_number_of_the_page(wire: Any, client: Client) -> None:
    page = named(*(f"s{number}" for number in range(100)))
    wire.expect("GET", f"{BASE}/", query=query(0), answer={"sandboxes": page})
    wire.expect("GET", f"{BASE}/", query=query(100), answer={"sandboxes": page})
    assert len(list_sandboxes(client, all_of_them=False)) == 100


def test_pages_end(wire: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MOST_PAGES", 2)
    for page in range(2):
        names = [f"s{number}" for number in range(100 * page, 100 * page + 100)]
        wire.expect("GET", f"{BASE}/", query=query(100 * page), answer={"sandboxes": named(*names)})
    with pytest.raises(NoAnswerError, match="do not end"):
        list_sandboxes(client, all_of_them=False)


@pytest.mark.parametrize(
    "answer", [[], {}, {"sandboxes": None}, {"sandboxes": {}}, {"sandboxes": [1]}, {"sandboxes": [{"name": 1}]}]
)
def test_strange_answers(wire: Any, client: Client, answer: Any) -> None:
    wire.expect("GET", f"{BASE}/", query=query(0), answer=answer)
    with pytest.raises(NoAnswerError, match="list the sandboxes of the organization"):
        list_sandboxes(client, all_of_them=False)


def test_a_refusal(wire: Any, client: Client) -> None:
    wire.expect("GET", f"{BASE}/sandboxes", query=query(0), status=403, answer={"title": "Forbidden", "status": 403})
    with pytest.raises(ServiceError, match="403"):
        list_sandboxes(client, all_of_them=True)
