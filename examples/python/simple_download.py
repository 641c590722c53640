"""Download one file and then a whole repository through the vault.

    pip install huggingface_hub
    python simple_download.py [REPOSITORY] [FILE]
"""

import sys
import tempfile
import time

import environment_setup  # first: sets HF_ENDPOINT

from huggingface_hub import hf_hub_download, snapshot_download

repository = sys.argv[1] if len(sys.argv) > 1 else "openai-community/gpt2"
file = sys.argv[2] if len(sys.argv) > 2 else "config.json"

print("downloading from", environment_setup.ENDPOINT)

# A fresh client cache each time, so that the request reaches the vault. Omit cache_dir in your own programs.
for attempt in ("first", "second"):
    with tempfile.TemporaryDirectory() as cache:
        start = time.monotonic()
        path = hf_hub_download(repository, file, cache_dir=cache)
        with open(path, "rb") as content:
            size = len(content.read())
        print(f"{attempt}: {file}, {size} bytes, {time.monotonic() - start:.2f} s")

# All small files of the repository. Without allow_patterns it downloads the weights too.
with tempfile.TemporaryDirectory() as cache:
    folder = snapshot_download(repository, cache_dir=cache, allow_patterns=["*.json", "*.txt", "*.md"])
    print("snapshot:", folder)
