#!/usr/bin/env bash
# The long form of the tests of trust: every fault at every timing with threads, more races and kills, more generated answers
# and input, every scenario of the leak test in every mode, random lives of a database; then one table of what they counted.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"
log=$cache/soak.log
failed=0
python tests/support/figures.py forget
SOAK=1 pytest tests/scenarios tests/unit/test_hostile_answers.py tests/unit/test_hostile_input.py tests/leaks \
  tests/operations/test_life_cycle.py </dev/null \
  >"$log" 2>&1 || failed=1
[ $failed = 0 ] || grep -E '^(FAILED|ERROR|E  )' "$log" || true
python tests/support/figures.py show
tail -1 "$log"
exit $failed
