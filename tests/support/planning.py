"""The connection that the tests of the plan talk about: as it is wanted, and as the service shows it."""

from __future__ import annotations

import dataclasses
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.connection import Connection
from ansible_collections.aep.sources.plugins.module_utils.mark import COMPLETE, with_mark
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import ASSUMED_SPELLINGS, BasicAuthentication
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Desired, Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import fingerprint, signed

SCOPE = Scope("dev", b"0123456789abcdef")
BASIC = BasicAuthentication("db", 5432, "d", "u", "p-secret", "require")
NEW = dataclasses.replace(BASIC, password="p-other")
PARAMS = BASIC.params(ASSUMED_SPELLINGS)
MASKED = {**PARAMS, "password": "******"}
WANTED = Desired("Orders", authentication=BASIC)


def described(text: str, state: str = COMPLETE, *, name: str = "Orders", owner: str | None = None) -> str:
    return with_mark(text, signed(SCOPE, name, owner=owner, state=state, print_=fingerprint(SCOPE, BASIC)))


def observed(**changes: Any) -> Connection:
    shown = {"auth_spec": BASIC.spec_name, "auth_params": MASKED}
    fields = {"description": described("text"), "etag": '"e"', "state": "enabled", **shown}
    return Connection("id-1", changes.pop("name", "Orders"), **{**fields, **changes})


def wanted(**changes: Any) -> Desired:
    return dataclasses.replace(WANTED, **changes)
