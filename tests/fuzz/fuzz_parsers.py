"""Coverage-guided fuzzing of everything that reads what others wrote: answers, errors, connection strings, marks.

A parser may refuse with its own error. Any other exception, or an endless loop, is a finding.

python fuzz_parsers.py [-max_total_time=SECONDS] [CORPUS]
"""

from __future__ import annotations

import contextlib
import json
import sys

import atheris

with atheris.instrument_imports(include=["ansible_collections.aep"]):
    from ansible_collections.aep.sources.plugins.module_utils import masking
    from ansible_collections.aep.sources.plugins.module_utils.api import dataflows, flow_service
    from ansible_collections.aep.sources.plugins.module_utils.client import client, errors
    from ansible_collections.aep.sources.plugins.module_utils.postgres import authentication, mark
    from ansible_collections.aep.sources.plugins.plugin_utils import type_checks


class _Pages:
    """A platform that answers each request with the same document."""

    def __init__(self, document: object) -> None:
        self._document = document

    def request(self, *_request: object, **_named: object) -> object:
        return self._document


def fuzz_answers(data: bytes) -> None:
    """Read bytes as an answer to each kind of request."""
    with contextlib.suppress(ValueError, RecursionError):
        document = client._decode(data)
        flow = flow_service.FlowService(_Pages(document), "dev")
        for call in (
            lambda: flow.list_connections("spec"),
            lambda: flow.get("Orders", "id"),
            lambda: flow.published_values("spec", "Basic Authentication", "sslMode"),
            lambda: flow.create("Orders", {}),
            lambda: flow.test("Orders", "id"),
            lambda: dataflows.list_dataflows(flow, ["id"]),
            lambda: dataflows.list_runs(flow, ["id"], 0),
        ):
            with contextlib.suppress(errors.AepError):
                call()


def fuzz_errors(data: bytes) -> None:
    """Read bytes as the body of an error."""
    str(errors.ServiceError("try", errors.read_problem(data[0] + 400 if data else 500, {}, data, str)))


def fuzz_connection_strings(text: str) -> None:
    """Read a text as a connection string."""
    with contextlib.suppress(ValueError):
        authentication.properties_of(text)


def fuzz_marks(text: str) -> None:
    """Read a text as a description, and mask a secret in it."""
    own, _print = mark.read_mark(text)
    assert mark.read_mark(own)[1] is None, "what remains of a description is marked"
    half = len(text) // 2
    mask = masking.Mask()
    mask.add(text[:half])
    mask.text(text)


def fuzz_arguments(data: bytes) -> None:
    """Look for surprises in any arguments."""
    with contextlib.suppress(ValueError, RecursionError):
        type_checks.yaml_surprise(json.loads(data))


def one_input(data: bytes) -> None:
    """Give one input to all."""
    fuzz_answers(data)
    fuzz_errors(data)
    text = data.decode("utf-8", "replace")
    fuzz_connection_strings(text)
    fuzz_marks(text)
    fuzz_arguments(data)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
