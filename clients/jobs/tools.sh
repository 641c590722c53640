#!/usr/bin/env bash
# Typical uses of curl, wget and aria2c. Prints "ok NAME" or "FAIL NAME", a tab and the reason for each case.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/cases.sh"

tiny=models/acme/tiny
big=models/acme/big
quant=models/acme/quant

aria_big() {
    aria2c -q -x8 -s8 -k1M --max-tries=1 --timeout=30 --no-conf --async-dns=false -o big \
        "$VAULT/acme/big/resolve/main/big.safetensors" &&
        same big $big big.safetensors
}

range_of_large() {
    get -D head -r 100000-100999 -o part "$VAULT/acme/tiny/resolve/main/model.safetensors" && stays head &&
        equal "$(field Content-Range head)" "bytes 100000-100999/204800" Content-Range &&
        equal "$(stat -c %s part)" 1000 length &&
        get -o whole "$VAULT/acme/tiny/resolve/main/model.safetensors" && same whole $tiny model.safetensors &&
        cmp part <(tail -c +100001 whole | head -c 1000) &&
        get -r -7 -o end "$VAULT/acme/tiny/resolve/main/model.safetensors" && cmp end <(tail -c 7 whole) &&
        get -r 204000-999999 -o beyond "$VAULT/acme/tiny/resolve/main/model.safetensors" &&
        cmp beyond <(tail -c +204001 whole) &&
        equal "$(curl -s -o no -w '%{http_code}' -r 204800- "$VAULT/acme/tiny/resolve/main/model.safetensors")" 416 status
}

all_of_tiny() {
    local path
    while IFS= read -r path; do
        get -D head -o file "$VAULT/acme/tiny/resolve/main/$(printf '%s' "$path" | jq_uri)" &&
            stays head && same file $tiny "$path" || return 1
    done < <(awk -F '\t' -v r=$tiny '$1 == r { print $3 }' "$EXPECTED/expected.tsv")
}

jq_uri() {
    python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.stdin.read()), end="")'
}

head_only() {
    local name
    for name in config.json model.safetensors empty.txt README.md; do
        get -I -o head "$VAULT/acme/tiny/resolve/main/$name" && stays head &&
            equal "$(head -n 1 head | cut -d ' ' -f 2)" 200 status &&
            equal "$(field Content-Length head)" "$(expect $tiny $name size)" "Content-Length of $name" &&
            equal "$(field X-Repo-Commit head)" "$(expect $tiny $name commit)" X-Repo-Commit &&
            equal "$(field Accept-Ranges head)" bytes Accept-Ranges &&
            equal "$(grep -ci '^x-xet' head)" 0 'Xet fields' || return 1
    done
    get -I -o head "$VAULT/acme/tiny/resolve/main/model.safetensors" &&
        equal "$(field X-Linked-Etag head)" "\"$(expect $tiny model.safetensors sha256)\"" X-Linked-Etag
}

resume_with_curl() {
    get -r 0-9999999 -o big "$VAULT/acme/big/resolve/main/big.safetensors" && equal "$(stat -c %s big)" 10000000 begun &&
        get -C - -o big "$VAULT/acme/big/resolve/main/big.safetensors" && same big $big big.safetensors
}

resume_with_wget() {
    get -r 0-12345678 -o big.safetensors "$VAULT/acme/big/resolve/main/big.safetensors" &&
        wget -q -c --tries=1 --timeout=30 "$VAULT/acme/big/resolve/main/big.safetensors" &&
        same big.safetensors $big big.safetensors &&
        wget -q -c --tries=1 --timeout=30 "$VAULT/acme/big/resolve/main/big.safetensors" &&
        same big.safetensors $big big.safetensors
}

compressed() {
    get --compressed -D head -o config.json "$VAULT/acme/tiny/resolve/main/config.json" &&
        same config.json $tiny config.json && equal "$(field Content-Encoding head)" '' Content-Encoding
}

conditional() {
    local tag status
    get -D head -o one "$VAULT/acme/tiny/resolve/main/model.safetensors" && tag=$(field ETag head) &&
        status=$(curl -s -o none -w '%{http_code}' -H "If-None-Match: $tag" "$VAULT/acme/tiny/resolve/main/model.safetensors") &&
        equal "$status" 304 status
}

many_spellings() {
    local target
    for target in /acme/tiny/resolve/refs%2Fpr%2F1 /acme/tiny/resolve/refs/pr/1 //acme/tiny/resolve/main \
        /acme/tiny/resolve/v1.0 /acme/tiny/resolve/feature%2Fx "/acme/tiny/resolve/$(expect $tiny README.md commit)"; do
        get -o file "$VAULT$target/README.md?download=true" && same file $tiny README.md || return 1
    done
}

status_is() {
    local status=$1
    shift
    equal "$(curl -s -o body -D head --max-time 30 -w '%{http_code}' "$@")" "$status" status && stays head
}

refusals() {
    status_is 404 "$VAULT/acme/tiny/resolve/main/no-such-file" && equal "$(field X-Error-Code head)" EntryNotFound code &&
        status_is 404 "$VAULT/acme/tiny/resolve/nope/config.json" && equal "$(field X-Error-Code head)" RevisionNotFound code &&
        status_is 401 "$VAULT/acme/nope/resolve/main/config.json" && equal "$(field X-Error-Code head)" RepoNotFound code &&
        status_is 401 "$VAULT/acme/gated/resolve/main/only-here.bin" && equal "$(field X-Error-Code head)" GatedRepo code &&
        status_is 200 -H "Authorization: Bearer $ALICE" "$VAULT/acme/gated/resolve/main/only-here.bin" &&
        same body models/acme/gated only-here.bin &&
        status_is 403 -H "Authorization: Bearer $BOB" "$VAULT/acme/gated/resolve/main/only-here.bin" &&
        status_is 401 -r 0-9 "$VAULT/acme/gated/resolve/main/only-here.bin" &&
        status_is 404 "${VAULT%/huggingface}/elsewhere/x" && status_is 405 -X TRACE "$VAULT/acme/tiny/resolve/main/config.json"
}

# The requests of clients that cannot be installed everywhere (from the protocol reference).

llama_cpp() {
    local sha
    get -A llama-cpp/6000 -o refs "$VAULT/api/models/acme/quant/refs" && sha=$(expect $quant README.md commit) &&
        grep -q "\"targetCommit\":\"$sha\"" refs &&
        get -A llama-cpp/6000 -o tree "$VAULT/api/models/acme/quant/tree/$sha?recursive=true" && grep -q tiny-Q4_K_M.gguf tree &&
        get -A llama-cpp/6000 -I -o head "$VAULT/acme/quant/resolve/$sha/tiny-Q4_K_M.gguf" && stays head &&
        equal "$(field Accept-Ranges head)" bytes Accept-Ranges &&
        get -A llama-cpp/6000 -r 0-9999 -o part "$VAULT/acme/quant/resolve/$sha/tiny-Q4_K_M.gguf" &&
        get -A llama-cpp/6000 -r 10000- "$VAULT/acme/quant/resolve/$sha/tiny-Q4_K_M.gguf" >>part &&
        same part $quant tiny-Q4_K_M.gguf
}

older_llama_cpp() {
    get -A llama-cpp/4000 -H 'Accept: application/json' -o manifest "$VAULT/v2/acme/quant/manifests/Q4_K_M" &&
        grep -q '"ggufFile":{"rfilename":"tiny-Q4_K_M.gguf"' manifest &&
        get -o file "$VAULT/acme/quant/resolve/main/tiny-Q4_K_M.gguf" && same file $quant tiny-Q4_K_M.gguf
}

# Ollama reads Location from the response to a GET, ignores its content, and fetches the parts from there.
ollama() {
    local digest layer direct
    digest=sha256:$(expect $quant tiny-Q4_K_M.gguf sha256) && layer="$VAULT/v2/acme/quant/blobs/$digest" &&
        get -A 'ollama/0.9 (amd64 linux)' -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' \
            -o manifest "$VAULT/v2/acme/quant/manifests/Q4_K_M" && grep -q "\"digest\":\"$digest\"" manifest &&
        get -A 'ollama/0.9 (amd64 linux)' -I -o head "$layer" &&
        equal "$(field Content-Length head)" "$(expect $quant tiny-Q4_K_M.gguf size)" Content-Length &&
        get -A 'ollama/0.9 (amd64 linux)' -D head -o whole "$layer" && direct=$(field Location head) &&
        equal "${direct#"$VAULT"/}" "${layer#"$VAULT"/}" Location &&
        get -A Go-http-client/1.1 -r 0-19999 -o file "$direct" &&
        get -A Go-http-client/1.1 -r 20000-39999 "$direct" >>file && same file $quant tiny-Q4_K_M.gguf
}

rust() {
    local name size
    for name in config.json model.safetensors one.txt; do
        size=$(expect $tiny $name size) &&
            get -A 'hf-hub/0.5.0' -r 0-0 -D head -o part "$VAULT/acme/tiny/resolve/main/$name" && stays head &&
            equal "$(field Content-Range head)" "bytes 0-0/$size" "Content-Range of $name" &&
            equal "$(field X-Repo-Commit head)" "$(expect $tiny $name commit)" X-Repo-Commit &&
            get -r "$((size > 9 ? size - 9 : 0))-$size" -o end "$VAULT/acme/tiny/resolve/main/$name" || return 1
    done
    get -r 0-0 -D head -o part "$VAULT/acme/tiny/resolve/main/empty.txt" &&
        equal "$(field Content-Range head)" 'bytes */0' 'Content-Range of nothing'
}

case_ 'aria2c -x8: a large file' "$always" aria_big
case_ 'curl -r: ranges of a large file' "$always" range_of_large
case_ 'curl -I: the right lengths and fields, no Location' "$always" head_only
case_ 'curl: every file' "$always" all_of_tiny
case_ 'curl -C -: resume' "$always" resume_with_curl
case_ 'wget -c: resume, and nothing left to resume' "$always" resume_with_wget
case_ 'curl --compressed: exact bytes' "$always" compressed
case_ 'curl: not modified' "$always" conditional
case_ 'curl: spellings of revisions' "$always" many_spellings
case_ 'curl: refusals' 'cold warm' refusals
case_ 'llama.cpp: by refs and tree' "$always" llama_cpp
case_ 'llama.cpp before 2026: by manifest' "$always" older_llama_cpp
case_ 'ollama: manifest, and a layer in parts' "$always" ollama
case_ 'hf-hub in Rust: by the first byte' "$always" rust
