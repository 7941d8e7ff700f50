"""The first steps of the README, the start page and the quick start, taken as written, against a simulator."""

from __future__ import annotations

import functools
import pathlib
import re
import shlex
from collections.abc import Iterator

import pytest
from commands import ansible, changed
from pages import ROOT, copied
from pages import commands as commands_of
from simulated import Client, simulator

SECRET, PASSWORD = "p8e-s3cret-of-the-client", "s3cret-of-the-orders"
WRITTEN = {"vault_client_secret": SECRET, "vault_orders_password": PASSWORD, "vault_fingerprint_key": "a long and random text"}
WHO = {
    "AEP_CLIENT_ID": "0123456789abcdef0123456789abcdef",
    "AEP_CLIENT_SECRET": SECRET,
    "AEP_ORG_ID": "1234567890ABCDEF12345678@AdobeOrg",
}
RUN = ("ansible", "ansible-playbook", "ansible-vault")
PAGES = {"README.md": 2, "docs/docsite/start.rst": 1, "docs/docsite/rst/guide_quick_start.rst": 1}  # and how many they create


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    options = [f"--{name.removeprefix('AEP_').lower().replace('_', '-')}={value}" for name, value in WHO.items()]
    with simulator(*options, "--sandboxes=prod,dev", "--test-result=true") as url:
        yield url


@pytest.fixture
def organization(address: str) -> Iterator[Client]:
    client = Client(address)
    client.admin("POST", "reset")
    yield client
    client.session.close()


def copy_files(page: pathlib.Path, folder: pathlib.Path) -> None:
    """Write the page's files; the last one of a name is that of another example."""
    for kind, text, path in reversed(list(copied(page))):
        if kind == "yaml" and path:
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(re.sub(r"^(\w+): \.\.\.$", lambda line: f"{line[1]}: {WRITTEN[line[1]]}", text, flags=re.MULTILINE))


def held(organization: Client) -> list[str]:
    return [one["name"] for found in organization.admin("GET", "connections").values() for one in found]


@pytest.mark.parametrize(("page", "created"), PAGES.items())
def test_as_written(organization: Client, tmp_path: pathlib.Path, page: str, created: int) -> None:
    copy_files(ROOT / page, tmp_path)
    (tmp_path / ".password").write_text("of the vault")
    variables = {
        "AEP_BASE_URL": organization.url,
        "AEP_IMS_URL": organization.url,
        "ANSIBLE_VAULT_PASSWORD_FILE": str(tmp_path / ".password"),
        **(WHO if page != "README.md" else {}),
    }
    run = functools.partial(ansible, folder=tmp_path, **variables)
    ran = []
    for command in commands_of(ROOT / page):
        program, *options = [word for word in shlex.split(command) if word != "--ask-vault-pass"]
        if program not in RUN or "aep.sources.adopt" in options:
            continue
        done = run(program, *options)
        assert done.returncode == 0, done.stdout
        assert not [secret for secret in (SECRET, PASSWORD) if secret in done.stdout]
        if "--check" in options:
            assert held(organization) == []
            assert changed(done.stdout) == created
        elif program == "ansible-playbook":
            ran.append(([program, *options], done))
    first, done = ran[0]
    assert changed(done.stdout) == created
    assert held(organization) == ["Orders"] * created
    again = run(*first)
    assert (again.returncode, changed(again.stdout)) == (0, 0)
