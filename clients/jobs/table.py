"""Reads parts of a large parquet file: the first rows, or the footer and one column of one row group."""

import os

from harness import case, equal

KIND = os.environ["READER"]
ROWS = 200_000


if KIND == "streaming":
    from datasets import load_dataset

    @case("load_dataset: the first hundred rows of a stream")
    def _():
        table = load_dataset("acme/table", split="train", streaming=True)
        equal([row["id"] for row in table.take(100)], list(range(100)), "ids")


if KIND == "footer":
    from huggingface_hub import HfFileSystem
    from pyarrow.parquet import ParquetFile

    @case("ParquetFile: the footer")
    def _():
        with HfFileSystem(skip_instance_cache=True).open("datasets/acme/table/data/train.parquet") as file:
            equal(ParquetFile(file).metadata.num_rows, ROWS, "rows")

    @case("ParquetFile: one column of a row group in the middle")
    def _():
        with HfFileSystem(skip_instance_cache=True).open(
            "datasets/acme/table/data/train.parquet", block_size=64 * 1024
        ) as file:
            ids = ParquetFile(file).read_row_group(20, columns=["id"])["id"].to_pylist()
            equal(ids, list(range(100_000, 105_000)), "ids")
