#!/bin/sh
# The recovery `deck-sync` as somebody would type it: a new Postgres, migrations, Kong restarted, decK.
. "$(dirname "$0")/common.sh"
start_postgres
docker run --rm --label "$LABEL" --network "$NETWORK" --dns "$RESOLVER" --env-file "$KONG_ENVIRONMENT" "$KONG_IMAGE" \
  $KONG_WORDS migrations bootstrap >/dev/null
docker restart --time 10 "$KONG" >/dev/null
until_kong_lists
docker cp --quiet "$DUMP" "$DECK:/tmp/kong.yaml" 2>/dev/null || docker cp "$DUMP" "$DECK:/tmp/kong.yaml" >/dev/null
docker exec "$DECK" deck sync -s /tmp/kong.yaml --kong-addr "$DECK_ADMIN_URL" --analytics=false --no-color >/dev/null
