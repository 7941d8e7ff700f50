"""A sandbox with a base connection to a real PostgreSQL, a schema and a dataset: what dataflows are made of."""

from __future__ import annotations

from typing import Any

from in_process import run_module
from services import Services
from simulated import Client

FIELDS = {"_id": "string", "_acme.placed": "date-time", "_acme.total": "number"}
GOOD: dict[str, Any] = {
    "name": "Orders",
    "connection": "Shop",
    "table": "public.orders",
    "dataset": "Orders",
    "delta_column": "placed",
    "schedule": {"frequency": "hour", "interval": 1},
    "mapping": {"id": "_id", "placed": "_acme.placed", "total": "_acme.total"},
}
CHANGED = {
    **GOOD,
    "state": "disabled",
    "description": "new",
    "mapping": {"id": "_id"},
    "schedule": {"frequency": "day", "interval": 2},
}
REPLACED = {**GOOD, "table": "public.open_orders", "replace": True}
GONE = {"name": "Orders", "state": "absent"}
KINDS = ("flows", "sourceConnections", "targetConnections")
ONE, NONE = dict.fromkeys((*KINDS, "mappingSets"), 1), dict.fromkeys((*KINDS, "mappingSets"), 0)


class Place:
    """The sandbox, and what is done and seen in it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.client = Client(services.url)

    def begin(self, **settings: Any) -> None:
        """Make it new, and change settings of the simulator for what follows."""
        self.client.begin()
        self.make_dataset("Orders")
        self.make_connection("Shop")
        self.client.set(**settings)

    def make_dataset(self, name: str) -> None:
        """Make a dataset with a schema of its own."""
        schema = self.client.admin("POST", "schemas", {"sandbox": "dev", "title": name, "fields": FIELDS})
        self.client.admin("POST", "datasets", {"sandbox": "dev", "name": name, "schema": schema["$id"]})

    def make_connection(self, name: str) -> None:
        """Make a base connection to the database."""
        there = self._services
        database = {"server": there.postgres_host, "port": there.postgres_port, "database": "orders", "ssl_mode": "disable"}
        login = {"username": "orders_reader", "password": there.readers["orders"], "test": "never"}
        made = run_module("aep_postgres_connection", {**self.client.who, "sandbox": "dev", "name": name, **database, **login})
        assert not made.get("failed"), made["msg"]

    def run(self, *items: dict[str, Any], check: bool = False, **options: Any) -> dict[str, Any]:
        """Manage dataflows."""
        told = {**self.client.who, "sandbox": "dev", "dataflows": list(items), **options}
        return run_module("aep_postgres_dataflows", told, check=check, diff=True)

    def counts(self) -> dict[str, int]:
        """Return how many there are of each kind of thing."""
        found = {kind: len(self.client("GET", f"/{kind}").json()["items"]) for kind in KINDS}
        sets = self.client.session.get(
            f"{self.client.url}/data/foundation/conversion/mappingSets?start=0&limit=100", timeout=10
        )
        return {**found, "mappingSets": len(sets.json()["data"])}
