"""Load a configuration and a tokenizer through the vault.

    pip install transformers
    python transformers_example.py [REPOSITORY]

Models are loaded in the same way: AutoModel.from_pretrained(repository).
"""

import sys

import environment_setup  # noqa: F401  first: sets HF_ENDPOINT

from transformers import AutoConfig, AutoTokenizer

repository = sys.argv[1] if len(sys.argv) > 1 else "google-bert/bert-base-uncased"

config = AutoConfig.from_pretrained(repository)
print("model type:", config.model_type)

tokenizer = AutoTokenizer.from_pretrained(repository)
print("tokens:", tokenizer.tokenize("hello world"))
