"""Writes a table like those of datasets on the Hub: parquet, about 40 MB in 40 row groups, hardly compressible. Started
by clients/run with the Python that has pyarrow: table.py FILE."""

import base64
import random
import sys

import pyarrow
import pyarrow.parquet

GROUPS = 40
ROWS = 5_000  # in each row group
BYTES = 150  # random bytes in each row's text


def group(number, chance):
    numbers = range(number * ROWS, (number + 1) * ROWS)
    texts = [base64.b64encode(chance.randbytes(BYTES)).decode() for _ in numbers]
    return pyarrow.table({"id": pyarrow.array(numbers, pyarrow.int64()), "text": texts})


def main(path):
    chance = random.Random(7)
    with pyarrow.parquet.ParquetWriter(path, group(0, chance).schema) as writer:
        for number in range(GROUPS):
            writer.write_table(group(number, chance), row_group_size=ROWS)


main(sys.argv[1])
