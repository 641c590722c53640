"""Reads parts of a large file: the footer, as parquet readers do, then a section in the middle, sequentially."""

from harness import case, equal, files
from huggingface_hub import HfFileSystem

MIB = 1 << 20
FILE = "acme/big/big.safetensors"
SIZE = files("models/acme/big")["big.safetensors"]["size"]


def opened():
    return HfFileSystem(skip_instance_cache=True).open(FILE, block_size=64 * 1024)


@case("HfFileSystem: the last bytes of a large file")
def _():
    with opened() as file:
        equal(file.seek(-8, 2), SIZE - 8, "place")
        equal(len(file.read()), 8, "bytes")


@case("HfFileSystem: a section in the middle, sequentially")
def _():
    with opened() as file:
        file.seek(10 * MIB)
        for _ in range(8):
            equal(len(file.read(100_000)), 100_000, "bytes")
