"""A folder as a user has it: an inventory of the organization's sandboxes, definitions, and an encrypted vault file."""

from __future__ import annotations

import json
import os
import pathlib
import secrets
import shutil
import subprocess
from typing import Any

import yaml
from processes import kill_all_with, uninterrupted
from services import Services

INVENTORY = "org.aep.yml"
_VAULT = "ANSIBLE_VAULT_PASSWORD_FILE"
FILES = pathlib.Path(__file__).parents[1] / "demo" / "files"


class PlaybookError(Exception):
    """The playbook did not reach its end; the message holds its output."""


class Workspace:
    """A folder with the demo's inventory, its encrypted vault file and the password of that vault, and the datasets for it.

    ``output`` is what Ansible said in all runs so far.
    """

    def __init__(self, folder: pathlib.Path, running: Services) -> None:
        self.folder = folder
        self._running = running
        self.output = ""
        running.make_datasets()
        shutil.copytree(FILES, folder, dirs_exist_ok=True)
        with (folder / "group_vars" / "all" / "connections.yml").open("a") as file:
            file.write(f"\n# What the demo started, and this folder.\n{_yaml(self._places())}")
        self._vault_password = folder / "vault-password"
        _write_secret(self._vault_password, secrets.token_urlsafe(24))
        self.encrypt_credentials()
        self._write_inventory()

    def _places(self) -> dict[str, Any]:
        return {
            "demo_server": self._running.postgres_host,
            "demo_port": self._running.postgres_port,
            "demo_folder": str(self.folder.resolve()),
        }

    @property
    def environment(self) -> dict[str, str]:
        """The variables that a run needs, beside the usual ones."""
        return {
            "AEP_BASE_URL": self._running.url,
            "AEP_IMS_URL": self._running.url,
            _VAULT: str(self._vault_password),
        }

    def _write_inventory(self) -> None:
        secret = subprocess.run(
            ["ansible-vault", "encrypt_string", "--stdin-name", "client_secret"],
            input=self._running.settings["client_secret"],
            text=True,
            check=True,
            capture_output=True,
            env={**os.environ, **self.environment, "ANSIBLE_VERBOSITY": "0"},  # it would be part of what is printed
        ).stdout
        who = "client_id: client\norg_id: TESTORG@AdobeOrg\n"
        (self.folder / INVENTORY).write_text(f"plugin: aep.sources.sandboxes\n{who}{secret}")

    def report(self) -> str:
        """Write the report and return its folder."""
        self._play("aep.sources.report")
        return str(self.folder / "aep_report")

    def encrypt_credentials(self) -> None:
        """Write the vault file with the passwords that PostgreSQL has now. They are on no disk and no command line in plain."""
        readers = {f"vault_{database}_password": password for database, password in self._running.readers.items()}
        plain = {
            "vault_client_secret": self._running.settings["client_secret"],
            "vault_administrator_password": self._running.administrator_password,
            **readers,
        }
        vault = self.folder / "group_vars" / "all" / "vault.yml"
        vault.unlink(missing_ok=True)
        subprocess.run(
            ["ansible-vault", "encrypt", "--output", str(vault)],
            input=_yaml(plain),
            text=True,
            check=True,
            capture_output=True,
            env={**os.environ, **self.environment},
        )

    def converge(self) -> list[dict[str, Any]]:
        """Run the playbook and return what became of each sandbox."""
        results = self.folder / "results.json"
        results.unlink(missing_ok=True)
        self._play("run_and_report.yml", "-e", f"demo_results={results}")
        if not results.exists():
            raise PlaybookError(f"the playbook did not reach its end:\n{self.output}")
        sandboxes: list[dict[str, Any]] = json.loads(results.read_text())
        return sandboxes

    def _play(self, playbook: str, *options: str) -> None:
        process: subprocess.Popen[str] | None = None
        try:
            with uninterrupted():
                process = subprocess.Popen(
                    ["ansible-playbook", "-i", INVENTORY, playbook, *options],
                    cwd=self.folder,
                    env={**os.environ, **self.environment},
                    text=True,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            output, _nothing = process.communicate()
        except BaseException:
            with uninterrupted():
                kill_all_with(_VAULT, self.environment[_VAULT])  # with its workers, which have sessions of their own
                if process:
                    process.wait()
            raise
        self.output += output


def _yaml(document: dict[str, Any]) -> str:
    return yaml.safe_dump(document, sort_keys=False)


def _write_secret(path: pathlib.Path, secret: str) -> None:
    path.touch(mode=0o600)
    path.write_text(secret)
