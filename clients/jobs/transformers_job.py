"""Loads a configuration and a tokenizer with transformers."""

from harness import case, equal
from transformers import AutoConfig, AutoTokenizer


@case("AutoConfig")
def _():
    config = AutoConfig.from_pretrained("acme/bert")
    equal((config.model_type, config.hidden_size, config.vocab_size), ("bert", 8, 17))


@case("AutoTokenizer")
def _():
    tokenizer = AutoTokenizer.from_pretrained("acme/bert")
    equal(tokenizer("Hello world, the vault keeps a copy!")["input_ids"],
          [2, 5, 6, 15, 7, 8, 9, 10, 11, 16, 3], "tokens")


@case("AutoConfig of a repository that does not exist", "cold warm")
def _():
    try:
        AutoConfig.from_pretrained("acme/no-such-repo")
    except OSError as error:
        equal("is not a local folder and is not a valid model identifier" in str(error), True, "understood")
    else:
        raise AssertionError("no error")


@case("AutoConfig of a gated repository without a token", "cold warm")
def _():
    try:
        AutoConfig.from_pretrained("acme/gated")
    except OSError as error:
        equal("gated repo" in str(error), True, "understood")
    else:
        raise AssertionError("no error")
