"""Each error that an operation can produce, with its status and its shape."""

from __future__ import annotations

from typing import Any

import pytest
import requests

GOOD = {"specName": "Basic Authentication", "params": {}}
SPEC = {"id": "74a1c565-4e59-48d7-9d67-7c03b8a13137", "version": "1.0"}

# headers to change, the answer's status, and its code
GATEWAY = [
    ({"Authorization": None}, 403, "403010"),
    ({"Authorization": "Basic x"}, 403, "403010"),
    ({"Authorization": "Bearer wrong"}, 401, "401013"),
    ({"x-api-key": None}, 403, "403000"),
    ({"x-api-key": "wrong"}, 403, "403003"),
    ({"x-gw-ims-org-id": None}, 400, "400003"),
]
SERVICE = [
    ({"x-gw-ims-org-id": "OTHER@AdobeOrg"}, 401, "2000-401"),
    ({"x-sandbox-name": None}, 400, "2105-400"),
    ({"x-sandbox-name": "none"}, 404, "2100-404"),
    ({"x-sandbox-name": "*"}, 400, "2112-400"),
    ({"x-sandbox-id": "1"}, 400, "2110-400"),
]


@pytest.mark.parametrize(("headers", "status", "code"), GATEWAY)
@pytest.mark.parametrize("kind", ["string", "integer"])
def test_the_gateways_errors(client: Any, headers: dict[str, Any], status: int, code: str, kind: str) -> None:
    client.set(gateway_codes=kind)
    answer = client("GET", "/connections", headers=headers)
    assert answer.status_code == status
    assert answer.json()["error_code"] == (code if kind == "string" else int(code))
    assert set(answer.json()) == {"error_code", "message"}


@pytest.mark.parametrize(("headers", "status", "code"), SERVICE)
def test_errors_of_headers(client: Any, headers: dict[str, Any], status: int, code: str) -> None:
    check(client("GET", "/connections", headers=headers), status, code)


def check(answer: requests.Response, status: int, code: str) -> None:
    document = answer.json()
    assert answer.status_code == status, document
    assert document["type"] == f"https://ns.adobe.com/aep/errors/FLOW-{code}"
    assert document["status"] == status
    assert document["report"]["detailed-message"] == document["errorMessage"] == document["errorDetails"]
    assert document["report"]["request-id"] == answer.headers["X-Request-Id"]
    assert document["title"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"connectionSpec": None}, "1413-400"),
        ({"connectionSpec": {"id": "other", "version": "1.0"}}, "1413-400"),
        ({"connectionSpec": {**SPEC, "version": "9"}}, "1413-400"),
        ({"name": ""}, "1304-400"),
        ({"name": 3}, "1304-400"),
        ({"auth": None}, "1304-400"),
        ({"auth": {"params": {}}}, "1304-400"),
        ({"auth": GOOD}, "1304-400"),
        ({"auth": {"specName": "Other", "params": {}}}, "1415-400"),
        ({"params": {"port": 5432}}, "1312-400"),
        ({"params": {"sslMode": "Whatever"}}, "1312-400"),
        ({"description": 3}, "1312-400"),
    ],
)
def test_a_create_that_is_refused(client: Any, changes: dict[str, Any], code: str) -> None:
    answer = client.create(**changes)
    check(answer, 400, code)
    assert "s3cret" not in answer.text
    assert client.admin("GET", "connections").get("dev", []) == []


def test_a_create_without_version_of_its_spec(client: Any) -> None:
    answer = client.create(connectionSpec={"id": SPEC["id"]})
    assert answer.status_code == 422
    assert "version" in answer.json()["errorMessage"]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize(
    ("data", "kind", "detail"),
    [
        (b"x", "text/plain", "A valid content-type must be specified"),
        (b"{", "application/json", "The request body is not valid JSON"),
    ],
)
def test_a_body_that_is_none(client: Any, method: str, data: bytes, kind: str, detail: str) -> None:
    created = client.create()
    path = f"/connections/{created.json()['id']}" if method == "PATCH" else "/connections"
    headers = {"Content-Type": kind, "If-Match": created.json()["etag"]}
    answer = client(method, path, data=data, headers=headers)
    assert answer.status_code == 400
    assert answer.json() == {"type": "/placeholder/type/uri", "status": 400, "title": "BadRequestError", "detail": detail}


@pytest.mark.parametrize("data", [b"", b"null", b"{}", b"[]"])
def test_an_empty_body(client: Any, data: bytes) -> None:
    check(client("POST", "/connections", data=data, headers={"Content-Type": "application/json"}), 400, "1405-400")


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ({"op": "move", "path": "/name", "from": "/description"}, "1434-400"),
        ({"op": "replace"}, "1455-400"),
        ({"op": "replace", "path": "/connectionSpec/id", "value": "x"}, "1414-400"),
        ({"op": "replace", "path": "/id", "value": "x"}, "1455-400"),
        ({"op": "replace", "path": "/description", "value": "x"}, "1455-400"),
        ({"op": "remove", "path": "/description"}, "1455-400"),
        ({"op": "replace", "path": "/state", "value": "disabled"}, "1455-400"),
        ({"op": "replace", "path": "/auth/specName", "value": "x"}, "1455-400"),
        ({"op": "replace", "path": "/auth/params", "value": {"server": "x"}}, "1304-400"),
        ({"op": "remove", "path": "/auth/params/password"}, "1304-400"),
        ({"op": "replace", "path": "/name", "value": ""}, "1304-400"),
        ("text", "1455-400"),
    ],
)
def test_a_patch_that_is_refused(client: Any, operation: Any, code: str) -> None:
    created = client.create()
    check(client.patch(created, operation), 400, code)
    assert client.admin("GET", "connections")["dev"][0]["etag"] == created.json()["etag"]


def test_etags(client: Any) -> None:
    created = client.create()
    path = f"/connections/{created.json()['id']}"
    operation = {"op": "replace", "path": "/name", "value": "x"}
    check(client("PATCH", path, json=[operation]), 400, "1403-400")
    stale = {"If-Match": '"stale"'}
    check(client.patch(created, operation, headers=stale), 412, "1404-412")
    unquoted = {"If-Match": created.json()["etag"].strip('"')}
    check(client.patch(created, operation, headers=unquoted), 412, "1404-412")
    client.set(strict_etag=False)
    assert client.patch(created, operation, headers=unquoted).ok
    assert client.patch(created, operation, headers={"If-Match": "*"}).ok


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=1&count=true", "1401-400"),
        ("limit=0", "1451-400"),
        ("limit=101", "1451-400"),
        ("limit=x", "1451-400"),
        ("continuationToken=x", "1451-400"),
        ("offset=1", "1451-400"),
        ("start=", "1451-400"),
        ("testParam=x&limit=1", "1451-400"),
        ("count=perhaps", "1453-400"),
        ("count=", "1453-400"),
        ("count=1&limit=1", "1453-400"),
        ("orderby=a.b", "1433-400"),
        ("orderby=%23id", "1433-400"),
        ("orderby=colour", "1433-400"),
        ("orderby=--name", "1433-400"),
        ("orderby=name,", "1433-400"),
        ("orderby=", "1433-400"),
        ("property=name~x", "1440-400"),
        ("property=createdAt<=1,2", "1443-400"),
        ("property=id>=x", "1448-400"),
        ("property=auth.params.port>1", "1448-400"),
        ("property=name!>x", "1450-400"),
        ("property=name!=x", "1450-400"),
        ("property=name=x", "1450-400"),
        ("property=createdAt==1676643256,1676643210", "1452-400"),
        ("property=createdAt>yesterday", "1452-400"),
        ("property=createdAt==", "1453-400"),
        ("property=name", "1453-400"),
        ("property=", "1453-400"),
        ("property===x", "1453-400"),
    ],
)
@pytest.mark.parametrize("kind", ["connections", "flows", "sourceConnections", "connectionSpecs"])
def test_a_query_that_is_refused(client: Any, kind: str, query: str, code: str) -> None:
    """A list refuses it whatever it holds, be it nothing."""
    check(client("GET", f"/{kind}?{query}"), 400, code)


def test_an_errors_text_names_what_was_wrong(client: Any) -> None:
    for query, text in (
        ("testParam=x", "Invalid params testParam provided in query params."),
        ("property=id>=x", "Operator >= not supported for field id."),
        ("property=createdAt==", "Invalid query value createdAt== provided in query param."),
        ("orderby=%23id", "Incorrect field= #id passed in orderBy, example are +name, -name, name."),
    ):
        assert client("GET", f"/connections?{query}").json()["errorMessage"] == text


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"queryString": 3}, "1451-400"),
        ({"orderby": ["name"]}, "1451-400"),
        ({"limit": "10"}, "1451-400"),
        ({"limit": True}, "1451-400"),
        ({"limit": 1001}, "1451-400"),
        ({"count": "true"}, "1453-400"),
        ({"orderby": "colour"}, "1433-400"),
        ({"queryString": "name"}, "1453-400"),
        (["name"], "1451-400"),
    ],
)
def test_a_search_that_is_refused(client: Any, body: Any, code: str) -> None:
    check(client("POST", "/connections/search", json=body), 400, code)
    check(client("POST", "/connections/search?limit=1", json={"queryString": ""}), 400, "1451-400")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("explore", "1359-400"),
        ("explore?objectType=nothing", "1358-400"),
        ("explore?objectType=file", "1336-400"),
        ("explore?objectType=table", "1337-400"),
        ("explore?objectType=ROOT", "1100-400"),
        ("configs", "1336-400"),
    ],
)
def test_an_exploration_that_is_refused(client: Any, path: str, code: str) -> None:
    check(client("GET", f"/connections/{client.create().json()['id']}/{path}"), 400, code)


@pytest.mark.parametrize(
    ("op", "code"), [("FINALIZE", "1402-400"), ("finalize_update", "1402-400"), ("enable", "1435-400"), ("", "1435-400")]
)
def test_an_action_that_is_refused(client: Any, op: str, code: str) -> None:
    check(client("POST", f"/connections/{client.create().json()['id']}/action?op={op}"), 400, code)


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize(("style", "status"), [("flow", 404), ("flow400", 400), ("legacy", 404)])
def test_a_connection_that_is_not_there(client: Any, method: str, style: str, status: int) -> None:
    client.set(error_style=style)
    answer = client(method, "/connections/none", json=[{}])
    assert answer.status_code == status
    if style == "legacy":
        assert answer.json()["errorMessage"] == "connections not found with id = [none]"
    else:
        check(answer, status, f"1439-{status}")


def test_connection_specs_are_not_for_users(client: Any) -> None:
    check(client("POST", "/connectionSpecs", json={"name": "x"}), 400, "1426-400")
    check(client("GET", "/connectionSpecs/none"), 400, "1413-400")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "wrong"}, "invalid_client"),
        ({"scope": ""}, "invalid_scope"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_token_that_is_refused(client: Any, changes: dict[str, str], error: str) -> None:
    form = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret", "scope": "openid"}
    answer = requests.post(f"{client.url}/ims/token/v3", data=form | changes, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_an_expired_token(client: Any) -> None:
    client.fault(kind="expire")
    assert client("GET", "/connections").json()["error_code"] == "401013"
