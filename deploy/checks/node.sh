# Sourced: restores the packages that package-lock.json beside it names. Expects `name` and the repository's root as working directory.
node_packages() {
  command -v npm >/dev/null || { echo "$name: npm is needed" >&2; exit 2; }
  [ deploy/checks/node_modules/.package-lock.json -nt deploy/checks/package-lock.json ] && return 0
  (cd deploy/checks && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json) || { echo "$name: npm could not restore deploy/checks" >&2; exit 2; }
}
