# Shared by deploy/quickstart.sh and the scripts in tests/: what a machine
# needs before it can build. Source it; ROOT is the checkout.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $*"
  exit 1
}

# packages [test] [bench]: names from packages.txt, with `test` those of tests
# as well.
packages() {
  awk -v more=" $* " '!/^#/ && NF && ($2 == "" || index(more, " " $2 " ")) {
    print $1
  }' "$ROOT/deploy/packages.txt"
}

# install_missing [test] [bench]: asks apt for what is not there yet, nothing
# else.
install_missing() {
  local missing=() package
  for package in $(packages "$@"); do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" \
      = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "Installing: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      die "these packages are missing and there is no sudo: ${missing[*]}"
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends -qq "${missing[@]}" >&2
}

# build PRESET [TARGET...]: configures once, then builds; ninja shows how far.
build() {
  local preset=$1
  shift
  cd "$ROOT"
  # A preset that has changed since: its flags would not be taken over.
  if [ ! "build/$preset/build.ninja" -nt CMakePresets.json ]; then
    say "Configuring build/$preset"
    cmake --preset "$preset" >&2
  fi
  local targets=()
  [ $# -gt 0 ] && targets=(--target "$@")
  NINJA_STATUS='[%f/%t %es] ' cmake --build --preset "$preset" \
    "${targets[@]}" >&2
}
