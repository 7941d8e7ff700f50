"""The demo: vaulted credentials become working PostgreSQL base connections in three sandboxes, and a table flows into each.

python demo.py         runs it from beginning to end and leaves nothing behind
python demo.py up      starts what it runs against, for playbooks of your own
python demo.py down    stops that
"""

from __future__ import annotations

import json
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


def expect(
    sandboxes: list[dict[str, Any]],
    began: float,
    *,
    actions: dict[str, int],
    flows: dict[str, int] | None = None,
    broken: int = 0,
) -> None:
    """Say what came of a run; end the demo if it is not what it should be."""
    said, wanted = [], {"connections": Counter(actions), "dataflows": Counter(flows or {"none": 3})}
    found = {what: [one for sandbox in sandboxes for one in sandbox[what]] for what in wanted}
    counted = {what: Counter(one["action"] for one in several) for what, several in found.items()}
    for what, several in counted.items():
        parts = (f"{count} {'unchanged' if action == 'none' else action + 'd'}" for action, count in several.items())
        said.append(f"{what}: {', '.join(parts)}")
    failures = [one["msg"] for several in found.values() for one in several if one["failed"]]
    print(f"     {'; '.join(said)}; {len(failures)} failed; {time.monotonic() - began:.1f} s", flush=True)
    if counted != wanted or len(failures) != broken:
        fail(f"expected {wanted} and {broken} failed; {failures}")


def show_table(rows: list[tuple[str, ...]]) -> None:
    """Print rows, the first of which is the head, in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def show_connections(sandboxes: list[dict[str, Any]]) -> None:
    """Print what became of each connection."""
    shown = {True: "true", False: "FALSE", None: "not asked"}
    connections = [(sandbox["sandbox"], one) for sandbox in sandboxes for one in sandbox["connections"]]
    rows = [(sandbox, one["name"], one["id"] or "-", one["action"], shown[one["test"]]) for sandbox, one in connections]
    show_table([("sandbox", "connection", "id", "action", "test"), *rows])


def show_rows(sandboxes: list[dict[str, Any]]) -> None:
    """Print how many rows each dataflow has written; end the demo if they are not those of its table."""
    flows = [(sandbox["name"], flow) for sandbox in sandboxes for one in sandbox["connections"] for flow in one["dataflows"]]
    rows = [(name, one["name"], one["last_run"]["result"], str(one["last_run"]["rows_written"])) for name, one in flows]
    show_table([("sandbox", "dataflow", "last run", "rows written"), *rows])
    if [row[2:] for row in rows] != [("success", "100")] * 3:
        fail("the 100 rows of the table orders are not in the dataset of each sandbox")


def play(running: Services, folder: pathlib.Path) -> None:
    """Run the five acts."""
    running.set_client_secret(secrets.token_urlsafe(18))
    workspace = Workspace(folder, running)

    began = act("\n  1. Nothing exists yet: the first run of the playbook aep.sources.connections")
    expect(workspace.converge(), began, actions={"create": 6}, flows={"create": 3})

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

    began = act("\n  4. The server of Customers is misspelt in sandbox dev, which breaks nothing")
    (folder / "host_vars" / "dev").mkdir(parents=True)
    (folder / "host_vars" / "dev" / "connections.yml").write_text("customers_server: databse.invalid\n")
    sandboxes = workspace.converge()
    expect(sandboxes, began, actions={"none": 6}, broken=1)
    broken = next(one for sandbox in sandboxes for one in sandbox["connections"] if one["failed"])
    print(f"     What the failed task says: {broken['msg']}\n")
    show_connections(sandboxes)

    began = act(
        "\n  5. Ten minutes pass in the platform, where each dataflow reads its table; then the report by aep.sources.report"
    )
    running.let_pass(10 * 60)
    report = ROOT / ".cache" / "report"
    shutil.rmtree(report, ignore_errors=True)
    shutil.copytree(workspace.report(), report)
    overview = json.loads((report / "report.json").read_text())
    if (overview["totals"]["drifted"], overview["totals"]["fails"]) != (1, 0):
        fail(f"the report does not show that all work, and that one is not as defined: {overview['totals']}")
    print(f"     {report / 'report.html'}; {time.monotonic() - began:.1f} s\n")
    show_rows(overview["sandboxes"])


def run() -> None:
    """Run the demo from beginning to end."""
    print("Two base connections and a dataflow in each sandbox of an organization: a simulated platform, a real PostgreSQL.")
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
    print(f"""The platform is at {running.url}: organization {running.settings["org_id"]}, sandboxes prod, stage and dev,
each with a dataset Orders.
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
