#!/bin/sh
# Downloads a GGUF model through the vault with llama.cpp itself.
#
#   examples/clients/llama.sh acme/tiny-GGUF:Q4_K_M
#
# Not run by examples/check, which has no llama.cpp; clients/run sends the same requests to a vault.
set -eu
export MODEL_ENDPOINT="${VAULT:-http://localhost:8080}/huggingface"
exec llama-cli -hf "${1:?name a repository, such as acme/tiny-GGUF:Q4_K_M}" -p "Hello"
