"""What dataflow is there, what is asked for, and what follows: the table that stands in the documentation too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flows_there import GONE, GOOD

ITS_ID = "(its id)"
REFUSED = "refused"
LATER, STILL_LATER = "2040-01-01T00:00:00Z", "2041-01-01T00:00:00Z"

Options = dict[str, Any]


def with_schedule(**times: Any) -> Options:
    """Return the usual dataflow with another schedule."""
    return {**GOOD, "schedule": {**GOOD["schedule"], **times}}


@dataclass(frozen=True)
class Situation:
    """What is there, what is asked for, and what follows.

    ``drift`` are operations that somebody applies behind our back to what we made of ``there``, with the options ``made``; the
    operation ``disable`` is the action of this name. ``says`` is the reason that is told, or a part of the refusal, ``again``
    what a second run does.
    """

    title: str
    action: str
    says: str = ""
    there: Options | None = field(default_factory=lambda: GOOD)
    asked: Options = field(default_factory=lambda: GOOD)
    drift: tuple[Options, ...] = ()
    again: str = "none"
    made: Options = field(default_factory=dict)
    options: Options = field(default_factory=dict)


def refused(title: str, says: str, **more: Any) -> Situation:
    """Return a situation in which nothing is done, each time."""
    return Situation(title, REFUSED, says, again=REFUSED, **more)


RENAMED = ({"op": "replace", "path": "/name", "value": "Other"},)
NO_MARK = ({"op": "replace", "path": "/description", "value": "by hand"},)

SITUATIONS = [
    Situation("there is no dataflow of that name", "create", "it does not exist", there=None),
    Situation("everything is as asked for", "none"),
    Situation("only `name` is asked for, and it is there", "none", asked={"name": "Orders"}),
    Situation("the description changed", "update", "description differs", asked={**GOOD, "description": "new"}),
    Situation(
        "the description is cleared",
        "update",
        "description differs",
        there={**GOOD, "description": "old"},
        asked={**GOOD, "description": ""},
    ),
    Situation("the description is not asked for", "none", there={**GOOD, "description": "old"}),
    Situation("the frequency changed", "update", "frequency differs: hour → day", asked=with_schedule(frequency="day")),
    Situation("the interval changed", "update", "interval differs: 1 → 2", asked=with_schedule(interval=2)),
    Situation(
        "the start changed, and has not passed",
        "update",
        "start differs: 2040-01-01T00:00:00Z → 2041-01-01T00:00:00Z",
        there=with_schedule(start=LATER),
        asked=with_schedule(start=STILL_LATER),
    ),
    Situation("the start is not asked for", "none", there=with_schedule(start=LATER)),
    Situation("the mapping changed", "update", "mapping differs", asked={**GOOD, "mapping": {"id": "_id"}}),
    Situation("it should be disabled", "update", "state differs: enabled → disabled", asked={**GOOD, "state": "disabled"}),
    Situation("somebody disabled it", "update", "state differs: disabled → enabled", drift=({"op": "disable"},)),
    Situation(
        "somebody changed the frequency",
        "update",
        "frequency differs: week → hour",
        drift=({"op": "replace", "path": "/scheduleParams/frequency", "value": "week"},),
    ),
    Situation(
        "another name is asked for, by `flow_id`",
        "update",
        "name differs: Orders → New",
        asked={**GOOD, "name": "New", "flow_id": ITS_ID},
    ),
    Situation(
        "an `owner` is asked for, and it has none", "update", "owner differs: none → team-a", options={"owner": "team-a"}
    ),
    refused("the table changed", "table differs", asked={**GOOD, "table": "public.open_orders"}),
    refused("the columns changed", "columns differs", asked={**GOOD, "columns": ["id", "placed", "total"]}),
    refused("the delta column changed", "delta_column differs", asked={**GOOD, "delta_column": "id"}),
    refused("the dataset changed", "dataset differs", asked={**GOOD, "dataset": "Other"}),
    refused("the base connection changed", "connection differs", asked={**GOOD, "connection": "Other"}),
    refused("the backfill changed", "backfill differs", asked=with_schedule(backfill=False)),
    Situation(
        "the table changed, with `replace: true`",
        "replace",
        "table differs: public.orders → public.open_orders",
        asked={**GOOD, "table": "public.open_orders", "replace": True},
    ),
    refused(
        "somebody changed the name", "until somebody renamed it", drift=({"op": "replace", "path": "/name", "value": "Other"},)
    ),
    refused("it was made elsewhere", "was not made by this collection", drift=NO_MARK),
    Situation(
        "it was made elsewhere, and its `flow_id` is given",
        "update",
        "it carries no mark of this collection and key, so it is adopted",
        asked={**GOOD, "flow_id": ITS_ID},
        drift=NO_MARK,
    ),
    refused("another key made its mark", "is marked with another key", made={"fingerprint_key": "another key of 16"}),
    refused(
        "another owner's mark is on it", "belongs to owner 'team-b'", made={"owner": "team-b"}, options={"owner": "team-a"}
    ),
    Situation("it should be absent, and is there", "delete", "it should be absent", asked=GONE),
    Situation("it should be absent, and is not there", "none", there=None, asked=GONE),
    Situation(
        "it is not listed any more, with `purge` by its `owner`",
        "delete",
        "it is not listed any more",
        asked={},
        made={"owner": "team-a"},
        options={"owner": "team-a", "purge": True, "purge_all": True},
    ),
    Situation(
        "it is not listed any more, with `purge` by another `owner`",
        "none",
        asked={},
        made={"owner": "team-b"},
        options={"owner": "team-a", "purge": True, "purge_all": True},
    ),
]
