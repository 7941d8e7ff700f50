#!/usr/bin/env bash
# Build a release into dist: changelog, tarball (twice, to see that it is the same), galaxy-importer's opinion, checksums, signature.
# Usage: release.sh VERSION. With GPG_KEY in the environment, the checksums are signed with that key.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"
version=${1:?say which version: make release VERSION=1.2.3}

if ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
  echo "VERSION is '$version': give three numbers, as 1.2.3." >&2
  exit 1
fi
if [ -n "$(git status --porcelain)" ]; then
  echo "There are changes that are not committed: commit them first, as a release is built from what is committed." >&2
  exit 1
fi

fragments=$(find changelogs/fragments -name '*.y*ml')
written() { grep -q "^  $version:" changelogs/changelog.yaml; }

prepare() { # writes the version where it stands, and the changelog out of the fragments
  if [ -z "$fragments" ] && ! written; then
    echo "changelogs/fragments is empty: describe each change there." >&2
    exit 1
  fi
  if [ -n "$(git tag --list "v$version")" ]; then
    echo "$version is released already: give the next version." >&2
    exit 1
  fi
  sed -i "s/^version: .*/version: $version/" galaxy.yml
  sed -i "s/^VERSION = .*/VERSION = \"$version\"/" plugins/module_utils/client/client.py
  antsibull-changelog release --version "$version" --update-existing
  echo "Version and changelog are written. Look at them, commit them, and run this again."
  exit
}

build() { # FOLDER: the same commit gives the same bytes
  local place=$1/source
  mkdir -p "$place"
  git archive HEAD | tar -x -C "$place"
  find "$place" -exec touch --no-dereference --date="@$(git log -1 --format=%ct)" {} +
  ansible-galaxy collection build --force --output-path "$1" "$place" >/dev/null
  python scripts/reproducible.py "$1/aep-sources-$version.tar.gz" "$(git log -1 --format=%ct)"
}

opinion() { # TARBALL: what galaxy-importer remarks, Galaxy would show to everybody
  python -m galaxy_importer.main "$1" 2>&1 | tee importer.log
  if grep -E '^(WARNING|ERROR|CRITICAL)' importer.log >&2; then return 1; fi
}

if [ -n "$fragments" ] || ! grep -q "^version: $version$" galaxy.yml || ! written; then prepare; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build "$work/one"
build "$work/two"
tarball=aep-sources-$version.tar.gz
cmp "$work/one/$tarball" "$work/two/$tarball"
(cd "$work" && opinion "$work/one/$tarball")
mkdir -p dist
cp "$work/one/$tarball" dist/
cd dist
sha256sum "$tarball" >"$tarball.sha256"
if [ -n "${GPG_KEY:-}" ]; then gpg --batch --yes --local-user "$GPG_KEY" --armor --detach-sign "$tarball"; fi
ls -l "$tarball"*
