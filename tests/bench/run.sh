#!/usr/bin/env bash
# Reprints the benchmarks: installs what is missing, builds, generates data,
# runs ours and its rivals, prints one table and the same as Markdown.
#
#   bash tests/bench/run.sh [DIRECTORY]
#
# DIRECTORY (default: a new one under /tmp, removed afterwards) gets the data:
# about 1 GiB. Takes some minutes after the build.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../deploy/common.sh"

install_missing test bench
build bench bench
exec python3 "$ROOT/tests/bench/run.py" "$ROOT/build/bench" "$@"
