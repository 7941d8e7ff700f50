"""A folder as a user has it: an inventory of the organization's sandboxes, definitions, and an encrypted vault file."""

from __future__ import annotations

import json
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
from typing import Any

from services import Services

INVENTORY = "org.aep.yml"
FILES = pathlib.Path(__file__).parents[1] / "demo" / "files"


class PlaybookError(Exception):
    """The playbook did not reach its end; the message holds its output."""


class Workspace:
    """A folder with the demo's inventory, its encrypted vault file and the password of that vault.

    ``output`` is what Ansible said in all runs so far.
    """

    def __init__(self, folder: pathlib.Path, running: Services) -> None:
        self.folder = folder
        self._running = running
        self.output = ""
        shutil.copytree(FILES, folder, dirs_exist_ok=True)
        self._vault_password = folder / "vault-password"
        _write_secret(self._vault_password, secrets.token_urlsafe(24))
        self.encrypt_credentials()
        address = {"demo_server": running.postgres_host, "demo_port": running.postgres_port}
        self._write_inventory()
        (folder / "group_vars" / "all" / "database.yml").write_text(json.dumps(address))

    @property
    def environment(self) -> dict[str, str]:
        """The variables that a run needs, beside the usual ones."""
        return {
            "AEP_BASE_URL": self._running.url,
            "AEP_IMS_URL": self._running.url,
            "ANSIBLE_VAULT_PASSWORD_FILE": str(self._vault_password),
        }

    def _write_inventory(self) -> None:
        secret = subprocess.run(
            ["ansible-vault", "encrypt_string", "--stdin-name", "client_secret"],
            input="secret",
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
        plain = json.dumps({"vault_client_id": "client", "vault_client_secret": "secret", **readers})
        vault = self.folder / "group_vars" / "all" / "vault.yml"
        vault.unlink(missing_ok=True)
        subprocess.run(
            ["ansible-vault", "encrypt", "--output", str(vault)],
            input=plain,
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
        process = subprocess.Popen(
            ["ansible-playbook", "-i", INVENTORY, playbook, *options],
            cwd=self.folder,
            env={**os.environ, **self.environment},
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that it can be ended with all its workers
        )
        try:
            output, _nothing = process.communicate()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        self.output += output


def _write_secret(path: pathlib.Path, secret: str) -> None:
    path.touch(mode=0o600)
    path.write_text(secret)
