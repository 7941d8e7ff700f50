#!/usr/bin/env bash
# Mutation testing of the planning code: each mutant is one small change that some test should notice. Takes some minutes.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

export PYTHONDONTWRITEBYTECODE=1 # two mutants of a file may have one size and one time
copy=$cache/mutation/$collection # mutants are written into files, so it works on a copy
rm -rf "$cache/mutation"
mkdir -p "$copy"
cd "$root"
tar -cf - plugins tests pyproject.toml galaxy.yml changelogs meta roles | tar -C "$copy" -xf -
cd "$copy"
tests=(tests/unit/postgres/test_{plan,plan_details,plan_marks,mark,plan_properties}.py) # the quickest to fail come first
cat >mutation.toml <<TOML
[cosmic-ray]
module-path = ["plugins/module_utils/postgres/plan.py", "plugins/module_utils/postgres/stored.py", "plugins/module_utils/postgres/mark.py"]
timeout = 60.0
excluded-modules = []
test-command = "python -m pytest -x -q -o pythonpath='$cache/mutation tests/support' ${tests[*]}"

[cosmic-ray.distributor]
name = "local"

[cosmic-ray.filters.operators-filter] # annotations are never evaluated, so a changed one is no mutant
exclude-operators = ["core/ReplaceBinaryOperator_BitOr_.*"]
TOML
cosmic-ray baseline mutation.toml
cosmic-ray init mutation.toml mutants.sqlite
cr-filter-operators mutants.sqlite mutation.toml
cosmic-ray exec mutation.toml mutants.sqlite
cr-report mutants.sqlite --show-diff --surviving-only
echo "percent of mutants that no test noticed: $(cr-rate mutants.sqlite)"
