"""The variables of the role postgres_connections: vaulted files, what is required, and names with a typing error."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from commands import ansible, own_home
from simulated import Client

SITE = """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.{how}_role: {{name: aep.sources.postgres_connections, tasks_from: {entry}}}
      {more}
"""
LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}


@pytest.fixture
def vault(tmp_path: pathlib.Path, variables: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A vaulted file with the secrets of the role, which are defined nowhere else."""
    (tmp_path / "vault-password").write_text("a-vault-passw0rd")
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(tmp_path / "vault-password"))
    names = ("postgres_connections_auth", "postgres_connections_credentials")
    file = tmp_path / "secrets.yml"
    file.write_text(json.dumps({name: variables.pop(name) for name in names}))
    assert ansible("ansible-vault", "encrypt", "secrets.yml", folder=tmp_path).returncode == 0
    variables["postgres_connections_vault_files"] = ["secrets.yml"]
    return file


def site(tmp_path: pathlib.Path, *, how: str = "include", entry: str = "main", more: str = "") -> str:
    file = tmp_path / "site.yml"
    file.write_text(SITE.format(how=how, entry=entry, more=more))
    return str(file)


def held(client: Client) -> dict[str, int]:
    return {name: len(found) for name, found in client.admin("GET", "connections").items() if found}


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize("how", ["include", "import"])
def test_a_host_that_is_left_out_takes_the_vault_from_nobody(
    client: Client, play: Any, tmp_path: pathlib.Path, how: str
) -> None:
    done = play(playbook=site(tmp_path, how=how, more="when: inventory_hostname != 's1'"))
    assert done.returncode == 0, done.stdout
    assert held(client) == {"s2": 3, "s3": 3, "s4": 3}


@pytest.mark.usefixtures("vault")
def test_sandboxes_may_have_different_vaults(client: Client, play: Any) -> None:
    done = play(hosts={"s1": None, "s2": {"postgres_connections_vault_files": ["nowhere.yml"]}})
    assert done.returncode == 2
    assert "nowhere.yml, one of postgres_connections_vault_files, does not exist." in done.stdout
    assert held(client) == {"s1": 3}


@pytest.mark.usefixtures("vault")
def test_what_is_given_to_the_role_wins(client: Client, play: Any, tmp_path: pathlib.Path) -> None:
    more = "vars: {postgres_connections_credentials: {reader: {username: other, password: other-passw0rd}}}"
    assert play("-vvv", playbook=site(tmp_path, more=more)).returncode == 0
    [users] = {one["auth"]["params"]["username"] for found in client.admin("GET", "connections").values() for one in found}
    assert users == "other"


def test_a_variable_that_refers_to_the_vault(client: Client, play: Any, tmp_path: pathlib.Path) -> None:
    (tmp_path / "secrets.yml").write_text("vault_password: s3cret-of-vault\nvault_reader: \"{{ 'read' ~ 'er' }}\"\n")
    reader = {"username": "{{ vault_reader }}", "password": "{{ vault_password }}"}
    done = play(
        "-vvv",
        postgres_connections_vault_files=[str(tmp_path / "secrets.yml")],
        postgres_connections_credentials={"reader": reader},
    )
    assert done.returncode == 0, done.stdout
    assert "s3cret-of-vault" not in done.stdout
    [users] = {one["auth"]["params"]["username"] for found in client.admin("GET", "connections").values() for one in found}
    assert users == "reader"


@pytest.mark.parametrize("content", ["s3cret: {[", "just s3cret", "- s3cret"])
def test_a_file_that_cannot_be_read_is_not_quoted(play: Any, tmp_path: pathlib.Path, content: str) -> None:
    (tmp_path / "secrets.yml").write_text(content)
    done = play("-vvv", postgres_connections_vault_files=["secrets.yml"])
    assert done.returncode == 2
    assert "secrets.yml, one of postgres_connections_vault_files, cannot be read: give its vault password, and" in done.stdout
    assert "s3cret" not in done.stdout


def test_a_vault_without_its_password(play: Any, vault: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANSIBLE_VAULT_PASSWORD_FILE")
    done = play()
    assert done.returncode == 2
    assert f"{vault.name}, one of postgres_connections_vault_files, cannot be read: give its vault password" in done.stdout


def test_definitions_are_required(client: Client, play: Any, variables: dict[str, Any]) -> None:
    play()
    del variables["postgres_connections_definitions"]
    done = play(postgres_connections_purge=True)
    assert done.returncode == 2
    said = "postgres_connections_definitions is not defined: list the base connections of the sandbox, or give [] for none."
    assert said in done.stdout
    assert held(client) == {"s1": 3, "s2": 3, "s3": 3, "s4": 3}


def test_no_definitions_are_none(client: Client, play: Any) -> None:
    play(postgres_connections_owner="shop")
    purge = {f"postgres_connections_{name}": value for name, value in (("owner", "shop"), ("purge", True), ("purge_all", True))}
    done = play(postgres_connections_definitions=[], **purge)
    assert done.returncode == 0, done.stdout
    assert held(client) == {}


def test_without_definitions_everything_is_looked_at_and_nothing_is_as_defined(
    client: Client, play: Any, variables: dict[str, Any], tmp_path: pathlib.Path
) -> None:
    play()
    del variables["postgres_connections_definitions"]
    done = play(playbook="aep.sources.report")
    assert done.returncode == 2
    report = json.loads((tmp_path / "aep_report/report.json").read_text())
    assert (report["status"], report["totals"]["connections"], report["totals"]["works"]) == ("failed", 12, 12)
    assert all("postgres_connections_definitions is not defined" in one["problem"] for one in report["sandboxes"])
    done = play(playbook="aep.sources.report", postgres_connections_definitions=[])
    assert done.returncode == 0, done.stdout
    assert '"Definitions: 12 foreign."' in done.stdout
    assert '"Tests: 12 working."' in done.stdout
    assert held(client) == {"s1": 3, "s2": 3, "s3": 3, "s4": 3}


@pytest.mark.parametrize("entry", ["main", "reconcile", "inspect"])
@pytest.mark.parametrize("where", ["in the inventory", "given to the role"])
def test_a_misspelt_variable_is_refused(client: Client, play: Any, tmp_path: pathlib.Path, entry: str, where: str) -> None:
    inventory = {"postgres_connections_purgee": True} if where == "in the inventory" else {}
    more = "" if inventory else "vars: {postgres_connections_purgee: true}"
    done = play(playbook=site(tmp_path, entry=entry, more=more), **LOCAL, **inventory)
    assert done.returncode == 2
    said = "postgres_connections_purgee is no variable of this role: did you mean postgres_connections_purge?"
    assert done.stdout.count(said) >= 4
    assert held(client) == {}


def test_the_nearest_name_is_named(play: Any, variables: dict[str, Any]) -> None:
    variables["postgres_connections_defintions"] = variables.pop("postgres_connections_definitions")
    said = "postgres_connections_defintions is no variable of this role: did you mean postgres_connections_definitions?"
    assert said in play().stdout


def test_what_the_role_registers_is_no_typing_error(play: Any, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "site.yml"
    role = "    - ansible.builtin.include_role: {name: aep.sources.postgres_connections, tasks_from: %s}\n"
    file.write_text(
        "- hosts: all\n  gather_facts: false\n  tasks:\n" + "".join(role % entry for entry in ("inspect", "main") * 2)
    )
    done = play(playbook=str(file))
    assert done.returncode == 0, done.stdout


def test_what_the_vault_holds_is_kept_nowhere(play: Any, tmp_path: pathlib.Path, vault: pathlib.Path) -> None:
    show = "- hosts: all\n  gather_facts: false\n  tasks: [{debug: {var: hostvars}}]\n"
    file = tmp_path / "site.yml"
    site(tmp_path)
    file.write_text(file.read_text() + show)
    done = play("-vvv", playbook=str(file))
    assert done.returncode == 0, done.stdout
    assert "s3cret-password" not in done.stdout
    assert vault.read_text().startswith("$ANSIBLE_VAULT")
    assert (pathlib.Path(own_home(tmp_path)["ANSIBLE_HOME"]) / "aep_tokens").is_dir()
