"""Load a dataset through the vault, whole and as a stream.

    pip install datasets
    python datasets_example.py [DATASET]
"""

import sys

import environment_setup  # noqa: F401  first: sets HF_ENDPOINT

from datasets import load_dataset

name = sys.argv[1] if len(sys.argv) > 1 else "cornell-movie-review-data/rotten_tomatoes"

# The first machine makes the vault download the files; the next one gets them from the vault.
whole = load_dataset(name)
for split, rows in whole.items():
    print(split, rows.num_rows, "rows")

# Streaming reads ranges of the files, here from the vault's stored copies.
split = next(iter(whole))
stream = load_dataset(name, split=split, streaming=True)
print("first row:", next(iter(stream)))
