"""The examples of the guide on secret stores, with stand-ins for the lookups that return what their documentation says."""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
from commands import ansible, changed
from pages import ROOT, copied
from simulated import Client, simulator

GUIDE = ROOT / "docs/docsite/rst/guide_secret_stores.rst"
STAND_INS = ROOT / "tests/docs/stand_ins"
SECRET, KEY, PASSWORD = "p8e-s3cret-of-the-client", "a long and random text", "s3cret {{ of }} the orders"
BY_KEY = {"aep/adobe": {"client_secret": SECRET, "fingerprint_key": KEY}, "aep/orders": {"password": PASSWORD}}
BY_NAME = {"client-secret": SECRET, "fingerprint-key": KEY, "orders-password": PASSWORD}
STORES = {"community.hashi_vault": BY_KEY, "amazon.aws": BY_KEY, "azure.azcollection": BY_NAME}
SANDBOXES = ("prod", "dev")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    who = ["--client-id=0123456789abcdef0123456789abcdef", f"--client-secret={SECRET}"]
    organization = "--org-id=1234567890ABCDEF12345678@AdobeOrg"
    with simulator(*who, organization, f"--sandboxes={','.join(SANDBOXES)}", "--test-result=true") as url:
        yield url


@pytest.fixture
def organization(address: str) -> Iterator[Client]:
    client = Client(address)
    client.admin("POST", "reset")
    client.admin("DELETE", "counters")
    yield client
    client.session.close()


@pytest.fixture(params=STORES)
def play(request: pytest.FixtureRequest, organization: Client, tmp_path: pathlib.Path) -> Any:
    """Return a function that runs the guide's command in a folder with its files and the secrets of a store."""
    texts = [text for kind, text, _path in copied(GUIDE) if kind == "yaml"]
    [lookups] = [text for text in texts if f"lookup('{request.param}." in text]
    variables = tmp_path / "group_vars" / "all"
    variables.mkdir(parents=True)
    (variables / "connections.yml").write_text(texts[0])
    (variables / "vault.yml").write_text(lookups)
    (tmp_path / "inventory.yml").write_text(json.dumps({"all": {"hosts": dict.fromkeys(SANDBOXES)}}))

    def run(*options: str, password: str | None = PASSWORD) -> Any:
        secrets = {name: value for name, value in STORES[request.param].items() if "orders" not in name}
        if password:
            secrets |= {"aep/orders": {"password": password}, "orders-password": password}
        (tmp_path / "secrets.json").write_text(json.dumps(secrets))
        (tmp_path / "read").write_text("")
        more = {
            "AEP_BASE_URL": organization.url,
            "AEP_IMS_URL": organization.url,
            "SECRET_STORE": str(tmp_path),
            "ANSIBLE_COLLECTIONS_PATH": f"{STAND_INS}:{os.environ['ANSIBLE_COLLECTIONS_PATH']}",
            "PYTHONPATH": str(ROOT / "tests/support"),
        }
        done = ansible("ansible-playbook", "-i", "inventory.yml", "aep.sources.connections", *options, folder=tmp_path, **more)
        assert not [secret for secret in (SECRET, KEY, PASSWORD) if secret in done.stdout]
        done.read = sorted((tmp_path / "read").read_text().splitlines())
        return done

    return run


def passwords(organization: Client) -> list[str]:
    return [one["auth"]["params"]["password"] for found in organization.admin("GET", "connections").values() for one in found]


def test_as_the_guide_says(organization: Client, play: Any) -> None:
    predicted = play("--check", "--diff")
    assert (predicted.returncode, passwords(organization)) == (0, []), predicted.stdout
    done = play()
    assert (done.returncode, changed(done.stdout)) == (0, 2), done.stdout
    assert passwords(organization) == [PASSWORD] * 2
    assert len(done.read) == 3 * len(SANDBOXES), "each value is read once for each sandbox"
    rotated = play(password="the next one")
    assert (rotated.returncode, changed(rotated.stdout)) == (0, 2), rotated.stdout
    assert passwords(organization) == ["the next one"] * 2


def test_a_secret_that_is_not_there_fails_before_anything_is_sent(organization: Client, play: Any) -> None:
    done = play(password=None)
    assert done.returncode == 2
    assert "The store has no secret '" in " ".join(done.stdout.split())
    assert "ims.token" not in organization.admin("GET", "counters")
