#!/usr/bin/env bash
# The Hub at the root of a host: HF_ENDPOINT has no path.
# Prints "ok NAME" or "FAIL NAME", a tab and the reason for each case.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/cases.sh"

tiny=models/acme/tiny

# downloaded FOLDER REPOSITORY: fails unless the folder has every file of the repository, byte by byte.
downloaded() {
    local path
    while IFS= read -r path; do
        same "$1/$path" "$2" "$path" || return 1
    done < <(awk -F '\t' -v r="$2" '$1 == r { print $3 }' "$EXPECTED/expected.tsv")
}

hf_download() {
    "$HF" download acme/tiny --local-dir tiny && downloaded tiny $tiny
}

hf_download_of_a_dataset() {
    "$HF" download acme/ds --repo-type dataset --local-dir ds && downloaded ds datasets/acme/ds
}

hf_download_by_patterns() {
    "$HF" download acme/gated --include '*.json' --token "$ALICE" --local-dir gated &&
        same gated/config.json models/acme/gated config.json && equal "$(find gated -name '*.safetensors')" '' others
}

curl_a_file() {
    get -D head -o file "$VAULT/acme/tiny/resolve/main/model.safetensors" && stays head &&
        same file $tiny model.safetensors
}

curl_pages() {
    get -D head -o page "$VAULT/api/models/acme/many/tree/main?recursive=true&limit=500" &&
        equal "$(field Link head | cut -c "2-$((${#VAULT} + 22))")" "$VAULT/api/models/acme/many" Link
}

curl_health() {
    get -o health "$VAULT/healthz" && grep -q ok health
}

another_name_has_nothing() {
    equal "$(curl -s -o refusal -w '%{http_code}' "http://127.0.0.1:${VAULT##*:}/acme/tiny/resolve/main/config.json")" 404 status
}

case_ 'hf download' "$always" hf_download
case_ 'hf download: a dataset' "$always" hf_download_of_a_dataset
case_ 'hf download: gated, by patterns' 'cold warm restart' hf_download_by_patterns
case_ 'curl: a file' "$always" curl_a_file
case_ 'curl: pages lead to the same mount' "$always" curl_pages
case_ "curl: the vault's own health" "$always" curl_health
if [ "$MOUNT" = host ]; then
    case_ 'curl: another host name has nothing' "$always" another_name_has_nothing
fi
