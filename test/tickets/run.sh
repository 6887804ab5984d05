#!/usr/bin/env bash
# Tests against real ticket systems and a real queue: Request Tracker 5, Redmine 5 and PostgreSQL of the Debian packages, on loopback,
# with databases of their own. A system that cannot be had is skipped aloud; the tests that need none run in any case.
set -euo pipefail
cd "$(dirname "$0")/../.."
servers=test/tickets/servers
work=$(mktemp -d "${TMPDIR:-/tmp}/debrief-tickets.XXXXXX")
chmod 755 "$work"

is_offered() { [[ $(apt-cache policy "$1" 2>/dev/null) =~ Candidate:\ [0-9] ]]; }

# Why the packages cannot be installed here; nothing when they can.
obstacle() {
  command -v apt-get >/dev/null || { echo 'no apt-get on this machine'; return; }
  [ "$(id -u)" = 0 ] || { echo 'not root'; return; }
  is_offered "$1" && return
  apt-get -qq -o DPkg::Lock::Timeout=600 update >/dev/null 2>&1 || true
  is_offered "$1" || echo "apt has no package $1"
}

# Starts one system; sets the variable named by $3 to its env file, or says why not.
prepare() {
  local name=$1 package=$2 variable=$3 port=$4 reason
  reason=$(obstacle "$package")
  if [ -z "$reason" ]; then
    if "$servers/$name.sh" install >"$work/$name.log" 2>&1 && "$servers/$name.sh" start "$work/$name" "$port" >>"$work/$name.log" 2>&1; then
      export "$variable=$work/$name/env"
      return
    fi
    reason="it did not install or start: $(tail -1 "$work/$name.log")"
  fi
  echo "skipped: $name: $reason"
}

finish() {
  "$servers/request-tracker.sh" stop "$work/request-tracker" || true
  "$servers/redmine.sh" stop "$work/redmine" || true
  "$servers/postgresql.sh" stop "$work/postgresql" || true
  rm -rf "$work"
}
trap finish EXIT

prepare request-tracker request-tracker5 REQUEST_TRACKER_ENV "${REQUEST_TRACKER_PORT:-8187}"
prepare redmine redmine REDMINE_ENV "${REDMINE_PORT:-8188}"
prepare postgresql postgresql QUEUE_ENV "${QUEUE_PORT:-8189}"
npm run build >/dev/null
npx vitest run --config vitest.tickets.config.ts "$@"
