# shellcheck shell=sh
# The environment variables of all clients that read any. Source it: . examples/clients/environment.sh
VAULT=${VAULT:-http://localhost:8080}

# huggingface_hub, hf, transformers, diffusers, datasets, sentence-transformers, vLLM, SGLang, TGI, hf-hub (Rust) before
# 1.0, and everything that builds on them.
export HF_ENDPOINT="$VAULT/huggingface"

# llama.cpp reads this before HF_ENDPOINT.
export MODEL_ENDPOINT="$VAULT/huggingface"
