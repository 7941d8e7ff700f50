# shellcheck shell=bash
# Sourced by the other scripts: the same tools whatever the caller's PATH, locale and settings are.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=$root/.cache
export collection=ansible_collections/aep/sources

unset ANSIBLE_CONFIG ANSIBLE_INVENTORY ANSIBLE_VAULT_PASSWORD_FILE PYENV_VERSION PYTHONHOME PYTHONPATH VIRTUAL_ENV
if ! specs=${AEP_SPECS:+$(cd "$AEP_SPECS" && pwd)}; then
  echo "AEP_SPECS names no folder: give the one with Adobe's OpenAPI files, or leave the variable out." >&2
  exit 1
fi
unset "${!AEP_@}" # a developer's own organization must never be what a test talks to
export AEP_SPECS=$specs # the folder with Adobe's OpenAPI files, which the repository does not have
export PATH=$root/.venv/bin:$cache/pythons:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
export PYTHONPATH=$root/tests/support
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX=$cache/pycache # compiled once, not by each of the hundreds of processes that the checks start
export LC_ALL=C.UTF-8 UV_SYSTEM_CERTS=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUNBUFFERED=1
export ANSIBLE_HOME=$cache/ansible ANSIBLE_COLLECTIONS_PATH=$cache/link:$cache/deps ANSIBLE_NOCOWS=1
if [ -n "${core:-}" ]; then # an environment of scripts/matrix.sh: its Ansible comes before that of .venv
  export core PATH=$core/only:$PATH
fi
