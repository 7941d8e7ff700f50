"""The demo: vaulted credentials become working PostgreSQL base connections in three sandboxes.

python demo.py         runs it from beginning to end and leaves nothing behind
python demo.py up      starts what it runs against, for playbooks of your own
python demo.py down    stops that
"""

from __future__ import annotations

import pathlib
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from typing import Any, NoReturn

import postgres
import services
from processes import uninterrupted
from services import Services
from workspace import PlaybookError, Workspace

ROOT = pathlib.Path(__file__).parents[2]
KEPT = ROOT / ".cache" / "demo"


def fail(message: str) -> NoReturn:
    """Say what is not as it should be, and end."""
    sys.exit(f"\nThe demo failed: {message}")


def act(text: str) -> float:
    """Say what happens now and return the time."""
    print(f"{text} ...", flush=True)
    return time.monotonic()


def expect(sandboxes: list[dict[str, Any]], began: float, *, actions: dict[str, int], broken: int = 0) -> None:
    """Say what came of a run; end the demo if it is not what it should be."""
    every = [connection for sandbox in sandboxes for connection in sandbox["connections"]]
    counted = Counter(connection["action"] for connection in every)
    failures = [connection for connection in every if connection["failed"]]
    wanted = Counter(actions)
    said = ", ".join(f"{count} {'unchanged' if action == 'none' else action + 'd'}" for action, count in counted.items())
    print(f"     {said}, {len(failures)} failed; {time.monotonic() - began:.1f} s", flush=True)
    if counted != wanted or len(failures) != broken:
        fail(f"expected {dict(wanted)} and {broken} failed; {[one['msg'] for one in failures]}")


def show_table(sandboxes: list[dict[str, Any]]) -> None:
    """Print what became of each connection."""
    shown = {True: "true", False: "FALSE", None: "not asked"}
    rows = [("sandbox", "connection", "id", "action", "test")] + [
        (sandbox["sandbox"], one["name"], one["id"] or "-", one["action"], shown[one["test"]])
        for sandbox in sandboxes
        for one in sandbox["connections"]
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def play(running: Services, folder: pathlib.Path) -> None:
    """Run the five acts."""
    running.set_client_secret(secrets.token_urlsafe(18))
    workspace = Workspace(folder, running)

    began = act("\n  1. Nothing exists yet: the first run of the playbook aep.sources.connections")
    expect(workspace.converge(), began, actions={"create": 6})

    began = act("\n  2. The same once more")
    expect(workspace.converge(), began, actions={"none": 6})

    began = act("\n  3. The password of orders_reader is rotated, in PostgreSQL and in the vault")
    running.readers["orders"] = secrets.token_urlsafe(18)
    running.set_password("orders_reader", running.readers["orders"])
    workspace.encrypt_credentials()
    sandboxes = workspace.converge()
    expect(sandboxes, began, actions={"update": 3, "none": 3})
    rotated = [one for sandbox in sandboxes for one in sandbox["connections"] if one["action"] == "update"]
    if any(one["name"] != "Orders" or one["test"] is not True for one in rotated):
        fail("other connections than Orders were updated, or one of them does not work")

    began = act("\n  4. The server of Customers is misspelt in sandbox dev")
    (folder / "host_vars" / "dev").mkdir(parents=True)
    (folder / "host_vars" / "dev" / "connections.yml").write_text("customers_server: databse.invalid\n")
    sandboxes = workspace.converge()
    expect(sandboxes, began, actions={"update": 1, "none": 5}, broken=1)
    broken = next(one for sandbox in sandboxes for one in sandbox["connections"] if one["failed"])
    print(f"     What the failed task says: {broken['msg']}\n")
    show_table(sandboxes)

    began = act("\n  5. The report on all sandboxes, by the playbook aep.sources.report")
    report = ROOT / ".cache" / "report"
    shutil.rmtree(report, ignore_errors=True)
    shutil.copytree(workspace.report(), report)
    page = report / "report.html"
    if page.read_text().count("Does not work") < 2:
        fail("the report does not show what does not work")
    print(f"     {page}; {time.monotonic() - began:.1f} s")


def run() -> None:
    """Run the demo from beginning to end."""
    print("Two base connections in each sandbox of an organization, against a simulated platform and a real PostgreSQL.")
    with services.running() as running, tempfile.TemporaryDirectory(prefix="aep-demo-") as folder:
        print(f"The platform is at {running.url}, PostgreSQL at {running.postgres_host}:{running.postgres_port}.")
        play(running, pathlib.Path(folder))
    print("\nThat was all as it should be, and everything is stopped again. To try it yourself: make demo-up")


def up() -> None:
    """Start what the demo runs against and leave it running."""
    if (KEPT / services.STATE).exists():
        down()
    try:
        with uninterrupted():
            services.save(services.start(), KEPT)
        prepare(services.load(KEPT))
    except BaseException:
        with uninterrupted():
            down()
        raise


def prepare(running: Services) -> None:
    """Write the folder that commands are run with, and say what can be tried."""
    running.set_client_secret(secrets.token_urlsafe(18))
    workspace = Workspace(KEPT, running)
    variables = {
        "PATH": f"{ROOT}/.venv/bin:$PATH",
        "ANSIBLE_COLLECTIONS_PATH": f"{ROOT}/.cache/link:{ROOT}/.cache/deps",
        "AEP_CLIENT_ID": running.settings["client_id"],
        "AEP_CLIENT_SECRET": running.settings["client_secret"],
        "AEP_ORG_ID": running.settings["org_id"],
        **workspace.environment,
    }
    environment = KEPT / "env"
    environment.touch(mode=0o600)
    environment.write_text("".join(f'export {name}="{value}"\n' for name, value in variables.items()))
    inside = KEPT.relative_to(ROOT)
    print(f"""The platform is at {running.url}: organization {running.settings["org_id"]}, sandboxes prod, stage and dev.
PostgreSQL is at {running.postgres_host}:{running.postgres_port}, and its administrator is {postgres.ADMINISTRATOR}.
Definitions are in {inside}/group_vars/all/connections.yml, and all secrets, the administrator's
password among them, in vault.yml beside it.

Begin with

  . {inside}/env

which sets the vault password and the client of the platform. Then try

  ansible-playbook -i {inside}/org.aep.yml aep.sources.connections --check --diff
  ansible-playbook -i {inside}/org.aep.yml aep.sources.connections
  ansible-playbook -i {inside}/org.aep.yml aep.sources.report

With a database of its own, which the first of them creates:

  ansible-playbook -i {inside}/org.aep.yml aep.sources.bootstrap
  ansible-playbook -i {inside}/org.aep.yml aep.sources.rotate
  ansible-playbook -i {inside}/org.aep.yml aep.sources.offboard -e '{{"offboard_names": ["Shop"]}}'

To see the secrets: ansible-vault view {inside}/group_vars/all/vault.yml
To stop it: make demo-down""")


def down() -> None:
    """Stop what up started."""
    if not (KEPT / services.STATE).exists():
        print("Nothing is running.")
        return
    services.stop(services.load(KEPT))
    shutil.rmtree(KEPT, ignore_errors=True)
    print("Everything is stopped.")


if __name__ == "__main__":
    for interrupt in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(interrupt, lambda number, _frame: sys.exit(128 + number))
    try:
        {"run": run, "up": up, "down": down}[sys.argv[1] if len(sys.argv) > 1 else "run"]()
    except PlaybookError as error:
        fail(str(error))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; everything is stopped.")
