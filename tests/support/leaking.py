"""A folder with an encrypted vault full of secrets, and everything that Ansible writes about a run over it."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import time
from dataclasses import dataclass

import ansible_runner
from ansible.parsing.vault import VaultLib, VaultSecret
from commands import own_home
from sentinels import ProcessWatch, found_below, found_in
from simulated import Client

FILES = pathlib.Path(__file__).parents[1] / "leaks" / "files"
CALLBACKS = {
    "default": {},
    "yaml": {"ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"},
    "debug": {"ANSIBLE_DEBUG": "1"},
}
_LONGEST_END = 60  # seconds
DOORS = {"in process": "true", "ordinary module": "false"}


@dataclass
class Place:
    """Where runs are made. ``secrets`` are those that no run may show."""

    folder: pathlib.Path
    client: Client
    secrets: dict[str, str]
    collections: str = ""

    @property
    def vault_password(self) -> pathlib.Path:
        return self.folder / "vault-password"

    def prepare(self) -> None:
        """Write inventory, playbook and the encrypted vault."""
        self.vault_password.touch(mode=0o600)
        self.vault_password.write_text(self.secrets["vault password"])
        for playbook in FILES.glob("*.yml"):
            shutil.copy(playbook, self.folder)
        plain = {f"vault_{name.replace(' ', '_')}": secret for name, secret in self.secrets.items()}
        (self.folder / "group_vars" / "all").mkdir(parents=True)
        vault = VaultLib([("default", VaultSecret(self.secrets["vault password"].encode()))])
        (self.folder / "group_vars" / "all" / "vault.yml").write_bytes(vault.encrypt(json.dumps(plain)))
        hosts = {"all": {"hosts": {"dev": None, "stage": None}}}
        (self.folder / "inventory.json").write_text(json.dumps(hosts))

    def environment(self, **more: str) -> dict[str, str]:
        own = {
            "ANSIBLE_VAULT_PASSWORD_FILE": str(self.vault_password),
            **own_home(self.folder),  # where tokens are kept, so that they are searched for in there as well
            "ANSIBLE_LOG_PATH": str(self.folder / "ansible.log"),
            "ANSIBLE_CACHE_PLUGIN": "jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(self.folder / "facts"),
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "tmp"),
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "remote-tmp"),
            "ANSIBLE_ASYNC_DIR": str(self.folder / "jobs"),
            "ANSIBLE_RETRY_FILES_ENABLED": "true",
            "AEP_ORG_ID": "TESTORG@AdobeOrg",
            "AEP_BASE_URL": self.client.url,
            "AEP_IMS_URL": self.client.url,
        }
        if self.collections:
            own["ANSIBLE_COLLECTIONS_PATH"] = self.collections
        return {**own, **more}

    def play(self, scenario: str, *options: str, playbook: str = "play.yml", **environment: str) -> tuple[int, str]:
        """Run the playbook and return its exit code and what it said."""
        more = ("-e", json.dumps({"scenario": scenario}), *options)
        return self.run("ansible-playbook", playbook, "--diff", *more, **environment)

    def run(self, command: str, *arguments: str, **environment: str) -> tuple[int, str]:
        """Run a command of Ansible's and return its exit code and what it said."""
        done = subprocess.run(
            [command, "-i", "inventory.json", "-vvvvv", *arguments],
            cwd=self.folder,
            env={**os.environ, **self.environment(**environment)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        with (self.folder / "output").open("ab") as file:
            file.write(done.stdout)
        return done.returncode, done.stdout.decode(errors="replace")

    def play_as_awx(self, scenario: str, **environment: str) -> int:
        """Run the playbook as AWX does, which keeps artifacts of each event."""
        artifacts = self.folder / "runner"
        artifacts.mkdir()
        done = ansible_runner.run(
            private_data_dir=str(artifacts),
            project_dir=str(self.folder),
            inventory=str(self.folder / "inventory.json"),
            playbook="play.yml",
            verbosity=5,
            quiet=True,
            extravars={"scenario": scenario},
            envvars=self.environment(**environment),
        )
        return int(done.rc)

    def leaks(self, watch: ProcessWatch) -> set[str]:
        """Return what a run showed of its secrets and of the tokens that were given out, in files, output, and processes."""
        self._await_end_of_jobs()
        tokens = {f"token {number}": token for number, token in enumerate(self.client.admin("GET", "tokens"))}
        looked_for = {**self.secrets, **tokens}
        watched = watch.hits | {f"{name} in the output" for name in found_in(self._output(), looked_for)}
        return watched | found_below(self.folder, looked_for, but=[self.vault_password])

    def _await_end_of_jobs(self) -> None:
        """Wait until Ansible has removed what it keeps of a task with ``async``, which it does after it tells the result."""
        deadline = time.monotonic() + _LONGEST_END
        while time.monotonic() < deadline and list((self.folder / "remote-tmp").glob("ansible-tmp-*")):
            time.sleep(0.1)

    def _output(self) -> bytes:
        file = self.folder / "output"
        return file.read_bytes() if file.exists() else b""
