#!/usr/bin/env bash
# What is too long for every change: all tests under ThreadSanitizer and
# clang (thread-safety analysis), then the longer runs, by the label "long",
# and the benchmarks. Every step runs; the status is 1 when one failed.
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../deploy/common.sh"

FAILED=()
step() {
  say "== $*"
  "$@" || FAILED+=("$*")
}

cd "$ROOT"
install_missing test || exit 1
step bash tests/run.sh tsan
step bash tests/run.sh clang
step bash tests/run.sh asan
step env QJ_LONG=1 bash tests/run.sh release -L 'fault|e2e|golden|contract'
[ -x tests/bench/run.sh ] && step bash tests/bench/run.sh
if [ ${#FAILED[@]} -gt 0 ]; then
  say "Failed:"
  printf '  %s\n' "${FAILED[@]}" >&2
  exit 1
fi
