# Sourced by .ci/run before `npm ci`: Docker, the base of the images, decK on PATH, and the variables that name the images.
# The images themselves hold this repository's stand-in: scripts/ci/build-images.sh makes them once `dist/` is built.
scripts/ci/install-docker.sh
scripts/ci/build-base.sh
deck=$(scripts/ci/build-deck.sh | tail -n 1)
PATH=$PATH:$(dirname "$deck")
export PATH
export KONG_DRILL_IMAGE_KONG=kong-drill/kong-standin:3.9
export KONG_DRILL_IMAGE_POSTGRES=kong-drill/postgres:15
export KONG_DRILL_IMAGE_LAB=kong-drill/lab:ci
export KONG_DRILL_IMAGE_DECK=kong-drill/deck:1.17
# No registry can be reached, so Ryuk cannot be had.
export TESTCONTAINERS_RYUK_DISABLED=true
