#!/usr/bin/env bash
# Builds the fuzzers and runs each for QJ_FUZZ_SECONDS (default 300). What they
# find stays in build/fuzz/corpus, and the next run begins there.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../deploy/common.sh"

install_missing test
build fuzz
cd "$ROOT/build/fuzz"
for fuzzer in tests/fuzz_*; do
  name=$(basename "$fuzzer")
  mkdir -p "corpus/$name"
  for length in 40 400 1500 3000; do  # something to begin with
    seed="corpus/$name/seed-$length"
    [ -f "$seed" ] || head -c "$length" /dev/urandom >"$seed"
  done
  say "== $name"
  UBSAN_OPTIONS=halt_on_error=1 "$fuzzer" -max_total_time="${QJ_FUZZ_SECONDS:-300}" \
    -max_len=4000 -len_control=0 -timeout=60 -print_final_stats=1 "corpus/$name"
done
