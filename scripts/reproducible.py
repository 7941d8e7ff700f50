#!/usr/bin/env python
"""Write a tarball again so that equal content gives equal bytes: no build time, no owner, members in order."""

from __future__ import annotations

import gzip
import io
import pathlib
import sys
import tarfile


def main(file: pathlib.Path, timestamp: int) -> None:
    """Rewrite a .tar.gz with one time for everything.

    Parameters:
        file: the tarball.
        timestamp: seconds since 1970.
    """
    plain = io.BytesIO()
    with tarfile.open(file) as old, tarfile.open(fileobj=plain, mode="w", format=tarfile.GNU_FORMAT) as new:
        for member in old.getmembers():  # MANIFEST.json stays the first, as ansible-galaxy wants it
            member.mtime, member.uid, member.gid, member.uname, member.gname = timestamp, 0, 0, "", ""
            new.addfile(member, old.extractfile(member) if member.isfile() else None)
    with file.open("wb") as target, gzip.GzipFile(filename="", mode="wb", fileobj=target, mtime=timestamp) as packed:
        packed.write(plain.getvalue())


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
