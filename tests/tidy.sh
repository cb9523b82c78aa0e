#!/usr/bin/env bash
# Format and clang-tidy:
#
#   bash tests/tidy.sh            format of every file; clang-tidy on the
#                                 QJ_TIDY_FILES (default 40) files that changed
#                                 last since QJ_TIDY_BASE (a commit; default: a
#                                 day before HEAD, else the first)
#   bash tests/tidy.sh all        clang-tidy on every file (tests/nightly.sh)
#
# Needs a configured build (its compile_commands.json): QJ_BUILD, default
# build/release. What was clean and looks the same is not checked again: its
# key (tidy_key.py) lies in the cache directory.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../deploy/common.sh"
cd "$ROOT"
BUILD=${QJ_BUILD:-build/release}
MOST=${QJ_TIDY_FILES:-40}

say "Format"
git ls-files '*.cc' '*.h' | xargs clang-format-14 --dry-run -Werror

if [ "${1:-}" = all ]; then
  FILES=$(git ls-files '*.cc')
  MOST=1000000
else
  DAY_BEFORE=$(($(git log -1 --format=%ct HEAD) - 86400))
  BASE=${QJ_TIDY_BASE:-$(git rev-list -1 --min-age="$DAY_BEFORE" HEAD)}
  [ -n "$BASE" ] || BASE=$(git rev-list --max-parents=0 HEAD | tail -n 1)
  # Newest change first.
  FILES=$(git log --name-only --diff-filter=AM --format= "$BASE..HEAD" -- '*.cc' |
    awk '!seen[$0]++' | while read -r f; do if [ -f "$f" ]; then echo "$f"; fi; done)
fi
# Only what the build compiles has flags.
FILES=$(for f in $FILES; do
  if grep -q "\"$ROOT/$f\"" "$BUILD/compile_commands.json"; then echo "$f"; fi
done)
[ -n "$FILES" ] || { say "clang-tidy: nothing changed"; exit 0; }
TOTAL=$(wc -l <<<"$FILES")
# Newest first: what is left out here, the nightly run sees.
FILES=$(head -n "$MOST" <<<"$FILES")
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
CLEAN=${XDG_CACHE_HOME:-$HOME/.cache}/qiangji-tidy
mkdir -p "$CLEAN"
export BUILD SCRATCH CLEAN
check_one() {
  local key
  key=$(python3 tests/tidy_key.py "$BUILD" "$1") || key=
  if [ -n "$key" ] && [ -e "$CLEAN/$key" ]; then return; fi
  if ! clang-tidy-14 --quiet --extra-arg=-Wno-unknown-warning-option -p "$BUILD" "$1" >"$SCRATCH/$$.out" 2>/dev/null; then
    cat "$SCRATCH/$$.out"
    echo "$1" >>"$SCRATCH/failed"
  elif [ -n "$key" ]; then
    touch "$CLEAN/$key"
  fi
}
export -f check_one
xargs -P "$(nproc)" -n 1 bash -c 'check_one "$1"' _ <<<"$FILES"
FAILED=$( (cat "$SCRATCH/failed" 2>/dev/null || true) | wc -l)
say "clang-tidy: $(wc -l <<<"$FILES") of $TOTAL changed files checked, $FAILED with findings"
[ "$FAILED" -eq 0 ]
