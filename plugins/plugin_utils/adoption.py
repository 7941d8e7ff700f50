# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""From a base connection that is there to a definition of it. What the service does not show is said, and not made up."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    BASIC,
    CONNECTION_STRING,
    DEFAULT_SSL_MODE,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import (
    DEFAULT_PORT,
    InputError,
    desired_connection,
    quoted,
)

Options: TypeAlias = "dict[str, str | int]"
Identity: TypeAlias = "tuple[str | int, ...]"

_PROOF = "aep.sources proof "  # what begins the name of a throw-away connection
_LEAVING = ("delete-finalizing", "deleting", "deleted")
_NEEDED = ("server", "database")
_SETTINGS = (*_NEEDED, "port", "ssl_mode", "encryption_method", "validate_server_certificate")
_SHAREABLE = ("auth_type", "cloud", *_SETTINGS, "credentials")
_NAMED = {"name": "x"}  # stands in for what a definition is called, and x for what has to be filled in


@dataclass(frozen=True)
class Credential:
    """A credential that has to be filled in.

    Connections with the same ``identity`` share it. ``label`` is what its key is made of, ``username`` None if it is not shown.
    ``in_string`` says that it is a whole connection string.
    """

    identity: Identity
    label: str
    username: str | None = None
    in_string: bool = False


@dataclass(frozen=True)
class Definition:
    """A definition: its options, what there is to say about it, and its credential.

    ``lacks`` are the options without which the credential cannot be used, and ``aside`` those that cannot be used without them.
    ``title`` is what comments call the connection.
    """

    title: str
    options: Options
    remarks: tuple[str, ...] = ()
    credential: Credential | None = None
    lacks: tuple[str, ...] = ()
    aside: Options = field(default_factory=dict)

    def complete(self, keys: Mapping[Identity, str]) -> Options:
        """Return its options with its credential's key, if that can be used."""
        return self.options | ({"credentials": keys[self.credential.identity]} if self.credential and not self.lacks else {})


def definition(connection: Mapping[str, Any], *, namesakes: int, host: str, cloud: str | None) -> Definition:
    """Return the definition of a connection.

    Parameters:
        connection: as aep_postgres_connection_info returns it.
        namesakes: how many connections of the sandbox have its name, it included.
        host: the sandbox's host.
        cloud: azure, aws, or None if nobody knows.
    """
    name, identifier = connection["name"] or "", connection["id"]
    label, remarks = _label(name, identifier, namesakes)
    text = connection["description"]
    refused = _refused(**_NAMED, description=text) if text else None
    remarks += [f"Its description is left alone. {refused}"] if refused else []
    described: Options = {"description": text} if text and not refused else {}
    state = connection["state"]
    remarks += [f"Its state is {quoted(state)}."] if state not in ("enabled", None) else []
    own = Credential((host, identifier), f"{host} {name or identifier}", connection["username"])
    found = _with_settings(connection, own, {"cloud": "aws"} if cloud == "aws" else {})
    return replace(
        found, title=name or identifier, options=label | described | found.options, remarks=(*remarks, *found.remarks)
    )


def left_out(connection: Mapping[str, Any], owner: str) -> str | None:
    """Return why a connection gets no definition, None if it gets one.

    Parameters:
        connection: as aep_postgres_connection_info returns it.
        owner: who is to manage what is adopted, or an empty text.
    """
    if connection["state"] in _LEAVING:
        return f"its state is {quoted(connection['state'])}."
    if connection["managed"] and (connection["name"] or "").startswith(_PROOF):
        return "a run of this collection tries credentials with it."
    if connection["owner"] and connection["owner"] != owner:
        return f"owner {quoted(connection['owner'])} manages it."
    return _refused(connection_id=connection["id"])


def keyed(definitions: Iterable[Definition]) -> dict[Identity, str]:
    """Return a key for each credential: a word of ASCII letters, digits and underscores that begins with a letter."""
    keys: dict[Identity, str] = {}
    for one in definitions:
        if one.credential and one.credential.identity not in keys:
            words = re.sub(r"[^a-z0-9]+", "_", one.credential.label.casefold()).strip("_")
            stem = words if words[:1].isalpha() else f"credential_{words}".rstrip("_")
            names = itertools.chain([stem], (f"{stem}_{number}" for number in itertools.count(2)))
            keys[one.credential.identity] = next(name for name in names if name not in keys.values())
    return keys


def shared(definitions: list[Options]) -> Options:
    """Return the options that all of several definitions have; a single one shares nothing."""
    first, *others = definitions or [{}]
    return {
        key: first[key]
        for key in _SHAREABLE
        if others and key in first and all(key in one and one[key] == first[key] for one in others)
    }


def _label(name: str, identifier: str, namesakes: int) -> tuple[Options, list[str]]:
    """Return what a definition finds its connection by, and why that is not its name."""
    refused = _refused(name=name)
    if refused:
        return {"connection_id": identifier}, [f"Its name is {quoted(name)}. {refused}"]
    if namesakes > 1:
        return {"connection_id": identifier}, [f"{namesakes} connections have its name, {quoted(name)}."]
    return {"name": name}, []


def _with_settings(connection: Mapping[str, Any], own: Credential, where: Options) -> Definition:
    """Return a definition with nothing but the settings, and the credential for them.

    Parameters:
        connection: as aep_postgres_connection_info returns it.
        own: a credential that is only for this connection.
        where: the cloud, if it has to be said.
    """
    kind = connection["auth_type"]
    if kind not in (BASIC, CONNECTION_STRING):
        return _left_alone(f"They are of the kind {quoted(kind)}.")
    seen: Options = where | {key: connection[key] for key in _SETTINGS if connection[key] is not None}
    login = own
    if own.username and set(_NEEDED) <= seen.keys():
        server, database, port = seen["server"], seen["database"], seen.get("port", DEFAULT_PORT)
        login = replace(own, identity=(server, database, port, own.username), label=f"{own.username} {server} {database}")
    if kind == BASIC:
        return _basic(seen, login)
    in_string: Options = {"auth_type": "connection_string"}
    is_known = connection["other_properties"] is False and login is not own
    if is_known and not _refused_login(login, in_string | seen):
        return Definition("", in_string | seen, _unseen(seen, port=DEFAULT_PORT), login)
    refused = _refused(**_NAMED, **in_string, **where, connection_string="x")
    if refused:
        return _left_alone(refused)
    return Definition("", in_string | where, (), replace(own, in_string=True))


def _basic(seen: Options, login: Credential) -> Definition:
    lacks = tuple(key for key in _NEEDED if key not in seen)
    if lacks:
        return Definition("", {}, (), login, lacks, seen)
    refused = _refused_login(login, seen)
    if refused:
        return _left_alone(refused)
    return Definition("", seen, _unseen(seen, port=DEFAULT_PORT, ssl_mode=DEFAULT_SSL_MODE), login)


def _unseen(seen: Options, **defaults: str | int) -> tuple[str, ...]:
    missing = {key: value for key, value in defaults.items() if key not in seen}
    return tuple(
        f"The service does not show {key}. A run sets {value}, unless you say it here." for key, value in missing.items()
    )


def _left_alone(reason: str) -> Definition:
    return Definition("", {}, (f"Its credentials are left alone. {reason}",))


def _refused_login(login: Credential, settings: Options) -> str | None:
    return _refused(**_NAMED, **settings, password=_NAMED["name"], username=login.username or "x")


def _refused(**options: Any) -> str | None:
    """Return why options cannot be in a definition, None if they can."""
    if isinstance(options.get("port"), str):
        return f"port {quoted(options['port'])} is no number."
    try:
        desired_connection(options)
    except InputError as error:
        return str(error)
    return None
