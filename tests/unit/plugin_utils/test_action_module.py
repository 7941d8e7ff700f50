"""What a task of the controller's own process shares with an ordinary module, where no module of today has it."""

from __future__ import annotations

import contextlib
import json
import os
import types
from typing import Any

import pytest
from ansible import constants
from ansible_collections.aep.sources.plugins.module_utils.client.tokens import fetch_always
from ansible_collections.aep.sources.plugins.module_utils.module import Module, Surroundings, Task, run_module
from ansible_collections.aep.sources.plugins.plugin_utils.action_module import ActionModule, environment_of_task, run_here
from evaluating import evaluated
from in_process import run_main

NAME = "a.b.c"


def arguments() -> dict[str, Any]:
    return {
        "server": {"type": "str", "aliases": ["host"]},
        "secret": {"type": "str", "no_log": True},
        "former": {"type": "int", "removed_in_version": "9.0.0", "removed_from_collection": "a.b"},
        "dated": {"type": "int", "removed_at_date": "2030-01-01", "removed_from_collection": "a.b"},
        "old": {
            "type": "str",
            "aliases": ["older"],
            "deprecated_aliases": [{"name": "older", "version": "9.0.0", "collection_name": "a.b"}],
        },
        "many": {"type": "list", "elements": "dict", "options": {"one": {"type": "int"}}},
        **{name: {"type": "str"} for name in ("validate_certs", "first", "second")},
    }


def work(task: Task) -> dict[str, Any]:
    task.warn(f"mind {task.options['secret']}")
    task.warn(f"mind {task.options['secret']}")
    given = {
        name: value for name, value in task.options.items() if value is not None and name not in ("secret", "host", "older")
    }
    return {"changed": task.check, "given": given, "said": f"<{task.options['secret']}>", "nothing": None, "diffs": task.diff}


MODULE = Module(arguments(), work, {"required_together": [("first", "second")]})


def outside(options: dict[str, Any]) -> dict[str, Any]:
    return run_main(lambda: run_module(MODULE), {**options, "_ansible_module_name": NAME}, check=True, diff=True)


def inside(options: dict[str, Any]) -> dict[str, Any]:
    said: list[str] = []
    surroundings = Surroundings(True, True, said.append, lambda _line: None, fetch_always)
    result = run_here(MODULE, NAME, options, surroundings)
    return {**result, **({"warnings": said} if said else {})}


def texts(said: Any) -> list[str]:
    """Return messages alone: newer versions of ansible-core return more of each, and the controller makes it equal."""
    return [one if isinstance(one, str) else one.get("msg") or one["event"]["msg"] for one in said or []]


@pytest.mark.parametrize(
    "options",
    [
        {"server": "db", "secret": "s3cret-of-all"},
        {"host": "db", "secret": "s3cret-of-all"},
        {"host": "db", "server": "other", "secret": "s3cret-of-all"},
        {"former": "5", "dated": 6, "older": "x", "secret": "s3cret-of-all"},
        {"former": "many", "secret": "s3cret-of-all"},
        {"first": "x", "secret": "s3cret-of-all"},
        {"many": [{"two": 1}], "secret": "s3cret-of-all"},
        {"many": [{"one": "s3cret-of-all"}], "secret": "s3cret-of-all"},
        {"secrte": "s3cret-of-all", "second": "x"},
    ],
    ids=" ".join,
)
def test_results_are_equal(options: dict[str, Any]) -> None:
    one, other = inside(options), outside(options)
    assert "s3cret-of-all" not in json.dumps([one, other])
    for kind in ("warnings", "deprecations"):
        assert texts(one.pop(kind, [])) == texts(other.pop(kind, []))
    assert one == other


def test_a_deprecation_says_since_when() -> None:
    assert inside({"former": 1, "dated": 2, "secret": "s3cret-of-all"})["deprecations"] == [
        {"msg": text, **since, "collection_name": "a.b"}
        for text, since in (
            ("Param 'former' is deprecated. See the module docs for more information", {"version": "9.0.0"}),
            ("Param 'dated' is deprecated. See the module docs for more information", {"date": "2030-01-01"}),
        )
    ]


class Interrupted(BaseException):
    """As Ansible's timeout of a task."""


@pytest.mark.parametrize("error", [None, ValueError, Interrupted])
def test_the_environment_is_restored(monkeypatch: pytest.MonkeyPatch, error: type[BaseException] | None) -> None:
    monkeypatch.setenv("THERE", "before")
    monkeypatch.delenv("NOT_THERE", raising=False)
    before = dict(os.environ)
    with contextlib.suppress(ValueError, Interrupted), environment_of_task({"THERE": "now", "NOT_THERE": "now"}):
        assert (os.environ["THERE"], os.environ["NOT_THERE"]) == ("now", "now")
        if error:
            raise error
    assert dict(os.environ) == before


def test_an_environment_that_cannot_be_set_changes_nothing() -> None:
    before = dict(os.environ)
    with pytest.raises(ValueError, match="null"), environment_of_task({"A": "set", "B": "nul\0"}):
        pass
    assert dict(os.environ) == before


class Shown:
    """What an ordinary module did, and what Ansible would show of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **task: Any) -> None:
        known = {"action": "aep.sources.aep_access_token", "args": {}, "async_val": 0, "check_mode": False, "environment": None}
        play = types.SimpleNamespace(no_log=False)
        connection = types.SimpleNamespace(
            _shell=types.SimpleNamespace(tmpdir="there", env_prefix=lambda **_all: ""), transport="ssh", _play_context=play
        )
        templar = types.SimpleNamespace(template=lambda value: value)
        self.hidden: list[bool] = []
        self.play = play
        self.error: Exception | None = None
        self._action = ActionModule(types.SimpleNamespace(**{**known, **task}), connection, play, None, templar, None)
        monkeypatch.setattr(self._action, "_execute_module", self._execute)

    def _execute(self, **_how: Any) -> dict[str, Any]:
        self.hidden.append(self.play.no_log)
        if self.error:
            raise self.error
        return {"changed": False, "access_token": "{{ s3cret }}"}

    def run(self) -> dict[str, Any]:
        return dict(self._action.run())


@pytest.mark.parametrize("poll", [0, 1])
def test_a_secret_is_not_left_in_the_file_of_a_task_with_async(monkeypatch: pytest.MonkeyPatch, poll: int) -> None:
    shown = Shown(monkeypatch, async_val=30, poll=poll)
    assert shown.run() == {
        "failed": True,
        "changed": False,
        "msg": "async would leave the token in a file and show it: leave async out for aep_access_token.",
    }
    assert shown.hidden == []


def test_a_secret_is_not_printed_as_the_output_of_an_ordinary_module(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown(monkeypatch)
    monkeypatch.setattr(constants, "DEFAULT_DEBUG", True)
    assert shown.run() == {
        "failed": True,
        "changed": False,
        "msg": "ANSIBLE_DEBUG would show the token, since aep_access_token runs as an ordinary module here: "
        "leave ANSIBLE_DEBUG out, or run it on localhost with the Python that runs Ansible.",
    }
    assert shown.hidden == []


def test_a_secret_is_not_shown_by_the_connection_that_it_comes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown(monkeypatch)
    assert shown.run()["_ansible_no_log"]
    assert (shown.hidden, shown.play.no_log) == ([True], False)
    shown.error = ValueError()
    with pytest.raises(ValueError, match=r"^$"):
        shown.run()
    assert shown.play.no_log is False


def test_what_is_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown(monkeypatch, action="aep.sources.aep_sandbox_info")
    monkeypatch.setattr(constants, "DEFAULT_DEBUG", True)
    assert "_ansible_no_log" not in shown.run()
    assert shown.hidden == [False]


def test_a_result_is_data(monkeypatch: pytest.MonkeyPatch) -> None:
    result = Shown(monkeypatch).run()
    assert evaluated("{{ [result.access_token] }}", {"result": result, "s3cret": "evaluated"}) == ["{{ s3cret }}"]
