#!/usr/bin/env bash
# Ask PyPI's advisories about every pinned tool, and about what a user of the collection installs.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"
uv venv -q --allow-existing "$cache/audit"
uv pip install -q --require-hashes -r requirements/audit.txt --python "$cache/audit/bin/python"
for file in requirements/{uv,dev,fuzz,audit}.txt; do
  echo "== $file"
  "$cache/audit/bin/pip-audit" --require-hashes --disable-pip --strict -r "$file"
done
