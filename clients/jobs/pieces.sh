#!/usr/bin/env bash
# One large cold file over sixteen connections, a piece each. Prints "ok NAME" or "FAIL NAME", a tab and the reason.
set -uo pipefail
cd "$WORK" || exit
wanted=$(awk -F '\t' '$1 == "models/acme/huge" { print $5 }' "$EXPECTED/expected.tsv")
name='aria2c -x16 of one large file'
aria2c -q --no-conf -x16 -s16 -k1M --allow-overwrite=true -o huge.bin "$VAULT/acme/huge/resolve/main/huge.bin" >trouble 2>&1
got=$(sha256sum huge.bin | cut -d ' ' -f 1)
if [ "$got" = "$wanted" ]; then
    echo "ok $name"
else
    printf 'FAIL %s\tsha256 %s; %s\n' "$name" "$got" "$(head -n 2 trouble | tr '\n' ' ')"
fi
