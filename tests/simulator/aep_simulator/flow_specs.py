"""The flow spec of databases, and the Flow Service's ``/flowSpecs`` (api-facts.md 9.4)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from aep_simulator.errors import FlowError
from aep_simulator.lists import Wanted, answer_list
from aep_simulator.routing import with_and_without_slash
from aep_simulator.settings import Settings
from aep_simulator.specs import POSTGRES
from aep_simulator.target_connections import DATA_LAKE
from aep_simulator.world import json_body, world_of

FLOW_SPEC = "14518937-270c-4525-bdec-c2ba7cce3860"
FREQUENCIES = ("once", "minute", "hour", "day", "week")

_DRAFT = "http://json-schema.org/draft-07/schema#"


def _object(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"$schema": _DRAFT, "type": "object", **more, "properties": properties}


def _of_frequency(name: str) -> dict[str, Any]:
    return {"properties": {"frequency": {"const": name}}}


def _least_interval(number: int) -> dict[str, Any]:
    return {"properties": {"interval": {"minimum": number}}}


SCHEDULE = _object(
    {
        "startTime": {"description": "epoch time", "type": "integer"},
        "frequency": {"type": "string", "enum": list(FREQUENCIES)},
        "interval": {"type": "integer"},
        "backfill": {"type": "boolean", "default": True},
    },
    required=["startTime", "frequency"],
) | {
    "if": _of_frequency("once"),
    "then": {"allOf": [{"not": {"required": [name]}} for name in ("interval", "backfill")]},
    "else": {
        "required": ["interval"],
        "if": _of_frequency("minute"),
        "then": _least_interval(15),
        "else": _least_interval(1),
    },
}
TRANSFORMATIONS = {
    "Copy": _object(
        {
            "deltaColumn": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("name", "dateFormat", "timezone")},
                "required": ["name"],
            }
        },
        required=["deltaColumn"],
    ),
    "Mapping": _object({name: {"type": "string"} for name in ("mappingId", "mappingVersion")}),
}
_OPTIONS = _object(
    {
        "errorDiagnosticsEnabled": {"type": "boolean", "default": False},
        "partialIngestionPercent": {"type": "number", "exclusiveMinimum": 0},
    }
)
_RUN = _object(
    {
        **{name: {"type": "integer"} for name in ("startTime", "windowStartTime", "windowEndTime")},
        "deltaColumn": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
    },
    required=["startTime", "windowStartTime", "windowEndTime", "deltaColumn"],
)


def routes() -> list[web.RouteDef]:
    """Return the routes."""
    return with_and_without_slash(
        [
            ("GET", "/flowSpecs", list_all),
            ("POST", "/flowSpecs", write),
            ("POST", "/flowSpecs/search", search),
            ("GET", "/flowSpecs/{id}", get_one),
            ("PUT", "/flowSpecs/{id}", write),
        ]
    )


def _spec(settings: Settings) -> dict[str, Any]:
    return {
        "id": FLOW_SPEC,
        "name": "CRMToAEP",
        "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a",
        "version": "1.0",
        "sourceConnectionSpecIds": [POSTGRES],
        "targetConnectionSpecIds": [DATA_LAKE],
        "optionSpec": {"name": "OptionSpec", "spec": _OPTIONS},
        settings.transformation_spec_key: [{"name": name, "spec": spec} for name, spec in TRANSFORMATIONS.items()],
        "scheduleSpec": {"name": "PeriodicSchedule", "type": "Periodic", "spec": SCHEDULE},
        "runSpec": {"name": "ProviderParams", "spec": _RUN},
        "attributes": {"isSourceFlow": True, "frequency": "batch"},
    }


def _answer(request: web.Request, wanted: Wanted | None) -> web.Response:
    settings = world_of(request).settings
    found = all(passes(_spec(settings)) for passes in wanted.filters) if wanted else True
    if settings.flow_spec_answer == "object" and found and not (wanted and wanted.count):
        return web.json_response(_spec(settings))
    return answer_list(request, [_spec(settings)], wanted) if wanted else web.json_response({"items": [_spec(settings)]})


async def list_all(request: web.Request) -> web.Response:
    """``GET /flowSpecs``: there is one here."""
    return _answer(request, Wanted.of_query(request))


async def search(request: web.Request) -> web.Response:
    """``POST /flowSpecs/search``."""
    return _answer(request, Wanted.of_body(request, json_body(request)))


async def get_one(request: web.Request) -> web.Response:
    """``GET /flowSpecs/{id}``."""
    if request.match_info["id"] != FLOW_SPEC:
        raise FlowError("1413-400")
    return _answer(request, None)


async def write(request: web.Request) -> web.Response:
    """``POST`` and ``PUT``: not for users, as with connection specs; which error that is is an assumption."""
    json_body(request)
    raise FlowError("1426-400")
