# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""What is allowed but unsafe, in plain words with the way out: data, decided without any input or output."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence

from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import (
    BasicAuthentication,
    properties_of,
)
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired

# What to do about a connection that the service's test says does not work.
TEST_HINT = (
    "Check that the database admits Adobe's addresses (IP allow list, firewall, pg_hba.conf), "
    "that server, port and database are right, that the role may log in with this password, "
    "and that ssl_mode or encryption_method fits the server."
)

# Kind, as option suppress_warnings names it -> what is wrong with the connections that are named before it, and what to do.
RISKS: dict[str, str] = {
    "unencrypted": (
        "may send credentials and data unencrypted: set ssl_mode to require, verify-ca or verify-full, "
        "or for a connection string encryption_method to enabled, which is EncryptionMethod=1"
    ),
    "no_encryption_method": (
        "has a connection string without EncryptionMethod, which is not encrypted: "
        "add EncryptionMethod=1;ValidateServerCertificate=1, or set encryption_method and validate_server_certificate"
    ),
    "misspelt_validation": (
        "has ValidationServerCertificate in its connection string, a misspelling that checks no certificate: "
        "write ValidateServerCertificate"
    ),
    "undetected_credentials": (
        "gets its credentials at creation only, as their change cannot be detected without fingerprint_key or client_secret: "
        "give one of them, or say with update_credentials: on_create that this is meant"
    ),
}

_UNENCRYPTED = ("disable", "allow", "prefer", "0", "6")  # values of ssl_mode and of EncryptionMethod


def risks(wanted: Sequence[Desired], *, has_key: bool, suppressed: Sequence[str]) -> list[str]:
    """Return one sentence for each kind of risk that is there, naming the connections that run it.

    Parameters:
        wanted: the connections.
        has_key: whether changed credentials can be detected.
        suppressed: kinds that are not shown.
    """
    found: dict[str, list[str]] = {kind: [] for kind in RISKS}
    for desired in wanted:
        if desired.state == "present":
            for kind in _of(desired, has_key=has_key):
                found[kind].append(f"'{desired.label}'")
    return [
        f"Base connection {', '.join(names)} {RISKS[kind]}. (To hide this warning: suppress_warnings: [{kind}])"
        for kind, names in found.items()
        if names and kind not in suppressed
    ]


def _of(desired: Desired, *, has_key: bool) -> Iterator[str]:
    authentication = desired.authentication
    if authentication is None:
        return
    if desired.update_credentials == "on_change" and not has_key:
        yield "undetected_credentials"
    if isinstance(authentication, BasicAuthentication):
        encryption: str | None = authentication.ssl_mode
        server = authentication.server
    else:
        properties = properties_of(authentication.connection_string)
        encryption = properties.get("encryptionmethod")
        server = properties.get("server", "")
        if "validationservercertificate" in properties:
            yield "misspelt_validation"
    if not _is_loopback(server):
        if encryption is None:
            yield "no_encryption_method"
        elif encryption in _UNENCRYPTED:
            yield "unencrypted"


def _is_loopback(server: str) -> bool:
    try:
        return ipaddress.ip_address(server).is_loopback
    except ValueError:
        return server == "localhost"
