"""As much of a controller's REST API as the modules of awx.awx need: generic, in memory, knowing no object's rules."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

from werkzeug import Request, Response

_SUBS = {
    "organizations": ("galaxy_credentials",),
    "projects": ("update",),
    "job_templates": ("credentials", "survey_spec"),
    "workflow_job_templates": ("survey_spec",),
    "workflow_job_template_nodes": ("success_nodes", "failure_nodes", "always_nodes", "create_approval_template"),
}
_HEADERS = {"Content-Type": "application/json", "X-API-Product-Name": "AWX", "X-API-Product-Version": "24.6.1"}
_PATH = re.compile(r"/api/v2/(?P<kind>\w+)/(?:(?P<id>\d+)/(?:(?P<sub>\w+)/)?)?")
_FILTERS = (
    "name",
    "identifier",
    "organization",
    "inventory",
    "workflow_job_template",
    "unified_job_template",
    "credential_type",
)

Item = dict[str, Any]


class Controller:
    """What a controller holds, by kind and id; ``writes`` counts the requests that changed something."""

    def __init__(self) -> None:
        self.held: dict[str, dict[int, Item]] = {}
        self.writes = 0
        self._ids = itertools.count(1)
        self._linked: dict[tuple[str, int, str], Any] = {}
        for kind, name in (("organizations", "Default"), ("execution_environments", "Default EE")):
            self._create(kind, {"name": name})

    def named(self, kind: str) -> dict[str, Item]:
        """Return what there is of a kind, by name."""
        return {_name(one): one for one in self.held.get(kind, {}).values()}

    def linked(self, kind: str, name: str, sub: str) -> Any:
        """Return what is linked to an object, as the names of objects or as the document that is there."""
        found = self._linked.get((kind, self.named(kind)[name]["id"], sub), [])
        return (
            [self._any(one).get("name") or self._any(one).get("identifier") for one in found]
            if isinstance(found, list)
            else found
        )

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        body = json.loads(request.get_data() or b"{}")
        if request.method != "GET":
            self.writes += 1
        found = _PATH.fullmatch(request.path)
        if not found or found["kind"] in ("ping", "config", "me"):
            return self._json({"version": "24.6.1", "current_version": "/api/v2/", "count": 0, "results": []})
        kind, identifier, sub = found["kind"], int(found["id"] or 0), found["sub"]
        if not identifier:
            if request.method == "POST":
                return self._json(self._create(kind, body), 201)
            kinds = ("job_templates", "workflow_job_templates", "projects") if kind == "unified_job_templates" else (kind,)
            there = [one for each in kinds for one in self.held.get(each, {}).values()]
            return self._listed([one for one in there if _matches(one, request.args.to_dict())])
        if sub and sub not in _SUBS.get(kind, ()):
            return self._json({"detail": "The requested resource could not be found."}, 404)
        if sub:
            return self._sub(request.method, (kind, identifier, sub), body)
        if request.method == "PATCH":
            self.held[kind][identifier].update(body)
        return self._json(self.held[kind][identifier])

    def _sub(self, method: str, key: tuple[str, int, str], body: Item) -> Response:
        kind, identifier, sub = key
        if method == "GET":
            found = self._linked.get(key, {} if sub == "survey_spec" else [])
            return self._json(found) if isinstance(found, dict) else self._listed([self._any(one) for one in found])
        if sub == "create_approval_template":
            made = self._create("workflow_approval_templates", body)
            node = self.held[kind][identifier]
            node["unified_job_template"] = made["id"]
            node["related"]["unified_job_template"] = made["url"]
            return self._json(made, 201)
        if sub == "survey_spec":
            self._linked[key] = body
            return self._json({})
        links = self._linked.setdefault(key, [])
        links.remove(body["id"]) if body.get("disassociate") else links.append(body["id"])
        return Response(status=204, headers=_HEADERS)

    def _create(self, kind: str, body: Item) -> Item:
        identifier = next(self._ids)
        url = f"/api/v2/{kind}/{identifier}/"
        related = {sub: f"{url}{sub}/" for sub in _SUBS.get(kind, ())}
        item = {**body, "id": identifier, "url": url, "type": kind.rstrip("s"), "related": related, "summary_fields": {}}
        if kind == "credentials":
            item["inputs"] = dict.fromkeys(body.get("inputs", {}), "$encrypted$")
        if kind == "projects":
            item |= {"status": "successful", "scm_revision": "1"}
        return self.held.setdefault(kind, {}).setdefault(identifier, item)

    def _any(self, identifier: int) -> Item:
        return next(items[identifier] for items in self.held.values() if identifier in items)

    def _listed(self, items: list[Item]) -> Response:
        return self._json({"count": len(items), "next": None, "results": items})

    def _json(self, document: Any, status: int = 200) -> Response:
        return Response(json.dumps(document), status, _HEADERS)


def _matches(item: Item, query: dict[str, str]) -> bool:
    if "name" not in item and "identifier" not in item:
        return False
    return all(str(item.get(key)) == value for key, value in query.items() if key in _FILTERS and key in item)


def _name(item: Item) -> str:
    return str(item.get("name") or item.get("identifier"))
