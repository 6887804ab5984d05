#!/usr/bin/env bash
# A real PostgreSQL of the Debian packages on loopback, with a cluster of its own.
#
#   postgresql.sh install            root only; does nothing where it is installed
#   postgresql.sh start DIR PORT     a fresh cluster; writes DIR/env
#   postgresql.sh stop  DIR
#
# DIR/env: QUEUE_DATABASE, the address of an empty database with user and password.
set -euo pipefail

# Folder of initdb and pg_ctl; empty where there is none.
programs() { find /usr/lib/postgresql -name pg_ctl -printf '%h\n' 2>/dev/null | sort -V | tail -1; }

install() {
  [ -n "$(programs)" ] && return
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq -o DPkg::Lock::Timeout=600 update
  # No cluster of the machine is wanted, least of all a running one.
  mkdir -p /etc/postgresql-common
  echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  apt-get -qq -y -o DPkg::Lock::Timeout=600 --no-install-recommends install postgresql >/dev/null
}

as_postgres() { setpriv --reuid postgres --regid postgres --clear-groups env -u PGHOST HOME="$dir" LC_ALL=C.UTF-8 "$@"; }

start() {
  dir=$1
  local port=$2 bin password
  bin=$(programs)
  stop "$dir"
  rm -rf "$dir"
  mkdir -p "$dir"
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  echo "$password" >"$dir/password"
  chown -R postgres: "$dir"
  as_postgres "$bin/initdb" -D "$dir/data" -U debrief -A scram-sha-256 --pwfile "$dir/password" >"$dir/setup.log"
  as_postgres "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 60 \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir" start >>"$dir/setup.log"
  as_postgres env PGPASSWORD="$password" "$bin/createdb" -h 127.0.0.1 -p "$port" -U debrief debrief
  echo "QUEUE_DATABASE=postgres://debrief:$password@127.0.0.1:$port/debrief" >"$dir/env"
}

stop() {
  dir=$1
  [ -d "$dir/data" ] || return 0
  as_postgres "$(programs)/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || true
}

"$@"
