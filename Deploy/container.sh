#!/bin/sh
# container.sh PACKAGE NAME: a container image of a built Debian package and what it needs of Debian's own, by buildah.
# Refused: somebody else's image to stand on, which has to be fetched from a registry and watched by its digest. mmdebstrap
# takes signed packages from the same Debian as the machine that builds.
set -eu
package=$1
name=$2
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$package" "$work/curfew.deb"
# Of alternatives the last, so that no init system comes along; of the package's needs the names alone.
needs=$(dpkg-deb -f "$package" Depends | sed -E 's/ *\([^)]*\)//g; s/[^,]*\| *//g; s/systemd-sysusers/systemd-standalone-sysusers/; s/ //g')
# shellcheck disable=SC2016 # $1 is the folder, and mmdebstrap's to say.
mmdebstrap --quiet --variant=essential --include="$needs,ca-certificates,tzdata" \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' --customize-hook="copy-in $work/curfew.deb /" \
    --customize-hook='chroot "$1" dpkg -i /curfew.deb >/dev/null && rm "$1/curfew.deb"' \
    --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/log/*' \
    --customize-hook='install -d -m 0700 -o 10001 -g 10001 "$1/data"' "$suite" "$work/root.tar" > "$work/log" 2>&1 || {
    tail -20 "$work/log"
    exit 1
}
container=$(buildah from scratch)
buildah add --quiet "$container" "$work/root.tar" / > /dev/null
# A number, because a cluster that refuses root cannot read a name. Docker's form, because OCI's knows no health check.
buildah config --user 10001:10001 --workingdir /data --volume /data --port 9470 --stop-signal SIGTERM --env LANG=C.UTF-8 \
    --entrypoint '["/usr/bin/curfew"]' --cmd "serve --config /etc/curfew/curfew.yaml --log json" \
    --healthcheck 'CMD /usr/bin/curfew status --live --config /etc/curfew/curfew.yaml' \
    --healthcheck-interval 30s --healthcheck-timeout 10s --healthcheck-start-period 30s --healthcheck-retries 3 \
    --label org.opencontainers.image.title=curfew --label "org.opencontainers.image.version=$(dpkg-deb -f "$package" Version)" \
    "$container"
buildah commit --quiet --format docker --rm "$container" "$name" > /dev/null
echo "$name: user 10001, state and inbox below /data, configuration at /etc/curfew/curfew.yaml"
