#!/bin/sh
# Uses the vault with curl only.
#
#   sh curl.sh [REPOSITORY] [FILE]
set -eu

endpoint=${HF_ENDPOINT:-http://localhost:8080/huggingface}
repository=${1:-openai-community/gpt2}
file=${2:-config.json}
url=$endpoint/$repository/resolve/main/$file

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# For private and gated repositories. --oauth2-bearer sends "Authorization: Bearer …".
set --
if [ -n "${HF_TOKEN:-}" ]; then
    set -- --oauth2-bearer "$HF_TOKEN"
fi

echo "Metadata:"
curl -sfI "$@" "$url" | grep -i -E '^(http|content-length|etag|x-repo-commit|x-cache|cache-status)'

echo "Two downloads:"
for attempt in first second; do
    curl -sf "$@" -D "$out/head" -o "$out/file" -w "  $attempt: %{size_download} bytes in %{time_total} s" "$url"
    sed -n 's/^[Xx]-[Cc]ache: /, X-Cache /p' "$out/head"
done

echo "A part, and the rest of it as a resumed download:"
curl -sf "$@" -r 0-15 -o "$out/part" "$url"
curl -sf "$@" -C - -o "$out/part" "$url"
cmp "$out/file" "$out/part" && echo "  the same bytes"

echo "All files of the repository:"
curl -sf "$@" "$endpoint/api/models/$repository/tree/main" | head -c 300
echo " …"
