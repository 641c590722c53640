#!/usr/bin/env bash
# Fifty concurrent clients for one large cold file. Prints "ok NAME" or "FAIL NAME", a tab and the reason.
set -uo pipefail
cd "$WORK" || exit
clients=50
url=$VAULT/acme/huge/resolve/main/huge.bin
wanted=$(awk -F '\t' '$1 == "models/acme/huge" { print $5 }' "$EXPECTED/expected.tsv")

pids=()
for ((i = 0; i < clients; i++)); do
    (curl -sS --fail --max-time 300 "$url" | sha256sum | cut -d ' ' -f 1 >"sum.$i") 2>"trouble.$i" &
    pids+=($!)
done
wait "${pids[@]}"

right=$(cat sum.* | grep -cx "$wanted")
name="$clients clients at once for one large file"
if [ "$right" = "$clients" ]; then
    echo "ok $name"
else
    printf 'FAIL %s\t%s have the right bytes; %s\n' "$name" "$right" "$(cat trouble.* | head -n 2 | tr '\n' ' ')"
fi
