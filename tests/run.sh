#!/usr/bin/env bash
# Installs what is missing, builds and runs every test:
#
#   bash tests/run.sh                   release, all tests
#   bash tests/run.sh PRESET [ARG...]   another preset of CMakePresets.json;
#                                       ARG goes to ctest (-L unit, -R name)
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../deploy/common.sh"

PRESET=${1:-release}
[ $# -gt 0 ] && shift
install_missing test
build "$PRESET"
ctest --preset "$PRESET" "$@"
