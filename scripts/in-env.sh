#!/usr/bin/env bash
# Run a command with the project's tools and settings.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
exec "$@"
