#!/usr/bin/env bash
# A real Request Tracker 5 of the Debian packages on loopback, with a database of its own below DIR.
#
#   request-tracker.sh install            root only; does nothing where it is installed
#   request-tracker.sh start DIR PORT     a fresh, seeded instance; writes DIR/env
#   request-tracker.sh stop  DIR
#
# DIR/env: RT_URL, RT_TOKEN (an agent that may comment and reply), RT_READ_TOKEN (one that may only read), RT_QUEUE,
# RT_TICKET (of noc@acme-outdoor.example), RT_FOREIGN_TICKET (of another customer). Mail that it sends is in DIR/outbox.mbox.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=/usr/share/request-tracker5
packages=(request-tracker5 rt5-db-sqlite rt5-standalone rt5-clients libdbd-sqlite3-perl w3m)

install() {
  [ -x "$home/libexec/rt-server" ] && command -v rt-mailgate >/dev/null && return
  export DEBIAN_FRONTEND=noninteractive
  # The package would make a database of its own; ours lies below DIR.
  debconf-set-selections <<<'request-tracker5 request-tracker5/dbconfig-install boolean false'
  apt-get -qq -o DPkg::Lock::Timeout=600 update
  apt-get -qq -y -o DPkg::Lock::Timeout=600 --no-install-recommends install "${packages[@]}" >/dev/null
}

# Runs a command as the user of web servers, with the configuration of DIR.
as_server() {
  local dir=$1
  shift
  setpriv --reuid www-data --regid www-data --clear-groups \
    env HOME="$dir" RT_SITE_CONFIG="$dir/site.pm" RT_SITE_CONFIG_DIR="$dir/no-more-config" "$@"
}

configure() {
  local dir=$1 port=$2
  cat >"$dir/sendmail" <<MAILER
#!/bin/sh
{ echo "From debrief-tests \$(date)"; cat; echo; } >>"$dir/outbox.mbox"
MAILER
  chmod 755 "$dir/sendmail"
  cat >"$dir/site.pm" <<SITE
Set(\$rtname, 'helpdesk.example');
Set(\$Organization, 'helpdesk.example');
Set(\$WebDomain, '127.0.0.1');
Set(\$WebPort, $port);
Set(\$WebPath, '');
Set(\$DatabaseType, 'SQLite');
Set(\$DatabaseName, '$dir/rt.sqlite');
Set(\$DatabaseHost, '');
Set(\$DatabaseUser, '');
Set(\$DatabasePassword, '');
Set(\$CorrespondAddress, 'helpdesk\@helpdesk.example');
Set(\$CommentAddress, 'helpdesk-comment\@helpdesk.example');
Set(\$MailCommand, 'sendmailpipe');
Set(\$SendmailPath, '$dir/sendmail');
Set(\$SendmailArguments, '');
Set(\$LogToSyslog, undef);
Set(\$LogToFile, undef);
Set(\$LogToSTDERR, 'warning');
Set(\$WebSessionClass, 'Apache::Session::File');
1;
SITE
}

start() {
  local dir=$1 port=$2
  stop "$dir"
  rm -rf "$dir"
  mkdir -p "$dir/no-more-config"
  configure "$dir" "$port"
  cp "$here/request-tracker-seed.pl" "$dir/seed.pl"
  chown -R www-data: "$dir"
  chmod 755 "$dir"
  as_server "$dir" /usr/sbin/rt-setup-database-5 --action init --skip-create >"$dir/setup.log" 2>&1 ||
    as_server "$dir" /usr/sbin/rt-setup-database-5 --action init --dba root --dba-password '' >>"$dir/setup.log" 2>&1
  as_server "$dir" perl -I"$home/lib" "$dir/seed.pl" >"$dir/seed" 2>>"$dir/setup.log"
  (
    cd "$dir"
    exec setsid setpriv --reuid www-data --regid www-data --clear-groups \
      env HOME="$dir" RT_SITE_CONFIG="$dir/site.pm" RT_SITE_CONFIG_DIR="$dir/no-more-config" \
      "$home/libexec/rt-server" --host 127.0.0.1 --port "$port" --max-workers 3 </dev/null >server.log 2>&1
  ) &
  echo $! >"$dir/pid"
  local token
  token=$(sed -n 's/^RT_TOKEN=//p' "$dir/seed")
  for _ in $(seq 120); do
    if curl -fs -o /dev/null -H "Authorization: token $token" "http://127.0.0.1:$port/REST/2.0/rt"; then
      { echo "RT_URL=http://127.0.0.1:$port"; cat "$dir/seed"; } >"$dir/env"
      return
    fi
    kill -0 "$(cat "$dir/pid")" 2>/dev/null || break
    sleep 0.5
  done
  tail -20 "$dir/server.log" "$dir/setup.log" >&2
  return 1
}

# The server is the leader of a process group of its own, workers included.
stop() {
  local pid
  pid=$(cat "$1/pid" 2>/dev/null) || return 0
  kill -TERM -- "-$pid" 2>/dev/null || true
  for _ in $(seq 50); do
    kill -0 -- "-$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL -- "-$pid" 2>/dev/null || true
  rm -f "$1/pid"
}

"$@"
