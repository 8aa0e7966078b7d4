#!/usr/bin/env bash
# Gets a Docker engine answering: the one that is there, else Debian's. What this starts, `stop.sh` stops.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if docker version >/dev/null 2>&1; then
  say "docker: $(docker version --format '{{.Server.Version}} (API {{.Server.APIVersion}})') is already running"
  exit 0
fi

command -v dockerd >/dev/null || install_packages docker.io iptables
command -v docker >/dev/null || install_packages docker-cli

# A container keeps no socket of its own daemon from an earlier life.
as_root rm -f /var/run/docker.pid
mtu=$(cat "/sys/class/net/$(ip -o route show default 2>/dev/null | awk '{print $5; exit}')/mtu" 2>/dev/null || echo 1500)

start_engine() {
  as_root sh -c 'nohup setsid "$@" >"$0" 2>&1 & echo $!' "$work/dockerd.log" dockerd --mtu "$mtu" "$@" >"$work/dockerd.pid"
  local waited
  for waited in $(seq 1 360); do
    docker version >/dev/null 2>&1 && return 0
    as_root kill -0 "$(cat "$work/dockerd.pid")" 2>/dev/null || return 1
    sleep 0.5
  done
  "$root/scripts/ci/stop.sh" >&2
  return 1
}

# Where the root file system is an overlay itself, only vfs is left.
start_engine || start_engine --storage-driver vfs || {
  tail -n 15 "$work/dockerd.log" >&2
  rm -f "$work/dockerd.pid"
  fail "dockerd did not start; its log is $work/dockerd.log"
}
say "docker: started $(docker version --format '{{.Server.Version}} (API {{.Server.APIVersion}})'), pid $(cat "$work/dockerd.pid")"
