"""The PostgreSQL server behind a connection: really connected to, with libpq's rules for TLS (api-facts.md 3.7, 3.8, 4.5)."""

from __future__ import annotations

import contextlib
import math
from collections.abc import AsyncIterator
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from aep_simulator.settings import Settings
from aep_simulator.specs import CONNECTION_STRING
from aep_simulator.store import Window

_PREVIEW_ROWS = 10
_TABLES = """
    SELECT table_schema || '.' || table_name AS path FROM information_schema.tables
    WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""
_COLUMNS = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema || '.' || table_name = %s ORDER BY ordinal_position
"""
_XDM: dict[str, dict[str, str]] = {
    "smallint": {"type": "integer"},
    "integer": {"type": "integer"},
    "bigint": {"type": "integer"},
    "real": {"type": "number"},
    "double precision": {"type": "number"},
    "numeric": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "timestamp without time zone": {"type": "string", "format": "date-time"},
    "timestamp with time zone": {"type": "string", "format": "date-time"},
}


class DatabaseError(Exception):
    """The database could not be used; the text says why, in the driver's words."""


def conninfo(auth: dict[str, Any], settings: Settings) -> str:
    """Return libpq's connection string for a connection's credentials."""
    params = auth.get("params", {})
    if auth["specName"] == CONNECTION_STRING:
        keyed = (part.partition("=") for part in params["connectionString"].split(";") if part)
        parts = {key.strip().lower(): value for key, _equals, value in keyed}
        named = {
            "host": parts.get("server"),
            "port": parts.get("port"),
            "dbname": parts.get("database"),
            "user": parts.get("uid"),
            "password": parts.get("password"),
        }
        mode = _mode_of_encryption(parts)
    else:
        named = {
            "host": params.get("server"),
            "port": params.get("port"),
            "dbname": params.get("database"),
            "user": params.get("username"),
            "password": params.get("password"),
        }
        mode = _mode_of_ssl_mode(params.get("sslMode", "false" if settings.boolean_ssl else "prefer"))
    trust = {"sslrootcert": settings.ca_file or "system"} if mode.startswith("verify") else {}
    if trust.get("sslrootcert") == "system":
        mode = "verify-full"  # libpq allows nothing weaker with the system's authorities
    named |= {"sslmode": mode, "connect_timeout": str(settings.connect_timeout), **trust}
    return make_conninfo("", **{key: value for key, value in named.items() if value})


def _mode_of_ssl_mode(text: str) -> str:
    letters = "".join(character for character in text.lower() if character.isalpha())
    return {"verifyca": "verify-ca", "verifyfull": "verify-full", "false": "disable", "true": "require"}.get(letters, letters)


def _mode_of_encryption(parts: dict[str, str]) -> str:
    method = parts.get("encryptionmethod", "0")
    if method == "1" and parts.get("validateservercertificate") == "1":
        return "verify-ca"
    return {"0": "disable", "1": "require", "6": "prefer"}.get(method, "disable")


@contextlib.asynccontextmanager
async def _session(auth: dict[str, Any], settings: Settings) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """Connect to the database. Names that have no address, and texts that PostgreSQL cannot hold, are errors of its use too."""
    try:
        connecting = psycopg.AsyncConnection.connect(conninfo(auth, settings), row_factory=dict_row, autocommit=True)
        async with await connecting as connection:
            yield connection
    except (psycopg.Error, OSError, OverflowError, ValueError) as error:
        raise DatabaseError(" ".join(str(error).split())) from None


async def failure(auth: dict[str, Any], settings: Settings) -> str | None:
    """Return why the database does not let these credentials in, or None when it does."""
    try:
        async with _session(auth, settings):
            return None
    except DatabaseError as error:
        return str(error)


async def tables(auth: dict[str, Any], settings: Settings) -> list[dict[str, Any]]:
    """Return the tables and views that the role may see, as explore shows them."""
    async with _session(auth, settings) as connection:
        rows = await (await connection.execute(_TABLES)).fetchall()
    return [
        {"type": "table", "name": row["path"], "path": row["path"], "canPreview": True, "canFetchSchema": True} for row in rows
    ]


async def columns(auth: dict[str, Any], settings: Settings, table: str, *, preview: bool) -> dict[str, Any] | None:
    """Return a table's columns, and its first rows if asked for; None when the role sees no such table."""
    async with _session(auth, settings) as connection:
        rows = await (await connection.execute(_COLUMNS, [table])).fetchall()
        if not rows:
            return None
        answer: dict[str, Any] = {"format": "flat", "schema": {"columns": [_column(row) for row in rows]}}
        if preview:
            schema, _dot, name = table.partition(".")
            query = sql.SQL("SELECT * FROM {} LIMIT {}").format(sql.Identifier(schema, name), _PREVIEW_ROWS)
            found = await (await connection.execute(query)).fetchall()
            answer["data"] = [{key: _plain(value) for key, value in row.items()} for row in found]
    return answer


async def measure(auth: dict[str, Any], settings: Settings, table: str, columns: list[str], window: Window) -> tuple[int, int]:
    """Return how many rows a run reads, and how many bytes they are. The delta column is taken to be in UTC (9.8).

    Raises:
        DatabaseError: the database, the table or a column of it could not be used.
    """
    bounds = [(">=", window.start), ("<", window.end)] if window.column else []
    tests = [
        sql.SQL("{} {} to_timestamp({})").format(sql.Identifier(window.column or ""), sql.SQL(sign), sql.Literal(bound))
        for sign, bound in bounds
        if bound is not None
    ]
    query = sql.SQL("SELECT count(*) AS rows, coalesce(sum(pg_column_size(chosen.*)), 0) AS bytes FROM ({}) AS chosen").format(
        sql.SQL("SELECT {} FROM {} WHERE {}").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)) if columns else sql.SQL("*"),
            sql.Identifier(*table.split(".", 1)),
            sql.SQL(" AND ").join([sql.SQL("true"), *tests]),
        )
    )
    async with _session(auth, settings) as connection:
        await connection.execute("SET TIME ZONE 'UTC'")
        row = await (await connection.execute(query)).fetchone()
    return (int(row["rows"]), int(row["bytes"])) if row else (0, 0)


def _column(row: dict[str, Any]) -> dict[str, Any]:
    xdm = _XDM.get(row["data_type"], {"type": "string"})
    column: dict[str, Any] = {"name": row["column_name"], "type": xdm["type"], "xdm": xdm}
    if "format" in xdm:
        column["meta:xdmType"] = xdm["format"]
    return column


def _plain(value: Any) -> Any:
    plain = value is None or isinstance(value, bool | int | str) or (isinstance(value, float) and math.isfinite(value))
    return value if plain else str(value)
