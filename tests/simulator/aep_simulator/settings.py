"""What the simulated organization looks like, and a knob for each thing that Adobe leaves open or says in two ways."""

from __future__ import annotations

import dataclasses
import typing
from dataclasses import dataclass
from typing import Annotated, Any, Literal


@dataclass(frozen=True)
class Knob:
    """What a setting is about, and the section of the facts dossier that it comes from."""

    text: str
    source: str


@dataclass(frozen=True)
class Settings:
    """Every setting, with the dossier's default. Names are those of the command line with underscores."""

    client_id: Annotated[str, Knob("client id of the only credential", "5.1")] = "client"
    client_secret: Annotated[str, Knob("its secret", "5.1")] = "secret"
    org_id: Annotated[str, Knob("the organization", "5.2")] = "TESTORG@AdobeOrg"
    sandboxes: Annotated[tuple[str, ...], Knob("names of the sandboxes; the first is the default production sandbox", "7")] = (
        "prod",
        "stage",
        "dev",
    )
    region: Annotated[str, Knob("region of the sandboxes; VA6 is AWS", "7")] = "VA7"
    token_seconds: Annotated[int, Knob("for how long a token is valid", "5.1")] = 86399
    ca_file: Annotated[str, Knob("CA certificates that the service trusts when it connects to PostgreSQL", "4.5")] = ""
    secret_view: Annotated[
        Literal["plain", "masked", "placeholder", "omitted", "partial"],
        Knob("how GET shows credentials; omitted leaves out all parameters, partial the secret ones", "2.6"),
    ] = "masked"
    sslmode_enum: Annotated[tuple[str, ...], Knob("spellings of sslMode that are accepted", "4.5")] = (
        "Disable",
        "Allow",
        "Prefer",
        "Require",
        "Verify-Ca",
        "Verify-Full",
    )
    default_limit: Annotated[int, Knob("connections on a page when no limit is given", "2.1")] = 20
    max_limit: Annotated[int, Knob("the largest limit", "2.1")] = 100
    strict_etag: Annotated[bool, Knob("whether If-Match needs the quotes that are part of the etag", "3.2")] = True
    delete_status: Annotated[Literal[200, 202, 204], Knob("status of a delete", "3.3")] = 204
    require_sandbox: Annotated[
        bool, Knob("whether a missing x-sandbox-name is an error; else the default sandbox is used", "5.4")
    ] = True
    test_result: Annotated[Literal["real", "true", "false"], Knob("answer of /test; real connects to PostgreSQL", "3.7")] = (
        "real"
    )
    connect_timeout: Annotated[int, Knob("seconds within which PostgreSQL must answer", "3.7")] = 5


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


def knobs() -> dict[str, tuple[Any, Knob]]:
    """Return each setting's default and what it is about, in order."""
    hints = typing.get_type_hints(Settings, include_extras=True)
    return {one.name: (one.default, hints[one.name].__metadata__[0]) for one in dataclasses.fields(Settings)}
