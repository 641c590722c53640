#!/usr/bin/env bash
# What people do with curl, wget and aria2c. Says "ok NAME" or "FAIL NAME", a tab and why for each case.
set -uo pipefail
cd "$WORK" || exit

# What is expected of a file: expect REPOSITORY PATH size|sha256|commit
expect() {
    awk -F '\t' -v repository="$1" -v path="$2" -v what="$3" '
        $1 == repository && $3 == path { print what == "size" ? $4 : what == "sha256" ? $5 : $2 }' "$EXPECTED/expected.tsv"
}

fail() {
    printf '%s\n' "$*" >&2
    return 1
}

equal() {
    [ "$1" = "$2" ] || fail "$3: $1 instead of $2"
}

# same FILE REPOSITORY PATH
same() {
    equal "$(stat -c %s "$1")" "$(expect "$2" "$3" size)" "length of $3" &&
        equal "$(sha256sum <"$1" | cut -d ' ' -f 1)" "$(expect "$2" "$3" sha256)" "sha256 of $3"
}

# The value of a field of an answer's head, which is a file.
field() {
    tr -d '\r' <"$2" | sed -n "s/^$1: *//Ip"
}

# No answer may send the client elsewhere.
stays() {
    equal "$(field Location "$1")" '' Location
}

case_() {
    local name=$1 phases=$2 why folder
    shift 2
    case " $phases " in *" $PHASE "*) ;; *) return ;; esac
    folder=$(mktemp -d "$WORK/case.XXXXXX")
    if why=$(cd "$folder" && set -e && "$@" 2>&1); then
        echo "ok $name"
    else
        printf 'FAIL %s\t%s\n' "$name" "$(printf '%s' "$why" | tail -n 3 | tr '\n' ' ')"
    fi
    rm -rf "$folder"
}

always='cold warm restart stopped'
tiny=models/acme/tiny
big=models/acme/big
get() {
    curl -sS --fail --max-time 60 "$@"
}

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

case_ 'aria2c -x8: a large file' "$always" aria_big
case_ 'curl -r: ranges of a large file' "$always" range_of_large
case_ 'curl -I: the right lengths and fields, no Location' "$always" head_only
case_ 'curl: every file' "$always" all_of_tiny
case_ 'curl -C -: resume' "$always" resume_with_curl
case_ 'wget -c: resume, and nothing left to resume' "$always" resume_with_wget
case_ 'curl --compressed: exact bytes' "$always" compressed
case_ 'curl: nothing new' "$always" conditional
case_ 'curl: spellings of revisions' "$always" many_spellings
case_ 'curl: refusals' 'cold warm' refusals
