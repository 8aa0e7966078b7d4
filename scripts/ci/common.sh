# Shared by the scripts beside it: where things are kept, and downloads that are tried again.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=${KONG_DRILL_CI_DIR:-${TMPDIR:-/tmp}/kong-drill-ci}
mkdir -p "$work/bin"

say() { printf '%s\n' "$*"; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Runs a command up to five times within a minute: mirrors and proxies have bad moments, and a fresh machine may still hold apt's locks.
retry() {
  local attempt
  for attempt in 1 2 3 4 5; do
    "$@" && return 0
    say "attempt $attempt of 5 failed: $1" >&2
    [ $attempt = 5 ] || sleep $((attempt * 5))
  done
  return 1
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# Installs the Debian packages among the arguments that are missing.
install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return 0
  command -v apt-get >/dev/null || fail "not a Debian system: install ${missing[*]} by hand"
  # Once in an hour is enough.
  [ -n "$(find "$work/apt-updated" -mmin -60 2>/dev/null)" ] || retry as_root apt-get -qq update
  touch "$work/apt-updated"
  retry as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}" >"$work/apt.log" 2>&1 ||
    { tail -n 20 "$work/apt.log" >&2; return 1; }
}
