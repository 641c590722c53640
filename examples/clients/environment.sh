# shellcheck shell=sh
# The settings of all clients that take theirs from the environment. Source it: . examples/clients/environment.sh
VAULT=${VAULT:-http://localhost:8080}

# huggingface_hub, hf, transformers, diffusers, datasets, sentence-transformers, vLLM, SGLang, TGI, hf-hub (Rust) below 1.0, and all that
# build on them.
export HF_ENDPOINT="$VAULT/huggingface"

# llama.cpp, before HF_ENDPOINT.
export MODEL_ENDPOINT="$VAULT/huggingface"
