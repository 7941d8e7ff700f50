#!/usr/bin/env bash
# Put everything the other targets need into .venv and .cache. Needs Python 3.11 or newer with venv, and a package index.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

working_python() { # VERSION: prints the interpreter of that version that can make environments (version managers' shims may not)
  local candidate
  for candidate in "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/"python$1" {/usr/local,/usr}/bin/"python$1"; do
    if [ -x "$candidate" ] && "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

mkdir -p "$cache/pythons" "$cache/home" "$cache/link/${collection%/*}"
ln -sfn "$root" "$cache/link/$collection" # lets Ansible and Python find this checkout as the collection

for version in 3.10 3.11 3.12 3.13 3.14; do # ansible-test checks the collection with each of these that it finds
  if found=$(working_python "$version"); then ln -sfn "$found" "$cache/pythons/python$version"; fi
done
for version in ${AEP_PYTHON:-3.12 3.13 3.11}; do
  python=$cache/pythons/python$version
  if [ -x "$python" ]; then break; fi
done
if [ ! -x "$python" ]; then
  echo "Python 3.11, 3.12 or 3.13 with venv is needed (on Debian: apt-get install python3 python3-venv)." >&2
  exit 1
fi

wanted=$(cat "$root"/requirements/*.txt "$root/tests/simulator/pyproject.toml" "${BASH_SOURCE[0]}" | sha256sum)
if [ "$(cat "$root/.venv/complete" 2>/dev/null)" = "$wanted" ]; then exit; fi

echo "Setting up .venv with $("$python" --version); this takes some seconds."
rm -rf "$root/.venv"
"$python" -m venv "$root/.venv"
pip install -q --require-hashes -r "$root/requirements/uv.txt"
uv pip install -q --compile-bytecode --python "$root/.venv/bin/python" --require-hashes -r "$root/requirements/dev.txt"
uv pip install -q --python "$root/.venv/bin/python" --no-deps --no-build-isolation -e "$root/tests/simulator"
HOME=$cache/home python "$root/scripts/seed_ansible_test.py"
rm -rf "$cache/wheels" "$cache/deps"
pip download -q --no-deps --only-binary=:all: --require-hashes -r "$root/requirements/collections.txt" -d "$cache/wheels"
python "$root/scripts/unpack_collections.py" "$cache"/wheels/ansible-*.whl "$cache/deps" awx.awx community.postgresql
rm -rf "$cache/wheels"
echo "$wanted" >"$root/.venv/complete"
