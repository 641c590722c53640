"""Loads a dataset with datasets, whole and as a stream."""

import csv
import io

from datasets import load_dataset
from harness import case, equal, new_folder, text


def rows(split):
    table = csv.DictReader(io.StringIO(text("datasets/acme/ds", f"data/{split}.csv")))
    return [{"text": row["text"], "label": int(row["label"])} for row in table]


@case("load_dataset")
def _():
    loaded = load_dataset("acme/ds", cache_dir=str(new_folder()))
    equal(sorted(loaded), ["test", "train"], "splits")
    for split in loaded:
        equal(list(loaded[split]), rows(split), split)


@case("load_dataset: streaming")
def _():
    for split in ("train", "test"):
        equal(list(load_dataset("acme/ds", split=split, streaming=True)), rows(split), split)


@case("load_dataset: data_files")
def _():
    loaded = load_dataset("acme/ds", data_files="data/test.csv", cache_dir=str(new_folder()))
    equal(list(loaded["train"]), rows("test"))
