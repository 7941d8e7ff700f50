"""What the service does when nothing is wrong."""

from __future__ import annotations

from typing import Any

import pytest
import requests

SPEC = "74a1c565-4e59-48d7-9d67-7c03b8a13137"


@pytest.mark.parametrize("slash", ["", "/"])
def test_create_and_get(client: Any, slash: str) -> None:
    created = client.create(description="text")
    assert created.status_code == 201
    assert set(created.json()) == {"id", "etag"}
    identifier, etag = created.json()["id"], created.json()["etag"]
    assert etag.startswith('"')
    assert etag.endswith('"')
    assert created.headers["Location"].endswith(f"/connections/{identifier}")
    assert created.headers["X-Request-Id"]
    [item] = client("GET", f"/connections/{identifier}{slash}").json()["items"]
    assert (item["name"], item["description"], item["state"]) == ("Orders", "text", "enabled")
    assert item["version"] == item["etag"] == etag
    assert item["sandboxName"] == "dev"
    assert item["createdAt"] > 10**12, "times are in milliseconds"


def test_a_description_that_was_not_given_is_absent(client: Any) -> None:
    created = client.create()
    assert "description" not in client("GET", f"/connections/{created.json()['id']}").json()["items"][0]


def test_sandboxes_are_isolated(client: Any) -> None:
    created = client.create()
    headers = {"x-sandbox-name": "prod"}
    assert client("GET", f"/connections/{created.json()['id']}", headers=headers).status_code == 404
    assert client("GET", "/connections", headers=headers).json()["items"] == []


def test_names_are_not_unique(client: Any) -> None:
    assert client.create().json()["id"] != client.create().json()["id"]


@pytest.mark.parametrize("style", ["path", "query"])
def test_pages(client: Any, style: str) -> None:
    client.set(href_style=style, default_limit=2)
    wanted = [client.create(f"n{number}").json()["id"] for number in range(5)]
    query = {"property": f"connectionSpec.id=={SPEC}"}
    page = client("GET", "/connections", params=query).json()
    found = [item["id"] for item in page["items"]]
    while page["_links"]:
        href = page["_links"]["next"]["href"]
        assert href.startswith("/connections?" if style == "path" else "?property=")
        assert "continuationToken=" in href
        path = href if style == "path" else f"/connections{href}"
        page = client("GET", path).json()
        found += [item["id"] for item in page["items"]]
    assert found == wanted[::-1], "the most recently changed come first"


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (["name==A"], ["A"]),
        (['name=="A"'], ["A"]),
        (["name==A,B"], ["A", "B"]),
        (["name==a"], []),
        (["name==A", "state==enabled"], ["A"]),
        (["name==A", "state==disabled"], []),
        (["auth.params.database==orders"], ["A", "B", "C D"]),
        (["name==C D"], ["C D"]),
        (["createdAt>0"], ["A", "B", "C D"]),
        (["createdAt<0"], []),
        (["no.such.path==x"], []),
    ],
)
def test_filters(client: Any, filters: list[str], names: list[str]) -> None:
    for name in ("A", "B", "C D"):
        client.create(name)
    listed = client("GET", "/connections", params=[("property", one) for one in filters])
    assert sorted(item["name"] for item in listed.json()["items"]) == names
    searched = client("POST", "/connections/search", json={"queryString": "&".join(filters)})
    assert sorted(item["name"] for item in searched.json()["items"]) == names


def test_plus_and_percent_20_are_spaces(client: Any) -> None:
    client.create("C D")
    for query in ("property=name==C+D", "property=name==C%20D"):
        assert len(client("GET", f"/connections?{query}").json()["items"]) == 1


@pytest.mark.parametrize(("order", "names"), [("name", "ABC"), ("-name", "CBA"), ("%2Bname", "ABC"), ("-createdAt", "CAB")])
def test_order(client: Any, order: str, names: str) -> None:
    for name in "BAC":
        client.create(name)
    items = client("GET", f"/connections?orderby={order}").json()["items"]
    assert "".join(item["name"] for item in items) == names


def test_count(client: Any) -> None:
    client.create()
    assert client("GET", "/connections?count=true").json() == {"count": 1}


@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_patch(client: Any, case: Any) -> None:
    created = client.create()
    answer = client.patch(
        created,
        {"op": case("replace"), "path": "/name", "value": "New"},
        {"op": case("add"), "path": "/description", "value": "text"},
        {"op": case("replace"), "path": "/auth/params/password", "value": "another"},
    )
    assert answer.status_code == 200
    assert answer.json()["etag"] != created.json()["etag"]
    assert answer.json()["id"] == created.json()["id"]
    [held] = client.admin("GET", "connections")["dev"]
    assert (held["name"], held["description"], held["auth"]["params"]["password"]) == ("New", "text", "another")


def test_a_patch_that_is_one_object(client: Any) -> None:
    created = client.create()
    operation = {"op": "REMOVE", "path": "/description", "value": {}}
    assert client.patch(created, {"op": "add", "path": "/description", "value": "x"}).ok
    [held] = client.admin("GET", "connections")["dev"]
    answer = client("PATCH", f"/connections/{held['id']}/", json=operation, headers={"If-Match": held["etag"]})
    assert answer.ok
    assert "description" not in client.admin("GET", "connections")["dev"][0]


def test_delete(client: Any) -> None:
    path = f"/connections/{client.create().json()['id']}"
    answer = client("DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert client("GET", path).status_code == 404
    assert client("DELETE", path).status_code == 404


def test_a_draft_is_published(client: Any) -> None:
    client.set(draft_supported=True)
    made = client("POST", "/connections?mode=draft", json=_body(client))
    path = f"/connections/{made.json()['id']}"
    assert client("GET", path).json()["items"][0]["state"] == "draft"
    assert client("POST", f"{path}/action?op=publish").ok
    assert client("GET", path).json()["items"][0]["state"] == "enabled"


def _body(client: Any) -> dict[str, Any]:
    client.create("template")
    [held] = client.admin("GET", "connections")["dev"]
    return {key: held[key] for key in ("name", "auth", "connectionSpec")}


def test_connection_specs(client: Any) -> None:
    for path in (
        "/connectionSpecs",
        "/connectionSpecs/",
        f"/connectionSpecs/{SPEC}",
        '/connectionSpecs?property=name=="postgre-sql"',
    ):
        [item] = client("GET", path).json()["items"]
        assert item["id"] == SPEC
        secret = [spec["spec"]["properties"].get("password", {}).get("format") for spec in item["authSpec"]]
        assert "password" in secret
    assert client("GET", "/connectionSpecs?property=name==mysql").json()["items"] == []


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_tokens(client: Any, version: str) -> None:
    form = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret", "scope": "openid"}
    how = {"params": form} if version == "v2" else {"data": form}
    answer = requests.post(f"{client.url}/ims/token/{version}", timeout=10, **how).json()
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 86399)
    assert client("GET", "/connections", headers={"Authorization": f"Bearer {answer['access_token']}"}).ok


def test_sandboxes(client: Any) -> None:
    base = f"{client.url}/data/foundation/sandbox-management"
    every = client.session.get(f"{base}/", timeout=10).json()
    assert [one["name"] for one in every["sandboxes"]] == ["prod", "stage", "dev"]
    assert [one["isDefault"] for one in every["sandboxes"]] == [True, False, False]
    page = client.session.get(f"{base}/sandboxes?limit=2&offset=0", timeout=10).json()
    assert [one["name"] for one in page["sandboxes"]] == ["prod", "stage"]
    assert page["_links"]["next"]["href"].endswith("?limit={limit}&offset={offset}"), "a template, never to be followed"
    assert client.session.get(f"{base}/sandboxes?limit=2", timeout=10).status_code == 400
    assert client.session.get(f"{base}/sandboxes/dev", timeout=10).json()["region"] == "VA7"


def test_a_connection_in_use(client: Any) -> None:
    identifier = client.create().json()["id"]
    client.admin("POST", "flows", {"sandbox": "dev", "baseConnectionId": identifier, "name": "Nightly"})
    refused = client("DELETE", f"/connections/{identifier}")
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (400, "FLOW-1418-400")
    [source] = client("GET", f"/sourceConnections?property=baseConnectionId=={identifier}").json()["items"]
    [flow] = client("GET", f"/flows?property=sourceConnectionIds[]=={source['id']}").json()["items"]
    assert flow["name"] == "Nightly"


def test_counters(client: Any) -> None:
    client.create()
    client("GET", "/connections/none")
    client.session.close()
    client("GET", "/connections/none")
    counted = client.admin("GET", "counters")
    assert counted == {
        "connections.create": 1,
        "connections.create 201": 1,
        "connections.get_one": 2,
        "connections.get_one 404": 2,
        "tcp": 2,
    }
