# Sourced after engine.sh: images of the servers that production uses, made of Debian's packages, for checks without a registry. They honour
# the settings of the real images that deploy/compose uses, and nothing more.

servers_root() { debian localhost/stand-in/servers postgresql-15,postgresql-15-postgis-3,rabbitmq-server,nginx-light,prometheus,prometheus-alertmanager,ca-certificates,curl; }

stand_in() { # image, user, entry script (standard input)
  local image=$1 user=$2 c
  cat >"$work/entry"
  have_image "$image" && return 0
  servers_root
  echo "$name: making $image"
  c=$(buildah from localhost/stand-in/servers)
  chmod 755 "$work/entry"
  buildah copy -q "$c" "$work/entry" /usr/local/bin/docker-entrypoint.sh >/dev/null
  [ "$user" != root ] && buildah run "$c" sh -c "mkdir -p /var/lib/postgresql/data /var/run/postgresql /var/lib/rabbitmq && chown -R postgres /var/lib/postgresql /var/run/postgresql && chown -R rabbitmq /var/lib/rabbitmq"
  buildah config --entrypoint '["/usr/local/bin/docker-entrypoint.sh"]' --cmd '' --user "$user" "$c"
  buildah commit -q --rm "$c" "$image" >/dev/null
}

postgres_image() { stand_in "$1" postgres <<'ENTRY'
#!/bin/bash
set -eu
bin=/usr/lib/postgresql/15/bin data=${PGDATA:-/var/lib/postgresql/data}/cluster
user=${POSTGRES_USER:-postgres} base=${POSTGRES_DB:-${POSTGRES_USER:-postgres}}
[ -z "${POSTGRES_PASSWORD_FILE:-}" ] || POSTGRES_PASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
[ "${1:-}" != postgres ] || shift
if [ ! -s "$data/PG_VERSION" ]; then
  mkdir -p "$data"; chmod 700 "$data"
  "$bin/initdb" -D "$data" -U "$user" --auth-local=trust --auth-host=scram-sha-256 --pwfile=<(echo "$POSTGRES_PASSWORD") >/dev/null
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  sed -i 's/^host .*127.0.0.1.*/host all all 127.0.0.1\/32 trust/' "$data/pg_hba.conf"
  "$bin/pg_ctl" -D "$data" -w -o "-c listen_addresses= -k /tmp" start >/dev/null
  "$bin/createdb" -h /tmp -U "$user" "$base" 2>/dev/null || true
  "$bin/pg_ctl" -D "$data" -m fast stop >/dev/null
fi
exec "$bin/postgres" -D "$data" -c listen_addresses='*' -k /tmp "$@"
ENTRY
}

rabbitmq_image() { stand_in "$1" rabbitmq <<'ENTRY'
#!/bin/bash
set -eu
export HOME=/var/lib/rabbitmq RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_LOGS=- RABBITMQ_LOG_BASE=/tmp RABBITMQ_PID_FILE=/tmp/rabbitmq.pid RABBITMQ_MNESIA_BASE=/var/lib/rabbitmq/mnesia
cat /etc/rabbitmq/conf.d/*.conf >/tmp/rabbitmq.conf 2>/dev/null || true
export RABBITMQ_CONFIG_FILE=/tmp/rabbitmq.conf RABBITMQ_ENABLED_PLUGINS_FILE=/etc/rabbitmq/enabled_plugins RABBITMQ_NODENAME=${RABBITMQ_NODENAME:-rabbit@localhost}
exec /usr/lib/rabbitmq/bin/rabbitmq-server
ENTRY
}

nginx_image() { stand_in "$1" www-data <<'ENTRY'
#!/bin/sh
exec nginx -e /dev/stderr -g 'daemon off;'
ENTRY
}
