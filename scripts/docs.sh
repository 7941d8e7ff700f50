#!/usr/bin/env bash
# Build the documentation site in .cache/docs/html; a warning is an error.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"
rm -rf "$cache/docs"
mkdir -p "$cache/docs/rst"
antsibull-docs collection --use-current --squash-hierarchy --fail-on-error --dest-dir "$cache/docs/rst" "${1:-aep.sources}"
python scripts/site_pages.py "$cache/docs/rst"
sphinx-build -q -W --keep-going -c docs/docsite -b html "$cache/docs/rst" "$cache/docs/html"
echo "built $cache/docs/html/index.html"
