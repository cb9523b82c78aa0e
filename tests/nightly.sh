#!/usr/bin/env bash
# What is too long for every change: the tests under ThreadSanitizer, clang
# (thread-safety analysis) and ASan, clang-tidy on every file, more rounds of
# kills and power cuts, more random worlds, fuzzing, the benchmarks. Every step
# runs; the status is 1 when one failed.
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
step bash tests/tidy.sh all
step env QJ_FAULT_ROUNDS=1000 bash tests/run.sh release -L fault
step bash tests/fuzz/run.sh
step env QJ_LONG=10 bash tests/run.sh release -R Tiers
[ -f tests/bench/run.sh ] && step bash tests/bench/run.sh
if [ ${#FAILED[@]} -gt 0 ]; then
  say "Failed:"
  printf '  %s\n' "${FAILED[@]}" >&2
  exit 1
fi
