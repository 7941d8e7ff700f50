"""Each thing that Adobe leaves open can be had both ways."""

from __future__ import annotations

import json
import pathlib
import time
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests


def item(client: Any) -> dict[str, Any]:
    found: dict[str, Any] = client("GET", "/connections").json()["items"][0]
    return found


@pytest.mark.parametrize(
    ("view", "password", "server"),
    [
        ("plain", "s3cret-password", "127.0.0.1"),
        ("masked", "******", "127.0.0.1"),
        ("placeholder", "{PASSWORD}", "127.0.0.1"),
        ("partial", None, "127.0.0.1"),
        ("omitted", None, None),
    ],
)
def test_secret_view(client: Any, view: str, password: str | None, server: str | None) -> None:
    client.set(secret_view=view)
    created = client.create()
    for shown in (item(client), client("GET", f"/connections/{created.json()['id']}").json()["items"][0]):
        params = shown["auth"].get("params", {})
        assert (params.get("password"), params.get("server")) == (password, server)
    assert client.admin("GET", "connections")["dev"][0]["auth"]["params"]["password"] == "s3cret-password"


def test_echo_masked(client: Any) -> None:
    created = client.create()
    echo = {"op": "replace", "path": "/auth/params", "value": item(client)["auth"]["params"]}
    client.set(echo_masked="reject")
    assert client.patch(created, echo).json()["type"].endswith("1312-400")
    client.set(echo_masked="store")
    assert client.patch(created, echo).ok
    assert client.admin("GET", "connections")["dev"][0]["auth"]["params"]["password"] == "******"


@pytest.mark.parametrize("status", ["400", "409"])
def test_unique_names(client: Any, status: str) -> None:
    client.set(unique_names=status)
    assert client.create().ok
    assert client.create().status_code == int(status)
    assert client.create("orders").ok


def test_credentials_checked_at_once(client: Any) -> None:
    client.set(validate="sync")
    refused = client.create()
    assert refused.json()["type"].endswith("FLOW-1100-400")
    assert "Error from flow provider: " in refused.json()["errorMessage"]


def test_credentials_checked_later(client: Any) -> None:
    client.set(validate="async", failed_state="disabled")
    client.create()
    assert item(client)["state"] == "disabled"


def test_initializing(client: Any) -> None:
    client.set(initializing_seconds=90)
    created = client.create()
    path = f"/connections/{created.json()['id']}"
    shown = client("GET", path).json()["items"][0]
    assert shown["state"] == "initializing"
    assert not {"etag", "version"} & set(shown)
    operation = {"op": "replace", "path": "/name", "value": "x"}
    assert client.patch(created, operation).json()["type"].endswith("1417-400")
    assert client("DELETE", path).json()["type"].endswith("1417-400")
    client.admin("POST", "clock", {"advance": 90})
    assert client("GET", path).json()["items"][0]["state"] == "enabled"
    assert client.patch(created, operation).ok


def test_aws(client: Any) -> None:
    client.set(region="VA6")
    created = client.create(params={"sslMode": "true"})
    assert item(client)["state"] == "initializing"
    assert len(created.json()["etag"].strip('"')) == 36
    auth = {"specName": "Connection String Based Authentication", "params": {"connectionString": "Server=x"}}
    assert client.create(auth=auth).json()["type"].endswith("1415-400")


def ssl_mode(client: Any) -> dict[str, Any]:
    """Return what the connection spec publishes of sslMode."""
    [spec] = client("GET", "/connectionSpecs").json()["items"]
    published: dict[str, Any] = spec["authSpec"][0]["spec"]["properties"]["sslMode"]
    return published


def test_ssl_on_aws_is_a_boolean_as_text(client: Any) -> None:
    client.set(region="VA6", initializing_seconds=0)
    assert ssl_mode(client) == {"type": "string", "enum": ["true", "false"], "default": "false"}
    for text in ("true", "false"):
        assert client.create(params={"sslMode": text}).ok
        assert item(client)["auth"]["params"]["sslMode"] == text
    for wrong in ("True", "", "Disable", "verify-full", True, 0, None):
        refused = client.create(params={"sslMode": wrong})
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (400, "FLOW-1312-400")
    created = client.create(params={"sslMode": "false"})
    assert client.patch(created, {"op": "remove", "path": "/auth/params/sslMode"}).ok, "it is optional"
    assert "sslMode" not in item(client)["auth"]["params"]
    client.set(publish_enum=False)
    assert "enum" not in ssl_mode(client)
    assert not client.create(params={"sslMode": "Disable"}).ok


def test_ssl_on_aws_may_have_the_names_of_azure(client: Any) -> None:
    client.set(region="VA6", initializing_seconds=0, aws_sslmode="enum", sslmode_enum="Disable,Verify Full")
    assert ssl_mode(client) == {"type": "string", "enum": ["Disable", "Verify Full"]}
    assert client.create(params={"sslMode": "Verify Full"}).ok
    assert client.create(params={"sslMode": "true"}).json()["type"].endswith("1312-400")


def test_the_knob_of_aws_leaves_azure_alone(client: Any) -> None:
    client.set(aws_sslmode="boolean")
    assert client.create(params={"sslMode": "Disable"}).ok
    assert client.create(params={"sslMode": "false"}).json()["type"].endswith("1312-400")


def test_unknown_parameters(client: Any) -> None:
    client.set(unknown_parameters="ignore")
    assert client("GET", "/connections?offset=1").ok
    assert client("POST", "/connections/search?limit=1", json={"queryString": ""}).ok


def test_second_write(client: Any) -> None:
    client.set(second_write=True)
    created = client.create()
    assert client.patch(created, {"op": "replace", "path": "/name", "value": "x"}).status_code == 412


def test_allow_connection_string(client: Any) -> None:
    auth = {"specName": "Connection String Based Authentication", "params": {"connectionString": "Server=x"}}
    assert client.create(auth=auth).ok
    client.set(allow_connection_string=False)
    assert client.create(auth=auth).json()["type"].endswith("1415-400")


def test_sslmode_enum(client: Any) -> None:
    client.set(sslmode_enum="Verify Ca,false")
    assert client.create(params={"sslMode": "false"}).ok
    assert not client.create(params={"sslMode": "Verify-Ca"}).ok

    assert ssl_mode(client)["enum"] == ["Verify Ca", "false"]
    client.set(publish_enum=False)
    assert "enum" not in ssl_mode(client)


def test_spec_file(client: Any, tmp_path: pathlib.Path) -> None:
    spec = client("GET", "/connectionSpecs").json()["items"][0]
    spec["authSpec"] = spec["authSpec"][1:]
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    client.set(spec_file=str(tmp_path / "spec.json"))
    assert client.create().json()["type"].endswith("1415-400")


def test_name_max(client: Any) -> None:
    client.set(name_max=3)
    assert client.create("abc").ok
    assert client.create("abcd").json()["type"].endswith("1312-400")


def test_limits(client: Any) -> None:
    client.set(default_limit=1, max_limit=2)
    for name in "ABC":
        client.create(name)
    assert len(client("GET", "/connections").json()["items"]) == 1
    assert len(client("GET", "/connections?limit=2").json()["items"]) == 2
    assert client("GET", "/connections?limit=3").status_code == 400


def test_list_lag(client: Any) -> None:
    client.set(list_lag=60)
    created = client.create()
    assert client("GET", "/connections").json()["items"] == []
    assert client("GET", f"/connections/{created.json()['id']}").ok
    client.admin("POST", "clock", {"advance": 60})
    assert item(client)["id"] == created.json()["id"]


def test_etag_header(client: Any) -> None:
    client.set(etag_header=True)
    created = client.create()
    assert created.headers["ETag"] == created.json()["etag"]
    assert client("GET", f"/connections/{created.json()['id']}").headers["ETag"] == created.json()["etag"]


def test_patch_state(client: Any) -> None:
    client.set(patch_state=True)
    created = client.create()
    refused = client.patch(created, {"op": "replace", "path": "/state", "value": "delete-finalizing"})
    assert refused.json()["type"].endswith("1456-400")
    assert client.patch(created, {"op": "replace", "path": "/state", "value": "disabled"}).ok
    assert item(client)["state"] == "disabled"


def test_patch_subpath_and_specname(client: Any) -> None:
    client.set(patch_subpath=False, patch_specname=True)
    created = client.create()
    assert not client.patch(created, {"op": "replace", "path": "/auth/params/password", "value": "x"}).ok
    changes = [
        {"op": "replace", "path": "/auth/specName", "value": "Connection String Based Authentication"},
        {"op": "replace", "path": "/auth/params", "value": {"connectionString": "Server=x"}},
    ]
    assert client.patch(created, *changes).ok


@pytest.mark.parametrize("status", [200, 202, 204])
def test_delete_status_and_delay(client: Any, status: int) -> None:
    client.set(delete_status=status, delete_delay=60)
    created = client.create()
    path = f"/connections/{created.json()['id']}"
    assert client("DELETE", path).status_code == status
    assert item(client)["state"] == "delete-finalizing"
    assert client("DELETE", path).json()["type"].endswith("1458-400")
    assert client.patch(created, {"op": "replace", "path": "/name", "value": "x"}).json()["type"].endswith("1457-400")
    client.admin("POST", "clock", {"advance": 60})
    assert client("GET", path).status_code == 404


def test_block_on_source(client: Any) -> None:
    one, two = client.create().json()["id"], client.create().json()["id"]
    for identifier in (one, two):
        body = {"sandbox": "dev", "baseConnectionId": identifier, "name": "s", "flow": False}
        client.admin("POST", "flows", body)
    assert client("DELETE", f"/connections/{one}").ok
    client.set(block_on_source=True)
    assert client("DELETE", f"/connections/{two}").json()["type"].endswith("1447-400")


def test_last_run_details(client: Any) -> None:
    flow = client.admin("POST", "flows", {"sandbox": "dev", "baseConnectionId": client.create().json()["id"], "name": "f"})
    client.admin("POST", "runs", {"sandbox": "dev", "flowId": flow["id"], "status": "failed"})
    assert client("GET", "/flows").json()["items"][0]["lastRunDetails"]["state"] == "failed"
    client.set(last_run_details=False)
    assert "lastRunDetails" not in client("GET", "/flows").json()["items"][0]


def test_require_sandbox(client: Any) -> None:
    client.set(require_sandbox=False)
    client("GET", "/connections", headers={"x-sandbox-name": None})
    created = client("POST", "/connections", headers={"x-sandbox-name": None}, json={})
    assert created.json()["type"].endswith("1405-400"), "it came as far as the body"


@pytest.mark.parametrize("result", ["true", "false"])
def test_test_result(client: Any, result: str) -> None:
    client.set(test_result=result)
    answer = client("GET", f"/connections/{client.create().json()['id']}/test")
    assert (answer.status_code, answer.json()) == (200, {"result": result == "true"})


@pytest.mark.parametrize("form", ["none", "seconds", "date"])
def test_rate_limit(client: Any, form: str) -> None:
    client.set(rate_limit=1, retry_after=form)
    answers = [client("GET", "/connections") for _request in range(3)]
    limited = answers[-1]
    assert (limited.status_code, limited.json()["error_code"]) == (429, "429050")
    header = limited.headers.get("Retry-After")
    if form == "none":
        assert header is None
    elif form == "seconds":
        assert 0 < int(header or 0) <= 61
    else:
        assert parsedate_to_datetime(header or "").timestamp() > time.time() - 1


def test_ims_rate(client: Any) -> None:
    client.set(ims_rate=1)
    form = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret", "scope": "openid"}
    statuses = [requests.post(f"{client.url}/ims/token/v3", data=form, timeout=10).status_code for _request in range(3)]
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"nothing": 1}, "there is no setting nothing"),
        ({"secret_view": "x"}, "secret_view: give one of plain, masked"),
        ({"strict_etag": "perhaps"}, "strict_etag: give one of true, false"),
        ({"max_limit": "many"}, "max_limit: 'many' is no int"),
    ],
)
def test_a_setting_that_is_none(client: Any, changes: dict[str, Any], said: str) -> None:
    answer = requests.patch(f"{client.url}/admin/settings", json=changes, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(said)
