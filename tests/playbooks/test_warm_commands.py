"""A command that warm.py lets begin where its imports end does what one does that is started."""

from __future__ import annotations

import json
import pathlib
import subprocess

import pytest
import warm
from commands import ansible, environment

PLAY = """
- hosts: localhost
  gather_facts: false
  vars: {ansible_python_interpreter: "{{ ansible_playbook_python }}"}
  tasks:
    - ansible.builtin.file: {path: made, state: directory, mode: "0750"}
    - ansible.builtin.copy: {content: "{{ vaulted }}", dest: made/file, mode: "0640"}
    - ansible.builtin.command: {cmd: "{{ ansible_playbook_python }} -c 'import sys; print(sys.argv[1])' said", chdir: made}
      register: python
    - ansible.builtin.debug:
        msg:
          - "{{ python.stdout }} by {{ ansible_playbook_python }}"
          - "{{ lookup('ansible.builtin.env', 'MINE') }}"
          - "{{ lookup('ansible.builtin.config', 'DEFAULT_LOCAL_TMP') | dirname }}"
    - ansible.builtin.fail: {msg: in the end}
"""


def test_it_does_the_same(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {}
    for start in ("warm", "as ever"):
        if start == "as ever":
            monkeypatch.setattr(warm, "USUAL", {"ANSIBLE_NOCOLOR": "other than what a command has"})
        folder = tmp_path / start
        folder.mkdir()
        (folder / "password").write_text(f"of {start}")
        (folder / "play.yml").write_text(PLAY)
        mine = {"ANSIBLE_VAULT_PASSWORD_FILE": str(folder / "password"), "MINE": "mine"}
        (folder / "group_vars").mkdir()
        (folder / "group_vars" / "all.json").write_text(json.dumps({"vaulted": "s3cret"}))
        assert ansible("ansible-vault", "encrypt", "group_vars/all.json", folder=folder, **mine).returncode == 0
        done = ansible("ansible-playbook", "-i", "localhost,", "-c", "local", "play.yml", folder=folder, apart=True, **mine)
        assert (folder / "made" / "file").read_text() == "s3cret"
        modes = [oct((folder / place).stat().st_mode) for place in ("made", "made/file")]
        found[start] = (done.returncode, done.stdout.replace(str(folder), "folder"), done.stderr, modes)
    assert found["warm"] == found["as ever"]
    assert "said by /" in found["warm"][1]
    assert found["warm"][0] == 2


def test_what_is_read_early_starts_a_command_as_ever(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr(
        warm.subprocess, "run", lambda arguments, **_: started.append(arguments) or subprocess.CompletedProcess([], 0)
    )
    with (tmp_path / "output").open("w") as output:
        warm.run(["ansible", "--version"], tmp_path, environment(tmp_path), output, output)
        assert started == []
        for given in ({"ANSIBLE_STRATEGY": "free"}, {"PYTHONPATH": "elsewhere"}):
            warm.run(["ansible", "--version"], tmp_path, environment(tmp_path, **given), output, output)
        assert len(started) == 2
        (tmp_path / "ansible.cfg").touch()
        warm.run(["ansible", "--version"], tmp_path, environment(tmp_path), output, output)
    assert len(started) == 3
