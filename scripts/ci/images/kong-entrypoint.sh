#!/bin/sh
# As the official Kong image: `kong docker-start` runs Kong in the foreground, anything else is run as it is.
set -eu
export KONG_NGINX_DAEMON="${KONG_NGINX_DAEMON:=off}"
if [ "${1:-}" = kong ] && [ "${2:-}" = docker-start ]; then
  shift 2
  exec kong start "$@"
fi
exec "$@"
