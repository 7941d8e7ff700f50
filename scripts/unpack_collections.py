"""Take single collections out of a wheel that carries many: python unpack_collections.py WHEEL FOLDER NAMESPACE.NAME ..."""

from __future__ import annotations

import sys
import zipfile


def main() -> None:
    """Unpack them."""
    wheel, folder, *names = sys.argv[1:]
    with zipfile.ZipFile(wheel) as archive:
        for name in names:
            prefix = f"ansible_collections/{name.replace('.', '/')}/"
            wanted = [member for member in archive.namelist() if member.startswith(prefix)]
            if not wanted:
                sys.exit(f"{name} is not in {wheel}")
            archive.extractall(folder, wanted)


if __name__ == "__main__":
    main()
