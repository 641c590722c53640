"""Uploads through the vault, and downloads the result. Large objects go directly to the address that the Hub names."""

import pathlib

from harness import ALICE, case, equal, new_folder, raises
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, hf_hub_download
from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError

REPOSITORY = "acme/tiny"
SMALL = "# Sent by a client\n".encode()
LARGE = bytes(range(256)) * 4000
api = HfApi(token=ALICE)


def fetched(path, revision="main"):
    return pathlib.Path(hf_hub_download(REPOSITORY, path, revision=revision, cache_dir=new_folder())).read_bytes()


@case("create_commit: a small and a large file, visible at once")
def _():
    before = api.model_info(REPOSITORY).sha
    fetched("config.json")
    done = api.create_commit(
        REPOSITORY,
        [CommitOperationAdd("sent/notes.md", SMALL), CommitOperationAdd("sent/weights.bin", LARGE)],
        commit_message="Send two files",
    )
    equal(api.model_info(REPOSITORY).sha, done.oid, "commit")
    equal(done.oid == before, False, "the same commit")
    equal(fetched("sent/notes.md"), SMALL, "small")
    equal(fetched("sent/weights.bin"), LARGE, "large")


@case("create_commit: a file is removed, and is gone at once")
def _():
    api.create_commit(REPOSITORY, [CommitOperationDelete("sent/notes.md")], commit_message="Remove one")
    raises(EntryNotFoundError, fetched, "sent/notes.md")
    equal(fetched("sent/weights.bin"), LARGE, "large")


@case("upload_file: to a branch, under a difficult name")
def _():
    name = "sent/a b+#%é.txt"
    api.upload_file(path_or_fileobj=SMALL, path_in_repo=name, repo_id=REPOSITORY, revision="feature/x")
    equal(fetched(name, "feature/x"), SMALL, "small")
    raises(EntryNotFoundError, fetched, name)


@case("upload_file: without a token")
def _():
    raises(
        HfHubHTTPError,
        HfApi(token=False).upload_file,
        path_or_fileobj=SMALL,
        path_in_repo="sent/nobody.txt",
        repo_id=REPOSITORY,
    )
