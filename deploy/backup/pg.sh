# Sourced by the scripts beside it: PostgreSQL's programs, and how to become the user that owns a cluster.
# The newest version is taken unless POSTGRES_BIN names the folder of pg_ctl.

fail() { echo "$(basename "$0"): $2" >&2; exit "$1"; }

find_bin() {
  if [ -n "${POSTGRES_BIN:-}" ]; then bin=$POSTGRES_BIN; else
    for candidate in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V); do [ -x "$candidate/pg_ctl" ] && bin=$candidate; done
  fi
  [ -x "${bin:-}/$1" ] || fail 69 "$1 is not under /usr/lib/postgresql; set POSTGRES_BIN"
}

# PostgreSQL refuses to run as root, and its files belong to the user that runs it.
as_owner() {
  local owner=$1
  shift
  if [ "$(id -u)" = 0 ] && [ "$owner" != root ]; then runuser -u "$owner" -- "$@"; else "$@"; fi
}
