#!/bin/sh
# The recovery `database-restore` as somebody would type it: a new Postgres, pg_restore, Kong restarted.
. "$(dirname "$0")/common.sh"
start_postgres
docker cp --quiet "$BACKUP" "$TOOLBOX:/tmp/backup" 2>/dev/null || docker cp "$BACKUP" "$TOOLBOX:/tmp/backup" >/dev/null
docker exec --env PGPASSWORD "$TOOLBOX" pg_restore $to_postgres --no-owner --jobs=2 /tmp/backup
docker restart --time 10 "$KONG" >/dev/null
until_kong_lists
