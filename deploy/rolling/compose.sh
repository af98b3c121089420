# shellcheck shell=bash
# How deploy/roll replaces a service of deploy/compose/production.yml behind nginx. NODE is a service (web-a, web-b, worker), RELEASE an image with its digest.
#   COMPOSE  the command, default "docker compose -f deploy/compose/production.yml"
# nginx of the free edition asks nobody whether he is ready, so a web replica is taken out of its list, and put back, by hand: a file that nginx.conf includes.
read -r -a compose <<<"${COMPOSE:-docker compose -f deploy/compose/production.yml}"
upstreams=deploy/compose/nginx/upstreams
reload() { "${compose[@]}" exec -T nginx nginx -s reload; }
prepare() { MAINSTREET_IMAGE=$1 "${compose[@]}" run --rm migrate; }
away() {
  [[ $1 == web-* ]] || return 0
  sed -i -E "/ down;$/! s/^(server $1:.*);$/\1 down;/" "$upstreams"/*.conf && reload || return 1
  # What nginx had sent there already is answered meanwhile.
  sleep 2
}
replace() { MAINSTREET_IMAGE=$2 "${compose[@]}" up -d --no-deps "$1"; }
ready() { "${compose[@]}" exec -T "$1" /app/mainstreet health --target http://127.0.0.1:8080 >/dev/null 2>&1; }
join() {
  [[ $1 == web-* ]] || return 0
  sed -i -E "s/^(server $1:.*) down;$/\1;/" "$upstreams"/*.conf && reload
}
smoke() { MAINSTREET_IMAGE=$2 "${compose[@]}" run --rm --no-deps worker smoke --target "$1" ${ROLL_MODULES:+--module "$ROLL_MODULES"}; }
