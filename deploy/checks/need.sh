# Sourced: need PROGRAM=PACKAGE...   installs what is missing where it may (root, apt), and else says what is needed and ends with 2.
# Expects `name`. A program is a name, or a path.
need() {
  local pair missing=() policy='' log
  for pair in "$@"; do command -v "${pair%%=*}" >/dev/null || missing+=("${pair##*=}"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then echo "$name: missing: ${missing[*]}" >&2; exit 2; fi
  echo "$name: installing ${missing[*]}"
  log=$(mktemp)
  # The daemons among them are not wanted as services.
  [ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; policy=1; }
  if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}"; } >"$log" 2>&1; then missing=(); else tail -5 "$log" >&2; fi
  [ -z "$policy" ] || rm -f /usr/sbin/policy-rc.d
  rm -f "$log"
  [ ${#missing[@]} = 0 ] || { echo "$name: could not install ${missing[*]}" >&2; exit 2; }
}
