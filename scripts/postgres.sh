#!/usr/bin/env bash
# A throwaway PostgreSQL for tests: a cluster in a folder of its own, reached by
# a socket in that folder and by nothing else.
#
#   scripts/postgres.sh run CMD...          start one, run CMD with its address in
#                                           ZNAK_TEST_POSTGRES, remove it again
#   scripts/postgres.sh start DIR [OPT...]  make the cluster in DIR if there is
#                                           none, start it, print its address;
#                                           OPT are settings, name=value
#   scripts/postgres.sh stop DIR [MODE]     stop it: smart, fast (default), or
#                                           immediate, as a crash would
#
# PostgreSQL refuses to run as root: root runs it as the user postgres, whom
# Debian's package creates.
set -euo pipefail

bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || echo /nowhere/initdb)")
[ -x "$bin/initdb" ] || { echo 'PostgreSQL is not installed (Debian: postgresql)' >&2; exit 1; }

as_owner() {
  if [ "$(id -u)" = 0 ]; then (cd / && exec runuser -u postgres -- "$@"); else "$@"; fi
}

start() {
  local dir=$1 option settings; shift
  if [ ! -e "$dir/data/PG_VERSION" ]; then
    mkdir -p "$dir"
    if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; fi
    as_owner "$bin/initdb" --pgdata "$dir/data" --username postgres --auth trust --encoding UTF8 --locale C --no-sync >/dev/null
    as_owner tee -a "$dir/data/postgresql.conf" >/dev/null <<EOF
listen_addresses = ''
unix_socket_directories = '$dir'
max_connections = 400
shared_buffers = 64MB
EOF
  fi
  settings=
  for option in "$@"; do settings+=" -c $option"; done
  as_owner "$bin/pg_ctl" start --silent --wait --timeout 120 --pgdata "$dir/data" --log "$dir/log" ${settings:+-o "$settings"} >/dev/null
  echo "postgres://postgres@/postgres?host=$dir"
}

stop() { as_owner "$bin/pg_ctl" stop --silent --pgdata "$1/data" --mode "${2:-fast}"; }

# run removes only what it made, also when it is interrupted. The server may run
# as somebody else, who must get to its folder.
run() {
  local where=${TMPDIR:-/tmp}
  as_owner test -x "$where" || where=/tmp
  dir=$(mktemp -d "$where/znak-postgres.XXXXXX")
  trap 'stop "$dir" immediate >/dev/null 2>&1 || true; rm -rf "$dir"' EXIT
  ZNAK_TEST_POSTGRES=$(start "$dir") || { cat "$dir/log" >&2; exit 1; }
  export ZNAK_TEST_POSTGRES
  "$@"
}

case ${1-}:$# in
  installed:1) ;;
  run:[2-9]* | run:1?*) shift; run "$@" ;;
  start:[2-9]* | start:1?*) shift; start "$@" ;;
  stop:2 | stop:3) shift; stop "$@" ;;
  *) sed -n 's/^# \{0,1\}//; 2,14p' "$0" >&2; exit 2 ;;
esac
