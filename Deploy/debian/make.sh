#!/bin/sh
# make.sh PROGRAM FOLDER: the Debian package of a built program, and what lintian says of it: no error, no warning.
set -eu
program=$1
folder=$2
version=$("$program" --version | awk '{print $2}')
rm -rf "$folder"
work="$folder/curfew-$version"
mkdir -p "$work"
cp "$program" "$work/program"
cp -r Deploy Campaigns "$work/"
cp -r Deploy/debian "$work/debian"
rm -f "$work/debian/make.sh"
# Of the commit, so that the same source makes the same package.
when=$(git log -1 --format=%aD 2>/dev/null || date -R)
cat > "$work/debian/changelog" <<CHANGES
curfew ($version) unstable; urgency=medium

  * Built from the source tree; what changed stands in its history.

 -- ${DEBFULLNAME:-Curfew maintainers} <${DEBEMAIL:-curfew@example.org}>  $when
CHANGES
(cd "$work" && DEB_BUILD_OPTIONS="noautodbgsym nocheck" dpkg-buildpackage --build=binary --unsigned-changes --unsigned-buildinfo --no-check-builddeps -d > ../build.log 2>&1) || {
    tail -40 "$folder/build.log"
    exit 1
}
found=$(lintian --fail-on none --tag-display-limit 0 "$folder"/curfew_"$version"_*.changes)
echo "$found" > "$folder/lintian.log"
errors=$(echo "$found" | grep -c '^E:' || true)
warnings=$(echo "$found" | grep -c '^W:' || true)
[ "$errors$warnings" = 00 ] || { echo "$found"; exit 1; }
echo "$(ls "$folder"/curfew_"$version"_*.deb): lintian 0 errors, 0 warnings"
