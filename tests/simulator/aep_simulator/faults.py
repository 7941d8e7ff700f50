"""Faults: what goes wrong on purpose, by operation and count.

A fault is one JSON object. ``operation`` is a name as the counters show it (``connections.create``), a prefix of names
(``connections.*``) or ``*``; it holds for ``count`` requests (0: without end) after the first ``skip`` that match.
``kind`` says what happens:

    latency      wait ``seconds`` (or a random time: ``distribution`` uniform up to it, or exponential around it)
    status       answer with ``status``: ``when`` before (nothing is done) or after (it is done all the same);
                 ``body`` json, html or empty; ``retry_after`` none, seconds or date
    error        answer with the Flow Service's or the gateway's error ``code`` (``1100-400``, ``401013``), before
    drop         cut the connection: ``when`` before (nothing is done), after (it is done), during (in mid-answer)
    body         spoil a good answer: ``spoil`` truncated, not_json, html, empty or wrong_types
    slow         send the answer ``bytes_per_second``
    expire       make every token invalid, then go on
"""

from __future__ import annotations

import asyncio
import json
import random
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from time import time
from typing import Any, Literal

from aiohttp import web

from aep_simulator.error_table import FLOW, GATEWAY

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_MOST = 10**6
_RANGES = {"status": (200, 599), "bytes_per_second": (1, _MOST)}
HTML = "<html><body><h1>It does not work</h1></body></html>"


@dataclass
class Fault:
    """One fault; what its fields mean is said above."""

    kind: Literal["latency", "status", "error", "drop", "body", "slow", "expire"]
    operation: str = "*"
    skip: int = 0
    count: int = 1
    when: Literal["before", "after", "during"] = "before"
    seconds: float = 1.0
    distribution: Literal["fixed", "uniform", "exponential"] = "fixed"
    status: int = 500
    code: str = ""
    body: Literal["json", "html", "empty"] = "json"
    retry_after: Literal["none", "seconds", "date"] = "none"
    spoil: Literal["truncated", "not_json", "html", "empty", "wrong_types"] = "truncated"
    bytes_per_second: int = 10

    @classmethod
    def of(cls, document: Any) -> Fault:
        """Return the fault that a JSON object describes; raises ValueError with a reason."""
        kinds = typing.get_type_hints(cls)
        if not isinstance(document, dict) or not isinstance(document.get("kind"), str):
            raise ValueError("a fault is an object with a kind")
        if set(document) - set(kinds):
            raise ValueError(f"a fault has no {', '.join(sorted(set(document) - set(kinds)))}")
        for name, value in document.items():
            _check(name, value, kinds[name])
        if document["kind"] == "error" and document.get("code") not in FLOW | GATEWAY:
            raise ValueError("code: give one of Adobe's tables of errors")
        return cls(**document)

    def concerns(self, operation: str) -> bool:
        """Return whether an operation is one of those named."""
        return self.operation in ("*", operation) or (
            self.operation.endswith(".*") and operation.startswith(self.operation[:-1])
        )


def _check(name: str, value: Any, kind: Any) -> None:
    choices = typing.get_args(kind)
    least, most = _RANGES.get(name, (0, _MOST))
    if choices:
        if value not in choices:
            raise ValueError(f"{name}: give one of {', '.join(choices)}")
    elif kind is str:
        if not isinstance(value, str):
            raise ValueError(f"{name}: give a text")
    elif type(value) not in (int, kind) or not least <= value <= most:
        raise ValueError(f"{name}: give a number from {least} to {most}")


@dataclass
class Faults:
    """The faults that are switched on."""

    active: list[Fault] = field(default_factory=list)

    def due(self, operation: str) -> list[Fault]:
        """Return the faults that concern this request, and count it."""
        found = []
        for fault in list(self.active):
            if not fault.concerns(operation):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            found.append(fault)
            if fault.count == 1:
                self.active.remove(fault)
            elif fault.count:
                fault.count -= 1
        return found


def retry_after(form: str, seconds: int) -> dict[str, str]:
    """Return a Retry-After header in one of its forms."""
    if form == "none":
        return {}
    return {"Retry-After": str(seconds) if form == "seconds" else formatdate(time() + seconds, usegmt=True)}


async def wait(fault: Fault) -> None:
    """Wait as a latency says."""
    seconds = fault.seconds
    if fault.distribution == "uniform":
        seconds = random.uniform(0, seconds)
    elif fault.distribution == "exponential":
        seconds = random.expovariate(1 / seconds) if seconds else 0
    await asyncio.sleep(seconds)


def failing_answer(fault: Fault) -> web.Response:
    """Return the answer of a fault of kind status."""
    headers = retry_after(fault.retry_after, int(fault.seconds))
    if fault.body == "html":
        return web.Response(status=fault.status, text=HTML, content_type="text/html", headers=headers)
    if fault.body == "empty":
        return web.Response(status=fault.status, headers=headers)
    document = (
        {"error_code": "429050", "message": "Too many requests"}
        if fault.status == 429
        else {"errorMessage": "It fails on purpose."}
    )
    return web.json_response(document, status=fault.status, headers=headers)


def spoiled(fault: Fault, good: web.Response) -> web.Response:
    """Return a good answer made bad."""
    text = good.body if isinstance(good.body, bytes) else b""
    if fault.spoil == "html":
        return web.Response(status=good.status, text=HTML, content_type="text/html")
    bad = {
        "truncated": text[: len(text) // 2],
        "not_json": b"this is no JSON",
        "empty": b"",
        "wrong_types": _wrong_types(text),
    }[fault.spoil]
    return web.Response(status=good.status, body=bad, content_type="application/json")


def _wrong_types(text: bytes) -> bytes:
    """Return a document in which each value has another type."""

    def wrong(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: wrong(one) for key, one in value.items()}
        if isinstance(value, list):
            return {"was": "a list"}
        return [value] if isinstance(value, str) else "wrong"

    return json.dumps(wrong(json.loads(text or b"{}"))).encode()


async def cut_off(request: web.Request, good: web.Response | None) -> web.StreamResponse:
    """Cut the connection: at once, or after half of a good answer."""
    if good is not None:
        text = good.body if isinstance(good.body, bytes) else b""
        partial = web.StreamResponse(status=good.status, headers={"Content-Type": "application/json"})
        partial.content_length = len(text) + 1
        await partial.prepare(request)
        await partial.write(text[: len(text) // 2 or 1])
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def drip(request: web.Request, fault: Fault, good: web.Response) -> web.StreamResponse:
    """Send a good answer slowly."""
    text = good.body if isinstance(good.body, bytes) else b""
    slow = web.StreamResponse(status=good.status, headers={"Content-Type": "application/json"})
    slow.content_length = len(text)
    await slow.prepare(request)
    for position in range(len(text)):
        await slow.write(text[position : position + 1])
        await asyncio.sleep(1 / fault.bytes_per_second)
    await slow.write_eof()
    return slow
