#!/usr/bin/env bash
# Builds decK from the Go module proxy and prints where the program is. Usage: build-deck.sh [version]
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

version=${1:-v1.17.2}
target=$work/bin/deck-$version
if ! "$target" version >/dev/null 2>&1; then
  command -v go >/dev/null || install_packages golang-go
  source=$work/deck-$version
  mkdir -p "$source"
  cat >"$source/go.mod" <<GO
module kong-drill/deck
GO
  cd "$source"
  retry go get "github.com/kong/deck@$version" >"$source/build.log" 2>&1 || { tail -n 20 "$source/build.log" >&2; fail 'decK: its modules could not be fetched'; }
  retry env CGO_ENABLED=0 go build -mod=mod -trimpath -ldflags "-s -w -X github.com/kong/deck/cmd.VERSION=$version" -o "$target.new" github.com/kong/deck \
    >"$source/build.log" 2>&1 || { tail -n 20 "$source/build.log" >&2; fail "decK: does not build; see $source/build.log"; }
  mv "$target.new" "$target"
fi
ln -sfn "deck-$version" "$work/bin/deck"
say "$work/bin/deck"
