#!/usr/bin/env bash
# Ask PyPI's advisories about every pinned tool, and about what a user of the collection installs.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"
uv venv -q --allow-existing "$cache/audit"
uv pip install -q --require-hashes -r requirements/audit.txt --python "$cache/audit/bin/python"
failed=0
for file in requirements/{uv,dev,fuzz,audit}.txt; do
  echo "== $file"
  "$cache/audit/bin/pip-audit" --require-hashes --disable-pip --progress-spinner off -r "$file" | tee "$cache/audit.log" || failed=1
  if grep -q 'could not be audited' "$cache/audit.log"; then failed=1; fi
done
if [ "$failed" = 1 ]; then
  echo "There are vulnerabilities, or packages that this package index has no advisories about: see above." >&2
  exit 1
fi
