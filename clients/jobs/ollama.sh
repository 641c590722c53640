#!/usr/bin/env bash
# `ollama pull` through a vault with the Hub mounted at its root.
# Prints "ok NAME" or "FAIL NAME", a tab and the reason for each case.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/cases.sh"

# pull NAME: into an empty folder.
pull() {
    HOME=$PWD OLLAMA_MODELS=$PWD/models "$OLLAMA_PULL" "$VAULT/$1"
}

# pulled MODEL TAG FILE: fails unless the pulled layer equals the file.
pulled() {
    pull "$1:$2" && same "models/blobs/sha256-$(expect "models/$1" "$3" sha256)" "models/$1" "$3"
}

small() {
    pulled acme/quant Q4_K_M tiny-Q4_K_M.gguf
}

# More than 100 MB, so that it is fetched in parts.
large() {
    pulled acme/quant-huge Q4_K_M huge-Q4_K_M.gguf
}

none() {
    ! pull acme/nope:Q4_K_M >said 2>&1 && grep -q 'pull model manifest: ' said
}

case_ 'ollama pull: a small model' "$always" small
case_ 'ollama pull: a large model, in parts' "$always" large
case_ 'ollama pull: no such model' 'cold warm restart' none
