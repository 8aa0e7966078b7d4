# What both plain recoveries begin with. Given by the environment:
#   NETWORK ADDRESS POSTGRES_IMAGE POSTGRES_NAME POSTGRES_PASSWORD RESOLVER LABEL   the lab's, so that both sides have the same to do
#   KONG KONG_IMAGE TOOLBOX DECK ADMIN_URL                                          containers that survived, and Kong's Admin API
#   BACKUP DUMP                                                                     what is restored
set -eu

export PGPASSWORD="$POSTGRES_PASSWORD"
to_postgres="--host=postgres --port=5432 --username=kong --dbname=kong"

start_postgres() {
  docker volume create --label "$LABEL" "$POSTGRES_NAME" >/dev/null
  docker run --detach --label "$LABEL" --name "$POSTGRES_NAME" --network "$NETWORK" --ip "$ADDRESS" \
    --network-alias postgres --dns "$RESOLVER" --volume "$POSTGRES_NAME:$DATA_FOLDER" \
    --env POSTGRES_USER=kong --env POSTGRES_DB=kong --env POSTGRES_PASSWORD "$POSTGRES_IMAGE" >/dev/null
  # Over TCP, for while it initialises itself the server listens on its socket only.
  until docker exec "$POSTGRES_NAME" pg_isready --quiet --host=127.0.0.1 --username=kong --dbname=kong; do sleep 0.02; done
}

until_kong_lists() {
  until curl --silent --fail --max-time 2 --output /dev/null "$ADMIN_URL/services?size=1"; do sleep 0.02; done
}
