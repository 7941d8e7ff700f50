from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.aep.sources.plugins.module_utils.postgres.validation import desired_connection
from ansible_collections.aep.sources.plugins.module_utils.postgres.warnings import RISKS, risks

GOOD = {"name": "Orders", "server": "db.example.com", "database": "d", "username": "u", "password": "p-secret"}
STRING = {**GOOD, "auth_type": "connection_string"}
WHOLE_ONE = {"name": "n", "auth_type": "connection_string"}
WHOLE = "Server=db;Database=d;Port=1;UID=u;Password=p-secret"


def found(options: dict[str, Any], *, has_key: bool = True, suppressed: tuple[str, ...] = ()) -> list[str]:
    told = risks([desired_connection(options)], has_key=has_key, suppressed=suppressed)
    assert "p-secret" not in str(told)
    return [kind for kind, text in RISKS.items() for one in told if text in one]


@pytest.mark.parametrize(
    ("options", "kinds"),
    [
        (GOOD, []),
        ({**GOOD, "ssl_mode": "verify-full"}, []),
        ({**GOOD, "ssl_mode": "disable"}, ["unencrypted"]),
        ({**GOOD, "ssl_mode": "allow"}, ["unencrypted"]),
        ({**GOOD, "ssl_mode": "prefer"}, ["unencrypted"]),
        ({**GOOD, "ssl_mode": "prefer", "server": "127.0.0.1"}, []),
        ({**GOOD, "ssl_mode": "prefer", "server": "localhost"}, []),
        ({**GOOD, "ssl_mode": "prefer", "state": "absent"}, []),
        (STRING, ["no_encryption_method"]),
        ({**STRING, "server": "::1"}, []),
        ({**STRING, "encryption_method": "disabled"}, ["unencrypted"]),
        ({**STRING, "encryption_method": "request_ssl"}, ["unencrypted"]),
        ({**STRING, "encryption_method": "enabled"}, []),
        ({**STRING, "encryption_method": "disabled", "server": "localhost"}, []),
        ({**WHOLE_ONE, "connection_string": f"{WHOLE};EncryptionMethod=0"}, ["unencrypted"]),
        ({**WHOLE_ONE, "connection_string": f"{WHOLE}; ENCRYPTIONMETHOD = 6 ;x"}, ["unencrypted"]),
        (
            {**WHOLE_ONE, "connection_string": f"{WHOLE};EncryptionMethod=6;ValidationServerCertificate=1"},
            ["unencrypted", "misspelt_validation"],
        ),
        ({**WHOLE_ONE, "connection_string": WHOLE}, ["no_encryption_method"]),
        (
            {
                "name": "n",
                "auth_type": "connection_string",
                "connection_string": f"{WHOLE};encryptionmethod=1;ValidationServerCertificate=1",
            },
            ["misspelt_validation"],
        ),
        ({"name": "n"}, []),
    ],
)
def test_each_risk(options: dict[str, Any], kinds: list[str]) -> None:
    assert found(options) == kinds
    assert found(options, suppressed=tuple(kinds)) == []


def test_a_change_that_cannot_be_detected() -> None:
    assert found(GOOD, has_key=False) == ["undetected_credentials"]
    assert found({**GOOD, "update_credentials": "on_create"}, has_key=False) == []


def test_one_warning_names_all_connections_of_its_kind() -> None:
    wanted = [desired_connection({**GOOD, "name": name, "ssl_mode": "allow"}) for name in ("A", "B")]
    [told] = risks(wanted, has_key=True, suppressed=())
    assert told.startswith("Base connection 'A', 'B' may send credentials and data unencrypted")
    assert told.endswith("(To hide this warning: suppress_warnings: [unencrypted])")
