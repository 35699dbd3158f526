#!/bin/sh
# stage.sh FOLDER: everything of the package in its places below FOLDER. Run where `program`, `Deploy` and `Campaigns` lie.
set -eu
root=$1
put() { install -D -m "$1" "$2" "$root$3"; }
put 0755 program /usr/bin/curfew
for unit in curfew.service curfew-backup.service curfew-backup.timer; do
    sed 's|/usr/local/|/usr/|g' "Deploy/$unit" > "unit.$unit"
    put 0644 "unit.$unit" "/lib/systemd/system/$unit"
done
documents=/usr/share/doc/curfew
for file in README.md NOTICES curfew.example.yaml alerts.yaml alerts.test.yaml board.json; do
    put 0644 "Deploy/$file" "$documents/$file"
done
put 0644 Campaigns/README.md "$documents/campaigns/README.md"
put 0644 Campaigns/campaign.schema.json "$documents/campaigns/campaign.schema.json"
for example in Campaigns/examples/*; do put 0644 "$example" "$documents/campaigns/examples/${example##*/}"; done
put 0755 Deploy/curfew-backup /usr/lib/curfew/curfew-backup
put 0644 Deploy/debian/next-steps.txt /usr/lib/curfew/next-steps.txt
install -d "$root/etc/curfew"
./program --generate-completion-script bash | sed '1{/^#!/d}' > completion.bash
put 0644 completion.bash /usr/share/bash-completion/completions/curfew
./program --generate-completion-script zsh > completion.zsh
put 0644 completion.zsh /usr/share/zsh/vendor-completions/_curfew
./program --generate-completion-script fish > completion.fish
put 0644 completion.fish /usr/share/fish/vendor_completions.d/curfew.fish
mkdir -p pages
./program --experimental-dump-help | python3 Deploy/debian/pages.py pages
for page in pages/*.1; do put 0644 "$page" "/usr/share/man/man1/${page##*/}"; done
# Where the toolchain lies on this machine is no business of the package's.
chrpath --delete "$root/usr/bin/curfew" > /dev/null 2>&1 || true
