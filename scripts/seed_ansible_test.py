#!/usr/bin/env python
"""Let ansible-test make its virtual environments with nothing but a package index.

ansible-test bootstraps pip in each environment from a script on a host of its own, which many networks do not reach.
It looks first in ~/.ansible/test/cache: this puts an equivalent script there, with the very version of pip that the
installed ansible-test wants, taken from the package index. A script that is already there is left alone.
"""

from __future__ import annotations

import importlib.util
import pathlib
import re
import subprocess
import sys

BOOTSTRAP = '''\
"""Install {wheel} as get-pip.py would."""
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "{wheel}"))
from pip._internal.cli.main import main

wanted = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
sys.exit(main(["install", "--no-index", "--find-links", here, *wanted]))
'''


def wanted_versions() -> dict[str, str]:
    """Return the versions of pip, and with older ones of setuptools and wheel, that the installed ansible-test asks for."""
    spec = importlib.util.find_spec("ansible_test")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("ansible-test is not installed here")
    requirements = pathlib.Path(spec.submodule_search_locations[0], "_internal", "python_requirements.py")
    pattern = r"^        (pip|setuptools|wheel)='([0-9.]+)',$"
    found = dict(re.findall(pattern, requirements.read_text(encoding="utf-8"), re.MULTILINE))
    if "pip" not in found:
        sys.exit(f"no version of pip is named in {requirements}")
    return found


def main() -> None:
    """Write the bootstrap script and its wheels, unless they are there."""
    versions = wanted_versions()
    version = versions["pip"]
    cache = pathlib.Path("~/.ansible/test/cache").expanduser()
    script = cache / f"get_pip_{version.replace('.', '_')}.py"
    if script.exists():
        return
    cache.mkdir(parents=True, exist_ok=True)
    download = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:"]
    wanted = [f"{name}=={one}" for name, one in versions.items()]
    subprocess.run([*download, "-d", str(cache), *wanted], check=True, stdin=subprocess.DEVNULL)
    script.write_text(BOOTSTRAP.format(wheel=f"pip-{version}-py3-none-any.whl"), encoding="utf-8")


if __name__ == "__main__":
    main()
