#!/usr/bin/env bash
# Builds the images that CI's drills run on, from Debian and from this repository: nothing can be pulled there.
#   kong-drill/postgres:15      shaped like the official one, around Debian's postgresql-15
#   kong-drill/kong-standin:3.9 shaped like Kong's, around the stand-in: a rehearsal
#   kong-drill/kong-standin:3.10 the same, playing the next version, for recoveries into it
#   kong-drill/lab:ci           Node, for the echo, the resolver and the relay
#   kong-drill/deck:1.17        the real decK
# `dist/` must be built. Prints the variables that make kong-drill use them.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[ -f "$root/dist/standin/main.js" ] || fail 'dist/ is missing: npm ci --ignore-scripts && npm run build first'
# The one waits for the mirror, the other for the processor.
"$root/scripts/ci/build-base.sh" >&2 &
base=$!
trap 'wait' EXIT
deck=$("$root/scripts/ci/build-deck.sh" | tail -n 1)
wait $base

context=$work/context
rm -rf "$context"
mkdir -p "$context/lab" "$context/kong/node_modules" "$context/deck" "$context/postgres"
cp -L "$(command -v node)" "$context/lab/node"
cp -L "$deck" "$context/deck/deck"
cp "$root/scripts/ci/images/postgres-entrypoint.sh" "$context/postgres/entrypoint.sh"
cp "$root/scripts/ci/images/kong-entrypoint.sh" "$context/kong/entrypoint.sh"
cp -r "$root/dist/standin" "$context/kong/standin"
chmod 755 "$context"/*/entrypoint.sh "$context/lab/node" "$context/deck/deck"
node "$root/scripts/ci/closure.mjs" "$root" "$context/kong/node_modules" pg

build() {
  local name=$1 folder=$2
  DOCKER_BUILDKIT=0 docker build --quiet --tag "$name" --file - "$context/$folder" >"$work/build.log" 2>&1 || { tail -n 20 "$work/build.log" >&2; fail "$name does not build"; }
  say "$name" >&2
}

build kong-drill/postgres:15 postgres <<'FILE'
FROM kong-drill/base:ci
ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PGDATA=/var/lib/postgresql/data PG_MAJOR=15 LANG=C.UTF-8
COPY entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN sed -i "s/^#listen_addresses = .*/listen_addresses = '*'/" /usr/share/postgresql/15/postgresql.conf.sample \
 && mkdir -p /docker-entrypoint-initdb.d "$PGDATA" && chown postgres:postgres "$PGDATA" && chmod 1777 "$PGDATA"
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
EXPOSE 5432
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
FILE

build kong-drill/lab:ci lab <<'FILE'
FROM kong-drill/base:ci
COPY node /usr/local/bin/node
CMD ["node"]
FILE

build kong-drill/kong-standin:3.9 kong <<'FILE'
FROM kong-drill/lab:ci
COPY standin /opt/kong/standin
COPY node_modules /opt/kong/node_modules
COPY entrypoint.sh /docker-entrypoint.sh
RUN printf '{"type":"module"}' >/opt/kong/package.json \
 && printf '#!/bin/sh\nexec node /opt/kong/standin/main.js "$@"\n' >/usr/local/bin/kong \
 && chmod 755 /usr/local/bin/kong \
 && useradd --create-home --home-dir /usr/local/kong kong
USER kong
EXPOSE 8000 8443 8001 8444 8100
STOPSIGNAL SIGTERM
ENTRYPOINT ["/docker-entrypoint.sh"]
CMD ["kong", "docker-start"]
FILE

build kong-drill/kong-standin:3.10 kong <<'FILE'
FROM kong-drill/kong-standin:3.9
ENV KONG_STANDIN_VERSION=3.10.0
FILE

build kong-drill/deck:1.17 deck <<'FILE'
FROM kong-drill/base:ci
COPY deck /usr/local/bin/deck
RUN useradd --create-home deckuser
USER deckuser
ENTRYPOINT ["deck"]
FILE

cat <<'VARIABLES'
export KONG_DRILL_IMAGE_KONG=kong-drill/kong-standin:3.9
export KONG_DRILL_IMAGE_POSTGRES=kong-drill/postgres:15
export KONG_DRILL_IMAGE_LAB=kong-drill/lab:ci
export KONG_DRILL_IMAGE_DECK=kong-drill/deck:1.17
export TESTCONTAINERS_RYUK_DISABLED=true
VARIABLES
