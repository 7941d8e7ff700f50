"""A running simulator, and a client that speaks plain HTTP to it: nothing of the collection is used here."""

from __future__ import annotations

import contextlib
import pathlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import requests

POSTGRES = "74a1c565-4e59-48d7-9d67-7c03b8a13137"
FLOW = "/data/foundation/flowservice"
PARAMS = {
    "server": "127.0.0.1",
    "port": "1",
    "database": "orders",
    "username": "reader",
    "password": "s3cret-password",
    "sslMode": "Disable",
}


class Client:
    """One organization's client, who works in one sandbox."""

    def __init__(self, url: str, sandbox: str = "dev") -> None:
        self.url = url
        self.sandbox = sandbox
        self._defaults = requests.get(f"{url}/admin/settings", timeout=10).json()
        self.session = requests.Session()

    def begin(self) -> None:
        """Forget what the last test did."""
        self.admin("PATCH", "settings", self._defaults)
        self.admin("POST", "reset")
        form = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret", "scope": "openid"}
        token = requests.post(f"{self.url}/ims/token/v3", data=form, timeout=10).json()["access_token"]
        self.session.close()
        self.session = requests.Session()
        self.session.headers.update(
            {
                "Authorization": f"Bearer {token}",
                "x-api-key": "client",
                "x-gw-ims-org-id": "TESTORG@AdobeOrg",
                "x-sandbox-name": self.sandbox,
            }
        )
        self.admin("DELETE", "counters")

    @property
    def who(self) -> dict[str, str]:
        """The options by which a module talks to this simulator."""
        organization = {"client_id": "client", "client_secret": "secret", "org_id": "TESTORG@AdobeOrg"}
        return {**organization, "base_url": self.url, "ims_url": self.url}

    def close(self) -> None:
        """Let go of the connections."""
        self.session.close()

    def admin(self, method: str, what: str, body: Any = None) -> Any:
        """Do something behind the scenes."""
        answer = requests.request(method, f"{self.url}/admin/{what}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def set(self, **settings: Any) -> None:
        """Change settings for this test."""
        self.admin("PATCH", "settings", settings)

    def fault(self, **fault: Any) -> None:
        """Switch a fault on."""
        self.admin("POST", "faults", fault)

    def __call__(self, method: str, path: str, **content: Any) -> requests.Response:
        """Send a request to the Flow Service."""
        return self.session.request(method, f"{self.url}{FLOW}{path}", timeout=content.pop("timeout", 10), **content)

    def create(self, name: str = "Orders", **changes: Any) -> requests.Response:
        """Create a connection; an auth.params is a mapping of changes to good ones."""
        params = PARAMS | changes.pop("params", {})
        body = {
            "name": name,
            "auth": {"specName": "Basic Authentication", "params": params},
            "connectionSpec": {"id": POSTGRES, "version": "1.0"},
            **changes,
        }
        return self("POST", "/connections", json={key: value for key, value in body.items() if value is not None})

    def patch(self, created: requests.Response, *operations: dict[str, Any], **content: Any) -> requests.Response:
        """Patch a connection at the etag that its creation returned."""
        headers = {"If-Match": created.json()["etag"]} | content.pop("headers", {})
        return self("PATCH", f"/connections/{created.json()['id']}", json=list(operations), headers=headers, **content)


@contextlib.contextmanager
def simulator(*options: str) -> Iterator[str]:
    """Run a simulator and yield its address."""
    program = pathlib.Path(sys.executable).with_name("aep-simulator")
    with subprocess.Popen([program, *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
        assert process.wait(10) == 0, "it stops cleanly on SIGTERM"
