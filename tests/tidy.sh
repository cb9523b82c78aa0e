#!/usr/bin/env bash
# Format and clang-tidy:
#
#   bash tests/tidy.sh            all of format; clang-tidy on the files that
#                                 changed since QJ_TIDY_BASE (a commit; default:
#                                 the last commit that is a day older than HEAD,
#                                 else the first), newest first, for at most
#                                 QJ_TIDY_MINUTES (default 12); says how many
#                                 files were left
#   bash tests/tidy.sh all        clang-tidy on every file, without a limit
#
# Needs a configured build (its compile_commands.json): QJ_BUILD, default
# build/release.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../deploy/common.sh"
cd "$ROOT"
BUILD=${QJ_BUILD:-build/release}
MINUTES=${QJ_TIDY_MINUTES:-12}

say "Format"
git ls-files '*.cc' '*.h' | xargs clang-format-14 --dry-run -Werror

if [ "${1:-}" = all ]; then
  FILES=$(git ls-files '*.cc')
  MINUTES=1000
else
  BASE=${QJ_TIDY_BASE:-$(git rev-list -1 --before="$(git log -1 --format=%ct HEAD) - 1 day" HEAD)}
  [ -n "$BASE" ] || BASE=$(git rev-list --max-parents=0 HEAD | tail -n 1)
  # Newest change first: what is left out is what earlier runs have seen.
  FILES=$(git log --name-only --diff-filter=AM --format= "$BASE..HEAD" -- '*.cc' |
    awk '!seen[$0]++' | while read -r f; do if [ -f "$f" ]; then echo "$f"; fi; done)
fi
# Only what the build compiles has flags.
FILES=$(for f in $FILES; do
  if grep -q "\"$ROOT/$f\"" "$BUILD/compile_commands.json"; then echo "$f"; fi
done)
[ -n "$FILES" ] || { say "clang-tidy: nothing changed"; exit 0; }
TOTAL=$(wc -l <<<"$FILES")
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
export BUILD SCRATCH
# Each file in its own process; past the limit the rest is only counted.
check_one() {
  if [ "$(date +%s)" -ge "$STOP_AT" ]; then
    echo "$1" >>"$SCRATCH/left"
  elif ! clang-tidy-14 --quiet -p "$BUILD" "$1" >"$SCRATCH/$$.out" 2>/dev/null; then
    cat "$SCRATCH/$$.out"
    echo "$1" >>"$SCRATCH/failed"
  fi
}
export -f check_one
STOP_AT=$(($(date +%s) + MINUTES * 60))
export STOP_AT
xargs -P "$(nproc)" -n 1 bash -c 'check_one "$1"' _ <<<"$FILES"
LEFT=$( (cat "$SCRATCH/left" 2>/dev/null || true) | wc -l)
FAILED=$( (cat "$SCRATCH/failed" 2>/dev/null || true) | wc -l)
say "clang-tidy: $((TOTAL - LEFT)) of $TOTAL files checked, $FAILED with findings, $LEFT left for tests/nightly.sh"
[ "$FAILED" -eq 0 ]
