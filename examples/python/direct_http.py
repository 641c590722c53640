"""Use the vault with only the standard library: inspect a file, fetch it twice, fetch a part of it.

    python direct_http.py [REPOSITORY] [FILE]

A token in HF_TOKEN is sent along; the vault forwards it only to the Hub.
"""

import hashlib
import os
import sys
import urllib.parse
import urllib.request

from environment_setup import ENDPOINT

repository = sys.argv[1] if len(sys.argv) > 1 else "openai-community/gpt2"
file = sys.argv[2] if len(sys.argv) > 2 else "config.json"

url = f"{ENDPOINT}/{repository}/resolve/main/{urllib.parse.quote(file)}"


def ask(method="GET", **fields):
    token = os.environ.get("HF_TOKEN")
    if token:
        fields["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, method=method, headers=fields)
    return urllib.request.urlopen(request, timeout=60)


# The file's metadata, without its bytes.
with ask("HEAD") as answer:
    print("commit:", answer.headers["X-Repo-Commit"])
    print("length:", answer.headers["Content-Length"])
    etag = answer.headers["ETag"].strip('"')
    print("etag:  ", etag)

# The whole file, twice: X-Cache shows where it came from.
content = b""
for attempt in ("first", "second"):
    with ask() as answer:
        content = answer.read()
        print(f"{attempt}: {answer.status}, {len(content)} bytes, X-Cache {answer.headers['X-Cache']}")

# 64 hex digits are the sha256 of the bytes; 40 are git's sha1 of a small header and the bytes.
if len(etag) == 64:
    right = hashlib.sha256(content).hexdigest() == etag
else:
    right = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest() == etag
print("bytes match the etag:", right)

# A part.
with ask(Range="bytes=0-15") as answer:
    part = answer.read()
    print("part:", answer.status, answer.headers["Content-Range"], part == content[:16])

sys.exit(0 if right else 1)
