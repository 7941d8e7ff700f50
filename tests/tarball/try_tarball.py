"""Build the collection, install it from the tarball and from Git, and use it from there and from nowhere else."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

import services
from workspace import Workspace

ROOT = pathlib.Path(__file__).parents[2]
COLLECTION = "ansible_collections/aep/sources"
DEVELOPERS_ONLY = (".cache", ".ci", ".git", ".venv", "Makefile", "extensions", "requirements/", "scripts/")
RUN_TIME = {"meta", "playbooks", "plugins", "roles"}
_COMMITTER = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")


def galaxy(*arguments: str) -> None:
    """Run ansible-galaxy; nothing may be asked of the network."""
    subprocess.run(["ansible-galaxy", "collection", *arguments], check=True, stdout=subprocess.DEVNULL)


def known_to_git() -> set[str]:
    """Return the files of the checkout that Git does not ignore."""
    listing = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return {name for name in listed if (ROOT / name).is_file()}


def build(folder: pathlib.Path) -> pathlib.Path:
    """Build the tarball, and look at what is in it."""
    galaxy("build", "--output-path", str(folder), str(ROOT))
    [tarball] = folder.glob("aep-sources-*.tar.gz")
    with tarfile.open(tarball) as archive:
        names = archive.getnames()
    tests = {name for name in names if name.startswith("tests/") and not name.startswith("tests/simulator")}
    if surplus := [name for name in names if name.startswith(DEVELOPERS_ONLY) or name in tests]:
        sys.exit(f"the tarball holds what only developers need: {surplus[:5]}")
    if by_accident := {name for name in names if (ROOT / name).is_file()} - known_to_git():
        sys.exit(f"the tarball holds what Git ignores: {sorted(by_accident)[:5]}")
    return tarball


def install(source: str, folder: pathlib.Path) -> pathlib.Path:
    """Install the collection and return its folder."""
    galaxy("install", "--offline", "-p", str(folder), source)
    return folder / COLLECTION


def repository(folder: pathlib.Path) -> str:
    """Commit the checkout as it is to a repository of its own, and return the address to install it from."""
    for name in known_to_git():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    for command in (["init", "-q"], ["add", "--all"], ["commit", "-q", "-m", "The checkout"]):
        subprocess.run(["git", *_COMMITTER, *command], cwd=folder, check=True)
    return f"git+file://{folder}"


def files(installed: pathlib.Path) -> dict[str, str]:
    """Return the checksum of each file that is installed, as ansible-galaxy noted them."""
    noted = json.loads((installed / "FILES.json").read_text(encoding="utf-8"))["files"]
    return {file["name"]: file["chksum_sha256"] for file in noted}


def leave_what_runs(installed: pathlib.Path) -> None:
    """Remove all that playbooks, roles and plugins must do without, by the rules for collections in the package ``ansible``."""
    for path in installed.iterdir():
        if path.is_file():
            path.unlink()
        elif path.name not in RUN_TIME:
            shutil.rmtree(path)


def use(folder: pathlib.Path, running: services.Services) -> None:
    """Create six connections, and leave them alone the second time."""
    workspace = Workspace(folder, running)
    for expected in ("create", "none"):
        connections = [one for sandbox in workspace.converge() for one in sandbox["connections"]]
        if [(one["action"], one["failed"]) for one in connections] != [(expected, False)] * 6:
            sys.exit(f"expected six times {expected}: {connections}")
    leaked = [role for role, password in running.readers.items() if password in workspace.output]
    if leaked or "ESTABLISH LOCAL CONNECTION" not in workspace.output:
        sys.exit(f"passwords are in the output, or it was not that of -vvvvv: {leaked}")


def main() -> None:
    """Try the tarball."""
    os.environ["ANSIBLE_VERBOSITY"] = "5"
    with tempfile.TemporaryDirectory(prefix="aep-tarball-") as name, services.running() as running:
        folder = pathlib.Path(name)
        tarball = build(folder)
        os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(folder / "collections")
        installed = install(str(tarball), folder / "collections")
        if files(install(repository(folder / "repository"), folder / "from-git")) != files(installed):
            sys.exit("what is installed from Git is not what is in the tarball")
        leave_what_runs(installed)
        use(folder / "work", running)
    print(f"{tarball.name}: built, installed from it and from Git, six connections created and then left alone")


if __name__ == "__main__":
    main()
