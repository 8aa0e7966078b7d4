#!/usr/bin/env bash
# Makes the Debian root file system that every image of CI stands on, with Postgres in it: nothing can be pulled there.
# Packages come from the mirror that apt of this machine uses.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

image=kong-drill/base:ci
docker image inspect "$image" >/dev/null 2>&1 && {
  say "$image is there"
  exit 0
}

install_packages debootstrap
tree=$work/base
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' | awk -v s="$suite" '$2 == s && $3 == "main" && !found++ {print $1}')
[ -n "$mirror" ] || fail "apt has no source for $suite main"

bootstrap() {
  as_root rm -rf "$tree"
  as_root debootstrap --variant=minbase --include=libstdc++6,ca-certificates,procps "$suite" "$tree" "$mirror" >"$work/debootstrap.log" 2>&1
}
retry bootstrap || { tail -n 20 "$work/debootstrap.log" >&2; fail 'the base could not be made'; }

inside() { as_root env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C ${http_proxy:+http_proxy="$http_proxy"} chroot "$tree" "$@"; }

# No service starts in there, and no cluster is made: the image's entrypoint makes it.
as_root cp /etc/resolv.conf "$tree/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' | as_root tee "$tree/usr/sbin/policy-rc.d" >/dev/null
as_root chmod +x "$tree/usr/sbin/policy-rc.d"
as_root mkdir -p "$tree/etc/postgresql-common"
printf 'create_main_cluster = false\n' | as_root tee "$tree/etc/postgresql-common/createcluster.conf" >/dev/null
install_postgres() { inside apt-get -qq update && inside apt-get -qq install -y --no-install-recommends postgresql-15 >"$work/chroot.log" 2>&1; }
retry install_postgres || { tail -n 20 "$work/chroot.log" >&2; fail 'Postgres could not be installed into the base'; }

as_root rm -rf "$tree"/var/cache/apt/* "$tree"/var/lib/apt/lists/* "$tree"/usr/share/doc/* "$tree"/usr/share/locale/* "$tree"/etc/resolv.conf
as_root tar -C "$tree" -c . | docker import -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$image" >/dev/null
as_root rm -rf "$tree"
say "$image made"
