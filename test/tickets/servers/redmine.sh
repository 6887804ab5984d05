#!/usr/bin/env bash
# A real Redmine 5 of the Debian packages on loopback. The package knows one database a machine; each start makes it new.
#
#   redmine.sh install            root only; does nothing where it is installed
#   redmine.sh start DIR PORT     a fresh, seeded instance; writes DIR/env
#   redmine.sh stop  DIR
#
# DIR/env: REDMINE_URL, REDMINE_KEY (an agent that may write private notes), REDMINE_LIMITED_KEY (one that may not: Redmine
# would store its private notes in public), REDMINE_PROJECT, REDMINE_ISSUE, REDMINE_FOREIGN_ISSUE (of another project).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
app=/usr/share/redmine
database=/var/lib/dbconfig-common/sqlite3/redmine/instances/default/redmine_default
files=/var/lib/redmine/default/files

install() {
  [ -s "$database.empty" ] && command -v puma >/dev/null && return
  export DEBIAN_FRONTEND=noninteractive
  debconf-set-selections <<'ANSWERS'
redmine redmine/instances/default/database-type select sqlite3
redmine redmine/instances/default/dbconfig-install boolean true
ANSWERS
  apt-get -qq -o DPkg::Lock::Timeout=600 update
  # In Debian 12 the last step of the package fails: its bundler takes a gem without a folder of its own for deleted, and
  # gems of Debian have none. With the folders in place the step succeeds when it is repeated.
  apt-get -qq -y -o DPkg::Lock::Timeout=600 --no-install-recommends install redmine redmine-sqlite sqlite3 puma >/dev/null 2>&1 || true
  local spec
  for spec in /usr/share/rubygems-integration/*/specifications/*.gemspec /usr/lib/*/rubygems-integration/*/specifications/*.gemspec; do
    [ -e "$spec" ] || continue
    mkdir -p "${spec%/specifications/*}/gems/$(basename "$spec" .gemspec)"
  done
  dpkg --configure -a >/dev/null 2>&1
  [ -s "$database" ] || { echo 'Redmine was not configured' >&2; return 1; }
  cp "$database" "$database.empty"
}

environment=(RAILS_ENV=production REDMINE_INSTANCE=default X_DEBIAN_SITEID=default)

start() {
  local dir=$1 port=$2
  stop "$dir"
  rm -rf "$dir"
  mkdir -p "$dir"
  cp "$here/redmine-seed.rb" "$dir/seed.rb"
  chown -R www-data: "$dir"
  cp "$database.empty" "$database"
  chown www-data: "$database"
  rm -rf "${files:?}"/*
  (
    cd "$app"
    setpriv --reuid www-data --regid www-data --clear-groups env HOME="$dir" "${environment[@]}" \
      bundle exec rails runner "$dir/seed.rb" >"$dir/seed" 2>"$dir/setup.log"
    exec setsid setpriv --reuid www-data --regid www-data --clear-groups env HOME="$dir" "${environment[@]}" \
      puma -e production -b "tcp://127.0.0.1:$port" config.ru </dev/null >"$dir/server.log" 2>&1
  ) &
  echo $! >"$dir/pid"
  for _ in $(seq 240); do
    local key
    key=$(sed -n 's/^REDMINE_KEY=//p' "$dir/seed" 2>/dev/null || true)
    if [ -n "$key" ] && curl -fs -o /dev/null -H "X-Redmine-API-Key: $key" "http://127.0.0.1:$port/users/current.json"; then
      { echo "REDMINE_URL=http://127.0.0.1:$port"; grep '^REDMINE_' "$dir/seed"; } >"$dir/env"
      return
    fi
    kill -0 "$(cat "$dir/pid")" 2>/dev/null || break
    sleep 0.5
  done
  tail -20 "$dir/server.log" "$dir/setup.log" >&2
  return 1
}

stop() {
  local pid
  pid=$(cat "$1/pid" 2>/dev/null) || return 0
  kill -TERM "$pid" 2>/dev/null || true
  for _ in $(seq 50); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
  rm -f "$1/pid"
}

"$@"
