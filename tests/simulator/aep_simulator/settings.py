"""What the simulated organization looks like, and a knob for each thing that Adobe leaves open or says in two ways."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from aep_simulator.dataflow_settings import DataflowSettings
from aep_simulator.knob import Knob

LARGEST = 10**9  # of any number, seconds included


@dataclass(frozen=True)
class Settings(DataflowSettings):
    """Every setting, with the default that api-facts.md assumes. Names are those of the command line with underscores."""

    client_id: Annotated[str, Knob("client id of the only credential", "5.1")] = "client"
    client_secret: Annotated[str, Knob("its secret", "5.1")] = "secret"
    org_id: Annotated[str, Knob("the organization", "5.2")] = "TESTORG@AdobeOrg"
    sandboxes: Annotated[tuple[str, ...], Knob("names of the sandboxes; the first is the default production sandbox", "7")] = (
        "prod",
        "stage",
        "dev",
    )
    region: Annotated[str, Knob("region of the sandboxes; VA6 is AWS, where there is no connection string", "4.4, 7")] = "VA7"
    token_seconds: Annotated[int, Knob("for how long a token is valid", "5.1")] = 86399
    ims_rate: Annotated[int, Knob("tokens given out in a minute; 0 is no limit", "10 row 28")] = 0
    rate_limit: Annotated[int, Knob("requests answered in a minute; 0 is no limit", "10 row 11")] = 0
    retry_after: Annotated[Literal["none", "seconds", "date"], Knob("form of Retry-After with 429", "10 row 11")] = "seconds"
    gateway_codes: Annotated[Literal["string", "integer"], Knob("type of error_code", "6.1")] = "string"
    error_style: Annotated[
        Literal["flow", "flow400", "legacy"],
        Knob("how a missing resource and a stale etag are told: FLOW-1439-404, FLOW-1439-400 or the older shape", "10 row 20"),
    ] = "flow"
    require_sandbox: Annotated[
        bool, Knob("whether a missing x-sandbox-name is an error; else the default sandbox is used", "10 row 15")
    ] = True
    secret_view: Annotated[
        Literal["plain", "masked", "placeholder", "omitted", "partial"],
        Knob("how GET shows credentials; omitted leaves out all parameters, partial the secret ones", "10 row 1"),
    ] = "masked"
    echo_masked: Annotated[
        Literal["store", "reject"], Knob("what becomes of a masked secret that is sent back", "10 row 2")
    ] = "store"
    unique_names: Annotated[Literal["no", "400", "409"], Knob("status of a create whose name is taken", "10 row 3")] = "no"
    validate: Annotated[
        Literal["off", "sync", "async"],
        Knob("when credentials are checked at create and patch; async sets failed_state", "10 rows 4 and 5"),
    ] = "off"
    initializing_seconds: Annotated[
        float, Knob("how long a new connection is initializing, without etag; below 0: 90 in region VA6, else 0", "10 row 6")
    ] = -1.0
    failed_state: Annotated[str, Knob("state of a connection whose asynchronous check failed", "10 row 6")] = "disabled"
    second_write: Annotated[bool, Knob("whether the etag moves right after a create", "3.5")] = False
    spec_file: Annotated[str, Knob("JSON file with a connection spec to use in place of the built-in one", "10 row 7")] = ""
    sslmode_enum: Annotated[tuple[str, ...], Knob("spellings of sslMode that are accepted", "10 row 8")] = (
        "Disable",
        "Allow",
        "Prefer",
        "Require",
        "Verify-Ca",
        "Verify-Full",
    )
    aws_sslmode: Annotated[
        Literal["boolean", "enum"],
        Knob("what sslMode is on AWS: true or false as text, false by default, or one of the spellings of sslmode_enum", "4.5"),
    ] = "boolean"
    publish_enum: Annotated[bool, Knob("whether the connection spec shows those spellings", "10 row 7")] = True
    allow_connection_string: Annotated[bool, Knob("whether that kind of authentication is offered on Azure", "10 row 24")] = (
        True
    )
    draft_supported: Annotated[bool, Knob("whether mode=draft is supported", "10 row 16")] = False
    name_max: Annotated[int, Knob("longest name; 0 is no limit", "10 row 25")] = 0
    default_limit: Annotated[int, Knob("items on a page when no limit is given", "10 row 9")] = 20
    max_limit: Annotated[int, Knob("the largest limit", "10 row 9")] = 100
    unknown_parameters: Annotated[
        Literal["refuse", "ignore"], Knob("what becomes of a query parameter that a list or a search does not have", "2.1")
    ] = "refuse"
    href_style: Annotated[
        Literal["path", "query"], Knob("form of the next link: /connections?... or ?... with the filters repeated", "10 row 10")
    ] = "path"
    list_lag: Annotated[float, Knob("seconds after which a new connection or part of a dataflow is listed", "10 row 19")] = 0.0
    strict_etag: Annotated[
        bool, Knob("whether If-Match needs the quotes that are part of the etag, and * is refused", "10 row 12")
    ] = True
    etag_header: Annotated[bool, Knob("whether answers have an ETag header", "10 row 18")] = False
    patch_state: Annotated[bool, Knob("whether /state can be patched", "10 row 21")] = False
    patch_subpath: Annotated[bool, Knob("whether single parameters can be patched", "10 row 22")] = True
    patch_specname: Annotated[bool, Knob("whether /auth/specName can be patched", "10 row 23")] = False
    delete_status: Annotated[Literal[200, 202, 204], Knob("status of a delete", "10 row 13")] = 204
    delete_delay: Annotated[float, Knob("seconds for which what was deleted is still there", "10 row 13")] = 0.0
    last_run_details: Annotated[bool, Knob("whether the list of flows has the last run of each", "10 row 29")] = True
    block_on_source: Annotated[bool, Knob("whether a source connection without a flow blocks a delete", "10 row 14")] = False
    test_result: Annotated[
        Literal["real", "true", "false"], Knob("answer of /test; real connects to PostgreSQL", "10 row 17")
    ] = "real"
    connect_timeout: Annotated[int, Knob("seconds within which PostgreSQL must answer", "10 row 17")] = 5
    ca_file: Annotated[str, Knob("CA certificates that the service trusts when it connects to PostgreSQL", "4.5")] = ""

    @property
    def boolean_ssl(self) -> bool:
        """Whether sslMode is a boolean as text."""
        return self.region == "VA6" and self.aws_sslmode == "boolean"

    @property
    def initializing(self) -> float:
        """For how many seconds a new connection is initializing."""
        if self.initializing_seconds >= 0:
            return self.initializing_seconds
        return 90.0 if self.region == "VA6" else 0.0


def knobs() -> dict[str, tuple[Any, Knob]]:
    """Return each setting's default and what it is about, in order."""
    hints = typing.get_type_hints(Settings, include_extras=True)
    return {one.name: (one.default, hints[one.name].__metadata__[0]) for one in dataclasses.fields(Settings)}


def changed(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """Return settings with some of them changed; values may be texts, as on a command line, or of their own type.

    Raises:
        ValueError: a name or a value cannot be used; the text says which.
    """
    if not isinstance(changes, Mapping):
        raise ValueError("settings are an object")
    unknown = sorted(set(changes) - set(knobs()))
    if unknown:
        raise ValueError(f"there is no setting {', '.join(unknown)}")
    return dataclasses.replace(settings, **{name: _value(name, given) for name, given in changes.items()})


def _value(name: str, given: Any) -> Any:
    kind = typing.get_type_hints(Settings)[name]
    if typing.get_origin(kind) is tuple:
        parts = given.split(",") if isinstance(given, str) else given
        texts = tuple(str(part).strip() for part in parts if str(part).strip())
        if not texts:
            raise ValueError(f"{name}: give at least one")
        return texts
    text = str(given).strip()
    choices = typing.get_args(kind) if typing.get_origin(kind) is Literal else None
    if kind is bool:
        choices, text = (True, False), {"yes": "True", "no": "False"}.get(text.lower(), text.capitalize())
    if choices:
        by_text = {str(choice): choice for choice in choices}
        if text not in by_text:
            raise ValueError(f"{name}: give one of {', '.join(by_text).lower()}")
        return by_text[text]
    try:
        value = kind(given)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: {text!r} is no {kind.__name__}") from None
    if isinstance(value, int | float) and not abs(value) <= LARGEST:
        raise ValueError(f"{name}: it is too large")
    return value
