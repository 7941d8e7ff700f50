"""A throw-away PostgreSQL with TLS, and the certificate authority that made its certificate."""

from __future__ import annotations

import pathlib

import postgres
import pytest
import trustme

DEBIAN = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
PASSWORD = "s3cret-password"
ONLY_TLS = "local all all scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256\n"
BOTH = ONLY_TLS + "hostnossl all all 127.0.0.1/32 scram-sha-256\n"


def make_authorities(folder: pathlib.Path) -> dict[str, str]:
    """Return the files of the right certificate authority and of another one."""
    right, wrong = trustme.CA(), trustme.CA()
    right.cert_pem.write_to_path(folder / "right.pem")
    wrong.cert_pem.write_to_path(folder / "wrong.pem")
    right.private_key_pem.write_to_path(folder / "right.key")
    return {name: str(folder / name) for name in ("right.pem", "wrong.pem", "right.key")}


def start(authorities: dict[str, str], host: str, access: str) -> postgres.Server:
    """Start a server whose certificate is for a host; ``access`` is the text of pg_hba.conf. Without TLS, skip the test."""
    if not DEBIAN:
        pytest.skip("a PostgreSQL with TLS is needed; on Debian: apt-get install postgresql")

    def prepare(folder: pathlib.Path) -> dict[str, str]:
        key, certificate = (pathlib.Path(authorities[name]).read_bytes() for name in ("right.key", "right.pem"))
        authority = trustme.CA.from_pem(cert_bytes=certificate, private_key_bytes=key)
        issued = authority.issue_cert(host)
        postgres.write_secret(folder / "server.key", issued.private_key_pem.bytes().decode())
        postgres.write_secret(folder / "server.crt", "".join(blob.bytes().decode() for blob in issued.cert_chain_pems))
        return {"ssl": "on", "ssl_key_file": "../server.key", "ssl_cert_file": "../server.crt"}

    return postgres.start(DEBIAN[-1], prepare, access)
