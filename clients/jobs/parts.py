"""The requests of hf_transfer, as in huggingface_hub up to 0.36: the first byte, then a hundred parts concurrently,
the last one byte too long. Each part is written at its offset, so a 200, or another part, would corrupt the file."""

import concurrent.futures
import re
import urllib.error
import urllib.request

from harness import ALICE, ENDPOINT, case, equal, new_folder, raises, same


def ask(url, first, last, token):
    request = urllib.request.Request(url, headers={"Range": f"bytes={first}-{last}"})
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.status, answer.headers["Content-Range"], answer.read()


def fetch(repository, name, parts=100, token=None):
    url = f"{ENDPOINT}/{repository}/resolve/main/{name}"
    status, told, _ = ask(url, 0, 0, token)
    total = int(re.fullmatch(r"bytes 0-0/(\d+)", told)[1])
    equal(status, 206, "status of the first byte")
    step = max(1, total // parts)
    path = new_folder() / "file"
    path.write_bytes(bytes(total))

    def part(first):
        last = first + step if first + step >= total else first + step - 1
        status, told, content = ask(url, first, last, token)
        equal((status, told), (206, f"bytes {first}-{min(last, total - 1)}/{total}"), "a part")
        with path.open("r+b") as file:
            file.seek(first)
            file.write(content)

    with concurrent.futures.ThreadPoolExecutor(parts) as threads:
        list(threads.map(part, range(0, total, step)))
    return path


@case("a large file in a hundred concurrent parts")
def _():
    same(fetch("acme/big", "big.safetensors"), "models/acme/big", "big.safetensors")


@case("parts that do not divide the file")
def _():
    same(fetch("acme/tiny", "model.safetensors", 29), "models/acme/tiny", "model.safetensors")


@case("a gated file, with access", "cold warm")
def _():
    raises(urllib.error.HTTPError, fetch, "acme/gated", "only-here.bin")
    same(fetch("acme/gated", "only-here.bin", 7, ALICE), "models/acme/gated", "only-here.bin")
