#!/usr/bin/env bash
# Run the checks named on this checkout, one after the other; scripts/all_checks.py runs all of them, side by side.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

of_core=${core:+-${core##*/}} # checks with different versions of Ansible may run at the same time

stage_for_ansible_test() { # PLACE: ansible-test follows no links, so it gets a copy of the checkout's files there
  local place=$cache/$1/$collection
  rm -rf "$place"
  mkdir -p "$place"
  git -c safe.directory="$root" ls-files -z --cached --others --exclude-standard --deduplicate |
    while IFS= read -r -d '' file; do if [ -e "$file" ]; then printf '%s\0' "$file"; fi; done |
    tar --null --no-recursion -T - -cf - | tar -C "$place" --no-same-owner -xf -
  git -C "$place" init -q # else ansible-test asks the enclosing checkout, which ignores these files, and tests nothing
  cd "$place"
}

ansible_test() { # its environments are made below $HOME, so it has one of its own
  HOME=$cache/home$of_core ansible-test "$@" --color no </dev/null 2>&1
}

check_lint() {
  ruff format --check .
  ruff check .
  ansible-lint --nocolor </dev/null
  HOME=$cache/home antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs=self .
  antsibull-changelog lint
  fragments_are_there
  echo "result: no finding"
}

fragments_are_there() { # what users would notice since the last release is described
  local tag
  tag=$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null) || return 0
  if git diff --quiet "$tag" -- galaxy.yml plugins roles playbooks; then return 0; fi
  if [ -z "$(find changelogs/fragments -name '*.y*ml' 2>/dev/null)" ] && git diff --quiet "$tag" -- changelogs/changelog.yaml; then
    echo "The collection changed since $tag: describe it by a fragment in changelogs/fragments." >&2
    return 1
  fi
}

check_types() {
  MYPYPATH=$cache/link mypy -p "${collection//\//.}.plugins"
  MYPYPATH=tests/simulator mypy -p aep_simulator
  echo "result: no finding"
}

with_core() { PYTHONPATH=$PYTHONPATH${core:+:$(echo "$core"/lib/python3.*/site-packages)} "$@" </dev/null; }

check_unit() { with_core pytest; }

check_oldest() { EFFORT=few checks="minimum unit untrusted sanity build" scripts/matrix.sh 2.16; } # of ansible-core; .venv has the newest

check_minimum() { # with the oldest requests that meta/ee-requirements.txt admits
  uv pip install -q --require-hashes -r requirements/minimum.txt --target "$cache/minimum"
  PYTHONPATH=$cache/minimum:$PYTHONPATH with_core pytest tests/unit/client tests/unit/test_postgres_connection.py \
    tests/unit/test_races_and_doubt.py
}

check_untrusted() { with_core pytest tests/playbooks/test_untrusted_answers.py; } # part of check_playbooks with the newest ansible-core

check_scenarios() { pytest tests/scenarios </dev/null; }

check_doors() { pytest tests/doors </dev/null; }

check_playbooks() { pytest tests/playbooks tests/benchmark tests/demo </dev/null; }

check_operations() { pytest -n 2 tests/operations </dev/null; }

check_docs() { scripts/docs.sh && pytest tests/docs </dev/null; }

check_leaks() { pytest tests/leaks </dev/null; }

check_build() { python tests/tarball/try_tarball.py; }

check_sanity() {
  (
    stage_for_ansible_test "stage-sanity$of_core"
    log=$cache/sanity$of_core.log
    if ! ansible_test sanity >"$log"; then
      grep -E '^(ERROR|FATAL)' "$log"
      exit 1
    fi
    grep -q 'Running sanity test "validate-modules"' "$log" # it can skip everything and still succeed
    echo "result: $(grep -c '^Running sanity test' "$log") sanity tests passed"
  )
}

check_integration() ( # [KNOBS]: under each setting of the simulator in tests/integration/knobs, or under one
  place=$cache/integration$of_core
  mkdir -p "$place"
  rm -f "$place/exchanges.jsonl"
  stage_for_ansible_test "stage-integration$of_core"
  # shellcheck disable=SC2086 # a pattern
  if ! python "$root/tests/support/under_settings.py" tests/integration/integration_config.yml "$place/exchanges.jsonl" \
    "$root"/tests/integration/knobs/${1:-*}.toml -- env HOME="$cache/home$of_core" ansible-test integration --color no \
    </dev/null >"$place/log" 2>&1; then
    cat "$place/log"
    exit 1
  fi
  if grep -F 'DEPRECATION WARNING' "$place/log"; then exit 1; fi
  echo "result: $(grep -c 'All assertions passed' "$place/log") assertions passed"
)

check_contract() { pytest tests/contract </dev/null; }

check_molecule() {
  NO_COLOR=1 molecule test --all </dev/null 2>&1
  echo "result: created, converged, left alone the second time, verified"
}

for check in "$@"; do
  echo "== $check"
  # shellcheck disable=SC2086 # a check and its argument
  check_$check
done
