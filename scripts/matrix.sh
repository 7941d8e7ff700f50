#!/usr/bin/env bash
# Run unit tests, templates in answers, sanity, the tarball's trial and integration tests with each supported ansible-core, or with those named.
# A version without an interpreter here is skipped, and said so at the end.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

pythons_of() { # VERSION: the Python versions that control nodes of it may have
  case $1 in
    2.16) echo 3.12 3.11 3.10 ;;
    2.17) echo 3.12 3.11 3.10 ;;
    2.18) echo 3.12 3.13 3.11 ;;
    2.19) echo 3.12 3.13 3.11 ;;
    *) echo 3.12 3.13 3.14 ;;
  esac
}

environment_for() { # VERSION: makes an environment with it, and keeps it; what is put into its folder only is for the front of PATH
  local python version=$1 place=$cache/matrix/$1 ours wanted
  wanted=$(cat .venv/complete "requirements/matrix/$version.txt" scripts/*.sh | sha256sum)
  ours=$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  for python in $(pythons_of "$version"); do
    if [ "$python" != "$ours" ]; then continue; fi
    if [ "$(cat "$place/complete" 2>/dev/null)" = "$wanted" ]; then return; fi
    uv venv -q --clear --python "$root/.venv/bin/python" "$place"
    uv pip install -q --python "$place/bin/python" --require-hashes -r "requirements/matrix/$version.txt"
    mkdir -p "$place/only"
    ln -sf "$place"/bin/ansible* "$place/only/"
    PYTHONPATH=$(echo "$place"/lib/python3.*/site-packages) HOME=$cache/home-$version python scripts/seed_ansible_test.py
    echo "$wanted" >"$place/complete"
    return
  done
  return 1
}

skipped=()
if [ $# = 0 ]; then set -- 2.16 2.17 2.18 2.19 2.20 2.21; fi
for version in "$@"; do
  if ! environment_for "$version"; then
    skipped+=("$version")
    continue
  fi
  echo "== ansible-core $("$cache/matrix/$version/bin/python" -c 'from ansible.release import __version__; print(__version__)')"
  # shellcheck disable=SC2086 # several checks
  core=$cache/matrix/$version scripts/check.sh ${checks:-unit untrusted sanity build} "integration azure"
done
if [ ${#skipped[@]} != 0 ]; then
  echo "SKIPPED, as the Python of this checkout is not one that they support (AEP_PYTHON=3.12 make clean setup): ${skipped[*]}"
fi
