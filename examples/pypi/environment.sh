# shellcheck shell=sh
# pip and uv through the vault. Source it: . examples/pypi/environment.sh
VAULT=${VAULT:-http://localhost:8080}

# pip; the second variable is for a vault without TLS.
export PIP_INDEX_URL="$VAULT/pypi/simple/"
PIP_TRUSTED_HOST=${VAULT#*://}
export PIP_TRUSTED_HOST="${PIP_TRUSTED_HOST%%:*}"

# uv
export UV_DEFAULT_INDEX="$VAULT/pypi/simple/"
