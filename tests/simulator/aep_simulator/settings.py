"""What the simulated organization looks like, and a knob for each thing that Adobe leaves open or says in two ways."""

from __future__ import annotations

import dataclasses
import typing
from dataclasses import dataclass, field
from typing import Any, Literal

SANDBOXES = ("prod", "stage", "dev")


def _knob(default: Any, text: str, source: str) -> Any:
    """Return a field of Settings with its description and the section of the facts dossier that it comes from."""
    return field(default=default, metadata={"text": text, "source": source})


@dataclass(frozen=True)
class Settings:
    """Every setting, with the dossier's default. Names are those of the command line with underscores."""

    client_id: str = _knob("client", "client id of the only credential", "5.1")
    client_secret: str = _knob("secret", "its secret", "5.1")
    org_id: str = _knob("TESTORG@AdobeOrg", "the organization", "5.2")
    sandboxes: tuple[str, ...] = _knob(SANDBOXES, "names of the sandboxes; the first is the default production sandbox", "7")
    region: str = _knob("VA7", "region of the sandboxes; VA6 is AWS", "7")
    token_seconds: int = _knob(86399, "for how long a token is valid", "5.1")
    ca_file: str = _knob("", "CA certificates that the service trusts when it connects to PostgreSQL", "4.5")
    secret_view: Literal["plain", "masked", "placeholder", "omitted", "partial"] = _knob(
        "masked", "how GET shows credentials; omitted leaves out all parameters, partial the secret ones", "2.6"
    )
    sslmode_enum: tuple[str, ...] = _knob(
        ("Disable", "Allow", "Prefer", "Require", "Verify-Ca", "Verify-Full"), "spellings of sslMode that are accepted", "4.5"
    )
    default_limit: int = _knob(20, "connections on a page when no limit is given", "2.1")
    max_limit: int = _knob(100, "the largest limit", "2.1")
    strict_etag: bool = _knob(True, "whether If-Match needs the quotes that are part of the etag", "3.2")
    delete_status: Literal[200, 202, 204] = _knob(204, "status of a delete", "3.3")
    require_sandbox: bool = _knob(True, "whether a missing x-sandbox-name is an error; else the default sandbox is used", "5.4")
    test_result: Literal["real", "true", "false"] = _knob("real", "answer of /test; real connects to PostgreSQL", "3.7")
    connect_timeout: int = _knob(5, "seconds within which PostgreSQL must answer", "3.7")


def parse(name: str, text: str) -> Any:
    """Return a setting's value from its text on the command line.

    Raises:
        ValueError: the text is no value of this setting.
    """
    kind = typing.get_type_hints(Settings)[name]
    if typing.get_origin(kind) is Literal:
        choices = {str(choice): choice for choice in typing.get_args(kind)}
        if text not in choices:
            raise ValueError(f"{name}: give one of {', '.join(choices)}")
        return choices[text]
    if typing.get_origin(kind) is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if kind is bool:
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if text.lower() not in words:
            raise ValueError(f"{name}: give true or false")
        return words[text.lower()]
    return kind(text)


def knobs() -> list[dataclasses.Field[Any]]:
    """Return the settings' fields, in order."""
    return list(dataclasses.fields(Settings))
