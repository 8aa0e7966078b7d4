#!/usr/bin/env bash
# Stops the Docker engine that `install-docker.sh` started, and nothing else.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[ -f "$work/dockerd.pid" ] || {
  say "docker: nothing to stop, it was not started here"
  exit 0
}
pid=$(cat "$work/dockerd.pid")
if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]; then
  as_root kill -TERM "$pid"
  for _ in $(seq 1 60); do
    [ -d "/proc/$pid" ] || break
    sleep 0.5
  done
  [ -d "/proc/$pid" ] && as_root kill -KILL "$pid"
fi
rm -f "$work/dockerd.pid"
say "docker: stopped"
