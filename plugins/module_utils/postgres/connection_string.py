# Copyright (c) 2026, the aep.sources contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: no promise of stability.
"""PostgreSQL connection strings as Experience Platform takes them (postgres-base-connection.md; api-facts.md 4.4, 4.5)."""

from __future__ import annotations

ENCRYPTION_METHODS: dict[str, str] = {"disabled": "0", "enabled": "1", "request_ssl": "6"}

_QUOTES = ("'", '"', "{", "=")


def compose(
    *,
    server: str,
    database: str,
    port: int,
    username: str,
    password: str,
    encryption_method: str | None = None,
    validate_server_certificate: bool | None = None,
) -> str:
    """Return a connection string with its properties in the document's order.

    Parameters:
        server, database, port, username, password: the parts; none may be unusable as of ``unusable``.
        encryption_method: one of ENCRYPTION_METHODS, or None to leave the property out.
        validate_server_certificate: whether the certificate is checked, or None to leave the property out.
    """
    properties = {"Server": server, "Database": database, "Port": str(port), "UID": username, "Password": password}
    if encryption_method is not None:
        properties["EncryptionMethod"] = ENCRYPTION_METHODS[encryption_method]
    if validate_server_certificate is not None:
        properties["ValidateServerCertificate"] = str(int(validate_server_certificate))
    return ";".join(f"{key}={value}" for key, value in properties.items())


def unusable(part: str) -> str | None:
    """Return why a value cannot be a part of a connection string, or None when it can.

    How a value would be escaped is undocumented, so values that would need it are refused.
    """
    if ";" in part:
        return "holds a semicolon"
    if part != part.strip():
        return "begins or ends with white space"
    if part.startswith(_QUOTES):
        return f"begins with {part[0]}"
    return None


def properties_of(connection_string: str) -> dict[str, str]:
    """Return the properties of a connection string by their names in lower case; what is no property is left out."""
    pairs = (part.partition("=") for part in connection_string.split(";"))
    return {key.strip().lower(): value.strip() for key, equals, value in pairs if equals and key.strip()}
