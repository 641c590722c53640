#!/usr/bin/env bash
# Typical uses of git and git-lfs. Prints "ok NAME" or "FAIL NAME", a tab and the reason for each case.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/cases.sh"

export GIT_TERMINAL_PROMPT=0 GIT_CONFIG_NOSYSTEM=1
git config --global init.defaultBranch main
git config --global advice.detachedHead false
git lfs install --skip-repo >/dev/null

# cloned FOLDER REPOSITORY: fails unless the clone has exactly the repository's files, byte by byte.
cloned() {
    local path count=0
    while IFS= read -r path; do
        same "$1/$path" "$2" "$path" || return 1
        count=$((count + 1))
    done < <(awk -F '\t' -v r="$2" '$1 == r { print $3 }' "$EXPECTED/expected.tsv")
    equal "$(cd "$1" && git ls-files -z | tr -cd '\0' | wc -c)" "$count" files
}

# The vault's URL with alice's token as the password, as huggingface_hub configures git.
as_alice() {
    printf '%s' "${VAULT/:\/\//:\/\/alice:$ALICE@}"
}

public() {
    git clone -q "$VAULT/acme/tiny" one && cloned one models/acme/tiny
}

spelled_with_git() {
    git clone -q "$VAULT/acme/quant.git" one && cloned one models/acme/quant
}

dataset() {
    git clone -q "$VAULT/datasets/acme/ds" one && cloned one datasets/acme/ds
}

at_a_tag() {
    git clone -q --branch v1.0 "$VAULT/acme/tiny" one && same one/config.json models/acme/tiny config.json
}

pointers_first() {
    GIT_LFS_SKIP_SMUDGE=1 git clone -q "$VAULT/acme/tiny" one &&
        equal "$(head -n 1 one/model.safetensors)" 'version https://git-lfs.github.com/spec/v1' pointer &&
        (cd one && git lfs pull -I model.safetensors) && same one/model.safetensors models/acme/tiny model.safetensors
}

gated() {
    git clone -q "$(as_alice)/acme/gated" one && cloned one models/acme/gated &&
        ! git clone -q "$VAULT/acme/gated" two && ! git clone -q "${VAULT/:\/\//:\/\/bob:$BOB@}/acme/gated" three
}

private() {
    git clone -q "$(as_alice)/acme/secret" one && cloned one models/acme/secret &&
        ! git clone -q "$VAULT/acme/secret" two
}

case_ 'git clone: a model with a large file' "$always" public
case_ 'git clone: spelled with .git' "$always" spelled_with_git
case_ 'git clone: a dataset' "$always" dataset
case_ 'git clone: at a tag' "$always" at_a_tag
case_ 'git lfs pull: after the pointers' "$always" pointers_first
case_ 'git clone: a gated repository, with access' "$always" gated
case_ 'git clone: a private repository, with access' "$always" private
