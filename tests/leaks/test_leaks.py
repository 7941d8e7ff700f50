"""No secret is shown anywhere: every scenario, everything that Ansible writes, every process, every spelling."""

from __future__ import annotations

import base64
import json
import pathlib
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
from effort import SOAK
from figures import keep
from leaking import CALLBACKS, DOORS, Place
from pytest_httpserver import HTTPServer
from sentinels import ProcessWatch, forms, found_in
from werkzeug import Request, Response

ROOT = pathlib.Path(__file__).parents[2]
# Scenario -> whether a task of it fails.
SCENARIOS = {
    "all is well": False,
    "a wrong secret": True,
    "a wrong token": False,
    "a wrong choice": True,
    "a secret as a port": True,
    "credentials that are a text": True,
    "a strange string": False,
    "nobody there": True,
    "a failing service": False,
    "a service that echoes": True,
    "a failing test": True,
    "spoiled answers": True,
}
# A choice of a door, a callback and options for each scenario; all with all of them when there is time.
MODES = [(door, callback, options) for door in DOORS for callback in CALLBACKS for options in ((), ("--check",))]
CASES = [
    (scenario, *mode)
    for number, scenario in enumerate(SCENARIOS)
    for mode in (MODES if SOAK else [MODES[number % 3 * 2], MODES[6 + (number + 1) % 6]])
]
tally: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def _figures() -> Iterator[None]:
    yield
    keep("secrets", tally)


@pytest.fixture
def echo(httpserver: HTTPServer) -> str:
    """A service that is empty, refuses everything else, and says all that it was told."""

    def answer(request: Request) -> Response:
        if request.method == "GET" and request.path.endswith("/connections"):
            return Response('{"items": [], "_links": {}}')
        told = f"{request.method} {request.url} {dict(request.headers)} {request.get_data(as_text=True)}"
        return Response(json.dumps({"errorMessage": told, "message": told, "error_description": told}), 400)

    httpserver.expect_request(re.compile("/.*")).respond_with_handler(answer)
    return httpserver.url_for("").rstrip("/")


def set_the_stage(place: Place, scenario: str, echo: str) -> dict[str, str]:
    """Let the service go wrong as the scenario says, and return what the environment has to say of it."""
    if scenario == "a failing service":
        place.client.fault(kind="status", operation="connections.create", status=500, when="after", count=0)
    if scenario == "a failing test":
        place.client.set(test_result="false")
    if scenario == "spoiled answers":
        place.client.fault(kind="body", operation="connections.*", spoil="wrong_types", count=0)
    if scenario == "a service that echoes":
        return {"AEP_BASE_URL": echo}
    return {}


@pytest.mark.parametrize(("scenario", "door", "callback", "options"), CASES)
def test_no_secret_is_shown(place: Place, echo: str, scenario: str, door: str, callback: str, options: tuple[str, ...]) -> None:
    environment = {"AEP_IN_PROCESS": DOORS[door], **CALLBACKS[callback], **set_the_stage(place, scenario, echo)}
    with ProcessWatch(place.secrets) as watch:
        code, said = place.play(scenario, *options, **environment)
    assert code == 0, said[-3000:]
    refused = (door, callback) == ("ordinary module", "debug")  # Ansible would print the token
    assert ("...ignoring" in said) == (SCENARIOS[scenario] or refused) or "--check" in options, said[-3000:]
    assert ("ANSIBLE_DEBUG would show the token" in said) == refused
    assert place.leaks(watch) == set()
    assert (place.folder / "facts").exists()
    kept = len(list((place.folder / "ansible-home" / "aep_tokens").glob("*")))
    assert kept == 1 or DOORS[door] == "false" or scenario in ("a wrong secret", "nobody there")
    assert (place.folder / "ansible.log").stat().st_size > 1000
    assert watch.looks > 10
    tally["runs"] += 1
    tally["looks at all processes"] += watch.looks


@pytest.mark.parametrize(
    ("door", "callback"), [("in process", "debug"), ("ordinary module", "default"), ("ordinary module", "debug")]
)
def test_no_secret_is_shown_by_other_kinds_of_tasks(place: Place, door: str, callback: str) -> None:
    environment = {"AEP_IN_PROCESS": DOORS[door], **CALLBACKS[callback]}
    arguments = ["client_id=client", "client_secret={{ vault_client_secret }}"]
    here = ("-c", "local", "-e", "ansible_python_interpreter={{ ansible_playbook_python }}")
    module = ("-m", "aep.sources.aep_access_token", "-a", " ".join(arguments))
    with ProcessWatch(place.secrets) as watch:
        code, said = place.play("all is well", "--limit", "dev", playbook="other_tasks.yml", **environment)
        place.run("ansible", "dev", *here, *module, "--tree", "tree", **environment)
    assert code == 0, said[-3000:]
    assert "async would leave the token in a file and show it" in said
    assert place.leaks(watch) == set()
    assert list((place.folder / "tree").iterdir())
    tally["runs"] += 2
    tally["looks at all processes"] += watch.looks


@pytest.mark.parametrize("scenario", SCENARIOS if SOAK else ["all is well", "a service that echoes"])
def test_no_secret_is_in_what_awx_keeps(place: Place, echo: str, scenario: str) -> None:
    with ProcessWatch(place.secrets) as watch:
        assert place.play_as_awx(scenario, **set_the_stage(place, scenario, echo)) == 0
    assert list((place.folder / "runner" / "artifacts").rglob("job_events/*.json"))
    assert place.leaks(watch) == set()
    tally["runs of AWX's engine"] += 1


@pytest.mark.parametrize(
    ("file", "good", "bad"),
    [
        ("masking.py", "    raw = secret.encode(", "    return set()\n    raw = secret.encode("),
        (
            "module.py",
            "        if self._remarks:\n",
            '        result["note"] = (self.options.get("password") or "")[:10]\n        if self._remarks:\n',
        ),
    ],
    ids=["errors that are not masked", "a part of a secret in a result"],
)
def test_a_build_that_leaks_is_caught(
    place: Place, echo: str, tmp_path_factory: pytest.TempPathFactory, file: str, good: str, bad: str
) -> None:
    build = tmp_path_factory.mktemp("build")
    copy = build / "ansible_collections" / "aep" / "sources"
    shutil.copytree(ROOT / "plugins", copy / "plugins")
    shutil.copytree(ROOT / "meta", copy / "meta")
    shutil.copy(ROOT / "galaxy.yml", copy)
    source = copy / "plugins" / "module_utils" / file
    text = source.read_text()
    assert good in text
    source.write_text(text.replace(good, bad))
    place.collections = str(build)
    with ProcessWatch(place.secrets) as watch:
        place.play("a service that echoes", AEP_BASE_URL=echo)
    assert {"password in the output", "password in ansible.log"} <= place.leaks(watch)


def test_what_is_looked_for() -> None:
    secret = 'Zq7Rk2LwXy12;"p="%+/ä{} \\&z'
    spellings = {
        "raw": secret,
        "cut": secret[:8],
        "percent": quote(secret, safe=""),
        "plus": quote_plus(secret),
        "json": json.dumps(secret),
        "in a connection string": 'Password="' + secret.replace('"', '""') + '"',
        **{f"base64 {shift}": base64.b64encode(b"x" * shift + secret.encode()).decode() for shift in range(6)},
        "hex": secret.encode().hex(),
    }
    for name, text in spellings.items():
        assert found_in(f"before {text} after".encode(), {"it": secret}) == {"it"}, name
    assert all(len(form) >= 6 for form in forms(secret))
    assert found_in(b"before Zq7Rk2L after", {"it": secret}) == set()
