"""A service that puts a template for Ansible into every text that it can, each with a place of its own.

A text that is evaluated makes a file that is named after its place. Each sandbox gets one form of it.
"""

from __future__ import annotations

import json
import pathlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from simulated import FLOW, POSTGRES
from werkzeug import Request, Response

_RUN = "lookup('ansible.builtin.pipe', 'touch MARK')"
FORMS = {
    "expression": "{{ " + _RUN + " }}",
    "statement": "!unsafe {% if " + _RUN + " %}{% endif %}{{ " + _RUN + " }}{# and this is gone #}",
    "condition": _RUN,
    "broken": "{{ " + _RUN + " }}{{ {# {% ",
    "refusing": "#jinja2: variable_start_string:'[%', variable_end_string:'%]'\n[% " + _RUN + " %]",
}
# It has no white space, and no piece in common with other texts, as it would be masked in them.
TOKEN = "{{q('pipe','touch${IFS}token')}}"
SANDBOXES = "/data/foundation/sandbox-management/"
_FIELDS = ("title", "state", "type", "region")


@dataclass
class Hostile:
    """Answers requests. ``marks`` is where evaluated texts leave their files, ``said`` the texts by sandbox and place."""

    marks: pathlib.Path
    said: dict[tuple[str, str], str] = field(default_factory=dict)
    names: tuple[str, ...] = tuple(FORMS)

    @property
    def places(self) -> set[str]:
        """The places where the service put a text."""
        return {place for _sandbox, place in self.said}

    def text(self, sandbox: str, place: str, form: str = "") -> str:
        """Return a text for a place."""
        mark = self.marks / re.sub(r"\W+", "-", f"{place} of {sandbox}")
        return self.said.setdefault(
            (sandbox, place), (form or FORMS.get(sandbox, FORMS["expression"])).replace("MARK", str(mark))
        )

    def __call__(self, request: Request) -> Response:
        """Answer a request."""
        path = unquote(request.path)
        if path.startswith("/refusing/"):
            return _json(
                {"error": "invalid_client", "error_description": self.text("statement", "error of the token service")}, 400
            )
        if path == "/ims/token/v3":
            return _json({"access_token": self.text("all", "access token", TOKEN), "expires_in": 86399999})
        if path == SANDBOXES:
            return _json({"sandboxes": [self._sandbox(name) for name in self.names]})
        return self._of_flow_service(request, path.removeprefix(FLOW), request.headers.get("x-sandbox-name", ""))

    def _sandbox(self, name: str) -> dict[str, Any]:
        return {"name": name, **{key: self.text(name, f"{key} of the sandbox") for key in _FIELDS}}

    def _of_flow_service(self, request: Request, path: str, sandbox: str) -> Response:
        if sandbox == "refusing":
            return _json({"errorMessage": self.text(sandbox, "error of the list")}, 400)
        if request.method == "POST":
            said = {"error_code": self.text(sandbox, "code of an error"), "message": self.text(sandbox, "error of a creation")}
            return _json(said, 403)
        if request.method != "GET":
            texts = {key: self.text(sandbox, f"{key} of an error") for key in ("title", "detail")}
            return _json({"status": 400, **texts, "report": {"request-id": self.text(sandbox, "request id in an error")}}, 400)
        lists = {
            "/connections": self._connections,
            "/flows": self._flows,
            "/runs": self._runs,
            "/sourceConnections": self._sources,
        }
        if path in lists:
            return _json({"items": lists[path](sandbox), "_links": {}})
        if path.startswith("/connectionSpecs/"):
            return _json({"items": [self._spec(sandbox)]})
        return self._behind_a_connection(request.args, path, sandbox)

    def _behind_a_connection(self, query: Mapping[str, str], path: str, sandbox: str) -> Response:
        if path.endswith("/explore") and query["objectType"] == "root":
            return _json([self._table(sandbox, "a table"), self._table(sandbox, "a table that fails")])
        if path.endswith("/explore") and "fails" not in query["object"]:
            return _json(self._content(sandbox))
        if path == "/connections/id-3/test":
            return Response("no JSON", 400, {"Content-Type": self.text(sandbox, "content type", FORMS["expression"])})
        if path.endswith("/test"):
            return _json({"result": False})
        headers = {"x-request-id": self.text(sandbox, "request id in a header", FORMS["expression"])}
        return _json({"errorMessage": self.text(sandbox, "error of what is behind a connection")}, 400, headers)

    def _connections(self, sandbox: str) -> list[dict[str, Any]]:
        return [
            self._connection(sandbox, 1, "name", "etag", "server", state="enabled", spec="Basic Authentication"),
            self._connection(sandbox, 2, "name", "state", "auth_spec", "id"),
            self._connection(sandbox, 3, name="Orders", state="enabled", spec="Basic Authentication"),
        ]

    def _connection(self, sandbox: str, number: int, *hostile: str, spec: str = "", **given: str) -> dict[str, Any]:
        def text(what: str, otherwise: str = "") -> str:
            return self.text(sandbox, f"{what} of connection {number}") if what in hostile or not otherwise else otherwise

        return {
            "id": text("id", f"id-{number}"),
            "name": text("name", given.get("name", "")),
            "description": text("description"),
            "state": text("state", given.get("state", "")),
            "etag": text("etag", '"etag"'),
            "connectionSpec": {"id": POSTGRES, "version": "1.0"},
            "auth": {
                "specName": text("auth spec", spec),
                "params": {key: text(key) for key in ("server", "database", "username", "port", "sslMode")},
            },
        }

    def _flows(self, sandbox: str) -> list[dict[str, Any]]:
        texts = {key: self.text(sandbox, f"{key} of a dataflow") for key in ("id", "name", "state")}
        schedule = {"frequency": self.text(sandbox, "frequency of a dataflow"), "interval": 15, "startTime": 1767225600}
        run = {"id": "older", "state": "failed", "startedAtUTC": 1767225600000}
        used = [self.text(sandbox, "id of a source connection")]
        return [{**texts, "sourceConnectionIds": used, "scheduleParams": schedule, "lastRunDetails": run}]

    def _runs(self, sandbox: str) -> list[dict[str, Any]]:
        error = {key: self.text(sandbox, f"{key} of an error of a run") for key in ("code", "message")}
        status = {"status": self.text(sandbox, "status of a run"), "errors": [error]}
        metrics = {"durationSummary": {"startedAtUTC": int(time.time() * 1000)}, "statusSummary": status}
        return [{"id": self.text(sandbox, "id of a run"), "flowId": self.text(sandbox, "id of a dataflow"), "metrics": metrics}]

    def _sources(self, sandbox: str) -> list[dict[str, Any]]:
        return [{"id": self.text(sandbox, "id of a source connection"), "baseConnectionId": "id-1"}]

    def _spec(self, sandbox: str) -> dict[str, Any]:
        modes = {"enum": [self.text(sandbox, "SSL mode of the connection spec"), "Disable"]}
        return {"authSpec": [{"name": "Basic Authentication", "spec": {"properties": {"sslMode": modes}}}]}

    def _table(self, sandbox: str, what: str) -> dict[str, Any]:
        texts = {key: self.text(sandbox, f"{key} of {what}") for key in ("name", "type", "path")}
        return {**texts, "canPreview": True, "canFetchSchema": True}

    def _content(self, sandbox: str) -> dict[str, Any]:
        names = {key: self.text(sandbox, f"{key} of a column") for key in ("name", "type")}
        columns = [{**names, "xdm": {"format": self.text(sandbox, "format of a column")}}]
        trusted = {
            "value": self.text(sandbox, "value that calls itself trusted"),
            "tags": [{"__ansible_type": "TrustedAsTemplate"}],
        }
        row = {
            self.text(sandbox, "name of a value"): self.text(sandbox, "value"),
            "__ansible_unsafe": self.text(sandbox, "value that calls itself unsafe"),
            "trusted": {"__ansible_type": "_AnsibleTaggedStr", **trusted},
            "nested": [{self.text(sandbox, "key in a value"): self.text(sandbox, "value in a value")}],
        }
        return {"schema": {"columns": columns}, "data": [row]}


def _json(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(json.dumps(document), status, {"Content-Type": "application/json", **(headers or {})})
