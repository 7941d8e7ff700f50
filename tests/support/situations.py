"""What is there, what is asked for, and what follows: the table that stands in the documentation too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.aep.sources.plugins.module_utils.mark import COMPLETE, derived_key
from ansible_collections.aep.sources.plugins.module_utils.postgres.authentication import BasicAuthentication
from ansible_collections.aep.sources.plugins.module_utils.postgres.desired import Scope
from ansible_collections.aep.sources.plugins.module_utils.postgres.mark import fingerprint, signed

VIEWS = ("plain", "masked", "placeholder", "partial", "omitted")
SHOWING = ("plain", "masked", "placeholder", "partial")

GOOD: dict[str, Any] = {
    "name": "Orders",
    "server": "db.example.com",
    "database": "orders",
    "username": "reader",
    "password": "s3cret-password",
    "ssl_mode": "verify-full",
}

ITS_ID = "(its id)"

Options = dict[str, Any]


@dataclass(frozen=True)
class Situation:
    """What is there, what is asked for, and what follows.

    ``drift`` are operations that somebody applies behind our back, once ``there`` was made by us. ``says`` is the reason that
    is told, ``again`` what a second run does, ``views`` under which ways of showing credentials it holds. ``earlier`` are the
    service's settings while ``there`` was made, by ``owner``; ``settings`` and ``options`` are those of the run itself.
    """

    title: str
    action: str
    says: str
    there: Options | None = field(default_factory=lambda: GOOD)
    asked: Options = field(default_factory=lambda: GOOD)
    drift: tuple[dict[str, Any], ...] = ()
    again: str = "none"
    views: tuple[str, ...] = VIEWS
    settings: Options = field(default_factory=dict)
    earlier: Options = field(default_factory=dict)
    owner: str | None = None
    options: Options = field(default_factory=dict)


def marked(name: str, key: bytes | None = None) -> str:
    """Return a description with a mark of the credentials for a connection of this name."""
    scope = Scope("dev", key or derived_key("secret"), organization="TESTORG@AdobeOrg")
    good = BasicAuthentication("db.example.com", 5432, "orders", "reader", GOOD["password"], "verify-full")
    return str(signed(scope, name, owner=None, state=COMPLETE, print_=fingerprint(scope, good)))


def replaced(path: str, value: Any) -> tuple[dict[str, Any], ...]:
    return ({"op": "replace", "path": path, "value": value},)


SITUATIONS = [
    Situation("there is no connection of that name", "create", "it does not exist", there=None),
    Situation("everything is as asked for", "none", ""),
    Situation("only `name` is asked for, and it is there", "none", "", asked={"name": "Orders"}),
    Situation("the password changed", "update", "credentials changed", asked={**GOOD, "password": "an0ther-one"}),
    Situation(
        "the user name changed",
        "update",
        "username differs: reader → writer",
        asked={**GOOD, "username": "writer"},
        views=SHOWING,
    ),
    Situation("the description changed", "update", "description differs", asked={**GOOD, "description": "new"}),
    Situation(
        "the description is cleared",
        "update",
        "description differs",
        there={**GOOD, "description": "old"},
        asked={**GOOD, "description": ""},
    ),
    Situation("the description is not asked for", "none", "", there={**GOOD, "description": "old"}),
    Situation("somebody changed the name", "create", "it does not exist", drift=replaced("/name", "Other")),
    Situation(
        "somebody changed the server",
        "update",
        "server differs: elsewhere → db.example.com",
        drift=replaced("/auth/params/server", "elsewhere"),
        views=SHOWING,
    ),
    Situation(
        "somebody changed the port",
        "update",
        "port differs: 1 → 5432",
        drift=replaced("/auth/params/port", "1"),
        views=SHOWING,
    ),
    Situation(
        "somebody changed the database",
        "update",
        "database differs: other → orders",
        drift=replaced("/auth/params/database", "other"),
        views=SHOWING,
    ),
    Situation(
        "somebody changed the SSL mode",
        "update",
        "ssl_mode differs: prefer → verify-full",
        drift=replaced("/auth/params/sslMode", "Prefer"),
        views=SHOWING,
    ),
    Situation(
        "somebody changed the server, and the service does not show it",
        "none",
        "",
        drift=replaced("/auth/params/server", "elsewhere"),
        views=("omitted",),
    ),
    Situation("somebody changed the password", "none", "", drift=replaced("/auth/params/password", "an0ther-one")),
    Situation(
        "somebody wrote another description",
        "update",
        "it carries no mark of its credentials, so it is adopted: mark and credentials are written once",
        drift=replaced("/description", "by hand"),
        there={**GOOD, "description": "old"},
    ),
    Situation(
        "somebody copied the description of another connection",
        "update",
        "its mark is that of another connection",
        drift=replaced("/description", marked("Other")),
    ),
    Situation(
        "another key made its mark",
        "update",
        "it is marked with another key",
        drift=replaced("/description", marked("Orders", key=b"another key")),
    ),
    Situation(
        "the last run's credentials failed the service's test, and work now",
        "update",
        "the credentials that were sent last are proven now",
        there={**GOOD, "on_test_failure": "warn"},
        earlier={"test_result": "false"},
    ),
    Situation(
        "the last run's credentials failed the service's test, and still do",
        "update",
        "the stored credentials do not work",
        there={**GOOD, "on_test_failure": "warn"},
        earlier={"test_result": "false"},
        settings={"test_result": "false"},
        again="update",
    ),
    Situation(
        "the last run's credentials failed the service's test, and now it is `test: never`",
        "update",
        "the credentials that were sent last were not proven",
        there={**GOOD, "on_test_failure": "warn"},
        asked={**GOOD, "test": "never"},
        earlier={"test_result": "false"},
    ),
    Situation(
        "the connection was made elsewhere",
        "update",
        "it carries no mark of its credentials, so it is adopted: mark and credentials are written once",
        there={**GOOD, "update_credentials": "on_create"},
    ),
    Situation(
        "the password changed, with `on_create`",
        "none",
        "",
        asked={**GOOD, "password": "an0ther-one", "update_credentials": "on_create"},
    ),
    Situation(
        "nothing changed, with `always`",
        "update",
        "update_credentials is always",
        asked={**GOOD, "update_credentials": "always"},
        again="update",
    ),
    Situation(
        "nothing changed, with `on_failure`, and it works", "none", "", asked={**GOOD, "update_credentials": "on_failure"}
    ),
    Situation(
        "nothing changed, with `on_failure`, and it does not work",
        "update",
        "the stored credentials do not work",
        asked={**GOOD, "update_credentials": "on_failure"},
        again="update",
        settings={"test_result": "false"},
    ),
    Situation(
        "nothing changed, with `test: always`, and it does not work",
        "update",
        "the stored credentials do not work",
        asked={**GOOD, "test": "always"},
        again="update",
        settings={"test_result": "false"},
    ),
    Situation(
        "it should be absent, and is there", "delete", "it should be absent", asked={"name": "Orders", "state": "absent"}
    ),
    Situation(
        "another name is asked for, by `connection_id`",
        "update",
        "name differs: Orders → New",
        asked={**GOOD, "name": "New", "connection_id": ITS_ID},
    ),
    Situation(
        "an `owner` is asked for, and it has none", "update", "owner differs: none → team-a", options={"owner": "team-a"}
    ),
    Situation(
        "it is not listed any more, with `purge` by its `owner`",
        "delete",
        "it is not listed any more",
        asked={},
        owner="team-a",
        options={"owner": "team-a", "purge": True, "purge_all": True},
    ),
    Situation(
        "it is not listed any more, with `purge` by another `owner`",
        "none",
        "",
        asked={},
        owner="team-b",
        options={"owner": "team-a", "purge": True, "purge_all": True},
    ),
    Situation("it should be absent, and is not there", "none", "", there=None, asked={"name": "Orders", "state": "absent"}),
]
