#!/bin/sh
# A GGUF model through the vault, with llama.cpp's own download.
#
#   examples/clients/llama.sh acme/tiny-GGUF:Q4_K_M
#
# Not run by examples/check, which has no llama.cpp; what its download sends is sent to a vault by clients/run.
set -eu
export MODEL_ENDPOINT="${VAULT:-http://localhost:8080}/huggingface"
exec llama-cli -hf "${1:?name a repository, such as acme/tiny-GGUF:Q4_K_M}" -p "Hello"
