"""Build the collection, install the tarball into an empty folder, and use it from there and from nowhere else."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

import services
from workspace import Workspace

ROOT = pathlib.Path(__file__).parents[2]
DEVELOPERS_ONLY = (".cache", ".ci", ".git", ".venv", "Makefile", "requirements/", "scripts/", "tests/demo", "tests/unit")


def galaxy(*arguments: str) -> None:
    """Run ansible-galaxy; nothing may be asked of the network."""
    subprocess.run(["ansible-galaxy", "collection", *arguments], check=True, stdout=subprocess.DEVNULL)


def known_to_git() -> set[str]:
    """Return the files of the checkout that Git does not ignore."""
    listing = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    return set(subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0"))


def main() -> None:
    """Try the tarball."""
    os.environ["ANSIBLE_VERBOSITY"] = "5"
    with tempfile.TemporaryDirectory(prefix="aep-tarball-") as name, services.running() as running:
        folder = pathlib.Path(name)
        galaxy("build", "--output-path", str(folder), str(ROOT))
        [tarball] = folder.glob("aep-sources-*.tar.gz")
        with tarfile.open(tarball) as archive:
            names = archive.getnames()
        surplus = [name for name in names if name.startswith(DEVELOPERS_ONLY)]
        if surplus:
            sys.exit(f"the tarball holds what only developers need: {surplus[:5]}")
        if by_accident := {name for name in names if (ROOT / name).is_file()} - known_to_git():
            sys.exit(f"the tarball holds what Git ignores: {sorted(by_accident)[:5]}")
        os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(folder / "collections")
        galaxy("install", "--offline", "-p", str(folder / "collections"), str(tarball))

        workspace = Workspace(folder / "work", running)
        for expected in ("create", "none"):
            connections = [one for sandbox in workspace.converge() for one in sandbox["connections"]]
            if [(one["action"], one["failed"]) for one in connections] != [(expected, False)] * 6:
                sys.exit(f"expected six times {expected}: {connections}")
        leaked = [role for role, password in running.readers.items() if password in workspace.output]
        if leaked or "ESTABLISH LOCAL CONNECTION" not in workspace.output:
            sys.exit(f"passwords are in the output, or it was not that of -vvvvv: {leaked}")
        print(f"{tarball.name}: built, installed elsewhere, six connections created and then left alone")


if __name__ == "__main__":
    main()
