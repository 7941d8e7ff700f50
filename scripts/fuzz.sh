#!/usr/bin/env bash
# Fuzz the parsers for FUZZ_SECONDS (default 300), in an environment of its own; the corpus stays in .cache/fuzz-corpus.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"
uv venv -q --allow-existing "$cache/fuzz"
uv pip install -q --require-hashes -r requirements/fuzz.txt --python "$cache/fuzz/bin/python"
mkdir -p "$cache/fuzz-corpus" "$cache/fuzz-findings"
PYTHONPATH=$cache/link "$cache/fuzz/bin/python" tests/fuzz/fuzz_parsers.py \
  -max_total_time="${FUZZ_SECONDS:-300}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
  -artifact_prefix="$cache/fuzz-findings/" "$cache/fuzz-corpus" tests/fuzz/seeds
