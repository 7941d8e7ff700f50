"""Part of the floor: the same requests from plain Python, with `requests` and 20 threads."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import requests
from requests.adapters import HTTPAdapter


def main() -> None:
    """List each sandbox once, and create what is missing."""
    with open(sys.argv[1], encoding="utf-8") as file:
        inventory = json.load(file)["all"]
    variables = inventory["vars"]
    base, names = f"{variables['url']}/data/foundation/flowservice/connections", variables["postgres_connections_definitions"]
    session = requests.Session()
    session.mount("http://", HTTPAdapter(pool_maxsize=20))
    form = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret", "scope": "openid"}
    token = session.post(f"{variables['url']}/ims/token/v3", data=form, timeout=60).json()["access_token"]
    who = {"Authorization": f"Bearer {token}", "x-api-key": "client", "x-gw-ims-org-id": "TESTORG@AdobeOrg"}

    def missing(sandbox: str) -> list[tuple[str, str]]:
        answer = session.get(f"{base}?limit=100", headers={**who, "x-sandbox-name": sandbox}, timeout=60)
        there = {item["name"] for item in answer.json()["items"]}
        return [(sandbox, one["name"]) for one in names if one["name"] not in there]

    def create(work: tuple[str, str]) -> None:
        sandbox, name = work
        body = {**variables["body"], "name": name}
        session.post(base, json=body, headers={**who, "x-sandbox-name": sandbox}, timeout=60).raise_for_status()

    with ThreadPoolExecutor(20) as pool:
        work = [one for found in pool.map(missing, inventory["hosts"]) for one in found]
        list(pool.map(create, work))


if __name__ == "__main__":
    main()
