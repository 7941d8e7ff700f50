"""The playbook adopt: from connections that were made by hand to a run that changes nothing."""

from __future__ import annotations

import pathlib
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from adopting import Loader
from commands import ansible
from simulated import PARAMS, Client

Run = Callable[..., subprocess.CompletedProcess[str]]
STRING = "Connection String Based Authentication"
ODD = [
    "{{ 7 * 7 }}",
    "Öl & Gas: # 1",
    '"quoted" \\ and {% raw %}',
    "no",
    "\U0001f418 1_000",
    "a" * 200,
    "{{x}} {%" * 30,
    "two\nlines",
]
WHOLE = "Server=127.0.0.1;Database=shop;Port=1;UID=reader;Password=s3cret-password;EncryptionMethod=1"


@pytest.fixture
def run(client: Client, tmp_path: pathlib.Path) -> Run:
    """Return a function that runs a playbook over an inventory of the plugin, with the credential in the environment."""
    (tmp_path / "org.aep.yml").write_text("plugin: aep.sources.sandboxes\n")
    who = {f"AEP_{name.upper()}": value for name, value in client.who.items()}

    def go(playbook: str, *options: str) -> subprocess.CompletedProcess[str]:
        return ansible("ansible-playbook", "-i", "org.aep.yml", f"aep.sources.{playbook}", *options, folder=tmp_path, **who)

    return go


def made_by_hand(client: Client, sandbox: str, *names: str) -> None:
    client.session.headers["x-sandbox-name"] = sandbox
    for name in names:
        assert client.create(name, description=f"{name} of {sandbox}").ok
    assert client.create("In a string", auth={"specName": STRING, "params": {"connectionString": WHOLE}}).ok


def held(client: Client) -> dict[str, list[dict[str, Any]]]:
    """Return all that the simulator holds, by sandbox."""
    return {sandbox: items for sandbox, items in client.admin("GET", "connections").items() if items}


def read(path: pathlib.Path) -> Any:
    return yaml.load(path.read_text(), Loader)


def fill_in(folder: pathlib.Path) -> None:
    """Do what the user does."""
    vault = folder / "group_vars" / "all" / "vault.yml"
    text = vault.read_text().replace('password: ""', f"password: {PARAMS['password']}")
    vault.write_text(text.replace('connection_string: ""', f"connection_string: {WHOLE}"))


def test_from_what_was_made_by_hand_to_a_run_that_changes_nothing(client: Client, run: Run, tmp_path: pathlib.Path) -> None:
    for sandbox in ("s1", "s2", "s3"):
        made_by_hand(client, sandbox, "Orders", *ODD, "Twice", "Twice")
    before = held(client)
    done = run("adopt")
    assert done.returncode == 0, done.stdout
    assert held(client) == before
    assert "Sandboxes: 4; base connections: 36; credentials to fill in: 4." in done.stdout
    written = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.glob("*_vars/*/*"))
    assert written == [
        "group_vars/all/vault.yml",
        *(f"host_vars/s{number}/connections.yml" for number in (1, 2, 3, 4)),
    ]
    definitions = read(tmp_path / "host_vars/s1/connections.yml")["postgres_connections_definitions"]
    assert {one["name"] for one in definitions if "name" in one} == {"Orders", "In a string", *ODD} - {"two\nlines"}
    assert sum("connection_id" in one for one in definitions) == 3
    lint = subprocess.run(
        ["ansible-lint", "--offline", "--nocolor", "-q", "host_vars", "group_vars"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout + lint.stderr

    unfilled = run("connections", "--check")
    assert "password is empty: give its value" in unfilled.stdout
    fill_in(tmp_path)
    checked = run("connections", "--check")
    assert checked.returncode == 0, checked.stdout
    assert '"Definitions: 36 would be updated."' in checked.stdout
    adopted = "it carries no mark of its credentials, so it is adopted: mark and credentials are written once"
    assert adopted in checked.stdout
    assert "differs" not in checked.stdout
    assert held(client) == before
    assert run("connections").returncode == 0
    after = held(client)
    assert [[one["id"], one["name"]] for items in after.values() for one in items] == [
        [one["id"], one["name"]] for items in before.values() for one in items
    ]
    again = run("connections")
    assert '"Changes: 36 unchanged."' in again.stdout, again.stdout
    assert held(client) == after

    rest = run("adopt")
    assert "There is nothing to write: all of this is defined already." in rest.stdout
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.glob("*_vars/*/*")) == written


def test_what_the_user_has_is_neither_hidden_nor_overwritten(client: Client, run: Run, tmp_path: pathlib.Path) -> None:
    made_by_hand(client, "s1", "Orders")
    hidden = tmp_path / "host_vars" / "s2.yml"
    hidden.parent.mkdir()
    hidden.write_text("---\nmine: true\n")
    refused = run("adopt")
    assert refused.returncode == 2
    assert "host_vars/s2.yml exists, and Ansible would not read it any more beside a folder host_vars/s2" in refused.stdout
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.glob("*_vars/*")] == ["host_vars/s2.yml"]
    hidden.unlink()

    mine = tmp_path / "host_vars" / "s1" / "connections.yml"
    mine.parent.mkdir()
    mine.write_text("---\npostgres_connections_definitions: [] # mine\n")
    checked = run("adopt", "--check", "--diff")
    assert checked.returncode == 0, checked.stdout
    assert [path.name for path in (tmp_path / "host_vars").glob("*/*")] == ["connections.yml"]
    done = run("adopt", "--diff")
    assert done.returncode == 0, done.stdout
    assert "-postgres_connections_definitions: [] # mine" in done.stdout
    assert "+  - name: Orders" in done.stdout
    assert mine.read_text() == "---\npostgres_connections_definitions: [] # mine\n"
    names = [one.get("name") for one in read(mine.with_name("connections.yml.adopted"))["postgres_connections_definitions"]]
    assert names == ["In a string", "Orders"]


def test_what_is_encrypted_is_not_shown_and_a_link_is_not_followed(client: Client, run: Run, tmp_path: pathlib.Path) -> None:
    made_by_hand(client, "s1", "Orders")
    mine, linked = tmp_path / "host_vars" / "s1" / "connections.yml", tmp_path / "host_vars" / "s2"
    mine.parent.mkdir(parents=True)
    mine.write_text("---\nmine: h1dden\n")
    (tmp_path / "vault").write_text("the vault's passw0rd\n")
    unlock = ("--vault-password-file", "vault")
    assert ansible("ansible-vault", "encrypt", *unlock, str(mine), folder=tmp_path).returncode == 0
    encrypted = mine.read_text()
    linked.symlink_to(mine.parent)
    refused = run("adopt", *unlock)
    assert refused.returncode == 2, refused.stdout
    assert "host_vars/s2 is a file or a link, and this needs a folder of its own there" in refused.stdout
    assert [path.name for path in mine.parent.iterdir()] == ["connections.yml"]
    linked.unlink()
    done = run("adopt", "--diff", *unlock)
    assert done.returncode == 0, done.stdout
    assert "h1dden" not in done.stdout
    assert mine.read_text() == encrypted
    assert mine.with_name("connections.yml.adopted").exists()


def test_nothing_is_written_if_a_sandbox_cannot_be_read(client: Client, run: Run, tmp_path: pathlib.Path) -> None:
    client.fault(kind="status", operation="connections.list_all", status=403)
    done = run("adopt")
    assert done.returncode == 2
    assert not [*tmp_path.glob("*_vars")]
