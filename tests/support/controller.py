"""As much of AWX's REST API as the modules of awx.awx need: generic, in memory. What it refuses is in controller_rules."""

from __future__ import annotations

import hashlib
import itertools
import json
import pathlib
import pickle
import re
from typing import Any

import controller_rules
from controller_rules import Item, Refused
from werkzeug import Request, Response

_LINKS = {
    "organizations": ("galaxy_credentials",),
    "job_templates": ("credentials",),
    "workflow_job_template_nodes": ("success_nodes", "failure_nodes", "always_nodes"),
}
_DOCUMENTS = ("survey_spec",)
_ACTIONS = ("update", "create_approval_template")
_HEADERS = {"Content-Type": "application/json", "X-API-Product-Name": "AWX", "X-API-Product-Version": "24.6.1"}
_PATH = re.compile(r"/api/v2/(?P<kind>\w+)/(?:(?P<id>\d+)/(?:(?P<sub>\w+)/)?)?")
_UNIFIED = ("job_templates", "workflow_job_templates", "projects", "inventory_sources")
# The fields that name another object, and the kinds that are deleted with it; in others, the field is emptied.
_REFERENCES = {
    "organization": (),
    "project": (),
    "source_project": (),
    "credential": (),
    "credential_type": (),
    "execution_environment": (),
    "inventory": ("inventory_sources",),
    "unified_job_template": ("schedules",),
    "workflow_job_template": ("workflow_job_template_nodes",),
}
_FILTERS = ("name", "identifier", *_REFERENCES)


class Controller:
    """What a controller holds, by kind and id; ``writes`` counts the requests that changed something.

    Parameters:
        playbooks: the files of the repository that every project is of. While it ``is_reachable``, updates of projects succeed,
            and while it ``can_sync``, those of inventories.
    """

    def __init__(self, *playbooks: str) -> None:
        self.held: dict[str, dict[int, Item]] = {}
        self.links: dict[tuple[str, int, str], list[int]] = {}
        self.documents: dict[tuple[str, int, str], Item] = {}
        self.inputs: dict[int, dict[str, str]] = {}  # of credentials; the API shows no secret
        self.playbooks, self.is_reachable = list(playbooks), True
        self.hosts, self.can_sync = ["s1", "s2", "s3"], True
        self._last_id = self.writes = 0
        self.create("organizations", {"name": "Default"})
        self.create("execution_environments", {"name": "Default EE", "organization": None})
        self.writes = 0

    def named(self, kind: str) -> dict[str, Item]:
        """Return what there is of a kind, by name."""
        return {name_of(one): one for one in self.held.get(kind, {}).values()}

    def find(self, identifier: int | None) -> Item:
        """Return an object of any kind, or an empty one."""
        return next((items[identifier] for items in self.held.values() if identifier in items), {})

    def linked(self, kind: str, name: str, sub: str) -> list[str]:
        """Return the names of what is linked to an object."""
        return [name_of(self.find(one)) for one in self.links.get((kind, self.named(kind)[name]["id"], sub), [])]

    def survey(self, template: Item) -> Item:
        """Return the survey of a template, which is empty while it is not enabled."""
        spec = next((one for (_kind, owner, _sub), one in self.documents.items() if owner == template["id"]), {})
        return spec if template.get("survey_enabled") else {}

    def described(self) -> list[str]:
        """Return all that is there and may be managed, with names in the place of ids."""
        lines = []
        for kind, item in [(kind, item) for kind, items in self.held.items() for item in items.values()]:
            fields = {key: name_of(self.find(value)) if key in _REFERENCES else value for key, value in item.items()}
            for key in ("id", "url", "related", "summary_fields"):
                del fields[key]
            subs = {sub: sorted(self.linked(kind, name_of(item), sub)) for sub in _LINKS.get(kind, ())}
            documents = [one for (_kind, owner, _sub), one in self.documents.items() if owner == item["id"]]
            lines.append(json.dumps([kind, fields, subs, documents], sort_keys=True))
        return sorted(line for line in lines if not line.startswith('["project_updates"'))

    def delete(self, kind: str, name: str) -> None:
        """Delete an object by hand, and with it what cannot be without it."""
        identifier = self.named(kind)[name]["id"]
        if kind == "credential_types" and controller_rules.is_in_use(self, identifier):
            raise Refused(403, "Credential types that are in use cannot be deleted")
        removed = self.held[kind].pop(identifier)
        self.held.get("workflow_approval_templates", {}).pop(removed.get("unified_job_template"), None)  # is of a node
        self.documents = {key: one for key, one in self.documents.items() if key[1] != identifier}
        self.links = {key: [one for one in ids if one != identifier] for key, ids in self.links.items() if key[1] != identifier}
        for other, items in self.held.items():
            for field, item in itertools.product(_REFERENCES, list(items.values())):
                if item.get(field) == identifier and other in _REFERENCES[field]:
                    self.delete(other, name_of(item))
                elif item.get(field) == identifier:
                    item[field] = None

    def save(self, file: pathlib.Path) -> None:
        """Keep all that there is in a file."""
        file.write_bytes(pickle.dumps(self))

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        found = _PATH.fullmatch(request.path)
        if not found or found["kind"] in ("ping", "config", "me"):
            return _json({"version": "24.6.1", "current_version": "/api/v2/", "count": 0, "results": []})
        is_superuser = request.headers["Authorization"] == "Bearer superuser"
        body, kind, identifier = json.loads(request.get_data() or b"{}"), found["kind"], int(found["id"] or 0)
        if identifier and identifier not in self.held.get(kind, {}):
            return _json({"detail": "Not found."}, 404)
        try:
            controller_rules.check_access(request.method, kind, body, is_superuser=is_superuser)
            if found["sub"]:
                return self._sub(request.method, (kind, identifier, found["sub"]), body)
            if request.method == "GET":
                return _json(self.held[kind][identifier]) if identifier else self._list(kind, request.args.to_dict())
            if request.method == "PATCH":
                self.change(kind, self.held[kind][identifier], body)
                return _json(self.held[kind][identifier])
            made = self.create(kind, body)
        except Refused as refused:
            return _json(refused.document, refused.status)
        return _json({**made, "summary_fields": {"current_update": {"id": self._last_id}}} if kind == "projects" else made, 201)

    def create(self, kind: str, body: Item) -> Item:
        """Create an object. A project is updated at once."""
        controller_rules.check(self, kind, body, {})
        self.writes += 1
        self._last_id += 1
        url = f"/api/v2/{kind}/{self._last_id}/"
        subs = (*_LINKS.get(kind, ()), *_DOCUMENTS, *_ACTIONS)
        item = {"id": self._last_id, "url": url, "type": kind.rstrip("s"), "summary_fields": {}}
        item["related"] = {sub: f"{url}{sub}/" for sub in subs}
        self.held.setdefault(kind, {})[self._last_id] = item
        item |= self._stored(kind, item, body)
        if kind == "projects":
            item |= {"status": "new", "scm_revision": "", "playbook_files": []}
            self._update(item)
        return item

    def change(self, kind: str, item: Item, body: Item) -> None:
        """Change an object."""
        controller_rules.check(self, kind, body, item)
        self.writes += 1
        item |= self._stored(kind, item, body)

    def _stored(self, kind: str, item: Item, body: Item) -> Item:
        if kind == "inventories":
            return {**body, "kind": body.get("kind") or ""}
        if kind == "credentials" and "inputs" in body:
            self.inputs[item["id"]] = body["inputs"]
            secrets = controller_rules.secret_fields(self, body)
            return {**body, "inputs": {key: "$encrypted$" if key in secrets else one for key, one in body["inputs"].items()}}
        return body

    def _update(self, project: Item) -> Item:
        """Update a project, which leaves its revision as it was if nothing is new in the repository."""
        revision = hashlib.sha256(json.dumps(self.playbooks).encode()).hexdigest()
        if self.is_reachable:
            project |= {"status": "successful", "scm_revision": revision, "playbook_files": list(self.playbooks)}
        else:
            project["status"] = "failed"
        self._last_id += 1
        update = {"id": self._last_id, "url": f"/api/v2/project_updates/{self._last_id}/", "status": project["status"]}
        update |= {"failed": not self.is_reachable, "finished": "now", "scm_revision": project["scm_revision"]}
        self.held.setdefault("project_updates", {})[self._last_id] = update | {"related": {}, "summary_fields": {}}
        return update

    def _sub(self, method: str, key: tuple[str, int, str], body: Item) -> Response:
        kind, identifier, sub = key
        item = self.held[kind][identifier]
        if sub in _DOCUMENTS:
            if method == "POST":
                controller_rules.check_survey(body)
                self.writes += 1
                self.documents[key] = body
            return _json(self.documents.get(key, {}))
        if sub == "update":
            return _json(self._update(item), 202)
        if sub == "create_approval_template":
            made = self.create("workflow_approval_templates", body)
            item["unified_job_template"] = made["id"]
            item["related"]["unified_job_template"] = made["url"]
            return _json(made, 201)
        links = self.links.setdefault(key, [])
        if method == "GET":
            return _page([self.find(one) for one in links])
        self.writes += 1
        links.remove(body["id"]) if body.get("disassociate") else links.append(body["id"])
        return Response(status=204, headers=_HEADERS)

    def _list(self, kind: str, query: dict[str, str]) -> Response:
        kinds = _UNIFIED if kind == "unified_job_templates" else (kind,)
        there = [one for each in kinds for one in self.held.get(each, {}).values()]
        wanted = {key: value for key, value in query.items() if key in _FILTERS}
        return _page([one for one in there if all(str(one.get(key)) == value for key, value in wanted.items())])


def load(file: pathlib.Path) -> Controller:
    """Return a controller that was kept in a file."""
    found: Controller = pickle.loads(file.read_bytes())
    return found


def name_of(item: Item) -> str:
    """Return what an object is called, which is an empty text for none."""
    return str(item.get("name") or item.get("identifier") or "")


def _page(items: list[Item]) -> Response:
    return _json({"count": len(items), "next": None, "results": items})


def _json(document: Any, status: int = 200) -> Response:
    return Response(json.dumps(document), status, _HEADERS)
