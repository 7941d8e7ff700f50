"""An error as an answer, in the one of the four shapes that it has (api-facts.md 6.1, 6.2)."""

from __future__ import annotations

import json
from typing import Any

from aep_simulator.error_table import FLOW, GATEWAY
from aep_simulator.settings import Settings


class ApiError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.text = json.dumps(body)
        self.headers = headers or {}
        super().__init__(status)


class FlowError(Exception):
    """An error of the Flow Service, by its code. It becomes an answer where settings and request id are known."""

    def __init__(self, code: str, **values: Any) -> None:
        self.code = code
        self.values = values
        super().__init__(code)

    def as_answer(self, settings: Settings, request_id: str) -> ApiError:
        """Return the answer: in the envelope of 6.2, or in the older shape where the settings say so."""
        code = self.code
        if code == "1439-404" and settings.error_style == "flow400":
            code = "1439-400"
        title, template = FLOW[code]
        values = _Blank({name: _short(value) for name, value in self.values.items()})
        message = template.format_map(values)
        status = int(code.rpartition("-")[2])
        if settings.error_style == "legacy" and code in ("1439-404", "1404-412"):
            message = f"{values['kind']} not found with id = [{values['id']}]" if code == "1439-404" else message
            return ApiError(status, {"errorMessage": message, "errorDetails": message})
        report = {"detailed-message": message, "request-id": request_id}
        if code.startswith("1439"):
            report |= {"id": values["id"], "type": values["kind"]}
        kind = f"https://ns.adobe.com/aep/errors/FLOW-{code}"
        same = {"errorMessage": message, "errorDetails": message}
        return ApiError(status, {"type": kind, "title": title, "status": status, "report": report, **same})


class _Blank(dict[str, str]):
    """Values of a text's placeholders, blank where nothing is known."""

    def __missing__(self, key: str) -> str:
        return ""


def _short(value: object) -> str:
    return str(value)[:200]


def gateway_error(code: str, settings: Settings, headers: dict[str, str] | None = None) -> ApiError:
    """Return an error of the gateway (6.1, first shape), whose code is a text in some places and a number in others."""
    status, text = GATEWAY[code]
    return ApiError(
        status, {"error_code": int(code) if settings.gateway_codes == "integer" else code, "message": text}, headers
    )


def framework_error(status: int, title: str, detail: str) -> ApiError:
    """Return an error of the framework (6.1, fourth shape)."""
    return ApiError(status, {"type": "/placeholder/type/uri", "status": status, "title": title, "detail": detail})


def ims_error(status: int, error: str, description: str) -> ApiError:
    """Return an error of the token service (5.1)."""
    return ApiError(status, {"error": error, "error_description": description})
